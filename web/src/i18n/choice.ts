/** Which language the page speaks: the one chosen by hand, which is kept in this browser, or else what the browser asks for. */

/** Each by the name that it has in itself. */
export const LANGUAGES = { en: 'English', de: 'Deutsch', fr: 'Français', es: 'Español' } as const;

export type Language = keyof typeof LANGUAGES;

const KEY = 'ponor-language';

const isLanguage = (tag: string): tag is Language => Object.hasOwn(LANGUAGES, tag);

/** The first that the dashboard speaks; `preferred` are language tags, the dearest first. */
export function languageFor(chosen: string | null, preferred: readonly string[]): Language {
  const wanted = [chosen ?? '', ...preferred].map((tag) => tag.toLowerCase().replace(/-.*/, ''));
  return wanted.find(isLanguage) ?? 'en';
}

/** The regional variant of `language` that the browser asks for, such as `de-AT`, so that numbers are written as they are there. */
export function localeFor(language: Language, preferred: readonly string[]): string {
  // Some browsers on Linux ask for what is no language tag, such as `en-US@posix`, at which `Intl` throws.
  const variant = new RegExp(`^${language}(-[a-z0-9]{2,8})*$`, 'i');
  return preferred.find((tag) => variant.test(tag)) ?? language;
}

/** What the browser asks for; tests have none. */
export const preferred = (): readonly string[] => (typeof navigator === 'undefined' ? [] : navigator.languages);

export const chosenLanguage = (): Language => languageFor(stored(), preferred());

/** Keeps a choice, and loads the page anew: every text of it is another one. */
export function chooseLanguage(language: Language): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // Storage may be forbidden; then what the browser asks for stays in force.
  }
  window.location.reload();
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
