/** From the server's buckets to what is drawn and read. */
import type { Overview } from '../../api/types';

/** A stretch of time: what was answered in it in whatever way, and what was stopped; what failed is neither. */
export interface Stretch {
  /** Where it begins, in milliseconds since 1970 UTC. */
  at: number;
  through: number;
  stopped: number;
}

/** More points than this make the line a comb. */
const MOST = 96;

/** The series of the overview, neighbours added up until at most [`MOST`] are left. */
export function bucketsOf({ series }: Pick<Overview, 'series'>): Stretch[] {
  const together = Math.ceil(series.length / MOST);
  const stretches = series.map(({ at, queries, stopped, failed }) => ({
    at,
    through: queries - stopped - failed,
    stopped,
  }));
  return together <= 1 ? stretches : merged(stretches, (_, index) => Math.floor(index / together));
}

/** Without the stretch that still goes on at `to`, which would end every line in a fall; kept when it is all there is. */
export function finished(stretches: Stretch[], to: number): Stretch[] {
  const [first, second] = stretches;
  const last = stretches.at(-1);
  if (!first || !second || !last || last.at + (second.at - first.at) <= to) return stretches;
  const before = stretches.slice(0, -1);
  return before.some(({ through, stopped }) => through + stopped > 0) ? before : stretches;
}

const HOUR = 3_600_000;

/** Some thirty rows for the table, fifty of a year: by ten minutes, the hour, six of them, the day on which they begin here, or as
 * they are. */
export function tabled(stretches: Stretch[]): Stretch[] {
  const hours = ((stretches.at(-1)?.at ?? 0) - (stretches[0]?.at ?? 0)) / HOUR;
  if (hours > 14 * 24) return merged(stretches, ({ at }) => new Date(at).toDateString());
  const step = hours <= 3 ? HOUR / 6 : hours <= 48 ? HOUR : 6 * HOUR;
  return merged(stretches, ({ at }) => Math.floor(at / step));
}

/** How long a stretch is, in milliseconds. */
export const stepOf = ([first, second]: Stretch[]): number => (first && second ? second.at - first.at : 60_000);

export function busiest(stretches: Stretch[]): Stretch | undefined {
  const all = (stretch: Stretch) => stretch.through + stretch.stopped;
  return stretches.reduce<Stretch | undefined>((best, next) => (best && all(best) >= all(next) ? best : next), undefined);
}

function merged(stretches: Stretch[], group: (stretch: Stretch, index: number) => number | string): Stretch[] {
  const groups = new Map<number | string, Stretch>();
  stretches.forEach((stretch, index) => {
    const key = group(stretch, index);
    const before = groups.get(key);
    if (before) {
      before.through += stretch.through;
      before.stopped += stretch.stopped;
    } else groups.set(key, { ...stretch });
  });
  return [...groups.values()];
}
