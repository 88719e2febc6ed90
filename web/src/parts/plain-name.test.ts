import { expect, test } from 'vitest';

import { plainName } from './plain-name';

test.each([
  ['||ads.example^', 'ads.example'],
  ['||ads*.example^', '||ads*.example^'],
  ['|ads.example^', '|ads.example^'],
  ['/ads/', '/ads/'],
])('the rule %s is told as %s', (rule, expected) => expect(plainName(rule)).toBe(expected));
