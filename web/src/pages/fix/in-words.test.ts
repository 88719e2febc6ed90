import { expect, test } from 'vitest';

import type { Suspect } from '../../api/types';
import { sentencesOf } from './in-words';

const breaks = null;
const cause = { source: 'list', id: 'ads', rule: 't.example', via: 't.example' } as const;

test.each<[Suspect['reasons'], string, Suspect['likelihood']?]>([
  [[], 'Nothing more is known of it.'],
  [[{ kind: 'just_now' }], 'It was stopped just now.'],
  [
    [{ kind: 'retried', times: 6, seconds: 40 }, { kind: 'just_now' }],
    'tv asked 6 times within 40 seconds, as apps do that cannot go on without an answer.',
  ],
  [
    [{ kind: 'beside', name: 'www.shop.example' }, { kind: 'alias' }],
    'It goes with www.shop.example, which was let through at the same moment. The name itself may pass; what is stopped is where it leads, t.example.',
  ],
  [[{ kind: 'steady', every_seconds: 300, hours: 24 }], 'tv asks for it every 5 minutes anyway, which speaks against it.'],
  [[{ kind: 'steady', every_seconds: null, hours: 9 }], 'tv asks for it at all hours anyway, which speaks against it.'],
  [
    [{ kind: 'retried', times: 6, seconds: 40 }, { kind: 'reports' }],
    'It reports about you, and nothing is known to break without it.',
    'unlikely',
  ],
])('%o is told as %s', (reasons, expected, likelihood = 'possible') =>
  expect(sentencesOf({ reasons, cause, likelihood, breaks }, 'tv')).toBe(expected),
);
