import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import { type Order, useOrder } from '../../api/order';
import type { Device, Group, List } from '../../api/types';
import { fill } from '../../i18n';
import { groups } from '../../i18n/groups';
import { hours } from '../../i18n/hours';
import { Menu } from '../../parts/menu';
import { Refusal } from '../../parts/refusal';
import { calledOf } from '../../parts/whom';
import { now } from '../../shell/clock';
import { type Hours, chosen, inWords as hoursInWords, isWhole, stateOf, stated as hoursStated } from './hours';
import { HoursFields } from './hours-fields';
import { goneLists, inWords, stated, treatmentOf } from './treatment';
import { TreatmentFields } from './treatment-fields';

interface Properties {
  group: Group;
  devices: readonly Device[];
  lists: readonly List[];
  /** Takes what was done, in a sentence. */
  changed: (said: string) => Promise<void>;
}

/** One group: how it is treated, which devices are in it, and what can be done about that. */
export function GroupCard({ group, devices, lists, changed }: Properties) {
  const order = useOrder();
  const { id, fixed } = group;
  const gone = goneLists(group, lists);
  const remove = () => order.run(() => api.removeGroup(id), () => changed(fill(groups.removed, { group: id })));
  return (
    <li class="card group">
      <div class="card-head">
        <h2>{id}</h2>
        {fixed && <span class="tag tag-plain">{groups.fixed}</span>}
      </div>
      <p>{inWords(group)}</p>
      <Offline group={group} />
      {gone.length > 0 && <p class="notice notice-failed">{fill(groups.gone, { lists: gone.join(', ') })}</p>}
      <Members group={group} devices={devices} />
      <AddDevice group={group} devices={devices} order={order} changed={changed} />
      {!fixed && (
        <div class="list-actions">
          <Menu
            face={
              <>
                {groups.change}
                <span class="visually-hidden">{fill(groups.of, { group: id })}</span>
              </>
            }
            label={groups.change}
          >
            {(close) => <Change key={group.made} group={group} lists={lists} changed={changed} close={close} />}
          </Menu>
          <button type="button" class="button button-quiet" disabled={order.busy} onClick={remove}>
            {groups.remove}
            <span class="visually-hidden">{fill(groups.of, { group: id })}</span>
          </button>
        </div>
      )}
      <Refusal failed={order.failed} />
    </li>
  );
}

function Offline({ group }: Pick<Properties, 'group'>) {
  const words = hoursInWords(group.offline);
  if (words === null) return null;
  const state = stateOf(group, now.value);
  return (
    <p>
      {words} {state !== null && <strong>{state}</strong>}
    </p>
  );
}

function Members({ group, devices }: Pick<Properties, 'group' | 'devices'>) {
  const members = devices.filter((device) => device.group === group.id);
  return (
    <>
      {group.devices.length > 0 && (
        <p class="standing-more">{fill(groups.byConfiguration, { devices: group.devices.join(', ') })}</p>
      )}
      {members.length === 0 ? (
        <p class="standing-more">{groups.noMembers}</p>
      ) : (
        <p class="group-members">
          {groups.members}{' '}
          {members.map((device, place) => (
            <span key={device.id}>
              {place > 0 && ', '}
              <a href={`/devices/${device.id}`}>{calledOf(device)}</a>
            </span>
          ))}
        </p>
      )}
    </>
  );
}

function AddDevice({ group, devices, order, changed }: Omit<Properties, 'lists'> & { order: Order }) {
  const [chosen, setChosen] = useState('');
  const others = devices.filter((device) => device.group !== group.id && !device.fixed.includes('group'));
  if (others.length === 0) return null;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const device = others.find((other) => other.id === chosen);
    if (!device) return;
    order.run(
      () => api.groupDevice(device.id, group.id),
      () => {
        setChosen('');
        return changed(fill(groups.added, { device: calledOf(device), group: group.id }));
      },
    );
  };
  return (
    <form class="group-add" onSubmit={submit}>
      <label class="field">
        <span>
          {groups.addDevice}
          <span class="visually-hidden">{fill(groups.of, { group: group.id })}</span>
        </span>
        <select required value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
          <option value="">{groups.choose}</option>
          {others.map((device) => (
            <option key={device.id} value={device.id}>
              {device.group === null ? calledOf(device) : fill(groups.fromGroup, { device: calledOf(device), group: device.group })}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" class="button" disabled={order.busy}>
        {groups.put}
        <span class="visually-hidden">{fill(groups.of, { group: group.id })}</span>
      </button>
    </form>
  );
}

function Change({ group, lists, changed, close }: Omit<Properties, 'devices'> & { close: () => void }) {
  const order = useOrder();
  const [treatment, setTreatment] = useState(treatmentOf(group, lists));
  const [offline, setOffline] = useState<readonly Hours[]>(group.offline.map(chosen));
  const [fault, setFault] = useState<string | null>(null);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const bad = !offline.every(isWhole);
    setFault(bad ? hours.bad : null);
    if (bad) return;
    order.run(
      () => api.changeGroup(group.id, { ...stated(treatment), offline: offline.map(hoursStated) }),
      async () => {
        close();
        await changed(fill(groups.changed, { group: group.id }));
      },
    );
  };
  return (
    <form class="naming" noValidate onSubmit={submit}>
      <TreatmentFields value={treatment} choose={setTreatment} lists={lists} />
      <HoursFields value={offline} choose={setOffline} />
      <button type="submit" class="button button-main" disabled={order.busy}>
        {groups.keep}
      </button>
      <Refusal failed={fault ?? order.failed} />
    </form>
  );
}
