import type { Overview } from '../../api/types';
import { share, t } from '../../i18n';
import { Rich } from '../../i18n/rich';

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
  if (!first || eager === 0) return null;
  return (
    <Rich
      text={t.home.headline.reach}
      slots={{
        devices: <strong>{t.words.devices(eager)}</strong>,
        vendors: <strong>{t.words.vendors(stopped.length)}</strong>,
        vendor: <strong>{first.vendor}</strong>,
        times: t.words.times(first.stopped),
      }}
    />
  );
}

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
