import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import { useOrder } from '../../api/order';
import type { Change, Device } from '../../api/types';
import { fill, moment, plural } from '../../i18n';
import { rulesPage } from '../../i18n/rules';
import { Refusal } from '../../parts/refusal';
import { Empty } from '../../parts/states';
import { type Column, Table } from '../../parts/table';
import { authorOf, stateOf, subjectOf } from './in-words';

/** Changes that are shown at once. */
const SHOWN = 10;

interface Properties {
  changes: Change[];
  devices: Device[];
  /** Takes what was done, in a sentence. */
  changed: (said: string) => Promise<void>;
}

/** What was changed, by whom and when, and the way back. */
export function Changes({ changes, devices, changed }: Properties) {
  const order = useOrder();
  const [all, setAll] = useState(false);
  const shown = all ? changes : changes.slice(0, SHOWN);
  const { columns } = rulesPage;
  const undo = ({ id }: Change) => order.run(() => api.undo(id), () => changed(fill(rulesPage.takenBack, { id })));
  const told: Column<Change>[] = [
    { head: columns.what, cell: ({ edit, id, undoes }) => <What subject={subjectOf(edit, devices)} id={id} undoes={undoes} /> },
    { head: columns.before, cell: ({ edit }) => stateOf(edit, 'before') },
    { head: columns.after, cell: ({ edit }) => stateOf(edit, 'after') },
    { head: columns.who, cell: (change) => <Who change={change} /> },
    { head: columns.back, cell: (change) => <Back change={change} busy={order.busy} undo={undo} /> },
  ];
  return (
    <section class="card changes" aria-labelledby="changes">
      <h2 id="changes">{rulesPage.changes}</h2>
      <p class="card-aside">{rulesPage.changesText}</p>
      <Refusal failed={order.failed} />
      {changes.length === 0 ? (
        <Empty>{rulesPage.changesEmpty}</Empty>
      ) : (
        <Table caption={rulesPage.changes} columns={told} rows={shown} keyOf={({ id }) => String(id)} />
      )}
      {shown.length < changes.length && (
        <button type="button" class="button older" onClick={() => setAll(true)}>
          {plural(changes.length - shown.length, rulesPage.older)}
        </button>
      )}
    </section>
  );
}

function What({ subject, id, undoes }: { subject: string; id: number; undoes: number | null }) {
  const notes = [fill(rulesPage.number, { id }), undoes !== null && fill(rulesPage.undoes, { id: undoes })];
  return (
    <>
      {subject}
      <span class="table-more">{notes.filter(Boolean).join(' · ')}</span>
    </>
  );
}

const Who = ({ change }: { change: Change }) => (
  <>
    {authorOf(change)}
    <time class="table-more" dateTime={new Date(change.at).toISOString()}>
      {moment(change.at)}
    </time>
  </>
);

function Back({ change, busy, undo }: { change: Change; busy: boolean; undo: (change: Change) => void }) {
  if (change.undone_by !== null) return <>{fill(rulesPage.undone, { id: change.undone_by })}</>;
  return (
    <button type="button" class="button" disabled={busy} onClick={() => undo(change)}>
      {rulesPage.undo}
      <span class="visually-hidden">{fill(rulesPage.undoOf, { id: change.id })}</span>
    </button>
  );
}
