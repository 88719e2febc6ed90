import { api } from '../api/client';
import { useOrder } from '../api/order';
import { useResource } from '../api/resource';
import type { Pause, Status } from '../api/types';
import { fill, t } from '../i18n';
import { Resume, isSame, leftOf } from '../parts/pause';
import { whomOf } from '../parts/whom';
import { ago } from './clock';
import { lostSince } from './connection';

/** What must be known before anything on the page is believed. */
export function Banners({ status }: { status: Status | undefined }) {
  const lost = lostSince.value;
  const pauses = status?.pauses ?? [];
  const everywhere = pauses.some(({ scope }) => scope === 'everyone');
  return (
    <div class="banners" aria-live="polite">
      {status?.demo && (
        <p class="banner banner-demo">
          <strong>{t.app.demo}</strong>
          <span>{t.app.demoText}</span>
        </p>
      )}
      {pauses.length > 0 && <Pauses pauses={pauses} />}
      {status && !status.blocking && !everywhere && (
        <p class="banner banner-warning">
          <strong>{t.app.blockingOff}</strong>
          <span>{t.app.blockingOffText}</span>
        </p>
      )}
      {status?.not_ready.map((reason) => (
        <p class="banner banner-warning" key={reason}>
          <strong>{t.app.notReady}</strong>
          <span>{reason}</span>
        </p>
      ))}
      {status && <Silent servers={status.upstreams} />}
      {lost !== null && (
        <p class="banner banner-failed">
          <strong>{t.app.disconnected}</strong>
          <span>{fill(t.app.disconnectedText, { age: ago(lost) })}</span>
        </p>
      )}
    </div>
  );
}

/** Which of the servers that are asked do not answer. Those that are asked for the addresses of others say so by these. */
function Silent({ servers }: { servers: Status['upstreams'] }) {
  const asked = servers.filter((server) => !server.is_bootstrap);
  const silent = asked.filter(({ state }) => state === 'down');
  if (silent.length === 0) return null;
  const text = silent.length === asked.length ? t.app.allSilent : t.app.someSilent;
  return (
    <p class="banner banner-warning">
      <strong>{fill(t.app.silent, { servers: silent.map(({ server }) => server).join(', ') })}</strong>
      <span>{fill(text, { error: silent[0]?.last_error ?? '' })}</span>
    </p>
  );
}

/** What is let through for a while, and for how long yet. */
function Pauses({ pauses }: { pauses: readonly Pause[] }) {
  const { value: known } = useResource('devices', api.devices);
  const order = useOrder();
  return (
    <>
      {pauses.map((pause) => {
        const whom = whomOf(pause.scope, known?.devices ?? []);
        return (
          <div class="banner banner-warning banner-pause" key={pause.id}>
            <p>
              <strong>{fill(t.pause.paused, { whom })}</strong>{' '}
              {/* Read out when it begins, not again whenever a minute is over. */}
              <span aria-live="off">{leftOf(pause)}</span>
              {pause.scope === 'everyone' && <StillOffline pauses={pauses} />}
            </p>
            <Resume scope={pause.scope} whom={whom} order={order} />
          </div>
        );
      })}
      {order.failed !== null && <p class="banner banner-failed">{order.failed}</p>}
    </>
  );
}

/** How often it is asked which groups are offline. */
const EVERY = 60_000;

/** The groups that are offline by their hours although everyone pauses: that ends with a pause of their own. */
function StillOffline({ pauses }: { pauses: readonly Pause[] }) {
  const { value } = useResource('groups', api.groups, EVERY);
  const isPaused = (group: string) => pauses.some(({ scope }) => isSame(scope, { group }));
  const offline = value?.groups.filter(({ id, hours }) => hours?.offline && !isPaused(id)) ?? [];
  if (offline.length === 0) return null;
  return <span> {fill(t.pause.offline, { groups: offline.map(({ id }) => id).join(', ') })}</span>;
}
