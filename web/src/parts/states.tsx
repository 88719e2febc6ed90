/** What stands where nothing is yet, or where something went wrong. */
import type { ComponentChildren } from 'preact';

import type { ApiError } from '../api/client';
import type { Resource } from '../api/resource';
import { fill, t } from '../i18n';
import { Quoted } from '../i18n/rich';

export function Loading({ lines = 3 }: { lines?: number }) {
  return (
    <div class="loading" role="status">
      <span class="visually-hidden">{t.states.loading}</span>
      {Array.from({ length: lines }, (_, line) => (
        <span class="loading-line" key={line} aria-hidden="true" />
      ))}
    </div>
  );
}

export function Failure({ error, retry }: { error: ApiError; retry: () => void }) {
  return (
    <div class="notice notice-failed" role="alert">
      <p>
        <strong>{t.states.failed}</strong> <Quoted text={fill(t.states.reasons[error.reason], { detail: error.detail })} />
      </p>
      <button type="button" class="button" onClick={retry}>
        {t.states.retry}
      </button>
    </div>
  );
}

/** Stands for a resource until it is there. */
export function Waiting({ resource, error, retry }: { resource: unknown; error: ApiError | undefined; retry: () => Promise<void> }) {
  if (resource !== undefined) return null;
  return error ? <Failure error={error} retry={() => void retry()} /> : <Loading />;
}

/** A page whose content is not there yet, under its title. */
export const Unready = ({ title, error, reload }: Pick<Resource<unknown>, 'error' | 'reload'> & { title: string }) => (
  <div class="home">
    <h1 class="headline">{title}</h1>
    {error ? <Failure error={error} retry={() => void reload()} /> : <Loading lines={6} />}
  </div>
);

export const Empty = ({ children }: { children: ComponentChildren }) => <p class="empty">{children}</p>;
