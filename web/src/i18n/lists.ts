/** The texts of the page of lists, in the language of the page. */
import { listsPage as english } from './en/lists';
import { language } from './texts';
import { translated } from './translation';

export const listsPage = await translated(language, english, {
  de: async () => (await import('./de/lists')).listsPage,
  fr: async () => (await import('./fr/lists')).listsPage,
  es: async () => (await import('./es/lists')).listsPage,
});
