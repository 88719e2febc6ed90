/** The texts of the page on which lookups are searched, in French. */
import type { activity as english } from '../en/activity';
import type { Translation } from '../translation';

export const activity: Translation<typeof english> = {
  headline: 'Cherchez ce que vos appareils ont demandé.',
  text: 'Tout ce qui est conservé, le plus récent d’abord, et ce qui arrive maintenant.',
  field: 'Chercher',
  hint: 'Par exemple stopped vendor:samsung since:2h',
  button: 'Chercher',
  clear: 'Effacer',
  how: 'Ce que l’on peut chercher',
  howText: 'Ce qui se suit doit être vrai à la fois ; pour une même sorte, une seule suffit. Un moins devant veut dire : sauf. Ce qui contient des espaces se met entre guillemets, et * remplace n’importe quoi.',
  add: 'Chercher aussi {term}',
  means: {
    stopped: 'ce qui a été bloqué ; de même allowed, cached, local, failed',
    device: 'ce qu’un appareil a demandé, par son nom ou une adresse',
    vendor: 'les noms d’une entreprise',
    purpose: 'les noms qui servent à un but',
    country: 'les noms d’entreprises établies dans un pays',
    registered: 'les réponses avec une adresse enregistrée dans un pays',
    name: 'certains noms',
    minus: 'tous les noms sauf ceux-ci',
    type: 'un type d’enregistrement',
    list: 'ce qu’une liste a bloqué',
    reason: 'bloqué par l’horaire d’un groupe',
    since: 'les deux dernières heures ; un jour comme 2026-11-20 est en UTC',
  },
  save: 'Enregistrer ce qui est trouvé',
  csv: 'en tableau (CSV)',
  jsonl: 'en lignes JSON',
};
