import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import { useOrder } from '../../api/order';
import type { List } from '../../api/types';
import { fill } from '../../i18n';
import { groups } from '../../i18n/groups';
import { hours } from '../../i18n/hours';
import { Refusal } from '../../parts/refusal';
import { TextField } from '../../parts/text-field';
import { type Hours, isWhole, stated as hoursStated } from './hours';
import { HoursFields } from './hours-fields';
import { type Treatment, idOf, stated } from './treatment';
import { TreatmentFields } from './treatment-fields';

const USUAL: Treatment = { how: 'all', lists: [], search: 'usual' };

/** A form for one more group. */
export function NewGroup({ lists, changed }: { lists: readonly List[]; changed: (said: string) => Promise<void> }) {
  const order = useOrder();
  const [name, setName] = useState('');
  const [treatment, setTreatment] = useState(USUAL);
  const [offline, setOffline] = useState<readonly Hours[]>([]);
  const [fault, setFault] = useState<string | null>(null);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const id = idOf(name);
    const bad = id === '' || id === 'all' ? groups.badName : offline.every(isWhole) ? null : hours.bad;
    setFault(bad);
    if (bad !== null) return;
    order.run(
      () => api.makeGroup({ id, ...stated(treatment), offline: offline.map(hoursStated) }),
      () => {
        setName('');
        setTreatment(USUAL);
        setOffline([]);
        return changed(fill(groups.made, { group: id }));
      },
    );
  };
  return (
    <form class="card card-form" aria-labelledby="new-group" noValidate onSubmit={submit}>
      <h2 id="new-group">{groups.new}</h2>
      <TextField id="group" label={groups.name} hint={groups.nameHint} required value={name} enter={setName} />
      <TreatmentFields value={treatment} choose={setTreatment} lists={lists} />
      <HoursFields value={offline} choose={setOffline} />
      <Refusal failed={fault ?? order.failed} />
      <button type="submit" class="button button-main" disabled={order.busy}>
        {groups.make}
      </button>
    </form>
  );
}
