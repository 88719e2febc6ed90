/** The texts of the flow on the home page, in the language of the page. */
import { flow as english } from './en/flow';
import { language } from './texts';
import { translated } from './translation';

export const flow = await translated(language, english, {
  de: async () => (await import('./de/flow')).flow,
  fr: async () => (await import('./fr/flow')).flow,
  es: async () => (await import('./es/flow')).flow,
});
