/** The texts of the page of the password, in German. */
import type { password as english } from '../en/password';
import type { Translation } from '../translation';

export const password: Translation<typeof english> = {
  title: 'Passwort',
  without: 'Nur das Token öffnet diese Seite.',
  with: 'Ein Passwort öffnet diese Seite, das Token weiterhin auch.',
  open: 'Da, wo du bist, muss sich niemand anmelden.',
  text: 'Ein Passwort ist leichter zu tippen als das Token und leichter zu erraten: Nimm mehrere Wörter. Es wird als Hash aufbewahrt.',
  new: 'Neues Passwort',
  hint: '8 Zeichen oder mehr; je länger, desto besser.',
  choose: 'Dieses Passwort nehmen',
  remove: 'Kein Passwort haben',
  plain:
    'Diese Seite kam unverschlüsselt, und so ginge auch das Passwort zu ponor: Wer in deinem Netzwerk mithören kann, kann es lesen.',
  chosen: 'Das Passwort ist gesetzt. Wer sonst angemeldet war, muss sich neu anmelden.',
  removed: 'Es gibt kein Passwort mehr. Wer sonst angemeldet war, muss sich neu anmelden.',
};
