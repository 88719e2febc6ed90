import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface Menu {
  /** What the button says. */
  face: ComponentChildren;
  /** What it says to those who do not see it, where it is a drawing alone. */
  says?: string;
  /** What is chosen from, for those who do not see it. */
  label: string;
  children: (close: () => void) => ComponentChildren;
}

/** A button that opens a few choices; a click beside them, or Escape, closes them. */
export function Menu({ face, says, label, children }: Menu) {
  const place = useRef<HTMLDetailsElement>(null);
  const close = () => {
    if (place.current) place.current.open = false;
  };
  /** Closes it and goes on from its button: who chose by the keyboard would start at the top of the page otherwise. */
  const leave = () => {
    close();
    place.current?.querySelector('summary')?.focus();
  };
  useEffect(() => {
    const pointed = (event: Event) => place.current?.contains(event.target as Node) || close();
    const pressed = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && place.current?.open) leave();
    };
    document.addEventListener('pointerdown', pointed);
    document.addEventListener('keydown', pressed);
    return () => {
      document.removeEventListener('pointerdown', pointed);
      document.removeEventListener('keydown', pressed);
    };
  }, []);
  return (
    <details class="menu" ref={place}>
      <summary class={`button ${says === undefined ? '' : 'button-quiet button-icon'}`} aria-label={says} title={says}>
        {face}
      </summary>
      <div class="menu-choices" role="group" aria-label={label}>
        {children(leave)}
      </div>
    </details>
  );
}
