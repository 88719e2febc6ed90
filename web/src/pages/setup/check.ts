/** The check of whether this browser's lookups come to ponor: names that nobody else has are looked up, and ponor tells which of
 * them it was asked for. */
import type { Check } from '../../api/types';
import { isLoopback } from '../../parts/loopback';

/** How many names are looked up; the server knows as many. */
export const NAMES = 12;

/** What a check came to. */
export type Outcome = 'all' | 'here' | 'some' | 'none' | 'forbidden' | 'lost';

/** What the names of a check begin with. */
export const nonceOf = (octets: Uint8Array): string =>
  Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');

export const makeNonce = (): string => nonceOf(crypto.getRandomValues(new Uint8Array(8)));

/** The addresses of a check. Only their names count, which are looked up before anything else is done with them; the page's own
 * scheme, because a page that came by HTTPS may ask for nothing else. */
export const addressesOf = (nonce: string, scheme: string): string[] =>
  Array.from({ length: NAMES }, (_, index) => `${scheme}//${nonce}-${index + 1}.check.ponor.internal/`);

/** What is known after `next` was told too. ponor remembers its latest queries alone, so that a busy one may tell less later. */
export function joined(before: Check | undefined, next: Check): Check {
  if (!before) return next;
  const askers = before.askers.map((asker) => ({ ...asker }));
  for (const asker of next.askers) {
    const known = askers.find(({ device, transport }) => device === asker.device && transport === asker.transport);
    if (known) known.seen = union(known.seen, asker.seen);
    else askers.push(asker);
  }
  return { names: next.names, seen: union(before.seen, next.seen), askers };
}

const union = (one: readonly number[], other: readonly number[]): number[] =>
  [...new Set([...one, ...other])].sort((a, b) => a - b);

export const isWhole = ({ seen, names }: Check): boolean => seen.length >= names;

/** What a check came to that is over; `forbidden`: the browser kept the page from looking anything up. */
export function outcomeOf(check: Check | undefined, forbidden: boolean): Outcome {
  if (!check) return 'lost';
  if (check.seen.length === 0) return forbidden ? 'forbidden' : 'none';
  if (!isWhole(check)) return 'some';
  return check.askers.every(({ device }) => isLoopback(device)) ? 'here' : 'all';
}
