/** How a group is treated: as the server states it, as people choose it, and in words. */
import type { Group, List } from '../../api/types';
import { fill } from '../../i18n';
import { groups } from '../../i18n/groups';

export type How = keyof typeof groups.hows;

/** What is chosen: what is stopped for the devices, and by which lists where it is by some. */
export interface Treatment {
  how: How;
  lists: readonly string[];
}

type Stated = Pick<Group, 'blocking' | 'lists'>;

/** What is chosen for a group, of the lists that there are. */
export function treatmentOf({ blocking, lists: stated }: Stated, all: readonly Pick<List, 'id'>[]): Treatment {
  const lists = (stated ?? []).filter((id) => all.some((list) => list.id === id));
  if (!blocking) return { how: 'nothing', lists };
  return { how: stated === null ? 'all' : 'some', lists };
}

/** The lists of a group that are not there any more. */
export const goneLists = ({ lists }: Pick<Group, 'lists'>, all: readonly Pick<List, 'id'>[]): string[] =>
  (lists ?? []).filter((id) => !all.some((list) => list.id === id));

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

/** The id of a group that somebody calls so: `The Kids` gives `the-kids`, and nothing is left of other scripts. */
export const idOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, '-')
    .slice(0, 64)
    .replaceAll(/^-+|-+$/g, '');
