/** The texts of the page of settings, in the language of the page. */
import { settingsPage as english } from './en/settings';
import { language } from './texts';
import { translated } from './translation';

export const settingsPage = await translated(language, english, {
  de: async () => (await import('./de/settings')).settingsPage,
  fr: async () => (await import('./fr/settings')).settingsPage,
  es: async () => (await import('./es/settings')).settingsPage,
});
