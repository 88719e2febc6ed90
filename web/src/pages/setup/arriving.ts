/** Who asks, as one sees it by looking again and again: being there is not asking. */
import type { Device } from '../../api/types';
import { calledOf } from '../../parts/whom';

const MINUTE = 60_000;

/** How often a device had asked when it was looked at last, and when it asked last as far as one saw. */
interface Asked {
  queries: number;
  at: number;
}

export type Arrivals = ReadonlyMap<string, Asked>;

/** What is known after another look, at `now`. Of a first look, whoever has asked and was there a moment ago counts as asking. */
export function followed(before: Arrivals | undefined, devices: readonly Device[], now: number): Arrivals {
  const next = devices.map(({ id, queries, last_seen }): [string, Asked] => {
    const known = before?.get(id) ?? { queries: 0, at: 0 };
    return [id, { queries, at: queries > known.queries ? (before ? now : last_seen) : known.at }];
  });
  return new Map(next);
}

/** The devices that asked within the minute before `now`, by name, so that none moves because another asks again. */
export function within(arrivals: Arrivals, devices: readonly Device[], now: number): Device[] {
  const ask = devices.filter(({ id }) => now - (arrivals.get(id)?.at ?? 0) < MINUTE);
  return ask.sort((one, other) => calledOf(one).localeCompare(calledOf(other)));
}
