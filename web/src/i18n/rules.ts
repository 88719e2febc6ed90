/** The texts of the page of exceptions, own rules and changes, in the language of the page. */
import { rulesPage as english } from './en/rules';
import { language } from './texts';
import { translated } from './translation';

export const rulesPage = await translated(language, english, {
  de: async () => (await import('./de/rules')).rulesPage,
  fr: async () => (await import('./fr/rules')).rulesPage,
  es: async () => (await import('./es/rules')).rulesPage,
});
