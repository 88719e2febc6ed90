import type { Flow } from '../../../api/types';
import { count, fill } from '../../../i18n';
import { flow as texts } from '../../../i18n/flow';
import { BAR, type Columns } from './edges';
import { type Layout, type Ribbon, band, columnsOf } from './layout';
import { type Looked, type Path, classOf } from './path';
import { calledOf, stoppedOf } from './words';

export const keyOf = ({ step, link }: Ribbon): string => `${step} ${link.from} ${link.to}`;

interface BandProps {
  flow: Flow;
  ribbon: Ribbon;
  xs: Columns;
  isOn: boolean | undefined;
  look: (looked: Looked) => void;
}

/** What runs between two nodes. */
export function Band({ flow, ribbon, xs, isOn, look }: BandProps) {
  const { step, link, thickness, top, isOfRest } = ribbon;
  const ends: [number, number] = [xs[step].leaving + BAR, xs[step + 1]?.entering ?? 0];
  const [from, to] = [columnsOf(flow)[step][link.from], columnsOf(flow)[step + 1]?.[link.to]];
  const stopped = thickness * (link.stopped / link.queries);
  const below: [number, number] = [top[0] + stopped, top[1] + stopped];
  return (
    <g class={classOf(isOfRest ? 'flow-band flow-rest' : 'flow-band', isOn)} onPointerEnter={() => look({ step, from: link.from, to: link.to })}>
      <title>
        {from && to && fill(texts.between, { from: calledOf(step, from), to: calledOf(step === 0 ? 1 : 2, to), n: count(link.queries), stopped: stoppedOf(link) })}
      </title>
      {link.stopped > 0 && <path fill={hatchingOf(isOfRest, isOn ? 'hatching' : 'hatching-soft')} d={band(ends, top, stopped)} />}
      {link.stopped < link.queries && <path class="flow-through" d={band(ends, below, thickness - stopped)} />}
    </g>
  );
}

/** What is hatched of the rest of a column is grey. */
const hatchingOf = (isOfRest: boolean, otherwise: string): string => `url(#${isOfRest ? 'hatching-rest' : otherwise})`;

/** The ends of all ribbons, those too that are too thin to be drawn: what each node has in all. */
export function Ends({ layout, xs, path }: { layout: Layout; xs: Columns; path: Path | undefined }) {
  return layout.ribbons.map((ribbon) => {
    const { step, link, thickness, top, isOfRest } = ribbon;
    const stopped = thickness * (link.stopped / link.queries);
    return (
      <g key={keyOf(ribbon)} class={classOf(isOfRest ? 'flow-bar flow-rest' : 'flow-bar', path?.[step].includes(link))}>
        {[xs[step].leaving, xs[step + 1]?.entering ?? 0].map((x, end) => (
          <>
            <rect fill={hatchingOf(isOfRest, 'hatching')} x={x} width={BAR} y={top[end]} height={stopped} />
            <rect class="flow-through" x={x} width={BAR} y={(top[end] ?? 0) + stopped} height={Math.max(thickness - stopped, 0)} />
          </>
        ))}
      </g>
    );
  });
}

/** The hatching of what is stopped where it is not the usual one: of the rest of a column, and of ribbons. */
export const Hatchings = () => (
  <defs>
    <pattern id="hatching-rest" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect class="flow-rest-ground" width="5" height="5" />
      <rect class="flow-rest-line" width="2" height="5" />
    </pattern>
    <pattern id="hatching-soft" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect class="flow-soft-ground" width="6" height="6" />
      <rect class="flow-soft-line" width="2" height="6" />
    </pattern>
  </defs>
);
