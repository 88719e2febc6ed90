/** The texts of the hours in which groups are offline, in the language of the page. */
import { hours as english } from './en/hours';
import { language } from './texts';
import { translated } from './translation';

export const hours = await translated(language, english, {
  de: async () => (await import('./de/hours')).hours,
  fr: async () => (await import('./fr/hours')).hours,
  es: async () => (await import('./es/hours')).hours,
});
