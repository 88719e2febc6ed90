import { useEffect, useState } from 'preact/hooks';

import { ApiError, api, followListUpdates } from '../../api/client';
import { complaintOf } from '../../api/refused';
import type { List, ListOffer, UpdateProgress } from '../../api/types';
import { fill } from '../../i18n';
import { listsPage } from '../../i18n/lists';
import { reportFailure } from '../../shell/connection';
import { keepingFocus } from '../../shell/focus';

/** What the reader asked for, and how far it is. */
export interface Orders {
  /** Whether something is under way for the list with this id; `all`: for all of them. */
  isBusy: (id: string) => boolean;
  /** The last step of the update of a list that is under way. */
  progress: (id: string) => UpdateProgress | undefined;
  /** What was done last, in a sentence. */
  said: string;
  /** What could not be done, in a sentence. */
  failed: string | null;
  /** Something else was done: says so, and reads the lists again. */
  told: (said: string) => void;
  add: (offer: ListOffer) => void;
  updateAll: () => void;
  update: (id: string) => void;
  accept: (id: string) => void;
  enable: (id: string, enabled: boolean) => void;
  remove: (list: List) => void;
}

export function useOrders(reload: () => Promise<void>): Orders {
  const [busy, setBusy] = useState<readonly string[]>([]);
  const [said, setSaid] = useState('');
  const [failed, setFailed] = useState<string | null>(null);
  const progress = useProgress();

  const carryOut = async (id: string, order: () => Promise<unknown>, done: string) => {
    setBusy((before) => [...before, id]);
    setFailed(null);
    setSaid('');
    try {
      await order();
      setSaid(done);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      reportFailure(error);
      setFailed(complaintOf(error));
    } finally {
      setBusy((before) => before.filter((other) => other !== id));
      await reload();
    }
  };

  const run = (id: string, order: () => Promise<unknown>, done: string) => keepingFocus(() => carryOut(id, order, done));

  return {
    isBusy: (id) => busy.includes(id),
    progress: (id) => progress[id],
    said,
    failed,
    told: (what) => {
      setSaid(what);
      void reload();
    },
    add: ({ id, url }) => void run(id, () => api.addList({ id, source: url }), fill(listsPage.added, { id })),
    updateAll: () => void run('all', api.updateLists, listsPage.doneAll),
    update: (id) => void run(id, () => api.updateList(id), fill(listsPage.done, { id })),
    accept: (id) => void run(id, () => api.acceptList(id), fill(listsPage.accepted, { id })),
    enable: (id, enabled) =>
      void run(id, () => api.enableList(id, enabled), fill(enabled ? listsPage.enabled : listsPage.disabled, { id })),
    remove: ({ id }) => void run(id, () => api.removeList(id), fill(listsPage.removed, { id })),
  };
}

/** The last step of each list that is being updated, whoever asked for it. */
function useProgress(): Record<string, UpdateProgress> {
  const [steps, setSteps] = useState<Record<string, UpdateProgress>>({});
  useEffect(() => followListUpdates((step) => setSteps((before) => ({ ...before, [step.id]: step }))), []);
  return steps;
}
