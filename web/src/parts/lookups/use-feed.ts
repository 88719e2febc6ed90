import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

import { ApiError, api, followQueries } from '../../api/client';
import type { Row } from '../../api/types';
import { reportFailure, reportSuccess } from '../../shell/connection';
import { EMPTY, type Feed, type Filter, arrived, extended, matches, released } from './feed';

const PAGE = 40;

export interface LiveFeed {
  /** `undefined` until the first page is there. */
  feed: Feed | undefined;
  error: ApiError | undefined;
  connected: boolean;
  /** Rows that came too fast since the last load, whether or not they would have fitted the filter. */
  missed: number;
  release: () => void;
  loadOlder: () => Promise<void>;
  reload: () => void;
}

/** Recent queries that fit the filter, and those that happen; while `held()` says so, new ones wait. */
export function useFeed(filter: Filter, held: () => boolean): LiveFeed {
  const [feed, setFeed] = useState<Feed>();
  const [error, setError] = useState<ApiError>();
  const [connected, setConnected] = useState(true);
  const [missed, setMissed] = useState(0);
  const [round, setRound] = useState(0);
  const key = JSON.stringify([filter, round]);
  const current = useRef(key);
  current.current = key;

  const load = useCallback(async (before?: number) => {
    const asked = current.current;
    try {
      const { search, ...others } = filter;
      const page = await api.queries({ ...others, filter: search, limit: PAGE, before });
      reportSuccess();
      if (current.current !== asked) return;
      setError(undefined);
      const rest = { older: page.next, searchedTo: page.partial ? page.scanned_to : null };
      setFeed((old) => extended(before === undefined ? EMPTY : (old ?? EMPTY), page.rows, rest));
    } catch (failed) {
      if (!(failed instanceof ApiError)) throw failed;
      reportFailure(failed);
      if (current.current === asked) setError(failed);
    }
  }, [key]);

  useEffect(() => {
    setFeed(undefined);
    setMissed(0);
    void load();
  }, [load]);

  const take = useCallback((rows: Row[]) => {
    const wanted = rows.filter((row) => matches(row, filter));
    if (wanted.length > 0) setFeed((old) => old && arrived(old, wanted, held()));
  }, [key, held]);

  const miss = (rows: number) => setMissed((count) => count + rows);
  const reload = () => setRound((count) => count + 1);
  // A search that is refused would be refused again and again.
  useStream(error?.reason === 'server' ? undefined : filter.search, { take, miss, reload }, setConnected);

  return {
    feed,
    error,
    connected,
    missed,
    release: () => setFeed((old) => old && released(old)),
    loadOlder: async () => {
      if (feed?.older != null) await load(feed.older);
    },
    reload,
  };
}

interface Actions {
  take: (rows: Row[]) => void;
  miss: (rows: number) => void;
  reload: () => void;
}

/** One stream of what `search` means while the page is visible, none for `undefined`; after a pause of the page everything is
 * loaded anew. */
function useStream(search: string | null | undefined, actions: Actions, setConnected: (yes: boolean) => void): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    if (search === undefined) return;
    let stop: (() => void) | undefined;
    const open = () => {
      stop = followQueries(search, {
        rows: (rows) => latest.current.take(rows),
        missed: (rows) => latest.current.miss(rows),
        resumed: () => latest.current.reload(),
        connected: (yes) => {
          setConnected(yes);
          if (yes) reportSuccess();
        },
      });
    };
    const change = () => {
      stop?.();
      stop = undefined;
      if (document.hidden) return;
      latest.current.reload();
      open();
    };
    if (!document.hidden) open();
    document.addEventListener('visibilitychange', change);
    return () => {
      document.removeEventListener('visibilitychange', change);
      stop?.();
    };
  }, [search]);
}
