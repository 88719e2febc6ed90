import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

import { ApiError } from './client';
import { reportFailure, reportSuccess } from '../shell/connection';
import { whileSeen } from '../shell/seen';

/** Something that is loaded: what is there stays there while it is loaded again, and when that fails. */
export interface Resource<T> {
  value: T | undefined;
  error: ApiError | undefined;
  reload: () => Promise<void>;
}

/** Loads when `key` changes, and every `every` milliseconds while the page is visible, and as soon as it is so again. */
export function useResource<T>(key: string, load: () => Promise<T>, every?: number): Resource<T> {
  const [state, setState] = useState<{ key: string; value?: T | undefined; error?: ApiError | undefined }>({ key });
  const latest = useRef({ key, load });
  latest.current = { key, load };

  const reload = useCallback(async () => {
    const asked = latest.current;
    try {
      const value = await asked.load();
      reportSuccess();
      if (latest.current.key === asked.key) setState({ key: asked.key, value });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      reportFailure(error);
      if (latest.current.key === asked.key) {
        setState((before) => ({ key: asked.key, value: before.key === asked.key ? before.value : undefined, error }));
      }
    }
  }, []);

  useEffect(() => {
    void reload();
    if (every === undefined) return;
    return whileSeen(() => void reload(), every);
  }, [key, every, reload]);

  const current = state.key === key;
  return { value: current ? state.value : undefined, error: current ? state.error : undefined, reload };
}
