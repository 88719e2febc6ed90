import { api } from '../../api/client';
import { useResource } from '../../api/resource';
import type { DeviceList, Overview, Range } from '../../api/types';
import { fill, share, t } from '../../i18n';
import { Failure, Loading } from '../../parts/states';
import { parameters, withParameters } from '../../shell/router';
import { OverTime } from './over-time';
import { Headline } from './headline';
import { Recent } from './recent';
import { TopDevices, TopStopped, TopVendors } from './tops';
import { TotalsBar } from './totals';

const RANGES: Range[] = ['1h', '24h', '7d', '30d', '1y'];
const OVERVIEW_EVERY = 10_000;
const DEVICES_EVERY = 60_000;

export function HomePage() {
  const range = RANGES.find((known) => known === parameters.value.get('range')) ?? '24h';
  const { value: overview, error, reload } = useResource(`overview ${range}`, () => api.overview(range), OVERVIEW_EVERY);
  const { value: known } = useResource('devices', () => api.devices(), DEVICES_EVERY);
  return (
    <div class="home">
      <section class="hero" aria-label={t.home.title}>
        {overview ? <Headline overview={overview} /> : <h1 class="visually-hidden">{t.home.title}</h1>}
        <RangePicker range={range} />
        {overview && <TotalsBar totals={overview.totals} />}
        {!overview && !error && <Loading />}
        {!overview && error && <Failure error={error} retry={() => void reload()} />}
      </section>
      {overview && overview.totals.queries > 0 && (
        <Tables overview={overview} known={known} />
      )}
      <Recent />
      <Honesty />
    </div>
  );
}

function Tables({ overview, known }: { overview: Overview; known: DeviceList | undefined }) {
  return (
    <>
      {known?.warnings.map((warning) => <AsksForAll key={warning.device} warning={warning} />)}
      <div class="tops">
        <TopDevices devices={overview.devices} known={known?.devices ?? []} />
        <TopVendors vendors={overview.vendors} />
        <TopStopped names={overview.stopped_names} />
      </div>
      <OverTime overview={overview} />
    </>
  );
}

function RangePicker({ range }: { range: Range }) {
  return (
    <nav class="segments" aria-label={t.home.rangeLabel}>
      {RANGES.map((choice) => (
        <a
          key={choice}
          href={withParameters({ range: choice === '24h' ? undefined : choice })}
          aria-current={choice === range ? 'true' : undefined}
        >
          {t.home.ranges[choice]}
        </a>
      ))}
    </nav>
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
