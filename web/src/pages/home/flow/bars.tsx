import type { Flow, FlowNode } from '../../../api/types';
import { count, fill, plural, t } from '../../../i18n';
import { flow as texts } from '../../../i18n/flow';
import { SplitBar } from '../../../parts/split-bar';
import { TopRow } from '../tops';
import { type Column, columnsOf, stepsOf } from './layout';
import { rowsOf } from './rows';
import { HEADS, calledOf, lookupsOf, pageOf, stoppedOf } from './words';

/** Nodes of a column that are shown before one asks for the others. */
const SHOWN = 4;

/** How many a node is told to lead to. */
const TOLD = 3;

/** The three columns one below the other, for where there is no room beside each other. */
export function Bars({ flow }: { flow: Flow }) {
  return columnsOf(flow).map((nodes, at) => <List key={at} flow={flow} nodes={nodes} column={at as Column} />);
}

function List({ flow, nodes, column }: { flow: Flow; nodes: FlowNode[]; column: Column }) {
  const id = `flow-list-${column}`;
  const rows = nodes.map((node, place) => <Row key={node.key ?? node.label} flow={flow} nodes={nodes} column={column} place={place} node={node} />);
  const more = rows.slice(SHOWN);
  return (
    <section class="flow-list" aria-labelledby={id}>
      <h3 id={id}>{HEADS[column]}</h3>
      <ol class="top-rows">{rows.slice(0, SHOWN)}</ol>
      {more.length > 0 && (
        <details class="flow-twin">
          <summary>{plural(more.length, t.home.newMore)}</summary>
          <ol class="top-rows">{more}</ol>
        </details>
      )}
    </section>
  );
}

interface RowProps {
  flow: Flow;
  nodes: FlowNode[];
  column: Column;
  place: number;
  node: FlowNode;
}

function Row({ flow, nodes, column, place, node }: RowProps) {
  const [called, figure, rows] = [calledOf(column, node), count(node.queries), rowsOf(flow, { [column]: place })];
  return (
    <TopRow
      href={pageOf(column, node)}
      name={called}
      more={[stoppedOf(node), leadsTo(flow, column, place)]}
      figure={
        rows === undefined ? (
          figure
        ) : (
          <a href={rows} aria-label={lookupsOf(called, node.queries)}>
            {figure}
          </a>
        )
      }
      bar={<SplitBar stopped={node.stopped} whole={node.queries} largest={Math.max(...nodes.map(({ queries }) => queries))} />}
    />
  );
}

/** Whom a device tried most, or where a company is at home. */
function leadsTo(flow: Flow, column: Column, place: number): string | null {
  if (column === 2) return null;
  const links = stepsOf(flow)[column].filter(({ from }) => from === place);
  const ends = links.sort((one, other) => other.queries - one.queries).slice(0, TOLD);
  const told = ends.flatMap(({ to }) => {
    const node = columnsOf(flow)[column + 1]?.[to];
    return node ? calledOf(column === 0 ? 1 : 2, node) : [];
  });
  return fill(texts.to, { whom: told.join(', ') + (links.length > TOLD ? ', …' : '') });
}
