interface TextField {
  /** What it is told from others by, on its page. */
  id: string;
  label: string;
  /** What to enter, or what comes of it. */
  hint: string;
  value: string;
  enter: (value: string) => void;
  /** What is typed, for keyboards on a screen. */
  inputMode?: 'url' | undefined;
  required?: boolean;
  maxLength?: number;
}

/** A line of text with its name above and a hint below: for names and addresses, which no browser should mend. */
export const TextField = ({ id, label, hint, value, enter, inputMode, required = false, maxLength }: TextField) => (
  <label class="field">
    <span>{label}</span>
    <input
      type="text"
      inputMode={inputMode}
      required={required}
      maxLength={maxLength}
      autocomplete="off"
      autocapitalize="off"
      spellcheck={false}
      aria-describedby={`${id}-hint`}
      value={value}
      onInput={(event) => enter(event.currentTarget.value)}
    />
    <small id={`${id}-hint`}>{hint}</small>
  </label>
);
