import type { Flow } from '../../../api/types';
import { count } from '../../../i18n';
import { APART, roomOf } from './edges';
import type { Spot } from './layout';
import { type Looked, classOf } from './path';
import { rowsOf } from './rows';
import type { Type } from './type';
import { calledOf, lookupsOf, pageOf, stoppedOf } from './words';

interface NodeProps {
  flow: Flow;
  spot: Spot;
  type: Type;
  ends: [number, number];
  isOn: boolean | undefined;
  /** Whether this is the one that the keyboard comes to first. */
  isEntry: boolean;
  look: (looked: Looked | undefined) => void;
  enter: () => void;
  press: (event: KeyboardEvent) => void;
}

/** What a node is called, how much of it was stopped, and how often it was tried: the one leads to its page, the other to its lookups. */
export function Node({ flow, spot, type, ends, isOn, isEntry, look, enter, press }: NodeProps) {
  const { column, place, node, top, height } = spot;
  const figure = count(node.queries);
  const nameEnd = ends[1] - roomOf(node, type) - APART;
  const [called, middle, high] = [calledOf(column, node), top + height / 2, 17 * type.unit];
  const rows = rowsOf(flow, { [column]: place });
  const page = pageOf(column, node) ?? rows;
  const name = (
    <>
      <rect class="flow-target" x={ends[0]} y={middle - high} width={nameEnd - ends[0] + APART / 2} height={2 * high} />
      <text class="flow-name" x={ends[0]} y={middle - 3 * type.unit}>
        {type.cut(called, nameEnd - ends[0])}
      </text>{' '}
      <text class="flow-more" x={ends[0]} y={middle + 12 * type.unit}>
        {stoppedOf(node)}
      </text>
    </>
  );
  const number = (
    <>
      <rect class="flow-target" x={nameEnd + APART / 2} y={middle - high} width={ends[1] - nameEnd - APART / 2} height={2 * high} />
      <text class="flow-figure" x={ends[1]} y={middle - 3 * type.unit} text-anchor="end">
        {figure}
      </text>
    </>
  );
  const held = {
    // Attributes of a drawing are told apart by case.
    tabindex: isEntry ? 0 : -1,
    onFocus: () => {
      look({ column, place });
      enter();
    },
    onBlur: () => look(undefined),
    onKeyDown: press,
  };
  return (
    <g
      class={classOf(node.key === null ? 'flow-node flow-rest' : 'flow-node', isOn)}
      role="listitem"
      data-at={`${column} ${place}`}
      onPointerEnter={() => look({ column, place })}
    >
      <title>{called}</title>
      {page === undefined ? (
        <g>{name}</g>
      ) : (
        <a href={page} {...held} aria-label={`${called} ${stoppedOf(node)}`}>
          {name}
        </a>
      )}
      {rows === undefined ? (
        <g>{number}</g>
      ) : (
        <a href={rows} {...held} aria-label={lookupsOf(called, node.queries)}>
          {number}
        </a>
      )}
    </g>
  );
}
