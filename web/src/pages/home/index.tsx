import { useEffect } from 'preact/hooks';

import { api } from '../../api/client';
import { useResource } from '../../api/resource';
import type { DeviceList, Overview } from '../../api/types';
import { fill, share, t } from '../../i18n';
import { RangePicker, chosenRange } from '../../parts/range-picker';
import { Waiting } from '../../parts/states';
import { Recent } from '../../parts/lookups/recent';
import { OverTime } from '../../parts/over-time';
import { Headline, NewOnes } from './headline';
import { OnlyHere } from './never-asked';
import { TopDevices, TopStopped, TopVendors } from './tops';
import { TotalsBar } from './totals';
import { lazily } from '../../shell/lazily';
import { status } from '../../shell/status';

const OVERVIEW_EVERY = 10_000;
const HEADLINE_EVERY = 30_000;
const DEVICES_EVERY = 60_000;

const Flow = lazily(async () => (await import('./flow')).Flow);

export function HomePage() {
  const range = chosenRange();
  const { value: overview, error, reload } = useResource(`overview ${range}`, () => api.overview(range), OVERVIEW_EVERY);
  const { value: headline } = useResource(`headline ${range}`, () => api.headline(range), HEADLINE_EVERY);
  const { value: known } = useResource('devices', () => api.devices(), DEVICES_EVERY);
  const isThere = overview !== undefined;
  // A link from another page leads to the lookups, which have no place yet while the page waits for what stands above them.
  useEffect(() => {
    if (isThere && window.location.hash === '#recent') document.getElementById('recent')?.scrollIntoView();
  }, [isThere]);
  return (
    <div class="home">
      <section class="hero" aria-label={t.home.title}>
        {overview ? <Headline overview={overview} headline={headline} /> : <h1 class="visually-hidden">{t.home.title}</h1>}
        <RangePicker />
        {overview && <TotalsBar totals={overview.totals} />}
        <Waiting resource={overview} error={error} retry={reload} />
      </section>
      {overview && overview.totals.queries > 0 && (
        <Tables overview={overview} known={known} />
      )}
      {headline && <NewOnes headline={headline} />}
      <Recent devices={known?.devices ?? []}>
        <p class="recent-more">
          <a href="/activity">{t.home.searchAll}</a>
        </p>
      </Recent>
      <Honesty />
    </div>
  );
}

function Tables({ overview, known }: { overview: Overview; known: DeviceList | undefined }) {
  return (
    <>
      {/* All devices of the demonstration are at addresses of this machine. */}
      {known && status.value?.demo === false && <OnlyHere known={known} />}
      {known?.warnings.map((warning) => <AsksForAll key={warning.device} warning={warning} />)}
      <section class="card flow" aria-labelledby="flow-title">
        <h2 id="flow-title">{t.home.flow}</h2>
        <Flow />
      </section>
      <div class="tops">
        <TopDevices devices={overview.devices} known={known?.devices ?? []} />
        <TopVendors vendors={overview.vendors} />
        <TopStopped names={overview.stopped_names} />
      </div>
      <OverTime overview={overview} />
    </>
  );
}

const AsksForAll = ({ warning }: { warning: DeviceList['warnings'][number] }) => (
  <aside class="honesty" role="note">
    <h2>{fill(t.devices.asksForAll, { device: warning.name ?? warning.device, share: share(warning.share, 1) })}</h2>
    <p>{t.devices.asksForAllText}</p>
  </aside>
);

const Honesty = () => (
  <aside class="honesty" aria-labelledby="honesty-title">
    <h2 id="honesty-title">{t.home.footnote}</h2>
    <p>{t.home.footnoteText}</p>
  </aside>
);
