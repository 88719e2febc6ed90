/** The texts of the page of names that are answered here, in French. */
import type { names as english } from '../en/names';
import type { Translation } from '../translation';

export const names: Translation<typeof english> = {
  headline: {
    one: '{n} nom mène à quelque chose chez vous.',
    other: '{n} noms mènent à quelque chose chez vous.',
  },
  headlineNone: 'Aucun nom ne mène encore à quelque chose chez vous.',
  text: 'Les appareils qui demandent ici le trouvent sous ce nom. Tous les autres noms sont recherchés comme avant.',
  list: 'Noms auxquels ponor répond lui-même',
  empty: 'Il n’y en a pas.',
  fixed: 'fixé dans la configuration',
  leads: 'mène à {target}',
  remove: 'Supprimer',
  of: ' ({record})',
  new: 'Nouveau nom',
  name: 'Nom',
  nameHint: 'Par exemple nas.home.arpa : les noms qui finissent par home.arpa sont pour la maison et n’appartiennent à personne d’autre.',
  target: 'Mène à',
  targetHint: 'Une adresse comme 192.168.1.5, ou un autre nom.',
  others: 'La commande `ponor records add` ajoute des enregistrements d’un autre type.',
  add: 'Ajouter le nom',
  added: '{record} est ajouté.',
  removed: '{record} est supprimé. La page des règles permet de l’annuler.',
};
