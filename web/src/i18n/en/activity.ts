/** The texts of the page on which lookups are searched, in English. */

export const activity = {
  headline: 'Search what your devices looked up.',
  text: 'Everything that is kept, the newest first, and what happens now.',
  field: 'Search for',
  hint: 'Such as stopped vendor:samsung since:2h',
  button: 'Search',
  clear: 'Clear',
  how: 'What can be searched for',
  howText: 'What stands side by side must all hold; of the same kind, one is enough. A minus before it says not. What has spaces in it stands in quotes, and * stands for anything.',
  add: 'Search for {term} as well',
  /** What each of the offered terms means. */
  means: {
    stopped: 'what was stopped; likewise allowed, cached, local, failed',
    device: 'what a device asked for, by its name or an address',
    vendor: 'names of a company',
    purpose: 'names for a purpose',
    country: 'names of companies that are at home in a country',
    registered: 'answers with an address that is registered in a country',
    name: 'certain names',
    minus: 'all but these names',
    type: 'a type of record',
    list: 'what a list stopped',
    reason: 'stopped by the hours of a group',
    since: 'the last two hours; a day such as 2026-11-20 is of UTC',
  },
  save: 'Save what was found',
  csv: 'as a table (CSV)',
  jsonl: 'as JSON lines',
} as const;
