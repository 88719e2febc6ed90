import { expect, test } from 'vitest';

import type { List, ListOffer } from '../../api/types';
import { generalFirst, takenUp } from './offered';

const offer = (id: string, vendor: string | null): ListOffer => ({
  id,
  vendor,
  title: id,
  url: `https://lists.example/${id}`,
  licence: null,
  remark: null,
});
const list = (id: string, source: string) => ({ id, source }) as List;

test('general lists are offered first', () => {
  const offers = [offer('acme', 'Acme'), offer('all', null), offer('bolt', 'Bolt'), offer('more', null)];
  expect(generalFirst(offers).map(({ id }) => id)).toEqual(['all', 'more', 'acme', 'bolt']);
});

test('an offer was taken up under any name, or its name is taken', () => {
  const [mine, other] = [list('mine', 'https://lists.example/all'), list('bolt', 'builtin:bolt')];
  expect(takenUp(offer('all', null), [other, mine])).toBe(mine);
  expect(takenUp(offer('bolt', 'Bolt'), [other, mine])).toBe(other);
  expect(takenUp(offer('acme', 'Acme'), [other, mine])).toBeUndefined();
});
