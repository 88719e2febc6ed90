import { expect, test } from 'vitest';

import { goneLists, idOf, inWords, stated, treatmentOf } from './treatment';

const LISTS = [{ id: 'ads' }, { id: 'games' }];

test.each([
  [true, null, 'all', 'Stopped by all lists'],
  [true, ['ads', 'games'], 'some', 'Stopped by these lists only: ads, games'],
  [true, [], 'some', 'Stopped by own rules only'],
] as const)('blocking %s by %o is told', (blocking, lists, how, words) => {
  const group = { blocking, lists: lists && [...lists] };
  const treatment = treatmentOf(group, LISTS);
  expect([treatment.how, inWords(group)]).toEqual([how, words]);
  expect(stated(treatment)).toEqual(group);
});

test('where nothing is stopped, the lists stay what they were', () => {
  const off = { blocking: false, lists: ['ads'] };
  expect(inWords(off)).toBe('Nothing is stopped');
  expect(stated(treatmentOf(off, LISTS))).toEqual({ blocking: false });
});

test('a list that is gone is told, and left out of what is chosen', () => {
  const group = { blocking: true, lists: ['ads', 'mine'] };
  expect(goneLists(group, LISTS)).toEqual(['mine']);
  expect(stated(treatmentOf(group, LISTS))).toEqual({ blocking: true, lists: ['ads'] });
});

test.each([
  ['kids', 'kids'],
  [' The Kids! ', 'the-kids'],
  ['Gäste', 'gaste'],
  ['Дети', ''],
  ['---', ''],
  ['x'.repeat(80), 'x'.repeat(64)],
  [`${'x'.repeat(63)} y`, 'x'.repeat(63)],
])('%s becomes %s', (name, id) => expect(idOf(name)).toBe(id));
