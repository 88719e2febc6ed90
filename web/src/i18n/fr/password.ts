/** The texts of the page of the password, in French. */
import type { password as english } from '../en/password';
import type { Translation } from '../translation';

export const password: Translation<typeof english> = {
  title: 'Mot de passe',
  without: 'Seul le jeton ouvre cette page.',
  with: 'Un mot de passe ouvre cette page, et le jeton aussi, toujours.',
  open: 'Là où vous êtes, personne n’a besoin de se connecter.',
  text: 'Un mot de passe est plus facile à taper que le jeton, et plus facile à deviner : prenez plusieurs mots. Il est conservé sous forme de hachage.',
  new: 'Nouveau mot de passe',
  hint: '8 caractères ou plus ; le plus long est le mieux.',
  choose: 'Choisir ce mot de passe',
  remove: 'N’avoir aucun mot de passe',
  plain:
    'Cette page est arrivée sans chiffrement, et le mot de passe irait de même à ponor : qui peut écouter votre réseau peut le lire.',
  chosen: 'Le mot de passe est choisi. Les autres personnes connectées devront se reconnecter.',
  removed: 'Il n’y a plus de mot de passe. Les autres personnes connectées devront se reconnecter.',
};
