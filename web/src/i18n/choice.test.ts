import { expect, test } from 'vitest';

import { languageFor, localeFor } from './choice';

test.each<[string | null, string[], string, string]>([
  [null, [], 'en', 'en'],
  [null, ['en-GB', 'de'], 'en', 'en-GB'],
  [null, ['de-AT', 'en'], 'de', 'de-AT'],
  [null, ['DE-at'], 'de', 'DE-at'],
  [null, ['it-IT', 'fr-CH', 'en'], 'fr', 'fr-CH'],
  [null, ['it', 'ja-JP'], 'en', 'en'],
  [null, ['es-419', 'es-MX'], 'es', 'es-419'],
  // What was chosen by hand counts before what the browser asks for, of which the variant of it counts.
  ['de', ['en-US', 'de-CH'], 'de', 'de-CH'],
  ['de', ['en-US'], 'de', 'de'],
  ['en', ['de-DE'], 'en', 'en'],
  // What is kept may be of another version, and what a browser says need not be a language tag.
  ['it', ['fr'], 'fr', 'fr'],
  ['toString', [], 'en', 'en'],
  [null, ['en-US@posix', 'C'], 'en', 'en'],
  // `den` is a language of its own.
  [null, ['den'], 'en', 'en'],
])('chosen %s, the browser asks for %j: %s, written as in %s', (chosen, preferred, language, locale) => {
  expect(languageFor(chosen, preferred)).toBe(language);
  expect(localeFor(languageFor(chosen, preferred), preferred)).toBe(locale);
});
