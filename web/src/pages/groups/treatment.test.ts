import { expect, test } from 'vitest';

import { idOf, inWords, stated, treatmentOf } from './treatment';

test.each([
  [true, null, 'all', 'Stopped by all lists'],
  [true, ['ads', 'games'], 'some', 'Stopped by these lists only: ads, games'],
  [true, [], 'some', 'Stopped by own rules only'],
] as const)('blocking %s by %o is told', (blocking, lists, how, words) => {
  const group = { blocking, lists: lists && [...lists] };
  const treatment = treatmentOf(group);
  expect([treatment.how, inWords(group)]).toEqual([how, words]);
  expect(stated(treatment)).toEqual(group);
});

test('where nothing is stopped, the lists stay what they were', () => {
  const off = { blocking: false, lists: ['ads'] };
  expect(inWords(off)).toBe('Nothing is stopped');
  expect(stated(treatmentOf(off))).toEqual({ blocking: false });
});

test.each([
  ['kids', 'kids'],
  [' The Kids! ', 'the-kids'],
  ['Gäste', 'g-ste'],
  ['---', ''],
  ['x'.repeat(80), 'x'.repeat(64)],
])('%s becomes %s', (name, id) => expect(idOf(name)).toBe(id));
