import { expect, test } from 'vitest';

import { faultOfId, faultOfSource, idFor } from './new-list';

test.each([
  ['https://example.org/list.txt', true],
  ['http://192.168.1.2/hosts', true],
  ['ftp://example.org/list.txt', false],
  ['example.org', false],
  ['javascript:alert(1)', false],
  ['', false],
])('address %s: %s', (source, fine) => expect(faultOfSource(source) === null).toBe(fine));

test.each([
  ['native-xiaomi', true],
  ['Ads', false],
  ['', false],
  ['a'.repeat(65), false],
])('short name %s: %s', (id, fine) => expect(faultOfId(id) === null).toBe(fine));

test('a short name is made from the address, and is not taken', () => {
  expect(idFor('https://example.org/adblock/Native.Xiaomi.txt', [])).toBe('native-xiaomi');
  expect(idFor('https://big.oisd.nl', ['big-oisd-nl'])).toBe('big-oisd-nl-2');
  expect(idFor('nonsense', [])).toBe('');
});
