import { expect, test } from 'vitest';

import { bucketsOf, busiest, hourly } from './buckets';

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

test('the table has a row an hour, or one each ten minutes when the range is short', () => {
  expect(hourly(bucketsOf({ series: series(1440) }))).toHaveLength(24);
  expect(hourly(bucketsOf({ series: series(60) }))).toHaveLength(6);
});

test('the busiest stretch is the one with most lookups of both kinds', () => {
  const stretches = [
    { at: 1, through: 5, stopped: 0 },
    { at: 2, through: 3, stopped: 4 },
  ];
  expect(busiest(stretches)?.at).toBe(2);
  expect(busiest([])).toBeUndefined();
});
