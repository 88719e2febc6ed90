/** Which settings stand together, under which words. */
import type { Setting } from '../../api/types';
import { settingsPage } from '../../i18n/settings';

export type Key = keyof typeof settingsPage.keys;
type Section = keyof typeof settingsPage.sections;

export const SECTIONS: Record<Section, readonly Key[]> = {
  lookups: ['upstream.servers', 'upstream.bootstrap', 'upstream.timeout', 'upstream.dnssec', 'upstream.dnssec_except'],
  stopping: [
    'blocking.mode',
    'blocking.addresses',
    'blocking.ttl',
    'blocking.lists',
    'blocking.safe_search',
    'blocking.rebinding_protection',
    'blocking.rebinding_allow',
  ],
  memory: ['cache.enabled', 'cache.size', 'cache.min_ttl', 'cache.max_ttl', 'cache.max_negative_ttl', 'cache.serve_stale'],
  devices: ['dns.rate_limit', 'devices.probe_mdns', 'devices.probe_reverse'],
  log: ['log.level'],
};

/** What a key is called and what it is, in words. */
export const wordsFor = (key: Key): { name: string; about: string } => settingsPage.keys[key];

/** What a choice is called. */
export function choiceInWords(key: string, choice: string): string {
  const choices: Partial<Record<string, Partial<Record<string, string>>>> = settingsPage.choices;
  return choices[key]?.[choice] ?? choice;
}

/** Whether somebody has set it, here or elsewhere. */
export const isChanged = ({ set_by, value, default: byDefault }: Setting): boolean =>
  set_by !== 'default' && JSON.stringify(value) !== JSON.stringify(byDefault);
