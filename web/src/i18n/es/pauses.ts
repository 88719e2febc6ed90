/** The texts of pauses, in Spanish. */
import type { pauses as english } from '../en/pauses';
import type { Translation } from '../translation';

export const pauses: Translation<typeof english> = {
  pause: {
    pause: { verb: 'Pausar', what: 'el bloqueo' },
    resume: { verb: 'Reanudar', what: 'el bloqueo' },
    whom: 'para {whom}',
    title: 'No bloquear nada para {whom}:',
    lasts: {
      '5m': 'Durante 5 minutos',
      '30m': 'Durante media hora',
      '1h': 'Durante una hora',
      until_tomorrow: 'Hasta mañana',
      forever: 'Hasta que lo reanude',
    },
    paused: 'El bloqueo está en pausa para {whom}.',
    left: 'Tiempo restante: {time}.',
    endless: 'Hasta que alguien lo reanude.',
    offline: 'Siguen sin conexión por su horario: {groups}.',
  },
};
