/** The texts of the frame, in the language of the page. What imports them waits until they are there, so that they can be used
 * anywhere. The script of a language must import nothing of what waits for it; texts are plain data for that reason. */
import { chosenLanguage, type Language } from './choice';
import { texts as english } from './en';
import { translated } from './translation';

const chosen = chosenLanguage();

export const t = await translated(chosen, english, {
  de: async () => (await import('./de')).texts,
  fr: async () => (await import('./fr')).texts,
  es: async () => (await import('./es')).texts,
});

/** What the page speaks: English where the texts of the one that was chosen cannot be had. */
export const language: Language = t === english ? 'en' : chosen;
