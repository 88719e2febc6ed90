import { expect, test } from 'vitest';

import type { Exception } from '../../api/types';
import { exceptionFor, madeLately } from './orders';

const NOW = 10_000_000;
const exception = (id: number, scope: Exception['scope'], more: Partial<Exception> = {}): Exception => ({
  id,
  action: 'allow',
  rule: '||a.example^',
  scope,
  made: NOW - 1000,
  until: NOW,
  afterwards: null,
  ...more,
});

test('what lets a name through is found, what is for all devices first', () => {
  const check = (exceptions: Exception[], expected: number | undefined) =>
    expect(exceptionFor(exceptions, 'a.example', 'tv')?.id).toBe(expected);
  check([], undefined);
  check([exception(1, { device: 'tv' })], 1);
  check([exception(1, { device: 'phone' })], undefined);
  check([exception(1, { group: 'tv' })], undefined);
  check([exception(1, { device: 'tv' }, { action: 'block' })], undefined);
  check([exception(1, { device: 'tv' }, { rule: '||b.example^' })], undefined);
  check([exception(2, { device: 'tv' }), exception(1, 'everyone')], 1);
});

test('what was made long ago, or for others, is not taken back', () => {
  const made = [
    exception(1, { device: 'tv' }),
    exception(2, 'everyone'),
    exception(3, { device: 'phone' }),
    exception(4, { device: 'tv' }, { made: NOW - 3_700_000 }),
    exception(5, 'everyone', { action: 'block' }),
  ];
  expect(madeLately(made, 'tv', NOW).map(({ id }) => id)).toEqual([1, 2]);
});
