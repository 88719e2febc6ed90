import type { List, ListOffer } from '../../api/types';

/** Whether what is at this address comes with ponor. */
export const isBuiltIn = (source: string): boolean => source.startsWith('builtin:');

/** The list that an offer was taken up as. */
export const takenUp = (offer: ListOffer, lists: List[]): List | undefined =>
  lists.find((list) => list.source === offer.url || list.id === offer.id);

/** Lists about everything first, then those about one company. */
export const generalFirst = (offers: ListOffer[]): ListOffer[] => [
  ...offers.filter(({ vendor }) => vendor === null),
  ...offers.filter(({ vendor }) => vendor !== null),
];
