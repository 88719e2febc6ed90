/** The texts of the hours in which groups are offline, in Spanish. */
import type { hours as english } from '../en/hours';
import type { Translation } from '../translation';

export const hours: Translation<typeof english> = {
  title: 'Cuándo están sin conexión sus dispositivos',
  text: 'Entonces se bloquea todo nombre salvo los de tu casa. Lo que permites para uno de estos dispositivos o para el grupo, o una pausa para él, va antes.',
  none: 'Nunca.',
  one: 'Horario {n}',
  from: 'De',
  to: 'A',
  add: 'Añadir un horario',
  remove: 'Quitar este horario',
  which: ' (horario {n})',
  bad: 'Un horario necesita al menos un día y dos horas distintas.',
  offline: 'Sin conexión: {windows}',
  window: '{days}, de {from} a {to}',
  daily: 'todos los días',
  now: 'Sin conexión hasta las {end}.',
  always: 'Siempre sin conexión.',
  next: 'La próxima vez: {begin}.',
  clock: 'El reloj de la máquina está mal. Nadie está sin conexión hasta que se ponga en hora.',
};
