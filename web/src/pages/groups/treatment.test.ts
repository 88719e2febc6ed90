import { expect, test } from 'vitest';

import { goneLists, idOf, inWords, stated, treatmentOf } from './treatment';

const LISTS = [{ id: 'ads' }, { id: 'games' }];

test.each([
  [true, null, 'all', 'Stopped by all lists'],
  [true, ['ads', 'games'], 'some', 'Stopped by these lists only: ads, games'],
  [true, [], 'some', 'Stopped by own rules only'],
] as const)('blocking %s by %o is told', (blocking, lists, how, words) => {
  const group = { blocking, lists: lists && [...lists], safe_search: null };
  const treatment = treatmentOf(group, LISTS);
  expect([treatment.how, inWords(group)]).toEqual([how, words]);
  expect(stated(treatment)).toEqual(group);
});

test('where nothing is stopped, the lists stay what they were', () => {
  const off = { blocking: false, lists: ['ads'], safe_search: null };
  expect(inWords(off)).toBe('Nothing is stopped');
  expect(stated(treatmentOf(off, LISTS))).toEqual({ blocking: false, safe_search: null });
});

test('a list that is gone is told, and left out of what is chosen', () => {
  const group = { blocking: true, lists: ['ads', 'mine'], safe_search: null };
  expect(goneLists(group, LISTS)).toEqual(['mine']);
  expect(stated(treatmentOf(group, LISTS))).toEqual({ blocking: true, lists: ['ads'], safe_search: null });
});

test.each([
  [null, 'usual'],
  ['off', 'off'],
  ['moderate', 'moderate'],
  ['strict', 'strict'],
] as const)('safe search %s is chosen as %s, whatever is stopped', (safe_search, search) => {
  for (const blocking of [true, false]) {
    const treatment = treatmentOf({ blocking, lists: null, safe_search }, LISTS);
    expect(treatment.search).toBe(search);
    expect(stated(treatment).safe_search).toBe(safe_search);
  }
});

test('safe search is told where it is not as for all other devices', () => {
  const off = { blocking: false, lists: null };
  expect(inWords({ ...off, safe_search: null })).toBe('Nothing is stopped');
  expect(inWords({ ...off, safe_search: 'off' })).toBe('Nothing is stopped · Safe search is off');
  expect(inWords({ ...off, safe_search: 'moderate' })).toBe('Nothing is stopped · Safe search is on, milder on YouTube');
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
