/** A list under somebody's finger: names stay where they are while new figures of them arrive. */
import type { Suspect } from '../../api/types';

export interface Still {
  shown: Suspect[];
  /** Arrived since, and shown when that is asked for. */
  waiting: Suspect[];
}

/** What was `kept`, as it is known now. Those that are probably not it stand in a place that is closed, and need not wait. */
export function standingStill(kept: readonly Suspect[], fresh: readonly Suspect[]): Still {
  const known = new Map(fresh.map((suspect) => [suspect.name, suspect]));
  const names = new Set(kept.map(({ name }) => name));
  const added = fresh.filter(({ name }) => !names.has(name));
  const waits = ({ likelihood }: Suspect) => kept.some(isLikely) && likelihood !== 'unlikely';
  const shown = kept.map((suspect) => ({ ...(known.get(suspect.name) ?? suspect), likelihood: suspect.likelihood }));
  return { shown: [...shown, ...added.filter((suspect) => !waits(suspect))], waiting: added.filter(waits) };
}

/** All of it in the order of today, behind it what is no longer told. */
export function inOrder(kept: readonly Suspect[], fresh: readonly Suspect[]): Suspect[] {
  const names = new Set(fresh.map(({ name }) => name));
  return [...fresh, ...kept.filter(({ name }) => !names.has(name))];
}

export const isLikely = ({ likelihood }: Suspect): boolean => likelihood !== 'unlikely';
