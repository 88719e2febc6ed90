/** The texts of the hours in which groups are offline, in German. */
import type { hours as english } from '../en/hours';
import type { Translation } from '../translation';

export const hours: Translation<typeof english> = {
  title: 'Wann ihre Geräte offline sind',
  text: 'Dann wird jeder Name gestoppt außer denen deines Zuhauses. Was du für eines dieser Geräte oder für die Gruppe erlaubst, oder eine Pause dafür, geht vor.',
  none: 'Nie.',
  one: 'Zeiten {n}',
  from: 'Von',
  to: 'Bis',
  add: 'Zeiten hinzufügen',
  remove: 'Diese Zeiten entfernen',
  which: ' (Zeiten {n})',
  bad: 'Zeiten brauchen wenigstens einen Tag und zwei verschiedene Uhrzeiten.',
  offline: 'Offline: {windows}',
  window: '{days}, {from} bis {to}',
  daily: 'jeden Tag',
  now: 'Offline bis {end}.',
  always: 'Immer offline.',
  next: 'Wieder: {begin}.',
  clock: 'Die Uhr des Rechners geht falsch. Bis sie gestellt ist, ist niemand offline.',
};
