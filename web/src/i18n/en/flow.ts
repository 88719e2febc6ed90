/** The texts of the flow on the home page, in English. */

export const flow = {
  tries: { one: '{n} try', other: '{n} tries' },
  figure: 'Tries',
  summary: '{share} of {tries} were stopped. Most frequent home country: {country} ({part}).',
  seat: 'The home country is where a company is based, not where anything went.',
  keys: 'Arrow keys lead from one to the next, and along the widest band to the sides.',
  country: 'Home country',
  others: { other: '{n} others' },
  unknown: 'not known',
  through: 'Got through',
  stopped: '{share} stopped',
  lookups: 'Lookups of {who}: {n}',
  between: '{from} → {to}: {n} · {stopped}',
  to: '→ {whom}',
  toVendors: 'From devices to companies',
  toCountries: 'From companies to their home countries',
} as const;
