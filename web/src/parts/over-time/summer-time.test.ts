import { expect, test, vi } from 'vitest';

vi.hoisted(() => vi.stubEnv('TZ', 'Europe/Berlin'));

import { spot } from '../../i18n';
import { stepOf, tabled } from './buckets';

const HOUR = 3_600_000;
const stretches = (from: string, count: number, length: number) =>
  Array.from({ length: count }, (_, index) => ({ at: Date.parse(from) + index * length, through: 1, stopped: 0 }));

test('each hour of a day on which clocks are set is told otherwise', () => {
  const check = (from: string, named: boolean) => {
    const table = tabled(stretches(from, 24, HOUR));
    const told = table.map(({ at }) => spot(at, 24 * HOUR, stepOf(table)));
    expect(new Set(told).size).toBe(24);
    expect(told.some((text) => /[A-Z]{3}/.test(text))).toBe(named);
  };
  // The hour from 2 comes twice.
  check('2026-10-24T11:00Z', true);
  // A day later it is an hour later already.
  check('2026-03-28T10:00Z', true);
  check('2026-07-01T10:00Z', false);
});

test('a row of a month is called by the day of which it holds most', () => {
  const check = (zone: string, first: string) => {
    vi.stubEnv('TZ', zone);
    const table = tabled(stretches('2026-08-08T00:00Z', 60, 12 * HOUR));
    const [, second] = table;
    expect(new Date(second?.at ?? 0).toString()).toContain(first);
    expect(table.every(({ at }) => new Date(at).getHours() < 12 || at === table[0]?.at)).toBe(true);
  };
  check('Europe/Berlin', 'Aug 09 2026 02:00');
  check('America/Santiago', 'Aug 08 2026 08:00');
  check('America/Los_Angeles', 'Aug 08 2026 05:00');
});
