/** The texts of the page of the password, in the language of the page. */
import { password as english } from './en/password';
import { language } from './texts';
import { translated } from './translation';

export const password = await translated(language, english, {
  de: async () => (await import('./de/password')).password,
  fr: async () => (await import('./fr/password')).password,
  es: async () => (await import('./es/password')).password,
});
