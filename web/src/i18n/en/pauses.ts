/** The texts of pauses. */
export const pauses = {
  pause: {
    // What buttons say: one behind the other, as `Pause stopping for all devices`. Where there is no room, only the first is seen.
    pause: { verb: 'Pause', what: 'stopping' },
    resume: { verb: 'Resume', what: 'stopping' },
    whom: 'for {whom}',
    title: 'Stop nothing for {whom}:',
    lasts: {
      '5m': 'For 5 minutes',
      '30m': 'For half an hour',
      '1h': 'For an hour',
      until_tomorrow: 'Until tomorrow',
      forever: 'Until I resume',
    },
    paused: 'Stopping is paused for {whom}.',
    left: '{time} left.',
    endless: 'Until somebody resumes.',
    // Of a pause for all devices: the groups that are offline all the same.
    offline: 'Still offline by their hours: {groups}.',
  },
} as const;
