/** The texts of the page of the password, in Spanish. */
import type { password as english } from '../en/password';
import type { Translation } from '../translation';

export const password: Translation<typeof english> = {
  title: 'Contraseña',
  without: 'Solo el token abre esta página.',
  with: 'Una contraseña abre esta página, y el token sigue haciéndolo.',
  open: 'Donde estás, nadie tiene que iniciar sesión.',
  text: 'Una contraseña es más fácil de teclear que el token y más fácil de adivinar: usa varias palabras. Se guarda como hash.',
  new: 'Nueva contraseña',
  hint: '8 caracteres o más; cuanto más larga, mejor.',
  choose: 'Elegir esta contraseña',
  remove: 'No tener contraseña',
  plain: 'Esta página llegó sin cifrar, y así iría la contraseña a ponor: quien pueda escuchar en tu red puede leerla.',
  chosen: 'La contraseña está elegida. Las demás personas con sesión tienen que iniciarla de nuevo.',
  removed: 'Ya no hay contraseña. Las demás personas con sesión tienen que iniciarla de nuevo.',
};
