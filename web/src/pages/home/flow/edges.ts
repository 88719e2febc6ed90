/** Where the columns of the drawing have their labels and bars: as wide as their texts need, and with room for ribbons between them. */
import type { Flow, FlowNode } from '../../../api/types';
import { count } from '../../../i18n';
import { type Column, columnsOf } from './layout';
import type { Type } from './type';
import { HEADS, calledOf } from './words';

export const BAR = 9;
/** Between a name and its figure. */
export const APART = 14;
/** Between a bar and what stands beside it. */
const GAP = 12;
/** What ribbons have of the width at least. */
const BETWEEN = 56;
/** What can be pressed is so wide at least. */
const FINGER = 28;

/** Where a column has its label and its bars: each from left to right. */
export interface Edges {
  label: [number, number];
  /** The bar that ribbons come in by. */
  entering: number;
  /** The bar that they leave from. */
  leaving: number;
}

export type Columns = [Edges, Edges, Edges];

export function edges(flow: Flow, width: number, type: Type): Columns {
  const needed = columnsOf(flow).map((nodes, column) => {
    const widths = nodes.map((node) => type.widthOf(calledOf(column as Column, node)) + APART + roomOf(node, type));
    return Math.max(...widths, type.widthOf(HEADS[column] ?? ''));
  }) as [number, number, number];
  const room = width - 2 * BETWEEN - 4 * (GAP + BAR);
  const vendors = Math.min(needed[1], room / 3);
  const devices = Math.min(needed[0], (room - vendors) / 2);
  const countries = Math.min(needed[2], room - vendors - devices);
  const middle = (width + devices - countries) / 2;
  const [second, third] = [middle - vendors / 2, width - countries];
  return [
    { label: [0, devices], entering: 0, leaving: devices + GAP },
    { label: [second, second + vendors], entering: second - GAP - BAR, leaving: second + vendors + GAP },
    { label: [third, width], entering: third - GAP - BAR, leaving: 0 },
  ];
}

/** What a figure takes of the width. */
export const roomOf = (node: FlowNode, type: Type): number => Math.max(type.widthOf(count(node.queries)), FINGER * type.unit);
