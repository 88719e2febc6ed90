/** The hours in which a group is offline: as the server states them, as people choose them, and in words. */
import type { Group } from '../../api/types';
import { closing, fill, shortClock, soon, weekday } from '../../i18n';
import { hours } from '../../i18n/hours';

/** One window of the week, as it is chosen; days are numbers, 0 for Monday. */
export interface Hours {
  days: readonly number[];
  from: string;
  to: string;
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const ALL = DAYS.map((_, day) => day);

export const USUAL: Hours = { days: [0, 1, 2, 3, 6], from: '20:30', to: '06:30' };

/** What is chosen for a window such as `mon-thu,sun 20:30-06:30`. */
export function chosen(window: string): Hours {
  const [days = '', times = ''] = window.split(' ');
  const [from = '', to = ''] = times.split('-');
  // Fields for times know no 24:00.
  return { days: days === 'daily' ? ALL : days.split(',').flatMap(daysOf), from, to: to === '24:00' ? '00:00' : to };
}

function daysOf(range: string): number[] {
  const [first = 0, last = first] = range.split('-').map((day) => DAYS.indexOf(day));
  return ALL.slice(first, last + 1);
}

/** What is sent for it. */
export const stated = ({ days, from, to }: Hours): string =>
  `${[...days].sort().map((day) => DAYS[day]).join(',')} ${from}-${to === '00:00' ? '24:00' : to}`;

/** Whether it can be sent. From midnight to midnight is a whole day. */
export const isWhole = ({ days, from, to }: Hours): boolean =>
  days.length > 0 && from !== '' && to !== '' && (from !== to || from === '00:00');

/** When a group is offline, in words; `null` where it never is. */
export const inWords = (windows: readonly string[]): string | null =>
  windows.length === 0 ? null : fill(hours.offline, { windows: windows.map((window) => oneInWords(chosen(window))).join('; ') });

function oneInWords({ days, from, to }: Hours): string {
  return fill(hours.window, { days: days.length === ALL.length ? hours.daily : daysInWords(days), from: timeInWords(from), to: timeInWords(to) });
}

function daysInWords(days: readonly number[]): string {
  const starts = days.filter((day) => !days.includes(day - 1));
  const ends = days.filter((day) => !days.includes(day + 1));
  const range = (first: number, last: number) => (first === last ? weekday(first) : `${weekday(first)}–${weekday(last)}`);
  return starts.map((first, place) => range(first, ends[place] ?? first)).join(', ');
}

function timeInWords(time: string): string {
  const [hour, minute] = time.split(':').map(Number);
  return shortClock(new Date(2026, 0, 5, hour, minute).getTime());
}

/** Whether they hold now, and until when that stays so. */
export function stateOf({ offline, hours: state }: Pick<Group, 'offline' | 'hours'>, now: number): string | null {
  if (offline.length === 0) return null;
  if (state === null) return hours.clock;
  if (state.changes === null) return state.offline ? hours.always : null;
  return state.offline ? fill(hours.now, { end: closing(state.changes, now) }) : fill(hours.next, { begin: soon(state.changes, now) });
}
