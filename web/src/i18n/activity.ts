/** The texts of the page on which lookups are searched, in the language of the page. */
import { activity as english } from './en/activity';
import { language } from './texts';
import { translated } from './translation';

export const activity = await translated(language, english, {
  de: async () => (await import('./de/activity')).activity,
  fr: async () => (await import('./fr/activity')).activity,
  es: async () => (await import('./es/activity')).activity,
});
