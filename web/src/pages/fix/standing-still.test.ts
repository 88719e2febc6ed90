import { expect, test } from 'vitest';

import type { Suspect } from '../../api/types';
import { inOrder, standingStill } from './standing-still';

const suspect = (text: string): Suspect => {
  const [name = '', likelihood = 'possible', times = '1'] = text.split(' ');
  return {
    name,
    likelihood: likelihood as Suspect['likelihood'],
    reasons: [],
    times: Number(times),
    first: 0,
    last: 0,
    let_through: null,
    cause: null,
    attribution: null,
    breaks: null,
  };
};
const told = (suspects: Suspect[]) => suspects.map(({ name, likelihood, times }) => `${name} ${likelihood} ${times}`);

test.each<[string, string[], string[], string[], string[]]>([
  ['all that is found first is shown', [], ['a possible 1', 'b unlikely 1'], ['a possible 1', 'b unlikely 1'], []],
  ['a name stays in its place and takes new figures', ['a possible 1', 'b possible 1'], ['b likely 3', 'a possible 1'], ['a possible 1', 'b possible 3'], []],
  ['a new one waits', ['a possible 1'], ['b likely 1', 'a possible 2'], ['a possible 2'], ['b likely 1']],
  ['one that is probably not it has a place', ['a possible 1'], ['a possible 1', 'b unlikely 1'], ['a possible 1', 'b unlikely 1'], []],
  ['where none is in the way, a new one has a place', ['a unlikely 1'], ['b likely 1', 'a unlikely 1'], ['a unlikely 1', 'b likely 1'], []],
  ['what is no longer told stays', ['a possible 4'], [], ['a possible 4'], []],
])('%s', (_, kept, fresh, shown, waiting) => {
  const still = standingStill(kept.map(suspect), fresh.map(suspect));
  expect([told(still.shown), told(still.waiting)]).toEqual([shown, waiting]);
});

test('asked for, all come in the order of today, and what is no longer told behind them', () => {
  const order = inOrder([suspect('a'), suspect('gone')], [suspect('b'), suspect('a')]);
  expect(order.map(({ name }) => name)).toEqual(['b', 'a', 'gone']);
});
