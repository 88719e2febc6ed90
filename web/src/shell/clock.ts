/** The time, for texts such as "3 minutes ago": it moves by itself, so that they stay true. */
import { signal } from '@preact/signals';

import { whileSeen } from './seen';

export const now = signal(Date.now());

whileSeen(() => (now.value = Date.now()), 10_000);
