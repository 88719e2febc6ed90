import { expect, test } from 'vitest';

import type { Edit } from '../../api/types';
import { stateOf, subjectOf } from './in-words';

const DEVICES: Parameters<typeof subjectOf>[1] = [];

const exception = { id: 1, action: 'allow', rule: '||a.example^', scope: { group: 'kids' }, made: 0, until: null, afterwards: null } as const;
const said = { id: '10.0.0.1', name: 'TV', kind: 'tv', group: 'kids' } as const;
const list = { id: 'ads', source: 'builtin:x', kind: 'block', format: 'auto', subdomains: false } as const;

test.each<[Edit, string, string, string]>([
  [{ kind: 'exception', before: null, after: exception }, 'Exception for a.example, group kids', 'none', 'let through for good'],
  [{ kind: 'rule', before: { id: 2, group: null, rule: '@@a', made: 0 }, after: null }, 'Own rule @@a, all devices', 'there', 'none'],
  [
    { kind: 'group', before: null, after: { number: 3, id: 'kids', blocking: true, lists: ['ads'], safe_search: 'strict', made: 0 } },
    'Group kids',
    'none',
    'Stopped by these lists only: ads · Safe search is on',
  ],
  [
    { kind: 'group', before: null, after: { number: 3, id: 'kids', blocking: true, lists: null, safe_search: null, offline: ['mon 13:00-14:00'], made: 0 } },
    'Group kids',
    'none',
    'Stopped by all lists. Offline: Mon, 1:00 PM to 2:00 PM',
  ],
  [{ kind: 'list', before: { ...list, enabled: true }, after: { ...list, enabled: false } }, 'List ads', 'in use', 'not in use'],
  [{ kind: 'device', before: { devices: [] }, after: { devices: [said] } }, 'Device 10.0.0.1', 'none', 'TV, TV, group kids'],
  [
    { kind: 'device', before: { devices: [] }, after: { devices: [{ id: '10.0.0.1', parts: ['10.0.0.2'] }], apart: ['10.0.0.3'] } },
    'Device 10.0.0.1, 10.0.0.3',
    'none',
    'with 10.0.0.2; 10.0.0.3',
  ],
])('%o is told as %s, from %s to %s', (edit, subject, before, after) => {
  expect([subjectOf(edit, DEVICES), stateOf(edit, 'before'), stateOf(edit, 'after').replaceAll('\u202f', ' ')]).toEqual([subject, before, after]);
});
