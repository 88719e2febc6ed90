import { expect, test } from 'vitest';

import { chosen, inWords, isWhole, stateOf, stated } from './hours';

test.each([
  ['mon-thu,sun 20:30-06:30', [0, 1, 2, 3, 6], 'mon,tue,wed,thu,sun 20:30-06:30', 'Mon–Thu, Sun, 8:30 PM to 6:30 AM'],
  ['daily 00:00-24:00', [0, 1, 2, 3, 4, 5, 6], 'mon,tue,wed,thu,fri,sat,sun 00:00-24:00', 'every day, 12:00 AM to 12:00 AM'],
  ['sat 13:00-14:00', [5], 'sat 13:00-14:00', 'Sat, 1:00 PM to 2:00 PM'],
  ['mon,wed,fri-sat 13:00-24:00', [0, 2, 4, 5], 'mon,wed,fri,sat 13:00-24:00', 'Mon, Wed, Fri–Sat, 1:00 PM to 12:00 AM'],
] as const)('%s is chosen, sent and told', (window, days, sent, words) => {
  const hours = chosen(window);
  expect([hours.days, stated(hours), isWhole(hours)]).toEqual([days, sent, true]);
  expect(inWords([window])?.replaceAll('\u202f', ' ')).toBe(`Offline: ${words}`);
});

test('days are sent in the order of the week, whenever they were chosen', () => {
  expect(stated({ days: [6, 0], from: '01:00', to: '02:00' })).toBe('mon,sun 01:00-02:00');
});

test.each([
  [{ days: [], from: '20:30', to: '06:30' }, false],
  [{ days: [0], from: '', to: '06:30' }, false],
  [{ days: [0], from: '20:30', to: '' }, false],
  [{ days: [0], from: '20:30', to: '20:30' }, false],
  [{ days: [0], from: '00:00', to: '00:00' }, true],
])('%o can be sent: %s', (hours, whole) => expect(isWhole(hours)).toBe(whole));

test('the state now is told', () => {
  const at = (day: number, hour: number) => new Date(2026, 10, day, hour, 30).getTime();
  const now = at(26, 12);
  const told = (state: { offline: boolean; changes: number | null } | null, offline = ['mon 20:30-06:30']) =>
    stateOf({ offline, hours: state }, now)?.replaceAll('\u202f', ' ');
  expect(told(null, [])).toBe(undefined);
  expect(told(null)).toMatch(/^The clock of the machine is wrong/);
  expect(told({ offline: true, changes: at(26, 18) })).toBe('Offline until 6:30 PM.');
  expect(told({ offline: true, changes: at(28, 18) })).toBe('Offline until Saturday 6:30 PM.');
  expect(told({ offline: true, changes: null })).toBe('Always offline.');
  expect(told({ offline: false, changes: at(27, 20) })).toBe('Next: tomorrow 8:30 PM.');
  expect(told({ offline: false, changes: at(30, 20) })).toBe('Next: Monday 8:30 PM.');
});
