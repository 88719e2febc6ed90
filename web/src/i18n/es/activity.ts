/** The texts of the page on which lookups are searched, in Spanish. */
import type { activity as english } from '../en/activity';
import type { Translation } from '../translation';

export const activity: Translation<typeof english> = {
  headline: 'Busca lo que han consultado tus dispositivos.',
  text: 'Todo lo que se guarda, lo más reciente primero, y lo que pasa ahora.',
  field: 'Buscar',
  hint: 'Por ejemplo stopped vendor:samsung since:2h',
  button: 'Buscar',
  clear: 'Vaciar',
  how: 'Qué se puede buscar',
  howText: 'Lo que va seguido tiene que cumplirse a la vez; de la misma clase basta con uno. Un signo menos delante significa: no. Lo que lleva espacios va entre comillas, y * vale por cualquier cosa.',
  add: 'Buscar también {term}',
  means: {
    stopped: 'lo que se bloqueó; igual allowed, cached, local, failed',
    device: 'lo que consultó un dispositivo, por su nombre o una dirección',
    vendor: 'nombres de una empresa',
    purpose: 'nombres para un fin',
    country: 'nombres de empresas con sede en un país',
    registered: 'respuestas con una dirección registrada en un país',
    name: 'ciertos nombres',
    minus: 'todos los nombres menos estos',
    type: 'un tipo de registro',
    list: 'lo que bloqueó una lista',
    reason: 'bloqueado por el horario de un grupo',
    since: 'las dos últimas horas; un día como 2026-11-20 es de UTC',
  },
  save: 'Guardar lo encontrado',
  csv: 'como tabla (CSV)',
  jsonl: 'como líneas JSON',
};
