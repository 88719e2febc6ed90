import { expect, test } from 'vitest';

import { spot } from '../../i18n';
import { bucketsOf, busiest, finished, stepOf, tabled } from './buckets';

const MINUTE = 60_000;
const none = { allowed: 0, cached: 0, local: 0, failed: 0 };
const series = (length: number) =>
  Array.from({ length }, (_, index) => ({ at: index * MINUTE, queries: 3, stopped: 1, ...none }));
const sum = (stretches: { through: number; stopped: number }[]) =>
  stretches.reduce((all, { through, stopped }) => all + through + stopped, 0);

test('a long series is added up, and nothing is lost', () => {
  const drawn = bucketsOf({ series: series(1440) });
  expect(drawn.length).toBeLessThanOrEqual(96);
  expect(sum(drawn)).toBe(1440 * 3);
  expect(drawn[1]?.at).toBe(15 * MINUTE);
});

test('a short series is drawn as it is', () => {
  expect(bucketsOf({ series: series(60) })).toHaveLength(60);
});

test('what failed was not answered', () => {
  const [stretch] = bucketsOf({ series: [{ at: 0, queries: 9, stopped: 3, allowed: 4, cached: 0, local: 0, failed: 2 }] });
  expect(stretch).toEqual({ at: 0, through: 4, stopped: 3 });
});

test('the stretch that still goes on is not drawn, unless nothing came before it', () => {
  const stretches = [0, 1, 2].map((at) => ({ at, through: 1, stopped: 0 }));
  expect(finished(stretches, 2.5)).toHaveLength(2);
  expect(finished(stretches, 3)).toHaveLength(3);
  expect(finished([{ at: 0, through: 0, stopped: 0 }, { at: 1, through: 1, stopped: 0 }], 1.5)).toHaveLength(2);
  expect(finished([], 1)).toEqual([]);
});

test('the table has few rows, and each is told otherwise', () => {
  // As many stretches of so many minutes as the server tells of each range.
  const check = (stretches: number, minutes: number, rows: number) => {
    const length = (stretches - 1) * minutes * MINUTE;
    const start = 20_753 * 24 * 60;
    const drawn = bucketsOf({ series: series(stretches).map((one, index) => ({ ...one, at: (start + index * minutes) * MINUTE })) });
    const table = tabled(drawn);
    expect(table).toHaveLength(rows);
    expect(new Set(table.map(({ at }) => spot(at, length, stepOf(table)))).size).toBe(rows);
    expect(new Set(drawn.map(({ at }) => spot(at, length, stepOf(drawn)))).size).toBe(drawn.length);
  };
  check(60, 1, 6);
  check(1440, 1, 24);
  check(56, 180, 28);
  check(60, 720, 30);
  check(53, 7 * 24 * 60, 53);
});

test('the busiest stretch is the one with most lookups of both kinds', () => {
  const stretches = [
    { at: 1, through: 5, stopped: 0 },
    { at: 2, through: 3, stopped: 4 },
  ];
  expect(busiest(stretches)?.at).toBe(2);
  expect(busiest([])).toBeUndefined();
});
