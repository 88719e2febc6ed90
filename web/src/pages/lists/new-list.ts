/** What can be said about a new list before the server is asked. */
import { listsPage } from '../../i18n/lists';

const LONGEST_ID = 64;

export function faultOfSource(source: string): string | null {
  try {
    const { protocol, hostname } = new URL(source.trim());
    return /^https?:$/.test(protocol) && hostname !== '' ? null : listsPage.badUrl;
  } catch {
    return listsPage.badUrl;
  }
}

export const faultOfId = (id: string): string | null =>
  /^[a-z0-9_-]+$/.test(id) && id.length <= LONGEST_ID ? null : listsPage.badId;

/** A short name made from the file name of an address: `https://example.org/Native.Xiaomi.txt` gives `native-xiaomi`. */
export function idFor(source: string, taken: string[]): string {
  if (faultOfSource(source) !== null) return '';
  const { pathname, hostname } = new URL(source.trim());
  const file = pathname.split('/').filter(Boolean).at(-1)?.replace(/\.[a-z]+$/i, '');
  const plain = (file ?? hostname)
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, LONGEST_ID - 4);
  const free = (id: string) => !taken.includes(id);
  if (free(plain)) return plain;
  for (let number = 2; ; number += 1) if (free(`${plain}-${number}`)) return `${plain}-${number}`;
}
