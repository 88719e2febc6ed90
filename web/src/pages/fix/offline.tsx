import { api } from '../../api/client';
import { useOrder } from '../../api/order';
import type { Device } from '../../api/types';
import { closing, fill } from '../../i18n';
import { fix } from '../../i18n/fix';
import { Refusal } from '../../parts/refusal';
import { calledOf } from '../../parts/whom';
import { now } from '../../shell/clock';
import { refreshStatus } from '../../shell/status';

interface Properties {
  /** What the device is known by, or an address of it; `null` until one is chosen. */
  device: string | null;
  devices: readonly Device[];
  /** Takes what was done, in a sentence. */
  changed: (what: string) => Promise<unknown>;
}

/** That a device is offline by the hours of its group, and the ways out; nothing where it is not. */
export function Offline({ device, devices, changed }: Properties) {
  const order = useOrder();
  const meant = devices.find(({ id, addresses }) => device !== null && (id === device || addresses.includes(device)));
  if (!meant?.offline) return null;
  const { id, offline, group } = meant;
  const slots = { device: calledOf(meant), group: group ?? '', end: offline.until === null ? '' : closing(offline.until, now.value) };
  const pause = () => api.pause({ scope: { device: id }, lasts: '1h' });
  const done = () => Promise.all([refreshStatus(), changed(fill(fix.offlineSaid, slots))]);
  return (
    <section class="card last-resort" aria-labelledby="offline">
      <h2 id="offline">{fill(offline.until === null ? fix.offlineAlways : fix.offline, slots)}</h2>
      <p>{fill(fix.offlineText, slots)}</p>
      <div class="hero-actions">
        <button type="button" class="button button-main" disabled={order.busy} onClick={() => order.run(pause, done)}>
          {fix.offlinePause}
        </button>
        <a class="button" href="/groups">
          {fix.offlineHours}
        </a>
      </div>
      <Refusal failed={order.failed} />
    </section>
  );
}
