import type { ComponentChildren } from 'preact';

/** A text whose `{slots}` are filled with elements, so that a sentence stays one sentence for its translator. */
export function Rich({ text, slots }: { text: string; slots: Record<string, ComponentChildren> }) {
  return <>{text.split(/\{(\w+)\}/).map((part, index) => (index % 2 === 0 ? part : slots[part]))}</>;
}

/** A text of the server, in which what stands between backticks was typed, or can be. */
export function Quoted({ text }: { text: string }) {
  const parts = text.split('`');
  // One that is left over is part of the text.
  if (parts.length % 2 === 0) return <>{text}</>;
  return <>{parts.map((part, index) => (index % 2 === 0 ? part : <code key={index}>{part}</code>))}</>;
}
