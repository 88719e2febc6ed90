/** The texts of pauses, in French. */
import type { pauses as english } from '../en/pauses';
import type { Translation } from '../translation';

export const pauses: Translation<typeof english> = {
  pause: {
    pause: { verb: 'Pause', what: 'du blocage' },
    resume: { verb: 'Reprendre', what: 'le blocage' },
    whom: 'pour {whom}',
    title: 'Ne rien bloquer pour {whom} :',
    lasts: {
      '5m': 'Pendant 5 minutes',
      '30m': 'Pendant une demi-heure',
      '1h': 'Pendant une heure',
      until_tomorrow: 'Jusqu’à demain',
      forever: 'Jusqu’à ce que je reprenne',
    },
    paused: 'Le blocage est en pause pour {whom}.',
    left: 'Encore {time}.',
    endless: 'Jusqu’à ce que quelqu’un reprenne.',
    offline: 'Toujours hors ligne selon leur horaire : {groups}.',
  },
};
