/** How wide texts of the flow are, so that they can be cut to what has room: a drawing does not do that by itself. */

export interface Type {
  /** What a pixel of the usual size of text is. */
  unit: number;
  widthOf: (text: string) => number;
  /** The text, or its beginning with an ellipsis. */
  cut: (text: string, room: number) => string;
}

/** Of names and figures, at the sizes that the reader has chosen. */
export function typeOf(host: Element): Type {
  const unit = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  const context = document.createElement('canvas').getContext('2d');
  if (context) context.font = `600 ${14 * unit}px ${getComputedStyle(host).fontFamily}`;
  const widthOf = (text: string) => context?.measureText(text).width ?? 0;
  return { unit, widthOf, cut: (text, room) => cut(text, room, widthOf) };
}

export function cut(text: string, room: number, widthOf: (text: string) => number): string {
  if (widthOf(text) <= room) return text;
  const letters = Array.from(text);
  const cutAt = (length: number) => `${letters.slice(0, length).join('').trimEnd()}…`;
  let [fits, tooLong] = [0, letters.length];
  while (tooLong - fits > 1) {
    const length = Math.floor((fits + tooLong) / 2);
    if (widthOf(cutAt(length)) <= room) fits = length;
    else tooLong = length;
  }
  return cutAt(fits);
}
