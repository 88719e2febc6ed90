import { expect, test } from 'vitest';

import { withTerm } from './terms';

test('a term is added once', () => {
  expect(withTerm('', 'stopped')).toBe('stopped');
  expect(withTerm(' stopped ', 'since:2h')).toBe('stopped since:2h');
  expect(withTerm('since:2h stopped', 'since:2h')).toBe('since:2h stopped');
  // A part of another one is not it.
  expect(withTerm('-name:*.apple.com', 'name:*.apple.com')).toBe('-name:*.apple.com name:*.apple.com');
});
