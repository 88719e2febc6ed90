import { expect, test } from 'vitest';

import type { Setting, SettingValue } from '../../api/types';
import { type Draft, draftOf, valueInWords, valueOf } from './value';

const of = (kind: Setting['kind'], choices: string[] = []) => ({ kind, choices });

test.each<[SettingValue, ReturnType<typeof of>, Draft]>([
  [true, of('switch'), true],
  [0, of('number'), '0'],
  ['4s', of('quantity'), '4s'],
  ['all', of('lines', ['all']), 'all'],
  [['a', 'b'], of('lines', ['all']), 'a\nb'],
  [[], of('lines'), ''],
])('%j is the same after it stood in a form', (value, setting, draft) => {
  expect(draftOf(value)).toBe(draft);
  expect(valueOf(draft, setting)).toEqual(value);
});

test('what is entered is trimmed, and what is no number is sent as it is', () => {
  expect(valueOf(' 9.9.9.9 \n\n tls://dns.quad9.net\n', of('lines'))).toEqual(['9.9.9.9', 'tls://dns.quad9.net']);
  expect(valueOf(' 12 ', of('number'))).toBe(12);
  expect(valueOf('many', of('number'))).toBe('many');
  expect(valueOf('-1', of('number'))).toBe('-1');
});

test('a list is read on one line', () => {
  expect([valueInWords(['a', 'b']), valueInWords(false), valueInWords(null)]).toEqual(['a, b', 'false', '']);
});
