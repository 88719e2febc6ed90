/** How ponor does, as every page shows it: asked for anew now and then, and after whatever changes it. */
import { signal } from '@preact/signals';

import type { Status } from '../api/types';

/** The newest; `undefined` until it is first known. */
export const status = signal<Status | undefined>(undefined);

let again: () => Promise<void> = async () => {};

/** Whoever asks for it tells how. */
export function askedBy(ask: () => Promise<void>): void {
  again = ask;
}

/** Asks for it anew, after a change. */
export const refreshStatus = (): Promise<void> => again();
