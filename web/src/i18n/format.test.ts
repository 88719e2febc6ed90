import { describe, expect, test } from 'vitest';

import { country, duration, fill, left, plural, relative, share } from './format';
import { t } from './texts';

describe('share', () => {
  test.each([
    [0, 0, '0%'],
    [0, 10, '0%'],
    [1, 100_000, '< 0.1%'],
    [1, 30, '3.3%'],
    [314, 1000, '31%'],
    [10, 10, '100%'],
    [99_999, 100_000, '99.9%'],
    [996, 1000, '99.6%'],
    [99, 100, '99%'],
  ])('%d of %d is %s', (part, whole, text) => expect(share(part, whole)).toBe(text));
});

describe('relative', () => {
  const now = Date.UTC(2026, 0, 2, 12);
  test.each([
    [-3_000, 'just now'],
    [-61_000, '1 minute ago'],
    [-3 * 3_600_000, '3 hours ago'],
    [-26 * 3_600_000, 'yesterday'],
    [-50 * 3_600_000, '2 days ago'],
    [30_000, 'in 1 minute'],
    [5 * 3_600_000, 'in 5 hours'],
  ])('%d ms away is %s', (distance, text) => expect(relative(now + distance, now)).toBe(text));
});

describe('duration', () => {
  test.each([
    [400, '0.4 ms'],
    [23_400, '23 ms'],
    [1_240_000, '1.2 sec'],
  ])('%d us is %s', (micros, text) => expect(duration(micros)).toBe(text));
});

test('a count takes the form of its language', () => {
  expect(plural(1, { one: 'one', other: 'many' })).toBe('one');
  expect(plural(0, { one: 'one', other: 'many' })).toBe('many');
  expect(plural(3, { other: '{n} of {all}' }, { all: 5 })).toBe('3 of 5');
  expect([1, 2, 3, 1438].map((times) => plural(times, t.words.times))).toEqual(['once', 'twice', '3 times', '1,438 times']);
});

test('a slot without a value stays visible', () => {
  expect(fill('{a} and {b}', { a: 1 })).toBe('1 and {b}');
});

test('a country that is none shows its code', () => {
  expect([country('CN'), country('??')]).toEqual(['China', '??']);
});

test.each([
  [-5000, 'less than a minute'],
  [59_000, 'less than a minute'],
  [60_000, '1 minute'],
  [5 * 60_000 + 9000, '5 minutes'],
  [60 * 60_000, '60 minutes'],
  [25 * 3_600_000, '25 hours'],
])('what is left of %i ms: %s', (distance, expected) => expect(left(1_000_000 + distance, 1_000_000)).toBe(expected));
