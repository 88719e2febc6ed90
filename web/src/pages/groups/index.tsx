import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import { useResource } from '../../api/resource';
import type { Device, Group, List } from '../../api/types';
import { plural } from '../../i18n';
import { groups } from '../../i18n/groups';
import { Empty, Unready } from '../../parts/states';
import { GroupCard } from './group-card';
import { NewGroup } from './new-group';

const EVERY = 20_000;

interface Grouped {
  groups: Group[];
  devices: Device[];
  lists: List[];
}

/** The groups of devices that are treated differently. */
export function GroupsPage() {
  const { value, error, reload } = useResource('groups', load, EVERY);
  const [said, setSaid] = useState('');
  const changed = async (what: string) => {
    setSaid(what);
    await reload();
  };
  if (!value) return <Unready title={groups.title} error={error} reload={reload} />;
  return (
    <div class="home">
      <section class="hero" aria-label={groups.title}>
        <h1 class="headline">{value.groups.length === 0 ? groups.headlineNone : plural(value.groups.length, groups.headline)}</h1>
        <p class="headline-more">{groups.text}</p>
        <p role="status">
          {said}
        </p>
      </section>
      {value.groups.length === 0 && <Empty>{groups.none}</Empty>}
      <ul class="group-cards">
        {value.groups.map((group) => (
          <GroupCard key={group.id} group={group} devices={value.devices} lists={value.lists} changed={changed} />
        ))}
      </ul>
      <NewGroup lists={value.lists} changed={changed} />
    </div>
  );
}

async function load(): Promise<Grouped> {
  const [{ groups: all }, { devices }, { lists }] = await Promise.all([api.groups(), api.devices(), api.lists()]);
  return { groups: all, devices, lists };
}
