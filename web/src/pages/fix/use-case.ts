/** What is known of a device on which something broke, as long as somebody looks. */
import { useEffect, useRef, useState } from 'preact/hooks';

import { api } from '../../api/client';
import { useResource } from '../../api/resource';
import type { Suspect } from '../../api/types';
import { exceptionFor } from './orders';
import { inOrder, standingStill } from './standing-still';

/** How often is looked for what was stopped, and for whether what was allowed was asked for again, in milliseconds. */
const EVERY = 5000;
const WATCHING = 1500;
const EXCEPTIONS_EVERY = 20_000;

export function useCase(device: string) {
  const standing = useResource('exceptions', api.exceptions, EXCEPTIONS_EVERY);
  const [watching, setWatching] = useState(false);
  const found = useResource(`suspects ${device}`, () => api.suspects(device), watching ? WATCHING : EVERY);
  const still = useStill(found.value?.names ?? []);
  const exceptions = standing.value?.exceptions;
  const id = found.value?.device_id ?? device;
  const isWaited = still.shown.some(({ name, let_through }) => let_through === null && exceptionFor(exceptions ?? [], name, id));
  useEffect(() => setWatching(isWaited), [isWaited]);
  const reload = async () => {
    await Promise.all([standing.reload(), found.reload()]);
  };
  return { ...still, found: found.value, exceptions, error: found.error ?? standing.error, reload };
}

/** The names in an order that does not change under somebody's finger. */
function useStill(fresh: Suspect[]) {
  const kept = useRef<Suspect[]>([]);
  const [, draw] = useState(0);
  const still = standingStill(kept.current, fresh);
  kept.current = still.shown;
  const show = () => {
    kept.current = inOrder(kept.current, fresh);
    draw((times) => times + 1);
  };
  return { shown: still.shown, waiting: still.waiting.length, show };
}
