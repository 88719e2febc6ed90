import { useState } from 'preact/hooks';

import { ApiError } from './client';
import { complaintOf } from './refused';
import { reportFailure } from '../shell/connection';
import { keepingFocus } from '../shell/focus';

/** One order at a time, and what became of it. */
export interface Order {
  busy: boolean;
  /** Why the last one was refused, in a sentence. */
  failed: string | null;
  /** Gives an order; `done` is told what it came to. */
  run: <T>(order: () => Promise<T>, done?: (result: T) => unknown) => void;
}

export function useOrder(): Order {
  const [state, setState] = useState<Pick<Order, 'busy' | 'failed'>>({ busy: false, failed: null });
  const give = async <T>(order: () => Promise<T>, done?: (result: T) => unknown) => {
    setState({ busy: true, failed: null });
    try {
      const result = await order();
      setState({ busy: false, failed: null });
      await done?.(result);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      reportFailure(error);
      setState({ busy: false, failed: complaintOf(error) });
    }
  };
  return { ...state, run: (order, done) => void keepingFocus(() => give(order, done)) };
}
