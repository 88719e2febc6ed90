/** Whether the server answers, and whether it knows us. */
import { signal } from '@preact/signals';

import type { ApiError } from '../api/client';
import { location, navigate } from './router';

/** Since when the server has not answered, in milliseconds since 1970 UTC; `null` while it does. */
export const lostSince = signal<number | null>(null);

export function reportSuccess(): void {
  lostSince.value = null;
}

export function reportFailure(error: ApiError): void {
  if (error.reason === 'network') lostSince.value ??= Date.now();
  if (error.reason === 'unauthorized' && location.value.path !== '/login') {
    const back = location.value.path + location.value.search + window.location.hash;
    navigate(`/login?next=${encodeURIComponent(back)}`);
  }
}
