import { api } from '../../api/client';
import { useOrder } from '../../api/order';
import type { Device, Exception } from '../../api/types';
import { fill } from '../../i18n';
import { fix } from '../../i18n/fix';
import { Resume, leftOf } from '../../parts/pause';
import { plainName } from '../../parts/told-name';
import { Refusal } from '../../parts/refusal';
import { whomOf } from '../../parts/whom';
import { now } from '../../shell/clock';
import { refreshStatus, status } from '../../shell/status';
import { termOf } from './in-words';
import { madeLately, takeBack } from './orders';

interface Properties {
  device: { id: string; name: string };
  devices: readonly Device[];
  exceptions: Exception[];
  /** Whether any name was there to try. */
  hasNames: boolean;
  /** Takes what was done, in a sentence. */
  changed: (what: string) => Promise<void>;
}

/** When no name was the one: a while without any stopping tells whether it is ponor at all. And the way back from everything. */
export function LastResort({ device, devices, exceptions, hasNames, changed }: Properties) {
  const order = useOrder();
  const scope = { device: device.id };
  const pause = status.value?.pauses.find(({ scope }) => typeof scope === 'object' && 'device' in scope && scope.device === device.id);
  const done = (what: string) => Promise.all([refreshStatus(), changed(what)]);
  const takeAllBack = async () => {
    await takeBack((exception) => madeLately([exception], device.id, Date.now()).length > 0);
    if (pause) await api.resume(scope);
  };
  const made = [
    ...madeLately(exceptions, device.id, now.value).map((exception) => ({ ...exception, what: plainName(exception.rule) })),
    ...(pause ? [{ ...pause, what: fix.everything }] : []),
  ];
  return (
    <section class="card last-resort" aria-labelledby="none">
      <h2 id="none">{hasNames ? fix.none : fix.broke}</h2>
      {pause ? (
        <>
          <p class="fix-head">{fill(fix.paused, { device: device.name, left: leftOf(pause) })}</p>
          <p>
            <strong>{fix.works}</strong> {fix.pausedWorks}
          </p>
          <Resume scope={scope} whom={device.name} order={order} />
          <p>
            <strong>{fix.broken}</strong> {fix.pausedBroken}
          </p>
        </>
      ) : (
        <>
          <p>{fill(fix.noneText, { device: device.name })}</p>
          <button
            type="button"
            class="button"
            disabled={order.busy}
            onClick={() => order.run(() => api.pause({ scope, lasts: '5m' }), () => done(fill(fix.pausedSaid, { device: device.name })))}
          >
            {fix.pause}
          </button>
        </>
      )}
      {made.length > 0 && (
        <div class="fix-made">
          <h3>{fix.made}</h3>
          <ul>
            {made.map(({ id, what, scope, until }) => (
              <li key={id}>{fill(fix.madeFor, { what, whom: whomOf(scope, devices), term: termOf(until, now.value) })}</li>
            ))}
          </ul>
          <button type="button" class="button" disabled={order.busy} onClick={() => order.run(takeAllBack, () => done(fix.allBackSaid))}>
            {fix.takeAllBack}
          </button>
        </div>
      )}
      <Refusal failed={order.failed} />
    </section>
  );
}
