import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import { useOrder } from '../../api/order';
import { fill } from '../../i18n';
import { names } from '../../i18n/names';
import { Quoted } from '../../i18n/rich';
import { Refusal } from '../../parts/refusal';
import { TextField } from '../../parts/text-field';
import { recordOf } from './record';

/** A form for one more name. */
export function NewName({ changed }: { changed: (said: string) => Promise<void> }) {
  const order = useOrder();
  const [name, setName] = useState('');
  const [target, setTarget] = useState('');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const record = recordOf(name, target);
    order.run(
      () => api.addRecord(record),
      () => {
        setName('');
        setTarget('');
        return changed(fill(names.added, { record }));
      },
    );
  };
  return (
    <form class="card card-form" aria-labelledby="new-name" onSubmit={submit}>
      <h2 id="new-name">{names.new}</h2>
      <TextField id="name" label={names.name} hint={names.nameHint} required value={name} enter={setName} />
      <TextField id="target" label={names.target} hint={names.targetHint} required value={target} enter={setTarget} />
      <Refusal failed={order.failed} />
      <button type="submit" class="button button-main" disabled={order.busy}>
        {names.add}
      </button>
      <p class="card-aside">
        <Quoted text={names.others} />
      </p>
    </form>
  );
}
