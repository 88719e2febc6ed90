/** Texts in another language than English: of the same shape, complete, and loaded only where they are in use. */
import type { Language } from './choice';

/** A text by number: what `Intl.PluralRules` of the language calls the form, or `other`; `two` is for exactly two where the
 * language has no such form of its own. `{n}` is the number. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

/** What a translation of the English texts `T` must have: every key of theirs, and for what depends on a number the forms that
 * its language has. */
export type Translation<T> = T extends string
  ? string
  : keyof T extends Intl.LDMLPluralRule
    ? Forms
    : { readonly [Key in keyof T]: Translation<T[Key]> };

/** The texts in `language`, or in English where those cannot be had: a page in the wrong language is better than none. */
export async function translated<Texts>(
  language: Language,
  english: NoInfer<Texts>,
  others: Record<Exclude<Language, 'en'>, () => Promise<Texts>>,
): Promise<Texts> {
  if (language === 'en') return english;
  return others[language]().catch(() => english);
}
