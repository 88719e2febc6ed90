import { useState } from 'preact/hooks';

import { ApiError, api } from '../../api/client';
import { complaintOf } from '../../api/refused';
import type { NewList } from '../../api/types';
import { fill } from '../../i18n';
import { listsPage } from '../../i18n/lists';
import { TextField } from '../../parts/text-field';
import { reportFailure } from '../../shell/connection';
import { faultOfId, faultOfSource, idFor } from './new-list';

/** A form for one more list. */
export function AddList({ taken, added }: { taken: string[]; added: (said: string) => void }) {
  const [source, setSource] = useState('');
  const [chosenId, setChosenId] = useState<string | null>(null);
  const [kind, setKind] = useState<'block' | 'allow'>('block');
  const [subdomains, setSubdomains] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const id = chosenId ?? idFor(source, taken);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const found = faultOfSource(source) ?? faultOfId(id);
    setFault(found);
    if (found !== null) return;
    setBusy(true);
    const complaint = await add({ id, source: source.trim(), kind, subdomains });
    setBusy(false);
    setFault(complaint);
    if (complaint !== null) return;
    setSource('');
    setChosenId(null);
    added(fill(listsPage.added, { id }));
  };

  return (
    <form class="card add-list" aria-labelledby="add-title" noValidate onSubmit={(event) => void submit(event)}>
      <h2 id="add-title">{listsPage.add}</h2>
      <TextField
        id="add-url"
        inputMode="url"
        label={listsPage.addUrl}
        hint={listsPage.addUrlHint}
        required
        value={source}
        enter={setSource}
      />
      <TextField id="add-id" label={listsPage.addId} hint={listsPage.addIdHint} value={id} enter={setChosenId} />
      <label class="field">
        <span>{listsPage.addKind}</span>
        <select value={kind} onChange={(event) => setKind(event.currentTarget.value === 'allow' ? 'allow' : 'block')}>
          <option value="block">{listsPage.addKinds.block}</option>
          <option value="allow">{listsPage.addKinds.allow}</option>
        </select>
      </label>
      <label class="check">
        <input type="checkbox" checked={subdomains} onChange={(event) => setSubdomains(event.currentTarget.checked)} />
        <span>{listsPage.addSubdomains}</span>
      </label>
      {fault !== null && (
        <p class="notice notice-failed" role="alert">
          {fault}
        </p>
      )}
      <button type="submit" class="button button-main" disabled={busy}>
        {busy ? listsPage.adding : listsPage.addButton}
      </button>
    </form>
  );
}

/** What the server says against it; `null` when it took it. */
async function add(list: NewList): Promise<string | null> {
  try {
    await api.addList(list);
    return null;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    reportFailure(error);
    return complaintOf(error);
  }
}
