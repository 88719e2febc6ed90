import { expect, test } from 'vitest';

import type { Device } from '../../api/types';
import { followed, within } from './arriving';

const device = (id: string, queries: number, last_seen: number) => ({ id, name: id, queries, last_seen }) as Device;

test('only asking counts, and only within the minute', () => {
  const first = [device('tv', 5, 100_000), device('lamp', 0, 100_000), device('old', 9, 30_000)];
  const before = followed(undefined, first, 100_000);
  expect(within(before, first, 100_000).map(({ id }) => id)).toEqual(['tv']);
  // The television is only there, the old one asks again, and the lamp for the first time.
  const second = [device('tv', 5, 170_000), device('lamp', 1, 171_000), device('old', 10, 172_000), device('new', 2, 172_500)];
  const after = followed(before, second, 173_000);
  expect(within(after, second, 173_000).map(({ id }) => id)).toEqual(['lamp', 'new', 'old']);
  const third = [device('tv', 6, 230_000), ...second.slice(1)];
  const last = followed(after, third, 231_000);
  expect(within(last, third, 231_000).map(({ id }) => id)).toEqual(['lamp', 'new', 'old', 'tv']);
  expect(within(last, third, 233_000).map(({ id }) => id)).toEqual(['tv']);
});
