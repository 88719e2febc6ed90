import type { Headline as Figures, Overview } from '../../api/types';
import { moment, plural, share, t } from '../../i18n';
import { Rich } from '../../i18n/rich';
import { withRange } from '../../parts/range-picker';
import { Told, VendorLink } from '../../parts/sentence';
import { NeverAsked } from './never-asked';

/** New ones that are shown before one asks for the others. */
const SHOWN = 5;

/** The whole page in a few plain words. */
export function Headline({ overview, headline }: { overview: Overview; headline: Figures | undefined }) {
  const { totals } = overview;
  if (totals.queries === 0) return <NeverAsked />;
  const slots = {
    share: <strong class="headline-stopped">{share(totals.stopped, totals.queries)}</strong>,
    lookups: plural(totals.queries, t.words.lookups),
  };
  return (
    <>
      <h1 class="headline">{totals.stopped === 0 ? t.home.nothingStopped : <Rich text={t.home.headline} slots={slots} />}</h1>
      <p class="headline-more">
        {headline?.sentences.map((sentence) => (
          <span key={sentence.template}>
            <Told sentence={sentence} />{' '}
          </span>
        ))}
      </p>
    </>
  );
}

/** Devices and companies that were first seen in the last week. */
export function NewOnes({ headline }: { headline: Figures }) {
  if (headline.new.length === 0) return null;
  const [shown, more] = [headline.new.slice(0, SHOWN), headline.new.slice(SHOWN)];
  return (
    <section class="card" aria-labelledby="new-title">
      <h2 id="new-title">{t.home.newTitle}</h2>
      <ul class="sentences">{shown.map(line)}</ul>
      {more.length > 0 && (
        <details class="twin">
          <summary>{plural(more.length, t.home.newMore)}</summary>
          <ul class="sentences">{more.map(line)}</ul>
        </details>
      )}
    </section>
  );
}

const line = ({ device_id, device, vendor, first_seen }: Figures['new'][number]) => (
  <li key={`${device_id} ${vendor ?? ''}`}>
    <Rich
      text={vendor === null ? t.home.newDevice : t.home.newVendor}
      slots={{
        device: <a href={withRange(`/devices/${device_id}`)}>{device}</a>,
        vendor: vendor === null ? '' : <VendorLink vendor={vendor} />,
        since: moment(first_seen),
      }}
    />
  </li>
);
