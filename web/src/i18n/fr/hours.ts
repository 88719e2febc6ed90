/** The texts of the hours in which groups are offline, in French. */
import type { hours as english } from '../en/hours';
import type { Translation } from '../translation';

export const hours: Translation<typeof english> = {
  title: 'Quand ses appareils sont hors ligne',
  text: 'Tout nom est alors bloqué, sauf ceux de votre maison. Ce que vous autorisez pour un de ces appareils ou pour le groupe, ou une pause pour lui, passe avant.',
  none: 'Jamais.',
  one: 'Horaire {n}',
  from: 'De',
  to: 'À',
  add: 'Ajouter un horaire',
  remove: 'Retirer cet horaire',
  which: ' (horaire {n})',
  bad: 'Un horaire demande au moins un jour et deux heures différentes.',
  offline: 'Hors ligne : {windows}',
  window: '{days}, de {from} à {to}',
  daily: 'tous les jours',
  now: 'Hors ligne jusqu’à {end}.',
  always: 'Toujours hors ligne.',
  next: 'La prochaine fois : {begin}.',
  clock: 'L’horloge de la machine est fausse. Personne n’est hors ligne avant qu’elle soit à l’heure.',
};
