import { expect, test } from 'vitest';

import { cut } from './type';

test.each([
  ['television', 10, 'television'],
  ['television', 9, 'televisi…'],
  ['living room', 8, 'living…'],
  ['television', 0, '…'],
  ['', 0, ''],
  ['😀😀😀', 2, '😀…'],
])('%s in %i letters is %s', (text, room, expected) => {
  expect(cut(text, room, (text) => Array.from(text).length)).toBe(expected);
});
