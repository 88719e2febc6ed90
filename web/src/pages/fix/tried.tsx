import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import { api } from '../../api/client';
import type { Order } from '../../api/order';
import type { Exception, Suspect } from '../../api/types';
import { clock, fill } from '../../i18n';
import { fix } from '../../i18n/fix';
import { VerdictIcon } from '../../parts/icons';
import { now } from '../../shell/clock';
import { byOf, termOf } from './in-words';
import { letsThrough, takeBack } from './orders';

/** What was decided before an exception was made may be told a moment after it, in milliseconds. */
const LATE = 1500;

interface Properties {
  suspect: Suspect;
  exception: Exception;
  device: { id: string; name: string };
  order: Order;
  changed: (what: string) => Promise<void>;
  say: (what: string) => void;
  tookBack: () => void;
}

/** A name that is let through now: whether it was asked for again, and whether that helped. */
export function Tried({ suspect, exception, device, order, changed, say, tookBack }: Properties) {
  const [settled, setSettled] = useState(false);
  const { name, let_through: through } = suspect;
  const slots = { device: device.name, name };
  const isThrough = through !== null;
  useEffect(() => {
    if (isThrough) say(fill(fix.throughSaid, slots));
  }, [isThrough]);
  const keep = (scope: Exception['scope']) =>
    order.run(() => api.except({ action: 'allow', name, lasts: 'forever', scope }), () => changed(fill(fix.keptSaid, slots)));
  const back = () =>
    order.run(
      () => takeBack((made) => letsThrough(made, name, device.id)),
      () => {
        tookBack();
        return changed(fill(fix.backSaid, slots));
      },
    );
  const takeBackButton = <Choice word={fix.takeBack} busy={order.busy} act={back} />;
  if (settled || exception.until === null) return <Kept exception={exception} device={device.name}>{takeBackButton}</Kept>;
  const settle = () => {
    setSettled(true);
    say(fill(fix.keptSaid, slots));
    requestAnimationFrame(goOn);
  };
  return (
    <div class="tried">
      <Watched suspect={suspect} exception={exception} device={device.name} />
      <div class="tried-choices" role="group" aria-label={fix.works}>
        <strong>{fix.works}</strong>
        <Choice word={fix.keep} busy={order.busy} act={settle} />
        <Choice word={fix.forGood} busy={order.busy} act={() => keep({ device: device.id })} />
        {suspect.cause?.source !== 'offline' && <Choice word={fix.forAll} busy={order.busy} act={() => keep('everyone')} />}
      </div>
      <div class="tried-choices" role="group" aria-label={fix.broken}>
        <strong>{fix.broken}</strong>
        {takeBackButton}
        <Choice word={fix.next} busy={order.busy} act={settle} />
      </div>
    </div>
  );
}

/** Whether the device asked for it since it may. */
function Watched({ suspect: { let_through: through, last, cause }, exception, device }: { suspect: Suspect; exception: Exception; device: string }) {
  if (through !== null) {
    return (
      <p class="tried-through">
        <VerdictIcon verdict="allowed" />
        {fill(fix.through, { device, time: clock(through) })}
      </p>
    );
  }
  if (last > exception.made + LATE) {
    return <p>{fill(fix.stillStopped, { device, time: clock(last), by: byOf(cause) })}</p>;
  }
  return (
    <p>
      <strong>{fill(fix.tryNow, { device })}</strong> {fix.waiting}
    </p>
  );
}

/** A name about which all is decided. */
function Kept({ exception, device, children }: { exception: Exception; device: string; children: ComponentChildren }) {
  const told = exception.scope === 'everyone' ? fix.kept.everyone : fix.kept.device;
  return (
    <div class="tried-choices">
      <p class="tried-through">
        <VerdictIcon verdict="allowed" />
        {fill(told, { device, term: termOf(exception.until, now.value) })}
      </p>
      {children}
    </div>
  );
}

const Choice = ({ word, busy, act }: { word: string; busy: boolean; act: () => void }) => (
  <button type="button" class="button" disabled={busy} onClick={act}>
    {word}
  </button>
);

/** Whoever goes by the keyboard goes on with the next name, or with what is left when there is none. */
function goOn(): void {
  document.querySelector<HTMLElement>('.suspect-open .button, .last-resort .button')?.focus();
}
