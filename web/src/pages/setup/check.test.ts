import { expect, test } from 'vitest';

import type { Check } from '../../api/types';
import { addressesOf, joined, nonceOf, outcomeOf } from './check';

const all = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

const seenBy = (...askers: [device: string, seen: number[], transport?: 'udp' | 'dot'][]): Check => ({
  names: 12,
  seen: [...new Set(askers.flatMap(([, seen]) => seen))].sort((a, b) => a - b),
  askers: askers.map(([device, seen, transport = 'udp']) => ({ device, device_id: device, device_name: device, transport, seen })),
});

test('a nonce is sixteen digits in lower case, whatever the octets are', () => {
  expect(nonceOf(new Uint8Array([0, 1, 15, 16, 171, 205, 254, 255]))).toBe('00010f10abcdfeff');
});

test('each name is looked up by the scheme of the page', () => {
  const addresses = addressesOf('00010f10abcdfeff', 'https:');
  expect(addresses).toHaveLength(12);
  expect(addresses[0]).toBe('https://00010f10abcdfeff-1.check.ponor.internal/');
  expect(addresses[11]).toBe('https://00010f10abcdfeff-12.check.ponor.internal/');
});

test.each([
  [seenBy(['192.168.1.23', all]), false, 'all'],
  [seenBy(['192.168.1.23', all.slice(0, 7)], ['fd00::23', all.slice(5)]), false, 'all'],
  [seenBy(['127.0.0.1', all]), false, 'here'],
  [seenBy(['127.0.0.1', all.slice(0, 6)], ['::1', all.slice(6)]), false, 'here'],
  [seenBy(['127.0.0.1', all.slice(0, 6)], ['192.168.1.1', all]), false, 'all'],
  [seenBy(['192.168.1.23', all.slice(1)]), false, 'some'],
  [seenBy(['127.0.0.1', [4]]), false, 'some'],
  [seenBy(['192.168.1.23', [4]]), true, 'some'],
  [seenBy(), false, 'none'],
  [seenBy(), true, 'forbidden'],
  [undefined, false, 'lost'],
  [undefined, true, 'lost'],
] as const)('%j, forbidden %j: %s', (check, forbidden, expected) => expect(outcomeOf(check, forbidden)).toBe(expected));

test('what was told once stays, and of whom', () => {
  const [first, second] = [seenBy(['10.0.0.1', [1, 3]]), seenBy(['10.0.0.1', [2]], ['10.0.0.1', [3], 'dot'], ['10.0.0.2', [12]])];
  expect(joined(undefined, first)).toEqual(first);
  expect(joined(first, second)).toEqual(seenBy(['10.0.0.1', [1, 2, 3]], ['10.0.0.1', [3], 'dot'], ['10.0.0.2', [12]]));
  expect(first).toEqual(seenBy(['10.0.0.1', [1, 3]]));
});
