import type { ComponentChildren } from 'preact';

import { api } from '../api/client';
import { type Order, useOrder } from '../api/order';
import type { Pause, Scope } from '../api/types';
import { fill, left, t } from '../i18n';
import { now } from '../shell/clock';
import { refreshStatus } from '../shell/status';
import { PauseIcon, PlayIcon } from './icons';
import { Menu } from './menu';
import { Refusal } from './refusal';

const LASTS = ['5m', '30m', '1h', 'until_tomorrow', 'forever'] as const;

/** Whether both are for the same devices. */
export const isSame = (one: Scope, other: Scope) => JSON.stringify(one) === JSON.stringify(other);

/** Stops nothing for a while, or goes on; for whom is told by `whom`. */
export function PauseButton({ scope, whom, pauses }: { scope: Scope; whom: string; pauses: readonly Pause[] }) {
  const order = useOrder();
  const paused = pauses.some((pause) => isSame(pause.scope, scope));
  return (
    <div class="pause-button">
      {paused ? <Resume scope={scope} whom={whom} order={order} /> : <Choices scope={scope} whom={whom} order={order} />}
      <Refusal failed={order.failed} />
    </div>
  );
}

function Choices({ scope, whom, order }: { scope: Scope; whom: string; order: Order }) {
  const title = fill(t.pause.title, { whom });
  return (
    <Menu face={<Face icon={<PauseIcon />} words={t.pause.pause} whom={whom} />} label={title}>
      {(close) => (
        <>
          <p>{title}</p>
          {LASTS.map((lasts) => (
            <button
              key={lasts}
              type="button"
              class="button button-quiet"
              disabled={order.busy}
              onClick={() => {
                close();
                order.run(() => api.pause({ scope, lasts }), refreshStatus);
              }}
            >
              {t.pause.lasts[lasts]}
            </button>
          ))}
        </>
      )}
    </Menu>
  );
}

/** Ends a pause. */
export function Resume({ scope, whom, order }: { scope: Scope; whom: string; order: Order }) {
  return (
    <button type="button" class="button" disabled={order.busy} onClick={() => order.run(() => api.resume(scope), refreshStatus)}>
      <Face icon={<PlayIcon />} words={t.pause.resume} whom={whom} />
    </button>
  );
}

/** What a button says; where there is no room, or where it is clear, only the verb is seen. */
const Face = ({ icon, words, whom }: { icon: ComponentChildren; words: typeof t.pause.pause; whom: string }) => (
  <>
    {icon}
    <span>
      {words.verb}
      <span class="pause-what"> {words.what}</span>
      <span class="pause-whom"> {fill(t.pause.whom, { whom })}</span>
    </span>
  </>
);

/** How much of a pause is left, in words. */
export const leftOf = ({ until }: Pause): string =>
  until === null ? t.pause.endless : fill(t.pause.left, { time: left(until, now.value) });
