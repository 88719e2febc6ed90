/** The rows of the live list: which are shown, which wait, and which belong together. */
import type { Row, Verdict } from '../../api/types';

export interface Filter {
  /** What the device is known by, or one of its addresses. */
  device: string | null;
  verdict: Verdict | null;
  name: string | null;
  /** In the language of filters, which only the server understands. */
  search: string | null;
}

export interface Feed {
  /** Newest first. */
  shown: Row[];
  /** Arrived while the list had to stand still; newest first. */
  waiting: Row[];
  /** Where the next older page begins; `null`: there is none. */
  older: number | null;
  /** How far back was searched, where that took too long; in milliseconds since 1970 UTC. */
  searchedTo: number | null;
}

/** What follows a page of rows. */
export type Rest = Pick<Feed, 'older' | 'searchedTo'>;

/** Lookups for the same name by the same device that followed one another closely, such as for A and AAAA. */
export interface Group {
  newest: Row;
  rows: Row[];
}

export const EMPTY: Feed = { shown: [], waiting: [], older: null, searchedTo: null };

/** Rows kept in the page, so that one left open for a week stays light. */
const MOST = 400;
/** Lookups further apart than this, in milliseconds, are told one by one. */
const TOGETHER = 60_000;

/** Whether a row of a stream is wanted, of which the server leaves out what the search does not mean. */
export const matches = (row: Row, { device, verdict, name }: Omit<Filter, 'search'>): boolean =>
  (device === null || row.device_id === device || row.device === device) &&
  (verdict === null || row.verdict === verdict) &&
  (name === null || row.name.toLowerCase().includes(name.toLowerCase()));

/** Takes in new rows, oldest first; they wait while the list is `held`. */
export function arrived(feed: Feed, rows: Row[], held: boolean): Feed {
  const newest = feed.waiting[0]?.id ?? feed.shown[0]?.id ?? -1;
  const fresh = rows.filter((row) => row.id > newest).reverse();
  if (fresh.length === 0) return feed;
  if (held) return { ...feed, waiting: [...fresh, ...feed.waiting].slice(0, MOST) };
  return cut({ ...feed, shown: [...fresh, ...feed.waiting, ...feed.shown], waiting: [] });
}

/** Shows what waited. */
export const released = (feed: Feed): Feed =>
  feed.waiting.length === 0 ? feed : cut({ ...feed, shown: [...feed.waiting, ...feed.shown], waiting: [] });

/** Adds a page of older rows at the end. */
export const extended = (feed: Feed, rows: Row[], rest: Rest): Feed => ({
  ...feed,
  shown: [...feed.shown, ...rows],
  ...rest,
});

/** Gathers what belongs together under its newest row, newest first. */
export function grouped(rows: Row[]): Group[] {
  const groups: Group[] = [];
  const open = new Map<string, Group>();
  for (const row of rows) {
    const key = `${row.device_id} ${row.verdict} ${row.name.toLowerCase()}`;
    const group = open.get(key);
    if (group && group.newest.at - row.at <= TOGETHER) group.rows.push(row);
    else {
      const begun = { newest: row, rows: [row] };
      groups.push(begun);
      open.set(key, begun);
    }
  }
  return groups;
}

function cut(feed: Feed): Feed {
  if (feed.shown.length <= MOST) return feed;
  const shown = feed.shown.slice(0, MOST);
  return { ...feed, shown, older: shown.at(-1)?.id ?? null, searchedTo: null };
}
