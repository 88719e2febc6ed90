import type { Ref } from 'preact';

import { t } from '../i18n';

interface SecretField {
  /** What it is told from others by, on its page, and by password managers. */
  name: string;
  autocomplete: 'current-password' | 'new-password';
  label: string;
  hint: string;
  value: string;
  enter: (value: string) => void;
  /** Whether it can be read while it is typed. */
  shown: boolean;
  minLength?: number;
  place?: Ref<HTMLInputElement>;
}

/** A line for something secret, with its name above and a hint below. */
export function SecretField({ name, autocomplete, label, hint, value, enter, shown, minLength, place = null }: SecretField) {
  const entry = {
    ref: place,
    name,
    autocomplete,
    required: true,
    minLength,
    'aria-describedby': `${name}-hint`,
    value,
    onInput: (event: { currentTarget: HTMLInputElement }) => enter(event.currentTarget.value),
  } as const;
  return (
    <>
      {/* Password managers file what they keep under a user name. */}
      <input type="text" autocomplete="username" value={t.app.name} readOnly hidden />
      <label class="field">
        <span>{label}</span>
        {shown ? <input type="text" {...entry} /> : <input type="password" {...entry} />}
        <small id={`${name}-hint`}>{hint}</small>
      </label>
    </>
  );
}

/** Shows what is typed into a secret field, or hides it. */
export const ShowButton = ({ shown, show }: { shown: boolean; show: (shown: boolean) => void }) => (
  <button type="button" class="button button-quiet" aria-pressed={shown} onClick={() => show(!shown)}>
    {shown ? t.login.hide : t.login.show}
  </button>
);
