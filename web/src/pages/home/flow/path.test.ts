import { expect, test } from 'vitest';

import { type At, type Looked, hasNode, next, pathOf } from './path';
import { sample } from './sample';

const nodes = ([0, 1, 2] as const).flatMap((column) => [0, 1, 2].map((place): At => ({ column, place })));

test.each<[string, Looked, string, string]>([
  ['a device', { column: 0, place: 0 }, '00 10 12 20 21 22', '0>0 0>2 | 0>1 2>0 2>2'],
  ['a company', { column: 1, place: 0 }, '00 01 10 21', '0>0 1>0 | 0>1'],
  ['a company in two countries', { column: 1, place: 2 }, '00 01 12 20 22', '0>2 1>2 | 2>0 2>2'],
  ['a country', { column: 2, place: 0 }, '00 01 02 11 12 20', '0>2 1>1 1>2 2>1 | 1>0 2>0'],
  ['what runs from a device to a company', { step: 0, from: 1, to: 0 }, '01 10 21', '1>0 | 0>1'],
  ['what runs from a company to a country', { step: 1, from: 2, to: 0 }, '00 01 12 20', '0>2 1>2 | 2>0'],
  ['what is gone', { column: 0, place: 7 }, '', ' | '],
])('%s shows what runs through it', (_, looked, shown, links) => {
  const path = pathOf(sample, looked);
  expect(nodes.filter((at) => hasNode(path, at)).map(({ column, place }) => `${column}${place}`).join(' ')).toBe(shown);
  expect(path.map((step) => step.map(({ from, to }) => `${from}>${to}`).join(' ')).join(' | ')).toBe(links);
});

test.each<[At, string, At | undefined]>([
  [{ column: 0, place: 0 }, 'ArrowUp', { column: 0, place: 0 }],
  [{ column: 0, place: 0 }, 'ArrowDown', { column: 0, place: 1 }],
  [{ column: 0, place: 2 }, 'ArrowDown', { column: 0, place: 2 }],
  [{ column: 0, place: 1 }, 'ArrowRight', { column: 1, place: 1 }],
  [{ column: 1, place: 1 }, 'ArrowLeft', { column: 0, place: 1 }],
  [{ column: 1, place: 0 }, 'ArrowLeft', { column: 0, place: 0 }],
  [{ column: 1, place: 2 }, 'ArrowRight', { column: 2, place: 0 }],
  [{ column: 2, place: 1 }, 'ArrowLeft', { column: 1, place: 0 }],
  [{ column: 0, place: 1 }, 'ArrowLeft', { column: 0, place: 1 }],
  [{ column: 2, place: 1 }, 'ArrowRight', { column: 2, place: 1 }],
  [{ column: 1, place: 1 }, 'Home', { column: 1, place: 0 }],
  [{ column: 1, place: 1 }, 'End', { column: 1, place: 2 }],
  [{ column: 1, place: 1 }, 'a', undefined],
])('from %j the key %s leads to %j', (at, key, expected) => {
  expect(next(sample, at, key)).toEqual(expected);
});
