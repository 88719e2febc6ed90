import { expect, test } from 'vitest';

import { plainName, splitName } from './told-name';

test.each([
  ['metrics.samsung.com', 'metrics.', 'samsung.com'],
  ['example.org', '', 'example.org'],
  ['www.bbc.co.uk', 'www.', 'bbc.co.uk'],
  ['co.uk', '', 'co.uk'],
  ['a.b.example.de', 'a.b.', 'example.de'],
  ['nas', '', 'nas'],
  ['.', '', '.'],
  ['4.1.168.192.in-addr.arpa', '', '4.1.168.192.in-addr.arpa'],
  ['example.org.', '', 'example.org'],
])('%s', (name, below, own) => expect(splitName(name)).toEqual([below, own]));

test.each([
  ['||ads.example^', 'ads.example'],
  ['||ads*.example^', '||ads*.example^'],
  ['|ads.example^', '|ads.example^'],
  ['/ads/', '/ads/'],
])('the rule %s is told as %s', (rule, expected) => expect(plainName(rule)).toBe(expected));
