/** The texts of the flow on the home page, in French. */
import type { flow as english } from '../en/flow';
import type { Translation } from '../translation';

export const flow: Translation<typeof english> = {
  tries: { one: '{n} tentative', other: '{n} tentatives' },
  figure: 'Tentatives',
  summary: '{share} de {tries} bloquées. Siège le plus fréquent : {country} ({part}).',
  seat: 'Le siège est le pays où une société est établie, pas celui où quelque chose est allé.',
  keys: 'Les flèches mènent de l’un à l’autre, et sur les côtés le long de la bande la plus large.',
  country: 'Siège',
  others: { other: '{n} autres' },
  unknown: 'inconnu',
  through: 'Passées',
  stopped: '{share} bloquées',
  lookups: 'Requêtes de {who} : {n}',
  between: '{from} → {to} : {n} · {stopped}',
  to: '→ {whom}',
  toVendors: 'Des appareils aux sociétés',
  toCountries: 'Des sociétés à leur siège',
};
