/** Why a name is suspected, and what stopped it, in words. */
import type { Exception, Reason, Suspect } from '../../api/types';
import { clock, ending, every, fill, plural, t } from '../../i18n';
import { fix } from '../../i18n/fix';

/** What speaks against a name. */
const AGAINST: Reason['kind'][] = ['reports', 'canary', 'steady'];

/** What is told beside the reasons in any case: when it was stopped, and what breaks. */
const isTold = ({ kind }: Reason, { reasons, breaks }: Told): boolean =>
  (kind === 'just_now' && reasons.length > 1) || (kind === 'breaks' && breaks !== null);

type Told = Pick<Suspect, 'reasons' | 'cause' | 'likelihood' | 'breaks'>;

/** The reasons as sentences, what speaks for the name first; of one that is probably not it, what speaks against it alone. */
export function sentencesOf(suspect: Told, device: string): string {
  const { reasons, cause, likelihood, breaks } = suspect;
  const told = reasons.filter((reason) => !isTold(reason, suspect) && (likelihood !== 'unlikely' || AGAINST.includes(reason.kind)));
  const sentences = told.map((reason) => fill(textOf(reason), { device, via: cause?.via ?? '', ...slotsOf(reason) }));
  if (breaks === null && sentences.length === 0) return fix.reasons.nothing;
  return sentences.join(' ');
}

function textOf(reason: Reason): string {
  if (reason.kind === 'steady' && reason.every_seconds !== null) return fix.reasons.regular;
  return fix.reasons[reason.kind];
}

function slotsOf(reason: Reason): Record<string, string> {
  switch (reason.kind) {
    case 'worked_before':
      return { time: clock(reason.at) };
    case 'retried':
      return { times: plural(reason.times, t.words.times), length: every(reason.seconds) };
    case 'beside':
      return { name: reason.name };
    case 'steady':
      return { length: every(reason.every_seconds ?? 0) };
    default:
      return {};
  }
}

/** Whether letting a name through undoes what stopped it: answers with addresses of the house are stopped in any case. */
export const canBeAllowed = ({ cause }: Suspect): boolean => cause?.source !== 'rebinding' && cause?.source !== 'no_address';

/** What stopped it, to stand behind a comma. */
export const byOf = (cause: Suspect['cause']): string =>
  cause?.source === 'list' && cause.id !== null ? fill(fix.byList, { list: cause.id }) : fix.by[cause?.source ?? 'list'];

/** Until when an exception or a pause is. */
export const termOf = (until: Exception['until'], now: number): string =>
  until === null ? fix.endless : fill(fix.until, { end: ending(until, now) });
