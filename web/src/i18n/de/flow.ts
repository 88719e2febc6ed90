/** The texts of the flow on the home page, in German. */
import type { flow as english } from '../en/flow';
import type { Translation } from '../translation';

export const flow: Translation<typeof english> = {
  tries: { one: '{n} Versuch', other: '{n} Versuchen' },
  figure: 'Versuche',
  summary: '{share} von {tries} wurden gestoppt. Häufigster Sitz: {country} ({part}).',
  seat: 'Der Sitz ist das Land, in dem eine Firma sitzt, nicht das, in das etwas ging.',
  keys: 'Pfeiltasten führen von einem zum nächsten und entlang des breitesten Bandes zur Seite.',
  country: 'Sitz',
  others: { other: '{n} andere' },
  unknown: 'nicht bekannt',
  through: 'Durchgekommen',
  stopped: '{share} gestoppt',
  lookups: 'Abfragen von {who}: {n}',
  between: '{from} → {to}: {n} · {stopped}',
  to: '→ {whom}',
  toVendors: 'Von Geräten zu Firmen',
  toCountries: 'Von Firmen zu deren Sitz',
};
