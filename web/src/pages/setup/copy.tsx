import { useRef, useState } from 'preact/hooks';

import { fill } from '../../i18n';
import { setup } from '../../i18n/setup';

/** A text to be typed elsewhere, and a button that copies it. Browsers lend the clipboard to pages that came by HTTPS or from this
 * machine only; elsewhere the text is selected, so that it can be copied by hand. */
export function Copyable({ text }: { text: string }) {
  const place = useRef<HTMLElement>(null);
  const [said, setSaid] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid(setup.enter.copied);
    } catch {
      if (place.current) window.getSelection()?.selectAllChildren(place.current);
      setSaid(setup.enter.selected);
    }
  };
  return (
    <span class="copyable">
      <code ref={place}>{text}</code>
      <button type="button" class="button" onClick={() => void copy()}>
        {setup.enter.copy}
        <span class="visually-hidden">{fill(setup.enter.copyOf, { text })}</span>
      </button>
      <span class="copyable-said" role="status">
        {said}
      </span>
    </span>
  );
}
