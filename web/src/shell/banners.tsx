import type { Status } from '../api/types';
import { fill, moment, relative, t } from '../i18n';
import { now } from './clock';
import { lostSince } from './connection';

/** What must be known before anything on the page is believed. */
export function Banners({ status }: { status: Status | undefined }) {
  const lost = lostSince.value;
  const pause = status?.pauses.find(({ scope }) => scope === 'everyone');
  return (
    <div class="banners" aria-live="polite">
      {status?.demo && (
        <p class="banner banner-demo">
          <strong>{t.app.demo}</strong>
          <span>{t.app.demoText}</span>
        </p>
      )}
      {pause && (
        <p class="banner banner-warning">
          <strong>{t.app.paused}</strong>
          <span>{pause.until === null ? t.app.pausedText : fill(t.app.pausedUntil, { moment: moment(pause.until) })}</span>
        </p>
      )}
      {status && !status.blocking && !pause && (
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
      {lost !== null && (
        <p class="banner banner-failed">
          <strong>{t.app.disconnected}</strong>
          <span>{fill(t.app.disconnectedText, { age: relative(lost, Math.max(now.value, lost)) })}</span>
        </p>
      )}
    </div>
  );
}
