/** Numbers, times and plurals as the language of the page writes them, in the reader's variant of it. */
import { localeFor, preferred } from './choice';
import { language, t } from './texts';
import type { Forms } from './translation';

const locale = localeFor(language, preferred());

/** A formatter that is made when it is first needed. */
function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

const numbers = lazily(() => new Intl.NumberFormat(locale));
const wholePercents = lazily(() => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }));
const finePercents = lazily(() => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }));
const clocks = lazily(() => new Intl.DateTimeFormat(locale, { timeStyle: 'medium' }));
const shortClocks = lazily(() => new Intl.DateTimeFormat(locale, { timeStyle: 'short' }));
const zonedClocks = lazily(() => new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZoneName: 'short' }));
const moments = lazily(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }));
const dates = lazily(() => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' }));
const fullDates = lazily(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }));
const datesAndTimes = lazily(
  () => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }),
);
const weekdays = lazily(() => new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }));
const longWeekdays = lazily(() => new Intl.DateTimeFormat(locale, { weekday: 'long' }));
const relatives = lazily(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));
const plurals = lazily(() => new Intl.PluralRules(locale));
const countries = lazily(() => new Intl.DisplayNames(locale, { type: 'region' }));

export const count = (value: number): string => numbers().format(value);

/** `part` of `whole` in percent; small shares keep a digit, and so does nearly all: what is not nothing is never shown as 0, nor what
 * is not all as 100. */
export function share(part: number, whole: number): string {
  if (whole === 0 || part === 0) return wholePercents().format(0);
  const ratio = part / whole;
  if (ratio < 0.001) return `< ${finePercents().format(0.001)}`;
  if (ratio > 0.99 && part < whole) return finePercents().format(Math.min(ratio, 0.999));
  return (ratio < 0.1 ? finePercents() : wholePercents()).format(ratio);
}

/** `at` in milliseconds since 1970 UTC. */
export const clock = (at: number): string => clocks().format(at);
export const shortClock = (at: number): string => shortClocks().format(at);

const DAY = 86_400_000;

/** `at` as the axis of a span of `length` milliseconds tells it: by the clock, or by the date when that is long. */
export const mark = (at: number, length: number): string => (length > 2 * DAY ? dates() : shortClocks()).format(at);

/** `at` so that nothing else in a span of `length` milliseconds is told alike that lies at least `step` away from it. */
export function spot(at: number, length: number, step = DAY): string {
  if (length <= 2 * DAY) return (areSetAround(at) ? zonedClocks() : shortClocks()).format(at);
  if (step < DAY) return datesAndTimes().format(at);
  // The ends of a year are of one day.
  return (length > 300 * DAY ? fullDates() : dates()).format(at);
}

/** Whether clocks are set forward or back within a day of `at`, so that an hour comes twice, or one of today is as one of yesterday. */
const areSetAround = (at: number): boolean =>
  new Date(at - DAY).getTimezoneOffset() !== new Date(at + DAY).getTimezoneOffset();

export const moment = (at: number): string => moments().format(at);

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', DAY],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** How far `at` lies from `now`: `3 hours ago`, `in 5 minutes`, `just now`. */
export function relative(at: number, now: number): string {
  const distance = at - now;
  for (const [unit, length] of UNITS) {
    if (Math.abs(distance) >= length) return relatives().format(Math.trunc(distance / length), unit);
  }
  return distance > 10_000 ? relatives().format(1, 'minute') : t.moments.now;
}

/** What is left until `at`: `12 minutes`, `2 hours`, `less than a minute`. */
export function left(at: number, now: number): string {
  const distance = at - now;
  if (distance < 60_000) return t.moments.soon;
  const minutes = Math.round(distance / 60_000);
  return minutes < 120 ? long('minute', minutes) : every(minutes * 60);
}

/** When something ends: by the clock, or with its date when that is not soon. */
export const ending = (at: number, now: number): string => (at - now < 12 * 3_600_000 ? shortClock : moment)(at);

/** The time of a near day: `today 20:30`, `tomorrow 20:30`, `Monday 20:30`. */
export function soon(at: number, now: number): string {
  const days = Math.round((new Date(at).setHours(0, 0, 0, 0) - new Date(now).setHours(0, 0, 0, 0)) / DAY);
  return `${days < 2 ? relatives().format(days, 'day') : longWeekdays().format(at)} ${shortClock(at)}`;
}

/** When something ends that comes every week: by the clock within a day, or with its day. */
export const closing = (at: number, now: number): string => (at - now < DAY ? shortClock(at) : soon(at, now));

/** A duration in microseconds: `0.4 ms`, `23 ms`, `1.2 s`. */
export function duration(micros: number): string {
  const unit = (value: number, name: string, digits: number) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, maximumFractionDigits: digits }).format(value);
  if (micros >= 1_000_000) return unit(micros / 1_000_000, 'second', 1);
  return unit(micros / 1000, 'millisecond', micros < 10_000 ? 1 : 0);
}

const LENGTHS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** How often, by the usual gap in seconds: `60 seconds`, `5 minutes`, `2 hours`. */
export function every(seconds: number): string {
  const [unit, length] = LENGTHS.find(([, length]) => seconds >= 2 * length) ?? (['second', 1] as const);
  return long(unit, seconds / length);
}

const long = (unit: string, value: number): string =>
  new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 0 }).format(value);

/** A weekday; 0 is Monday. */
export const weekday = (day: number): string =>
  // The first Monday of 1970 was the fifth of January.
  weekdays().format((day + 4) * 86_400_000);

/** The name of a country by its ISO code; the code itself where it is none. */
export function country(code: string): string {
  try {
    return countries().of(code) ?? code;
  } catch {
    return code;
  }
}

/** The form that the language uses for `value`, with its slots still in it. */
export const form = (value: number, forms: Forms): string =>
  (value === 2 ? forms.two : undefined) ?? forms[plurals().select(value)] ?? forms.other;

/** The form that the language uses for `value`, with that in its slot `{n}` and what belongs in the others. */
export const plural = (value: number, forms: Forms, slots: Slots = {}): string => fill(form(value, forms), { n: count(value), ...slots });

type Slots = Record<string, string | number>;

/** `text` with its `{slots}` replaced. */
export const fill = (text: string, slots: Slots): string =>
  text.replace(/\{(\w+)\}/g, (whole, slot: string) => String(slots[slot] ?? whole));
