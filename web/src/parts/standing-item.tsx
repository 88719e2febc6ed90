import type { ComponentChildren } from 'preact';

interface Properties {
  name: ComponentChildren;
  more: ComponentChildren;
  /** How it is ended; where it cannot be, there is nothing. */
  end: false | { text: string; /** Which one, for those who do not see it. */ of: string; busy: boolean; run: () => void };
}

/** One of the things that people made and that stand, with the way to end it. */
export const StandingItem = ({ name, more, end }: Properties) => (
  <li>
    <div class="standing-text">
      <p class="standing-name">{name}</p>
      <p class="standing-more">{more}</p>
    </div>
    {end && (
      <button type="button" class="button" disabled={end.busy} onClick={end.run}>
        {end.text}
        <span class="visually-hidden">{end.of}</span>
      </button>
    )}
  </li>
);
