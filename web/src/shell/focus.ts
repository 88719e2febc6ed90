/** Where the keyboard is. A button that is disabled while its order is under way, or gone after it, loses the focus; whoever reads
 * by ear would stand at the top of the page then. */

/** Carries out `order`. What had the focus has it again afterwards, or where that is gone, what it stood in, or else the page. */
export async function keepingFocus(order: () => Promise<void>): Promise<void> {
  const places = placesAround(document.activeElement);
  await order();
  // The page is drawn anew before.
  requestAnimationFrame(() => setTimeout(() => places.some(takesFocus)));
}

function placesAround(held: Element | null): HTMLElement[] {
  if (!held || held === document.body) return [];
  const places = [];
  for (let place: Element | null = held; place instanceof HTMLElement && place !== document.body; place = place.parentElement) {
    if (place === held || place.matches('section, main')) places.push(place);
    if (place.matches('details') && place.firstElementChild instanceof HTMLElement) places.push(place.firstElementChild);
  }
  const page = document.getElementById('content');
  return page ? [...places, page] : places;
}

/** Whether the focus need not look further: it is somewhere, or here now. */
function takesFocus(place: HTMLElement): boolean {
  if (document.activeElement === document.body && place.isConnected) {
    if (place.matches('section')) place.tabIndex = -1;
    place.focus({ preventScroll: true });
  }
  return document.activeElement !== document.body;
}
