/** The texts of the page of groups, in the language of the page. */
import { groups as english } from './en/groups';
import { language } from './texts';
import { translated } from './translation';

export const groups = await translated(language, english, {
  de: async () => (await import('./de/groups')).groups,
  fr: async () => (await import('./fr/groups')).groups,
  es: async () => (await import('./es/groups')).groups,
});
