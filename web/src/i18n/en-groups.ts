/** The texts of the page of groups, in English; they travel with that page and not with the others. */
import { count, plural } from './format';

export const groups = {
  headline: (number: number) =>
    number === 0
      ? 'All devices are treated alike.'
      : `${plural(number, { one: '1 group', other: `${count(number)} groups` })} of devices can be treated differently.`,
  text: 'A group has its own choice of lists, or nothing is stopped for it. Own rules and exceptions can be for a group, too.',
  title: 'Groups',
  none: 'There is no group yet.',
  fixed: 'set in the configuration',
  treated: {
    all: 'Stopped by all lists',
    nothing: 'Nothing is stopped',
    noList: 'Stopped by own rules only',
    some: 'Stopped by these lists only: {lists}',
  },
  members: 'Devices:',
  noMembers: 'No device is in it yet.',
  byConfiguration: 'The configuration puts {devices} in it.',
  addDevice: 'Put a device in it',
  choose: 'Choose a device',
  fromGroup: '{device} (now in {group})',
  put: 'Put it in',
  gone: 'There is no list {lists} any more: it stops nothing for this group.',
  change: 'Change',
  remove: 'Remove',
  of: ' (the group {group})',
  new: 'New group',
  name: 'Its name',
  nameHint: 'Such as kids or guests, in letters from a to z.',
  badName: 'A name has a letter from a to z or a digit in it, and is not “all”.',
  make: 'Make the group',
  keep: 'Keep it so',
  how: 'What is stopped for its devices',
  hows: { all: 'What all lists say', some: 'What some lists say', nothing: 'Nothing' },
  lists: 'These lists',
  listOff: '(not in use)',
  made: 'The group {group} is made.',
  changed: 'The group {group} is changed.',
  removed: 'The group {group} is removed. The page of rules takes that back.',
  added: '{device} is in the group {group}.',
} as const;
