/** Terms in the language of filters that are offered. */
import { activity } from '../../i18n/activity';

/** Each by what it means. */
export const TERMS: readonly [string, keyof typeof activity.means][] = [
  ['stopped', 'stopped'],
  ['since:2h', 'since'],
  ['device:"living-room-tv"', 'device'],
  ['vendor:samsung', 'vendor'],
  ['purpose:advertising', 'purpose'],
  ['name:*.roku.com', 'name'],
  ['-name:*.apple.com', 'minus'],
  ['type:HTTPS', 'type'],
  ['list:vendors', 'list'],
  ['reason:offline', 'reason'],
  ['country:CN', 'country'],
  ['registered:RU', 'registered'],
];

/** `search` with one more term, unless it has that. */
export function withTerm(search: string, term: string): string {
  const all = search.trim();
  return ` ${all} `.includes(` ${term} `) ? all : `${all} ${term}`.trim();
}
