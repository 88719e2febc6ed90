/** How a group is treated: as the server states it, as people choose it, and in words. */
import type { Group, List } from '../../api/types';
import { fill } from '../../i18n';
import { groups } from '../../i18n/groups';

export type How = keyof typeof groups.hows;
export type Search = keyof typeof groups.searches;

/** What is chosen: what is stopped for the devices, by which lists where it is by some, and whether they search safely. */
export interface Treatment {
  how: How;
  lists: readonly string[];
  search: Search;
}

type Stated = Pick<Group, 'blocking' | 'lists' | 'safe_search'>;

/** What is chosen for a group, of the lists that there are. */
export function treatmentOf({ blocking, lists: stated, safe_search: safely }: Stated, all: readonly Pick<List, 'id'>[]): Treatment {
  const lists = (stated ?? []).filter((id) => all.some((list) => list.id === id));
  const search = safely ?? 'usual';
  if (!blocking) return { how: 'nothing', lists, search };
  return { how: stated === null ? 'all' : 'some', lists, search };
}

/** The lists of a group that are not there any more. */
export const goneLists = ({ lists }: Pick<Group, 'lists'>, all: readonly Pick<List, 'id'>[]): string[] =>
  (lists ?? []).filter((id) => !all.some((list) => list.id === id));

/** What is sent. Where nothing is stopped, the lists stay what they were. */
export function stated({ how, lists, search }: Treatment): Partial<Stated> {
  const safe_search = search === 'usual' ? null : search;
  if (how === 'nothing') return { blocking: false, safe_search };
  return { blocking: true, lists: how === 'some' ? [...lists] : null, safe_search };
}

export function inWords({ safe_search: safely, ...stated }: Stated): string {
  const stopped = stoppedInWords(stated);
  return safely === null ? stopped : `${stopped} · ${groups.searched[safely]}`;
}

function stoppedInWords({ blocking, lists }: Pick<Stated, 'blocking' | 'lists'>): string {
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
