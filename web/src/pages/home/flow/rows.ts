/** Where the lookups behind the figures of the flow are found, in the language of filters. */
import type { Flow, FlowNode } from '../../../api/types';
import { type Column, columnsOf } from './layout';

const KEYS = ['device', 'vendor', 'country'] as const;

/** What no device needs: what counts as a try. */
const TRIES = 'class:block class:mixed';

/** The address of the lookups behind a node, or a link between two, given by the places that they are at; none where it cannot be
 * said which they are. */
export function rowsOf(flow: Flow, places: Partial<Record<Column, number>>, only = ''): string | undefined {
  const search = new URLSearchParams();
  const terms = [TRIES];
  for (const [column, nodes] of columnsOf(flow).entries()) {
    const place = places[column as Column];
    const node = place === undefined ? undefined : nodes[place];
    if (!node) continue;
    if (column === 0 && node.key !== null) {
      // A device may share its name with another.
      search.set('device', node.key);
      continue;
    }
    const term = termOf(KEYS[column as Column], node, nodes);
    if (term === undefined) return undefined;
    terms.push(term);
  }
  // What was asked in the last millisecond is counted, and `until` ends before its time.
  terms.push(only, `since:${instant(flow.from)}`, `until:${instant(flow.to + 1)}`);
  search.set('filter', terms.filter(Boolean).join(' '));
  return `/activity?${search}`;
}

/** Which of a column are meant. Those without a key are what is none of the others, where that is one node alone. */
function termOf(key: (typeof KEYS)[number], node: FlowNode, nodes: FlowNode[]): string | undefined {
  if (node.key !== null) return `${key}:${quoted(node.key)}`;
  const known = nodes.filter((other) => other.key !== null);
  if (known.length < nodes.length - 1) return undefined;
  return known.map((other) => `-${key}:${quoted(key === 'device' ? other.label : (other.key ?? ''))}`).join(' ');
}

const quoted = (value: string): string => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

const instant = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');
