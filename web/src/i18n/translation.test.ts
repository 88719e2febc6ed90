import { expect, test, vi } from 'vitest';

import { LANGUAGES, type Language } from './choice';
import { type Forms, translated } from './translation';

type Texts = string | readonly Texts[] | { [key: string]: Texts };

const FILES = import.meta.glob<Record<string, Texts>>('./{en,de,fr,es}/*.ts', { eager: true });
const ALL = Object.keys(LANGUAGES) as Language[];

/** All files of a language, by their names. */
const textsOf = (language: Language): Texts =>
  Object.fromEntries(
    Object.entries(FILES)
      .filter(([path]) => path.startsWith(`./${language}/`))
      .map(([path, exported]) => [path.slice(`./${language}/`.length), { ...exported }]),
  );

const RULES = ['zero', 'one', 'two', 'few', 'many', 'other'];
const isForms = (texts: Texts): texts is Forms & { [key: string]: string } =>
  typeof texts === 'object' && 'other' in texts && Object.keys(texts).every((key) => RULES.includes(key));

const slots = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

/** What a text must have in common with the English one: its slots, the spaces at its ends, and that there is any. */
const traits = (text: string) => [slots(text), /^\s/.test(text), /\s$/.test(text), text === '', (text.match(/`/g) ?? []).length];

const plainNumbers = [0, 1, 2, 3, 5, 11, 100, 1438, 1_000_000];

/** The forms of a language: each has the slots of the English ones, but those for a single number need not name it. */
function checkForms(language: Language, where: string, english: Forms, forms: Forms): void {
  const rules = new Intl.PluralRules(language);
  const hasNumber = english.other.includes('{n}');
  for (const [rule, text] of Object.entries(forms)) {
    const standsFor = plainNumbers.filter((number) => rules.select(number) === rule);
    const single = standsFor.length === 1 || rule === 'two';
    const wanted = slots(english.other).filter((slot) => slot !== '{n}' || !single || text.includes(slot));
    expect(slots(text), `${where}.${rule}`).toEqual(wanted);
    expect(standsFor.length > 0 || rule === 'two' || rule === 'other', `${where}.${rule} is used`).toBe(true);
  }
  expect(forms.other.includes('{n}'), where).toBe(hasNumber);
}

function check(language: Language, where: string, english: Texts | undefined, texts: Texts): void {
  if (english === undefined) throw new Error(`${where} has nothing in English`);
  if (typeof english === 'string' && typeof texts === 'string') {
    expect(traits(texts), where).toEqual(traits(english));
  } else if (isForms(english) && isForms(texts)) {
    checkForms(language, where, english, texts);
  } else {
    expect(Object.keys(texts), where).toEqual(Object.keys(english));
    for (const [key, text] of Object.entries(texts)) check(language, `${where}.${key}`, (english as Record<string, Texts>)[key], text);
  }
}

test.each(ALL)('the texts in %s have the slots of the English ones', (language) => {
  expect(Object.keys(textsOf(language)).length).toBeGreaterThan(9);
  check(language, language, textsOf('en'), textsOf(language));
});

test('texts that cannot be had are in English', async () => {
  const gone = (): Promise<string> => Promise.reject(new Error('404'));
  const check = async (german: () => Promise<string>, expected: string) =>
    expect(await translated('de', 'Home', { de: german, fr: gone, es: gone })).toBe(expected);
  await check(() => Promise.resolve('Start'), 'Start');
  await check(gone, 'Home');
});

test.each([
  [['de-AT', 'en'], 'de', 'einmal', '1 438-mal', 'vor 3 Minuten', 'Südkorea', 'Mo'],
  [['fr-FR'], 'fr', '1 fois', '1 438 fois', 'il y a 3 minutes', 'Corée du Sud', 'lun.'],
  [['es-MX'], 'es', 'una vez', '1,438 veces', 'hace 3 minutos', 'Corea del Sur', 'lun'],
  [['en-GB', 'de'], 'en', 'once', '1,438 times', '3 minutes ago', 'South Korea', 'Mon'],
])('a browser that asks for %j is spoken to in one language', async (languages, language, once, often, ago, country, monday) => {
  vi.resetModules();
  vi.stubGlobal('navigator', { languages });
  const i18n = await import('.');
  const spaces = (text: string) => text.replaceAll(/\s/g, ' ');
  expect(i18n.language).toBe(language);
  expect([1, 1438].map((times) => spaces(i18n.plural(times, i18n.t.words.times)))).toEqual([once, often]);
  expect([i18n.relative(0, 180_000), i18n.country('KR'), i18n.weekday(0)]).toEqual([ago, country, monday]);
  vi.unstubAllGlobals();
});
