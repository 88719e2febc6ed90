/** The texts of the page of names that are answered here, in German. */
import type { names as english } from '../en/names';
import type { Translation } from '../translation';

export const names: Translation<typeof english> = {
  headline: {
    one: '{n} Name führt zu etwas bei dir zu Hause.',
    other: '{n} Namen führen zu etwas bei dir zu Hause.',
  },
  headlineNone: 'Noch führt kein Name zu etwas bei dir zu Hause.',
  text: 'Unter diesem Namen finden es alle Geräte, die hier fragen. Alle anderen Namen werden abgefragt wie bisher.',
  list: 'Namen, die hier beantwortet werden',
  empty: 'Es gibt keine.',
  fixed: 'in der Konfiguration festgelegt',
  leads: 'führt zu {target}',
  remove: 'Entfernen',
  of: ' ({record})',
  new: 'Neuer Name',
  name: 'Name',
  nameHint: 'Etwa nas.home.arpa: Namen, die auf home.arpa enden, sind für zu Hause und gehören sonst niemandem.',
  target: 'Führt zu',
  targetHint: 'Eine Adresse wie 192.168.1.5 oder ein anderer Name.',
  others: 'Einträge von anderem Typ fügt der Befehl `ponor records add` hinzu.',
  add: 'Namen hinzufügen',
  added: '{record} ist hinzugefügt.',
  removed: '{record} ist entfernt. Die Seite der Regeln macht das rückgängig.',
};
