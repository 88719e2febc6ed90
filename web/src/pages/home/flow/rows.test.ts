import { expect, test } from 'vitest';

import type { Flow } from '../../../api/types';
import { rowsOf } from './rows';
import { sample } from './sample';

const TIME = 'since:2026-11-22T20:00:00Z until:2026-11-23T20:10:00.501Z';

const read = (address: string | undefined) => {
  if (address === undefined) return undefined;
  const { pathname, searchParams } = new URL(address, 'http://ponor');
  return [pathname, searchParams.get('device'), searchParams.get('filter')];
};

test.each<[string, Parameters<typeof rowsOf>[1], string | undefined, string | null, string]>([
  ['a device', { 0: 0 }, undefined, '10.0.0.1', ''],
  ['a company in quotes', { 1: 1 }, undefined, null, ' vendor:"Say \\"Hi\\" \\\\ Co"'],
  ['a country', { 2: 0 }, undefined, null, ' country:"US"'],
  ['what one stopped', { 0: 0, 1: 0 }, 'stopped', '10.0.0.1', ' vendor:"Samsung" stopped'],
  ['the rest is none of the others', { 0: 2, 1: 1 }, undefined, null, ' -device:"10.0.0.1" -device:"10.0.0.2" vendor:"Say \\"Hi\\" \\\\ Co"'],
  ['so is what is not known', { 1: 2, 2: 2 }, undefined, null, ' vendor:"Tuya" -country:"US" -country:"KR"'],
])('%s leads to its lookups', (_, places, only, device, terms) => {
  expect(read(rowsOf(sample, places, only))).toEqual(['/activity', device, `class:block class:mixed${terms} ${TIME}`]);
});

test('where two nodes are none of the others, nobody knows which is which', () => {
  const both: Flow = { ...sample, countries: [...sample.countries, { key: null, label: '3 others', others: 3, queries: 1, stopped: 0 }] };
  expect(rowsOf(both, { 2: 2 })).toBeUndefined();
  expect(rowsOf(both, { 2: 3 })).toBeUndefined();
  expect(rowsOf(both, { 2: 1 })).toContain('KR');
});
