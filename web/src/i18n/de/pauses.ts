/** The texts of pauses, in German. */
import type { pauses as english } from '../en/pauses';
import type { Translation } from '../translation';

export const pauses: Translation<typeof english> = {
  pause: {
    pause: { verb: 'Pause', what: 'beim Stoppen' },
    resume: { verb: 'Weiter', what: 'stoppen' },
    whom: 'für {whom}',
    title: 'Nichts stoppen für {whom}:',
    lasts: {
      '5m': '5 Minuten lang',
      '30m': 'Eine halbe Stunde lang',
      '1h': 'Eine Stunde lang',
      until_tomorrow: 'Bis morgen',
      forever: 'Bis ich weitermache',
    },
    paused: 'Das Stoppen pausiert für {whom}.',
    left: 'Noch {time}.',
    endless: 'Bis jemand weitermacht.',
    offline: 'Nach ihren Zeiten weiter offline: {groups}.',
  },
};
