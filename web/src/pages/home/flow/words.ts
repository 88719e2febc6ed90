/** What the nodes of the flow are called, and where they lead. */
import type { FlowNode } from '../../../api/types';
import { count, country, fill, plural, share, t } from '../../../i18n';
import { flow as texts } from '../../../i18n/flow';
import { withRange } from '../../../parts/range-picker';
import type { Column } from './layout';

export const HEADS: [string, string, string] = [t.devices.title, t.vendors.title, texts.country];

export function calledOf(column: Column, { key, label, others }: FlowNode): string {
  if (others > 0) return plural(others, texts.others);
  if (key === null) return texts.unknown;
  return column === 2 ? country(key) : label;
}

/** The page of a device or company. */
export function pageOf(column: Column, { key }: FlowNode): string | undefined {
  if (key === null || column === 2) return undefined;
  return withRange(`/${column === 0 ? 'devices' : 'vendors'}/${encodeURIComponent(key)}`);
}

export const stoppedOf = ({ stopped, queries }: { stopped: number; queries: number }): string =>
  fill(texts.stopped, { share: share(stopped, queries) });

/** What the link from a figure to its lookups says to those who do not see whose it is. */
export const lookupsOf = (who: string, figure: number): string => fill(texts.lookups, { who, n: count(figure) });
