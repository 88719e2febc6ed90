/** The texts of the page of names that are answered here, in English. */

export const names = {
  headline: {
    one: '{n} name leads to something in your home.',
    other: '{n} names lead to something in your home.',
  },
  headlineNone: 'No name leads to something in your home yet.',
  text: 'Devices that ask here find it by that name. All other names are looked up as before.',
  list: 'Names that are answered here',
  empty: 'There are none.',
  fixed: 'set in the configuration',
  leads: 'leads to {target}',
  remove: 'Remove',
  of: ' ({record})',
  new: 'New name',
  name: 'Name',
  nameHint: 'Such as nas.home.arpa: names that end in home.arpa are for homes, and belong to nobody else.',
  target: 'Leads to',
  targetHint: 'An address such as 192.168.1.5, or another name.',
  others: 'Other types of records are added by the command `ponor records add`.',
  add: 'Add name',
  added: '{record} is added.',
  removed: '{record} is removed. The page of rules takes that back.',
} as const;
