import type { Flow, FlowLink } from '../../../api/types';
import { count, share, t } from '../../../i18n';
import { flow as texts } from '../../../i18n/flow';
import { type Column as TableColumn, Table } from '../../../parts/table';
import { type Column, type Step, columnsOf, stepsOf } from './layout';
import { rowsOf } from './rows';
import { HEADS, calledOf, lookupsOf, pageOf } from './words';

/** All of the flow in figures, what is too little to be drawn too. */
export function Tables({ flow }: { flow: Flow }) {
  return stepsOf(flow).map((links, step) => (
    <Table
      key={step}
      caption={step === 0 ? texts.toVendors : texts.toCountries}
      columns={columns(flow, step as Step)}
      rows={links}
      keyOf={({ from, to }) => `${from} ${to}`}
    />
  ));
}

function columns(flow: Flow, step: Step): TableColumn<FlowLink>[] {
  const [left, right] = [step, (step + 1) as Column];
  const who = (link: FlowLink) => `${nameOf(flow, left, link.from)} → ${nameOf(flow, right, link.to)}`;
  const figure = (link: FlowLink, value: number, only = '') => {
    const rows = rowsOf(flow, { [left]: link.from, [right]: link.to }, only);
    if (rows === undefined) return count(value);
    return (
      <a href={rows} aria-label={lookupsOf(who(link), value)}>
        {count(value)}
      </a>
    );
  };
  return [
    { head: HEADS[left], cell: (link) => <Named flow={flow} column={left} place={link.from} /> },
    { head: HEADS[right], cell: (link) => <Named flow={flow} column={right} place={link.to} /> },
    { head: texts.figure, isFigure: true, cell: (link) => figure(link, link.queries) },
    {
      head: t.home.stopped,
      isFigure: true,
      cell: (link) => (
        <>
          {figure(link, link.stopped, 'stopped')} ({share(link.stopped, link.queries)})
        </>
      ),
    },
  ];
}

function nameOf(flow: Flow, column: Column, place: number): string {
  const node = columnsOf(flow)[column][place];
  return node ? calledOf(column, node) : '';
}

function Named({ flow, column, place }: { flow: Flow; column: Column; place: number }) {
  const node = columnsOf(flow)[column][place];
  const page = node && pageOf(column, node);
  const called = nameOf(flow, column, place);
  return page === undefined ? <>{called}</> : <a href={page}>{called}</a>;
}
