/** The address is the whole state: pages read it from here and change it by links or `setParameters`. */
import { computed, signal } from '@preact/signals';

const read = () => ({ path: window.location.pathname, search: window.location.search });

export const location = signal(read());
export const parameters = computed(() => new URLSearchParams(location.value.search));

/** The one page whose document may ask for more than what is ours: what a document may do is settled when it is loaded. */
const ALONE = '/setup';

/** Whether the way from here to `path` takes loading the document. */
const needsDocument = (path: string): boolean => (path === ALONE) !== (window.location.pathname === ALONE);

export function navigate(target: string): void {
  if (needsDocument(new URL(target, window.location.href).pathname)) {
    window.location.assign(target);
    return;
  }
  history.pushState(null, '', target);
  location.value = read();
}

/** The address of this page with some parameters changed; `undefined` removes one. */
export function withParameters(changes: Record<string, string | undefined>): string {
  const next = new URLSearchParams(location.value.search);
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined || value === '') next.delete(key);
    else next.set(key, value);
  }
  const text = next.toString();
  return location.value.path + (text === '' ? '' : `?${text}`);
}

/** Changes parameters without a new step in the history: for what is typed. */
export function setParameters(changes: Record<string, string | undefined>): void {
  history.replaceState(null, '', withParameters(changes));
  location.value = read();
}

export function startRouter(): void {
  window.addEventListener('popstate', () => (location.value = read()));
  document.addEventListener('click', followLink);
}

/** Follows links to our own pages without loading the document again, where that may be. */
function followLink(event: MouseEvent): void {
  const link = (event.target as Element).closest('a');
  if (!link || !isPlain(event) || !isOurs(link)) return;
  event.preventDefault();
  const moves = link.pathname !== window.location.pathname;
  navigate(link.pathname + link.search + link.hash);
  // Whoever reads by ear is at the new page then, and not at a link that is gone.
  if (moves) document.getElementById('content')?.focus({ preventScroll: true });
  if (link.hash !== '') document.getElementById(link.hash.slice(1))?.scrollIntoView();
  else if (moves) window.scrollTo(0, 0);
}

/** A click without keys that would open a new tab or window. */
const isPlain = (event: MouseEvent): boolean =>
  !event.defaultPrevented && event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

/** A link to another page of ours, not only to another place on this one, nor to a file. */
function isOurs(link: HTMLAnchorElement): boolean {
  const { location: here } = window;
  const samePage = link.pathname === here.pathname && link.search === here.search;
  const isInside = link.origin === here.origin && link.target === '' && !link.hasAttribute('download') && !needsDocument(link.pathname);
  return isInside && !(samePage && link.hash !== '');
}
