/** The texts of the page on which lookups are searched, in German. */
import type { activity as english } from '../en/activity';
import type { Translation } from '../translation';

export const activity: Translation<typeof english> = {
  headline: 'Durchsuche, was deine Geräte abgefragt haben.',
  text: 'Alles, was aufbewahrt wird, das Neueste zuerst, und was gerade geschieht.',
  field: 'Suchen nach',
  hint: 'Etwa stopped vendor:samsung since:2h',
  button: 'Suchen',
  clear: 'Leeren',
  how: 'Wonach sich suchen lässt',
  howText: 'Was nebeneinander steht, muss alles zutreffen; von derselben Art genügt eines. Ein Minus davor heißt: nicht. Was Leerzeichen enthält, steht in Anführungszeichen, und * steht für Beliebiges.',
  add: 'Auch nach {term} suchen',
  means: {
    stopped: 'was gestoppt wurde; ebenso allowed, cached, local, failed',
    device: 'was ein Gerät abgefragt hat, mit Namen oder Adresse',
    vendor: 'Namen einer Firma',
    purpose: 'Namen für einen Zweck',
    country: 'Namen von Firmen, die in einem Land zu Hause sind',
    registered: 'Antworten mit einer Adresse, die in einem Land registriert ist',
    name: 'bestimmte Namen',
    minus: 'alle Namen außer diesen',
    type: 'eine Art von Eintrag',
    list: 'was eine Liste gestoppt hat',
    reason: 'durch die Zeiten einer Gruppe gestoppt',
    since: 'die letzten zwei Stunden; ein Tag wie 2026-11-20 gilt in UTC',
  },
  save: 'Gefundenes speichern',
  csv: 'als Tabelle (CSV)',
  jsonl: 'als JSON-Zeilen',
};
