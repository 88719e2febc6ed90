/** The time, for texts such as "3 minutes ago": it moves by itself, so that they stay true. */
import { signal } from '@preact/signals';

import { relative } from '../i18n';
import { whileSeen } from './seen';

export const now = signal(Date.now());

/** How long ago `at` was. The clock here moves in steps: what came since the last one was a moment ago. */
export const ago = (at: number): string => relative(at, Math.max(now.value, at));

whileSeen(() => (now.value = Date.now()), 10_000);
