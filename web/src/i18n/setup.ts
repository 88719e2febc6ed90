/** The texts of the page that connects the network, in the language of the page. */
import { setup as english } from './en/setup';
import { language } from './texts';
import { translated } from './translation';

export const setup = await translated(language, english, {
  de: async () => (await import('./de/setup')).setup,
  fr: async () => (await import('./fr/setup')).setup,
  es: async () => (await import('./es/setup')).setup,
});
