/** The texts of the flow on the home page, in Spanish. */
import type { flow as english } from '../en/flow';
import type { Translation } from '../translation';

export const flow: Translation<typeof english> = {
  tries: { one: '{n} intento', other: '{n} intentos' },
  figure: 'Intentos',
  summary: 'Bloqueado: {share} de {tries}. Sede más frecuente: {country} ({part}).',
  seat: 'La sede es el país donde está una empresa, no adonde fue algo.',
  keys: 'Las flechas llevan de uno a otro, y a los lados por la banda más ancha.',
  country: 'Sede',
  others: { other: '{n} más' },
  unknown: 'desconocido',
  through: 'Pasaron',
  stopped: '{share} bloqueado',
  lookups: 'Consultas de {who}: {n}',
  between: '{from} → {to}: {n} · {stopped}',
  to: '→ {whom}',
  toVendors: 'De los dispositivos a las empresas',
  toCountries: 'De las empresas a su sede',
};
