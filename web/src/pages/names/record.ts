/** Records in zone-file style, as the server keeps them, and as people give them. */

/** The parts of a record, without its lifetime. */
export interface Parts {
  name: string;
  type: string;
  data: string;
}

/** The parts of `record`, such as `nas.home.arpa 300 A 192.168.1.5`. */
export function partsOf(record: string): Parts {
  const [name = '', type = '', data = ''] = /^(\S+) (?:\d+ )?(\S+) (.*)$/.exec(record)?.slice(1) ?? [record];
  return { name, type, data };
}

/** Whether the data of a record is where its name leads to. */
export const leads = ({ type }: Parts): boolean => ['A', 'AAAA', 'CNAME'].includes(type);

/** The record by which `name` leads to `target`: an address, or a name. */
export function recordOf(name: string, target: string): string {
  const to = target.trim();
  return `${name.trim()} ${typeOf(to)} ${to}`;
}

function typeOf(target: string): string {
  if (target.includes(':')) return 'AAAA';
  return /^[\d.]+$/.test(target) ? 'A' : 'CNAME';
}
