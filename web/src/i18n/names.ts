/** The texts of the page of names that are answered here, in the language of the page. */
import { names as english } from './en/names';
import { language } from './texts';
import { translated } from './translation';

export const names = await translated(language, english, {
  de: async () => (await import('./de/names')).names,
  fr: async () => (await import('./fr/names')).names,
  es: async () => (await import('./es/names')).names,
});
