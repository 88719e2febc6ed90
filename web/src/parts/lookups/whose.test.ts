import { expect, test } from 'vitest';

import { whose } from './whose';

test.each([
  ['list', 'vendors', 376, 'vendors, line 376'],
  ['list', 'vendors', null, 'vendors'],
  ['exception', '3', null, 'exception'],
  ['group_rules', 'kids', null, 'rule of the group kids'],
  ['own_rules', null, null, 'own rule'],
] as const)('%s %s %s', (source, id, line, told) => expect(whose({ source, id, line })).toBe(told));
