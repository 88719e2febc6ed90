import type { ComponentChildren } from 'preact';

/** A text whose `{slots}` are filled with elements, so that a sentence stays one sentence for its translator. */
export function Rich({ text, slots }: { text: string; slots: Record<string, ComponentChildren> }) {
  return <>{text.split(/\{(\w+)\}/).map((part, index) => (index % 2 === 0 ? part : slots[part]))}</>;
}
