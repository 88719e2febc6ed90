import type { ComponentChildren } from 'preact';

import type { Attribution, Device, Overview } from '../../api/types';
import { count, fill, plural, t } from '../../i18n';
import { whatItIs } from '../../parts/device';
import { Domain } from '../../parts/domain';
import { SplitBar } from '../../parts/split-bar';
import { Empty } from '../../parts/states';
import { withParameters } from '../../shell/router';
import { seatOf } from '../../parts/seat';

const SHOWN = 8;

export function TopStopped({ names }: { names: Overview['stopped_names'] }) {
  const largest = names[0]?.stopped ?? 0;
  return (
    <Top title={t.home.topStopped} empty={t.home.topStoppedEmpty} id="top-stopped">
      {names.slice(0, SHOWN).map(({ name, stopped, list, attribution }) => (
        <TopRow
          key={name}
          href={`${withParameters({ name, verdict: 'stopped', device: undefined })}#recent`}
          name={<Domain name={name} />}
          more={[whose(attribution), list && fill(t.home.onList, { list })]}
          figure={count(stopped)}
          bar={<SplitBar stopped={stopped} whole={stopped} largest={largest} />}
        />
      ))}
    </Top>
  );
}

export function TopVendors({ vendors }: { vendors: Overview['vendors'] }) {
  const largest = vendors[0]?.queries ?? 0;
  return (
    <Top title={t.home.topVendors} empty={t.home.topVendorsEmpty} id="top-vendors">
      {vendors.slice(0, SHOWN).map((vendor) => (
        <TopRow
          key={vendor.vendor}
          name={vendor.vendor}
          more={[seatOf(vendor), stoppedOf(vendor)]}
          figure={count(vendor.queries)}
          bar={<SplitBar stopped={vendor.stopped} whole={vendor.queries} largest={largest} />}
        />
      ))}
    </Top>
  );
}

export function TopDevices({ devices, known }: { devices: Overview['devices']; known: Device[] }) {
  const largest = devices[0]?.queries ?? 0;
  return (
    <Top title={t.home.topDevices} empty={t.home.topDevicesEmpty} id="top-devices">
      {devices.slice(0, SHOWN).map((device) => (
        <TopRow
          key={device.device_id}
          href={`${withParameters({ device: device.device_id, verdict: undefined, name: undefined })}#recent`}
          name={device.device_name}
          more={[
            whatItIs(known.find(({ id }) => id === device.device_id)),
            device.device_name === device.device ? null : device.device,
            stoppedOf(device),
          ]}
          figure={count(device.queries)}
          bar={<SplitBar stopped={device.stopped} whole={device.queries} largest={largest} />}
        />
      ))}
    </Top>
  );
}

const stoppedOf = ({ stopped }: { stopped: number }) => plural(stopped, t.home.stoppedOf);

const whose = (attribution: Attribution | null | undefined) =>
  attribution ? `${attribution.vendor}, ${t.purposes[attribution.purpose]}` : t.home.unknownVendor;

function Top({ title, empty, id, children }: { title: string; empty: string; id: string; children: ComponentChildren[] }) {
  return (
    <section class="card top" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children.length === 0 ? <Empty>{empty}</Empty> : <ol class="top-rows">{children}</ol>}
    </section>
  );
}

interface TopRowProps {
  href?: string | undefined;
  name: ComponentChildren;
  more: (string | null | undefined)[];
  figure: ComponentChildren;
  bar: ComponentChildren;
}

/** A bar with what it stands for. */
export function TopRow({ href, name, more, figure, bar }: TopRowProps) {
  return (
    <li class="top-row">
      <span class="top-name">{href ? <a href={href}>{name}</a> : name}</span>
      <span class="top-figure">{figure}</span>
      <span class="top-more">{more.filter(Boolean).join(' · ')}</span>
      {bar}
    </li>
  );
}
