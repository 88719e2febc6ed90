/** The texts of the page of names that are answered here, in Spanish. */
import type { names as english } from '../en/names';
import type { Translation } from '../translation';

export const names: Translation<typeof english> = {
  headline: {
    one: '{n} nombre lleva a algo de tu casa.',
    other: '{n} nombres llevan a algo de tu casa.',
  },
  headlineNone: 'Ningún nombre lleva todavía a algo de tu casa.',
  text: 'Los dispositivos que preguntan aquí lo encuentran con ese nombre. Todos los demás nombres se consultan como antes.',
  list: 'Nombres que se responden aquí',
  empty: 'No hay ninguno.',
  fixed: 'fijado en la configuración',
  leads: 'lleva a {target}',
  remove: 'Eliminar',
  of: ' ({record})',
  new: 'Nombre nuevo',
  name: 'Nombre',
  nameHint: 'Por ejemplo nas.home.arpa: los nombres que terminan en home.arpa son para casa y no son de nadie más.',
  target: 'Lleva a',
  targetHint: 'Una dirección como 192.168.1.5, u otro nombre.',
  others: 'La orden `ponor records add` añade registros de otro tipo.',
  add: 'Añadir el nombre',
  added: '{record} está añadido.',
  removed: '{record} está eliminado. La página de reglas lo deshace.',
};
