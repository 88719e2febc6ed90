import { useRef } from 'preact/hooks';

import { api } from '../../api/client';
import { useResource } from '../../api/resource';
import type { Device } from '../../api/types';
import { plural, t } from '../../i18n';
import { setup } from '../../i18n/setup';
import { whatItIs } from '../../parts/device';
import { isLoopback } from '../../parts/loopback';
import { Empty, Waiting } from '../../parts/states';
import { calledOf } from '../../parts/whom';
import { type Arrivals, followed, within } from './arriving';

const EVERY = 3000;
const text = setup.arriving;

/** The devices that ask, as they come. */
export function Arriving() {
  const arrivals = useRef<Arrivals | undefined>(undefined);
  const look = async () => {
    const [{ devices }, now] = [await api.devices(), Date.now()];
    arrivals.current = followed(arrivals.current, devices, now);
    return within(arrivals.current, devices, now);
  };
  const { value, error, reload } = useResource('arriving', look, EVERY);
  return (
    <section class="card setup-card" aria-labelledby="setup-arriving">
      <h2 id="setup-arriving">{text.title}</h2>
      <Waiting resource={value} error={error} retry={reload} />
      {value && <List devices={value} />}
    </section>
  );
}

function List({ devices }: { devices: Device[] }) {
  const [only, ...others] = devices;
  if (!only) return <Empty>{text.none}</Empty>;
  return (
    <>
      <p>{plural(devices.length, text.text)}</p>
      {others.length === 0 && !only.addresses.every(isLoopback) && <p class="notice notice-failed">{text.onlyOne}</p>}
      <ul class="setup-arriving">
        {devices.map((device) => (
          <li key={device.id}>
            <strong>{calledOf(device)}</strong>
            <span>{[whatItIs(device), device.name && device.addresses[0], plural(device.queries, t.words.lookups)].filter(Boolean).join(' · ')}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
