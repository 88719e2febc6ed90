/** Where the nodes of the flow and what runs between them stand, from top to bottom. d3-sankey moves each node to where its ribbons
 * bend and cross least, which is more than a few lines; it weighs three kilobytes, and draws nothing by itself. */
import { sankey } from 'd3-sankey';

import type { Flow, FlowLink, FlowNode } from '../../../api/types';

/** Devices, companies, countries. */
export type Column = 0 | 1 | 2;
/** From devices to companies, from companies to countries. */
export type Step = 0 | 1;

export interface Spot {
  column: Column;
  place: number;
  node: FlowNode;
  top: number;
  height: number;
}

export interface Ribbon {
  step: Step;
  link: FlowLink;
  /** Whether one of its ends is the rest of a column. */
  isOfRest: boolean;
  thickness: number;
  /** Its upper edge at either end. */
  top: [number, number];
}

export interface Layout {
  height: number;
  spots: Spot[];
  ribbons: Ribbon[];
}

/** What all tries together are thick, and what lies between two nodes: two lines of text, however thin they are. */
const ALL = 190;
const BETWEEN = 34;
/** Half of such two lines, which may stand out above the first and below the last node. */
const OUT = 18;

/** What is less of all tries is not drawn as a ribbon: it would be a hair. */
const LEAST = 0.01;

export const columnsOf = ({ devices, vendors, countries }: Flow): [FlowNode[], FlowNode[], FlowNode[]] => [devices, vendors, countries];
export const stepsOf = ({ to_vendors, to_countries }: Flow): [FlowLink[], FlowLink[]] => [to_vendors, to_countries];

/** `unit` is what a pixel of the usual size of text is. */
export function layOut(flow: Flow, unit = 1): Layout {
  const columns = columnsOf(flow);
  const firsts = [0, columns[0].length, columns[0].length + columns[1].length];
  const inner = unit * (ALL + BETWEEN * (Math.max(...columns.map(({ length }) => length)) - 1));
  const out = unit * OUT;
  const place = sankey<{ column: number }, { step: Step; link: FlowLink }>()
    .nodeAlign(({ column }) => column)
    // They come in their order: by tries, and the rest last.
    .nodeSort(null as never)
    .nodePadding(unit * BETWEEN)
    .extent([
      [0, out],
      [1, out + inner],
    ]);
  const { nodes, links } = place({
    nodes: columns.flatMap((nodes, column) => nodes.map(() => ({ column }))),
    links: stepsOf(flow).flatMap((links, step) =>
      links.map((link) => ({
        step: step as Step,
        link,
        source: (firsts[step] ?? 0) + link.from,
        target: (firsts[step + 1] ?? 0) + link.to,
        value: link.queries,
      })),
    ),
  });
  const spots = columns.flatMap((all, column) =>
    all.map((node, at): Spot => {
      const { y0 = 0, y1 = 0 } = nodes[(firsts[column] ?? 0) + at] ?? {};
      return { column: column as Column, place: at, node, top: y0, height: y1 - y0 };
    }),
  );
  const isRest = (column: number, at: number) => (columns[column]?.[at]?.others ?? 0) > 0;
  const ribbons = links.map(({ step, link, y0 = 0, y1 = 0, width = 0 }): Ribbon => ({
    step,
    link,
    isOfRest: isRest(step, link.from) || isRest(step + 1, link.to),
    thickness: width,
    top: [y0 - width / 2, y1 - width / 2],
  }));
  return { height: inner + 2 * out, spots, ribbons };
}

/** Whether a ribbon is thick enough to be seen. */
export const isDrawn = (flow: Flow, { link }: Ribbon): boolean => link.queries >= LEAST * flow.totals.queries;

/** A band of a ribbon: a closed path, from the upper edge at either end and its thickness. */
export function band([x0, x1]: [number, number], [y0, y1]: [number, number], thickness: number): string {
  const middle = (x0 + x1) / 2;
  const [low0, low1] = [y0 + thickness, y1 + thickness];
  const text = (...points: number[]) => points.map((point) => point.toFixed(1)).join(' ');
  return `M${text(x0, y0)}C${text(middle, y0, middle, y1, x1, y1)}V${text(low1)}C${text(middle, low1, middle, low0, x0, low0)}Z`;
}
