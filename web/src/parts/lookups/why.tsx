import type { ComponentChildren } from 'preact';

import { api } from '../../api/client';
import { useResource } from '../../api/resource';
import type { CatalogEntry, ExplainCause, Explanation, Row } from '../../api/types';
import { duration, fill, t } from '../../i18n';
import { Rich } from '../../i18n/rich';
import { Domain } from '../domain';
import { Fact } from '../facts';
import { Failure, Loading } from '../states';
import { withParameters } from '../../shell/router';
import { WayOut } from './way-out';
import { whose } from './whose';
import { seatOf } from '../seat';

/** Why a lookup ended as it did: list, line and rule; the alias that led there; whose name it is. */
export function Why({ row, types }: { row: Row; types: string[] }) {
  const { value, error, reload } = useResource(`explain ${row.name} ${row.type} ${row.device}`, () =>
    api.explain(row.name, row.type, row.device),
  );
  return (
    <div class="why">
      <p class="why-sentence">{sentence(row)}</p>
      <WayOut row={row} />
      {value ? <Reasons explained={value} row={row} /> : error ? <Failure error={error} retry={() => void reload()} /> : <Loading />}
      <dl class="facts">
        <Fact term={t.why.type}>{types.join(', ')}</Fact>
        <Fact term={t.why.took}>{duration(row.latency_us)}</Fact>
        <Fact term={t.why.transport}>{t.why.transports[row.transport]}</Fact>
        <Fact term={t.why.code}>{row.rcode}</Fact>
      </dl>
      <p class="why-links">
        <a href={`${withParameters({ device: row.device_id, verdict: undefined, name: undefined })}#recent`}>
          {fill(t.home.onlyDevice, { device: row.device_name })}
        </a>
        {row.verdict === 'stopped' && (
          <a href={`/fix?device=${encodeURIComponent(row.device_id)}`}>{fill(t.wayOut.fix, { device: row.device_name })}</a>
        )}
        <a href={`${withParameters({ name: row.name, verdict: undefined, device: undefined })}#recent`}>{t.home.onlyName}</a>
      </p>
    </div>
  );
}

/** What was recorded when it happened. */
function sentence({ cause, verdict }: Row): ComponentChildren {
  if (!cause) return t.why.without[verdict];
  if (cause.source !== 'list') return fill(t.why.sources[cause.source], { group: cause.id ?? '' });
  const list = <a href={`/lists#list-${cause.id}`}>{cause.id}</a>;
  return <Rich text={verdict === 'stopped' ? t.why.stoppedBy : t.why.letBy} slots={{ list }} />;
}

/** What the rules in force now say. */
function Reasons({ explained, row }: { explained: Explanation; row: Row }) {
  const { cause, others, catalog, answer } = explained;
  return (
    <>
      {cause && cause.source !== 'safe_search' && <Rule cause={cause} />}
      {others.length > 0 && (
        <div>
          <h3>{t.why.others}</h3>
          {others.map((other) => (
            <Rule key={`${other.source} ${other.id ?? ''} ${other.rule} ${other.line ?? ''}`} cause={other} />
          ))}
        </div>
      )}
      <Chain name={row.name} aliases={aliasesOf(explained, row)} />
      {catalog && <Whose entry={catalog} />}
      {answer && <Answer answer={answer} />}
    </>
  );
}

/** The aliases found now, or the one that decided then. */
function aliasesOf({ aliases, cause }: Explanation, row: Row): Explanation['aliases'] {
  if (aliases.length > 0) return aliases;
  const guilty = row.cause?.via ?? cause?.via;
  return guilty ? [{ name: guilty, stopped: true }] : [];
}

function Whose({ entry }: { entry: CatalogEntry }) {
  return (
    <dl class="facts facts-wide">
      <Fact term={t.why.vendor}>
        {entry.vendor}, {seatOf(entry)}
      </Fact>
      <Fact term={t.why.purpose}>
        {entry.service}: {t.purposes[entry.purpose]}
      </Fact>
      {entry.sent && <Fact term={t.why.sent}>{entry.sent}</Fact>}
      <Fact term={t.why.breaks}>{entry.breaks ?? t.why.breaksNothing}</Fact>
      <Fact term={t.why.confidence}>{t.why.confidences[entry.confidence]}</Fact>
    </dl>
  );
}

function Answer({ answer }: { answer: NonNullable<Explanation['answer']> }) {
  return (
    <dl class="facts">
      <Fact term={t.why.answer}>
        <code>{[answer.rcode, ...answer.records].join('\n')}</code>
        {answer.ede && <span class="fact-more">{fill(t.why.remark, { ede: answer.ede })}</span>}
      </Fact>
    </dl>
  );
}

function Rule({ cause }: { cause: ExplainCause }) {
  return (
    <p class="rule">
      <code>{cause.text ?? cause.rule}</code>
      <span>
        {t.why.actions[cause.action]} · {whose(cause)}
      </span>
    </p>
  );
}

function Chain({ name, aliases }: { name: string; aliases: Explanation['aliases'] }) {
  if (aliases.length === 0) return null;
  return (
    <div>
      <h3>{t.why.chain}</h3>
      <ol class="chain">
        <li>
          <Domain name={name} />
        </li>
        {aliases.map((alias) => (
          <li key={alias.name} class={alias.stopped ? 'chain-guilty' : ''}>
            <Domain name={alias.name} />
            {alias.stopped && <span>{t.why.guilty}</span>}
          </li>
        ))}
      </ol>
    </div>
  );
}
