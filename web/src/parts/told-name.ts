/** Names as people are told them. */

/** Second labels under which countries let people register, such as `co` in `co.uk`. */
const SHARED = new Set(['ac', 'co', 'com', 'edu', 'gob', 'gov', 'mil', 'ne', 'net', 'nom', 'or', 'org']);

/**
 * Parts a name before the labels that were probably registered: `metrics.`, `samsung.com`. A guess without the list of
 * public suffixes, good enough for emphasis and for nothing else.
 */
export function splitName(name: string): [below: string, registered: string] {
  if (name === '.') return ['', name];
  const labels = name.replace(/\.$/, '').split('.');
  const last = labels.at(-1) ?? '';
  if (last === 'arpa') return ['', labels.join('.')];
  const shared = last.length === 2 && labels.length > 2 && SHARED.has(labels.at(-2) ?? '');
  const own = labels.slice(shared ? -3 : -2);
  const below = labels.slice(0, labels.length - own.length);
  return [below.map((label) => `${label}.`).join(''), own.join('.')];
}

/** A rule for a name and what is below it as that name, as people give it. */
export const plainName = (rule: string): string => /^\|\|([^*^]+)\^$/.exec(rule)?.[1] ?? rule;
