import type { Overview } from '../../api/types';
import { fill, share, t } from '../../i18n';
import { Rich } from '../../i18n/rich';

/** The server names no more devices and companies than this. */
const MOST_NAMED = 20;

/** The whole page in a few plain words. */
export function Headline({ overview }: { overview: Overview }) {
  const { totals } = overview;
  if (totals.queries === 0) {
    return (
      <>
        <h1 class="headline">{t.home.neverAsked}</h1>
        <p class="headline-more">{t.home.neverAskedText}</p>
      </>
    );
  }
  return (
    <>
      <h1 class="headline">
        {totals.stopped === 0 ? (
          t.home.headline.nothingStopped
        ) : (
          <Rich
            text={t.home.headline.share}
            slots={{
              share: <strong class="headline-stopped">{share(totals.stopped, totals.queries)}</strong>,
              lookups: t.words.lookups(totals.queries),
            }}
          />
        )}
      </h1>
      <p class="headline-more">
        <Reach overview={overview} /> <MostActive overview={overview} />
      </p>
    </>
  );
}

function Reach({ overview }: { overview: Overview }) {
  const eager = overview.devices.filter((device) => device.stopped > 0).length;
  const stopped = overview.vendors.filter((vendor) => vendor.stopped > 0).sort((a, b) => b.stopped - a.stopped);
  const first = stopped[0];
  if (eager === 0) return null;
  const devices = <strong>{atLeast(eager, t.words.devices)}</strong>;
  if (!first) return <Rich text={t.home.headline.devices} slots={{ devices }} />;
  return (
    <Rich
      text={t.home.headline.reach}
      slots={{
        devices,
        vendors: <strong>{atLeast(stopped.length, t.words.vendors)}</strong>,
        vendor: <strong>{first.vendor}</strong>,
        times: t.words.times(first.stopped),
      }}
    />
  );
}

const atLeast = (number: number, words: (number: number) => string) =>
  number < MOST_NAMED ? words(number) : fill(t.home.headline.atLeast, { some: words(number) });

function MostActive({ overview }: { overview: Overview }) {
  const first = overview.devices[0];
  if (!first) return null;
  return (
    <Rich
      text={t.home.headline.most}
      slots={{ device: <strong>{first.device_name}</strong>, lookups: t.words.lookups(first.queries) }}
    />
  );
}
