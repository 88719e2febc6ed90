import { useEffect, useRef } from 'preact/hooks';

import type { Asker, Askers, Device } from '../../api/types';
import { plural } from '../../i18n';
import { fix } from '../../i18n/fix';
import { whatItIs } from '../../parts/device';
import { Empty } from '../../parts/states';
import { whomOf } from '../../parts/whom';
import { ago } from '../../shell/clock';

interface Properties {
  askers: Askers;
  devices: readonly Device[];
  /** What the chosen device is known by, or an address of it. */
  chosen: string | null;
}

/** Which device it is; once that is said, the others are behind a word. */
export function DeviceChoice({ askers, devices, chosen }: Properties) {
  const isChosen = (id: string) => id === chosen || devices.some((device) => device.id === id && device.addresses.includes(chosen ?? ''));
  const others = <Choices askers={askers} devices={devices} isLeftOut={isChosen} />;
  const what = whatItIs(devices.find(({ id }) => isChosen(id)));
  const place = useRef<HTMLElement>(null);
  const before = useRef(chosen);
  // The link that was followed is gone, and with it the place of whoever goes by the keyboard.
  useEffect(() => {
    if (before.current !== chosen && document.activeElement === document.body) place.current?.focus();
    before.current = chosen;
  }, [chosen]);
  return (
    <section class="card" aria-labelledby="which" tabIndex={-1} ref={place}>
      <div class="fix-which">
        <h2 id="which">{fix.which}</h2>
        {chosen !== null && (
          <p>
            <strong>{whomOf({ device: chosen }, devices)}</strong>{' '}
            <span class="card-aside">{[what, chosen === askers.here && fix.here].filter(Boolean).join(' · ')}</span>
          </p>
        )}
      </div>
      {chosen === null ? (
        others
      ) : (
        <details key={chosen}>
          <summary>{fix.another}</summary>
          {others}
        </details>
      )}
    </section>
  );
}

function Choices({ askers, devices, isLeftOut }: Omit<Properties, 'chosen'> & { isLeftOut: (id: string) => boolean }) {
  const asked = askers.devices.filter(({ device_id }) => !isLeftOut(device_id));
  const silent = devices.filter(({ id }) => !isLeftOut(id) && !askers.devices.some(({ device_id }) => device_id === id));
  return (
    <>
      {askers.devices.length === 0 && (
        <Empty>
          {fix.noDevices} {fix.noDevicesText}
        </Empty>
      )}
      <ul class="fix-devices">
        {asked.map((asker) => (
          <Choice key={asker.device_id} id={asker.device_id} devices={devices} more={stopsOf(asker)} />
        ))}
        {silent.map(({ id }) => (
          <Choice key={id} id={id} devices={devices} more={fix.silent} />
        ))}
      </ul>
    </>
  );
}

const Choice = ({ id, devices, more }: { id: string; devices: readonly Device[]; more: string }) => (
  <li>
    <a class="fix-device" href={`/fix?device=${encodeURIComponent(id)}`}>
      <strong>{whomOf({ device: id }, devices)}</strong>
      <span>{more}</span>
    </a>
  </li>
);

const stopsOf = ({ stopped, last_stopped }: Asker): string =>
  last_stopped === null ? fix.noStops : plural(stopped, fix.stops, { age: ago(last_stopped) });
