import { useMemo, useRef, useState } from 'preact/hooks';

import type { Flow } from '../../../api/types';
import { edges } from './edges';
import { columnsOf, isDrawn, layOut } from './layout';
import { Node } from './node';
import { type At, type Looked, hasNode, next, pathOf } from './path';
import { Band, Ends, Hatchings, keyOf } from './ribbons';
import type { Type } from './type';
import { HEADS } from './words';

/** The heads of the columns. */
const HEAD = 28;

interface Diagram {
  flow: Flow;
  width: number;
  type: Type;
  /** What says to those who do not see it what it is. */
  labels: { title: string; text: string };
}

/** Three columns with what runs between them: hatched what was stopped, solid what got through. */
export function Diagram({ flow, width, type, labels }: Diagram) {
  const layout = useMemo(() => layOut(flow, type.unit), [flow, type]);
  const [looked, look] = useState<Looked | undefined>();
  const [entry, setEntry] = useState<At>({ column: 0, place: 0 });
  const place = useRef<SVGSVGElement>(null);
  const path = useMemo(() => looked && pathOf(flow, looked), [flow, looked]);
  const xs = useMemo(() => edges(flow, width, type), [flow, width, type]);
  // A node may be gone since, when the figures have been loaded anew.
  const active = columnsOf(flow)[entry.column][entry.place] ? entry : { column: 0, place: 0 };
  const press = (event: KeyboardEvent, at: At) => {
    if (event.key === 'Escape') look(undefined);
    const to = event.altKey || event.ctrlKey || event.metaKey ? undefined : next(flow, at, event.key);
    if (!to) return;
    event.preventDefault();
    const link = place.current?.querySelector<SVGAElement>(`[data-at="${to.column} ${to.place}"] a`);
    if (link) link.focus();
    // A node that leads nowhere is passed over.
    else if (to.place !== at.place) press(event, to);
  };
  return (
    <svg
      class="flow-diagram"
      ref={place}
      width={width}
      height={layout.height + HEAD * type.unit}
      role="group"
      aria-labelledby={labels.title}
      aria-describedby={labels.text}
      onPointerLeave={() => look(undefined)}
    >
      <Hatchings />
      {HEADS.map((head, column) => (
        <text key={head} class="flow-head" x={xs[column]?.label[0]} y={16 * type.unit} aria-hidden="true">
          {head}
        </text>
      ))}
      <g transform={`translate(0 ${HEAD * type.unit})`}>
        <g aria-hidden="true">
          {layout.ribbons
            .filter((ribbon) => isDrawn(flow, ribbon))
            .map((ribbon) => (
              <Band key={keyOf(ribbon)} flow={flow} ribbon={ribbon} xs={xs} isOn={path?.[ribbon.step].includes(ribbon.link)} look={look} />
            ))}
          <Ends layout={layout} xs={xs} path={path} />
        </g>
        {HEADS.map((head, column) => (
          <g key={head} role="list" aria-label={head}>
            {layout.spots
              .filter((spot) => spot.column === column)
              .map((spot) => (
                <Node
                  key={spot.place}
                  flow={flow}
                  spot={spot}
                  type={type}
                  ends={xs[spot.column].label}
                  isOn={path && hasNode(path, spot)}
                  isEntry={active.column === spot.column && active.place === spot.place}
                  look={look}
                  enter={() => setEntry({ column: spot.column, place: spot.place })}
                  press={(event) => press(event, spot)}
                />
              ))}
          </g>
        ))}
      </g>
    </svg>
  );
}
