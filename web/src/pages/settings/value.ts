/** Values of settings, as the server has them, as a form has them, and as people read them. */
import type { Setting, SettingValue } from '../../api/types';

/** What a form has: whether something is on, or text, several values each on a line. */
export type Draft = boolean | string;

/** A value in a form; `null` is none. */
export function draftOf(value: SettingValue | null): Draft {
  if (typeof value === 'boolean') return value;
  return Array.isArray(value) ? value.join('\n') : String(value ?? '');
}

/** What a form says, as the server takes it. What is no number is for the server to refuse, which says why. */
export function valueOf(draft: Draft, { kind, choices }: Pick<Setting, 'kind' | 'choices'>): SettingValue {
  if (typeof draft === 'boolean') return draft;
  const text = draft.trim();
  if (kind === 'number' && /^\d+$/.test(text)) return Number(text);
  if (kind !== 'lines' || choices.includes(text)) return text;
  return linesOf(draft);
}

/** What stands on lines of its own. */
export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** A value on one line. */
export function valueInWords(value: SettingValue | null): string {
  return Array.isArray(value) ? value.join(', ') : String(value ?? '');
}
