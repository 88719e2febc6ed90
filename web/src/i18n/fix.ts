/** The texts of the page for when something broke, in the language of the page. */
import { fix as english } from './en/fix';
import { language } from './texts';
import { translated } from './translation';

export const fix = await translated(language, english, {
  de: async () => (await import('./de/fix')).fix,
  fr: async () => (await import('./fr/fix')).fix,
  es: async () => (await import('./es/fix')).fix,
});
