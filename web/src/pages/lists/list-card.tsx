import { useEffect, useRef, useState } from 'preact/hooks';

import type { List } from '../../api/types';
import { count, fill, form, moment, plural, relative, t } from '../../i18n';
import { listsPage } from '../../i18n/lists';
import { Quoted, Rich } from '../../i18n/rich';
import { now } from '../../shell/clock';
import { isBuiltIn } from './offered';
import type { Orders } from './orders';
import { Progress } from './progress';

/** One list: what it holds, how old it is, what is wrong with it, and what can be done about that. */
export function ListCard({ list, orders }: { list: List; orders: Orders }) {
  const busy = list.busy || orders.isBusy(list.id) || (orders.isBusy('all') && list.enabled);
  const title = `list-${list.id}`;
  const place = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (window.location.hash === `#${title}`) place.current?.scrollIntoView({ block: 'center' });
  }, [title]);
  return (
    <li class={`card list ${list.enabled ? '' : 'list-off'}`} id={title} ref={place}>
      <div class="card-head">
        <h2>{list.id}</h2>
        <span class={`tag ${list.kind === 'block' ? 'verdict-stopped' : 'verdict-allowed'}`}>{listsPage.kinds[list.kind]}</span>
        {list.fixed && <span class="tag tag-plain">{listsPage.fixed}</span>}
      </div>
      <p class="list-source" translate={false}>
        {isBuiltIn(list.source) ? listsPage.builtIn : list.source}
      </p>
      <p class="list-rules">
        <Rich text={form(list.rules, t.words.rules)} slots={{ n: <strong>{count(list.rules)}</strong> }} />
      </p>
      <Ages list={list} />
      {busy && <Progress step={orders.progress(list.id)} />}
      <Troubles list={list} orders={orders} />
      <Rejects list={list} />
      <Actions list={list} orders={orders} busy={busy} />
      {!list.removable && <p class="list-source">{list.fixed ? listsPage.isFixed : listsPage.isKept}</p>}
    </li>
  );
}

function Ages({ list }: { list: List }) {
  const { updated, next, enabled } = list;
  // A list that comes with ponor is as new as ponor is.
  const without = isBuiltIn(list.source) ? listsPage.withPonor : listsPage.never;
  return (
    <dl class="ages">
      <div>
        <dt>{listsPage.fetched}</dt>
        <dd>{updated == null ? without : <Age at={updated} />}</dd>
      </div>
      {enabled && next != null && (
        <div>
          <dt>{listsPage.next}</dt>
          <dd>
            <Age at={next} />
          </dd>
        </div>
      )}
    </dl>
  );
}

const Age = ({ at }: { at: number }) => (
  <time dateTime={new Date(at).toISOString()} title={moment(at)}>
    {relative(at, now.value)}
  </time>
);

function Troubles({ list, orders }: { list: List; orders: Orders }) {
  return (
    <>
      {list.error != null && (
        <p class="notice notice-failed">
          <strong>{listsPage.problem}</strong> <Quoted text={list.error} />
        </p>
      )}
      {list.held_back != null && (
        <div class="notice notice-failed">
          <p>
            <Quoted text={fill(listsPage.held, { reason: list.held_back.replace(/\.$/, '') })} />
          </p>
          <button type="button" class="button" onClick={() => orders.accept(list.id)}>
            {listsPage.accept}
          </button>
        </div>
      )}
      {list.warned > 0 && (
        <details class="list-details">
          <summary>{plural(list.warned, listsPage.warnings)}</summary>
          <ul>
            {list.warnings.map((warning) => (
              <li key={warning.name}>
                <code>{warning.name}</code> {warning.vendor}, {warning.service}
                {warning.breaks != null && `: ${warning.breaks}`}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Rejects({ list: { rejected, rejects } }: { list: List }) {
  if (rejected === 0) return null;
  return (
    <details class="list-details">
      <summary>{plural(rejected, listsPage.rejects)}</summary>
      {rejects.length < rejected && <p>{fill(listsPage.rejectsMore, { shown: count(rejects.length) })}</p>}
      <ul>
        {rejects.map((reject) => (
          <li key={reject.line}>
            <span class="reject-line">{fill(t.why.line, { line: count(reject.line) })}</span> <code>{reject.text}</code>{' '}
            <Quoted text={reject.reason} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function Actions({ list, orders, busy }: { list: List; orders: Orders; busy: boolean }) {
  const [sure, setSure] = useState(false);
  return (
    <div class="list-actions">
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          checked={list.enabled}
          disabled={list.fixed || busy}
          onChange={(event) => orders.enable(list.id, event.currentTarget.checked)}
        />
        <span class="switch-word">{list.enabled ? listsPage.inUse : listsPage.notInUse}</span>
        <span class="visually-hidden">{fill(listsPage.ofList, { id: list.id })}</span>
      </label>
      {list.enabled && !isBuiltIn(list.source) && (
        <button type="button" class="button" disabled={busy} onClick={() => orders.update(list.id)}>
          {busy ? listsPage.updating : listsPage.update}
          <span class="visually-hidden">{fill(listsPage.ofList, { id: list.id })}</span>
        </button>
      )}
      {list.removable && (
        <button
          type="button"
          class={`button ${sure ? 'button-danger' : 'button-quiet'}`}
          disabled={busy}
          onClick={() => (sure ? orders.remove(list) : setSure(true))}
          onBlur={() => setSure(false)}
        >
          {sure ? listsPage.removeSure : listsPage.remove}
          <span class="visually-hidden">{fill(listsPage.ofList, { id: list.id })}</span>
        </button>
      )}
    </div>
  );
}
