/** How a group is treated: as the server states it, as people choose it, and in words. */
import type { Group } from '../../api/types';
import { fill } from '../../i18n';
import { groups } from '../../i18n/en-groups';

export type How = keyof typeof groups.hows;

/** What is chosen: what is stopped for the devices, and by which lists where it is by some. */
export interface Treatment {
  how: How;
  lists: readonly string[];
}

type Stated = Pick<Group, 'blocking' | 'lists'>;

export function treatmentOf({ blocking, lists }: Stated): Treatment {
  if (!blocking) return { how: 'nothing', lists: lists ?? [] };
  return { how: lists === null ? 'all' : 'some', lists: lists ?? [] };
}

/** What is sent. Where nothing is stopped, the lists stay what they were. */
export function stated({ how, lists }: Treatment): Partial<Stated> {
  if (how === 'nothing') return { blocking: false };
  return { blocking: true, lists: how === 'some' ? [...lists] : null };
}

export function inWords({ blocking, lists }: Stated): string {
  if (!blocking) return groups.treated.nothing;
  if (lists === null) return groups.treated.all;
  return lists.length === 0 ? groups.treated.noList : fill(groups.treated.some, { lists: lists.join(', ') });
}

/** The id of a group that somebody calls so: `The Kids` gives `the-kids`. */
export const idOf = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 64);
