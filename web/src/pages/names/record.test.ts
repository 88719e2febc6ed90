import { expect, test } from 'vitest';

import { leads, partsOf, recordOf } from './record';

test('a record is read with and without its lifetime', () => {
  expect(partsOf('nas.home.arpa A 192.168.1.5')).toEqual({ name: 'nas.home.arpa', type: 'A', data: '192.168.1.5' });
  expect(partsOf('a.lan 300 TXT "two words"')).toEqual({ name: 'a.lan', type: 'TXT', data: '"two words"' });
  expect(partsOf('nonsense').name).toBe('nonsense');
});

test('only addresses and aliases are where a name leads to', () => {
  const leading = ['a A 10.0.0.1', 'a AAAA fd00::1', 'a CNAME b', 'a MX 1 b'].map((record) => leads(partsOf(record)));
  expect(leading).toEqual([true, true, true, false]);
});

test('the type follows from what the name leads to', () => {
  expect(recordOf(' nas.home.arpa', '192.168.1.5 ')).toBe('nas.home.arpa A 192.168.1.5');
  expect(recordOf('nas.home.arpa', 'fd00::5')).toBe('nas.home.arpa AAAA fd00::5');
  expect(recordOf('www.home.arpa', 'nas.home.arpa')).toBe('www.home.arpa CNAME nas.home.arpa');
  // What is no address is for the server to refuse, which says why.
  expect(recordOf('nas.home.arpa', '192.168.1')).toBe('nas.home.arpa A 192.168.1');
});
