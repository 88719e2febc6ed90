/** The texts of the pages, by language, and finding those of one language on a page of another. */
import type { Page } from 'playwright-core';

export type Language = 'en' | 'de' | 'fr' | 'es';
type Texts = string | readonly Texts[] | { readonly [key: string]: Texts };

const files = import.meta.glob<Record<string, Texts>>('../../web/src/i18n/{en,de,fr,es}/*.ts', { eager: true });

/** The text at `path`, such as `fix.which` or, of the frame, `texts.home.title`. */
export function textOf(language: Language, path: string): string {
  const exported = Object.entries(files).filter(([file]) => file.includes(`/i18n/${language}/`));
  const [name = '', ...keys] = path.split('.');
  const all = exported.find(([, texts]) => name in texts)?.[1][name];
  const found = keys.reduce<Texts | undefined>((texts, key) => (texts as Record<string, Texts> | undefined)?.[key], all);
  if (typeof found !== 'string') throw new Error(`there is no text ${path} in ${language}`);
  return found;
}

const leaves = (texts: Texts): string[] => (typeof texts === 'string' ? [texts] : Object.values(texts).flatMap(leaves));

const allOf = (language: Language): string[] =>
  Object.entries(files).flatMap(([file, exported]) => (file.includes(`/i18n/${language}/`) ? leaves(exported) : []));

/** The text with anything in its slots, as a pattern; one with a few letters beside its slots would fit whatever is there. */
function patternOf(text: string): RegExp[] {
  const parts = text.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return parts.join('').replace(/[^a-z]/gi, '').length > 5 ? [new RegExp(`^${parts.join('.+')}$`)] : [];
}

/** What a page shows, or says to those who do not see it, that is an English text and none of its language; `names` are what devices
 * are called, which may be a word of ours. */
export async function englishOn(page: Page, language: Language, names: readonly string[]): Promise<string[]> {
  const own = new Set([...allOf(language), ...names]);
  const english = [...new Set(allOf('en'))].filter((text) => text !== '' && !own.has(text)).map((text) => text.trim());
  const plain = new Set(english.filter((text) => !text.includes('{')));
  const patterns = english.filter((text) => text.includes('{')).flatMap(patternOf);
  const ownPatterns = [...own].filter((text) => text.includes('{')).flatMap(patternOf);
  const said = await page.evaluate(() => {
    const all = [...document.querySelectorAll<HTMLElement>('body *:not(noscript, script)')];
    // Words that people type are the same in every language, and what says that it is in another one is.
    const isMeant = (node: Node) =>
      !(node instanceof HTMLElement) || (node.translate && node.closest('[lang]') === document.documentElement);
    const elements = all.filter(isMeant);
    const attributes = elements.flatMap((element) => ['aria-label', 'title'].map((name) => element.getAttribute(name) ?? ''));
    const texts = elements.flatMap((element) => [element.textContent, ...[...element.childNodes].filter(isMeant).map((node) => node.textContent)]);
    return [...new Set([...attributes, ...texts].map((text) => (text ?? '').replace(/\s+/g, ' ').trim()))];
  });
  const isEnglish = (text: string) => plain.has(text) || (patterns.some((one) => one.test(text)) && !ownPatterns.some((one) => one.test(text)));
  return said.filter((text) => text !== '' && text.length < 400 && isEnglish(text));
}
