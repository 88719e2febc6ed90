import { api } from '../../api/client';
import { useResource } from '../../api/resource';
import type { Device, TopLine } from '../../api/types';
import { fill, plural, relative, share, t } from '../../i18n';
import { offlineOf, whatItIs } from '../../parts/device';
import { Hero } from '../../parts/hero';
import { chosenRange, withRange } from '../../parts/range-picker';
import { SplitBar } from '../../parts/split-bar';
import { Empty } from '../../parts/states';
import { now } from '../../shell/clock';
import { inOrder } from './in-order';

const EVERY = 30_000;

/** Which devices there are, and which asks most. */
export function DevicesPage() {
  const range = chosenRange();
  const resource = useResource('devices', api.devices, EVERY);
  const known = resource.value;
  const { value: top } = useResource(`top device ${range}`, () => api.top('device', range), EVERY);
  return (
    <div class="home">
      <Hero
        label={t.devices.title}
        title={known && top ? headlineOf(top.lines.length, known.devices.length) : t.devices.title}
        resource={resource}
      >
        <div class="hero-actions">
          <a class="button" href="/groups">
            {t.devices.groups}
          </a>
          <a class="button" href="/names">
            {t.names.title}
          </a>
        </div>
      </Hero>
      {known && <Cards devices={known.devices} lines={top?.lines ?? []} />}
    </div>
  );
}

const headlineOf = (asked: number, all: number): string =>
  plural(asked, t.devices.headline, { all: plural(all, t.devices.headlineAll) });

function Cards({ devices, lines }: { devices: Device[]; lines: TopLine[] }) {
  if (devices.length === 0) return <Empty>{t.devices.none}</Empty>;
  return (
    <ol class="device-cards">
      {inOrder(devices, lines).map(({ device, asked }) => (
        <DeviceCard key={device.id} device={device} asked={asked ?? NOTHING} largest={lines[0]?.queries ?? 0} />
      ))}
    </ol>
  );
}

const NOTHING = { queries: 0, stopped: 0 };

function DeviceCard({ device, asked, largest }: { device: Device; asked: typeof NOTHING; largest: number }) {
  const address = device.addresses[0] ?? device.id;
  const group = device.group && fill(t.wayOut.group, { group: device.group });
  const more = [whatItIs(device), device.name === null ? null : address, group, offlineOf(device, now.value)].filter(Boolean).join(' · ');
  return (
    <li class="card device-card">
      <h2>
        <a href={withRange(`/devices/${device.id}`)}>{device.name ?? address}</a>
      </h2>
      <p class="device-more">{more || t.devices.unknown}</p>
      <p class="device-figures">
        <strong>{plural(asked.queries, t.words.lookups)}</strong>
        {asked.stopped > 0 && <span>{plural(asked.stopped, t.devices.stopped, { share: share(asked.stopped, asked.queries) })}</span>}
      </p>
      <SplitBar stopped={asked.stopped} whole={asked.queries} largest={largest} />
      {device.last_seen > 0 && <p class="device-more">{fill(t.devices.lastSeen, { age: relative(device.last_seen, now.value) })}</p>}
    </li>
  );
}
