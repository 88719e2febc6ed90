import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import { useOrder } from '../../api/order';
import { useResource } from '../../api/resource';
import type { LocalRecord } from '../../api/types';
import { fill, plural, t } from '../../i18n';
import { names } from '../../i18n/names';
import { Refusal } from '../../parts/refusal';
import { StandingItem } from '../../parts/standing-item';
import { Empty, Unready } from '../../parts/states';
import { NewName } from './new-name';
import { leads, partsOf } from './record';

const EVERY = 20_000;

/** The names that are answered here. */
export function NamesPage() {
  const { value, error, reload } = useResource('records', api.records, EVERY);
  const [said, setSaid] = useState('');
  const changed = async (what: string) => {
    setSaid(what);
    await reload();
  };
  if (!value) return <Unready title={t.names.title} error={error} reload={reload} />;
  const { records } = value;
  const different = new Set(records.map(({ record }) => partsOf(record).name)).size;
  return (
    <div class="home">
      <section class="hero" aria-label={t.names.title}>
        <h1 class="headline">{different === 0 ? names.headlineNone : plural(different, names.headline)}</h1>
        <p class="headline-more">{names.text}</p>
        <p role="status">{said}</p>
      </section>
      <Records records={records} changed={changed} />
      <NewName changed={changed} />
    </div>
  );
}

interface Properties {
  records: readonly LocalRecord[];
  /** Takes what was done, in a sentence. */
  changed: (said: string) => Promise<void>;
}

function Records({ records, changed }: Properties) {
  const order = useOrder();
  const remove = ({ id, record }: LocalRecord) =>
    order.run(() => api.removeRecord(id), () => changed(fill(names.removed, { record })));
  return (
    <section class="card" aria-labelledby="records">
      <h2 id="records">{names.list}</h2>
      {records.length === 0 && <Empty>{names.empty}</Empty>}
      <ul class="standing">
        {records.map((own) => {
          const parts = partsOf(own.record);
          return (
            <StandingItem
              key={own.id}
              name={
                <>
                  <code>{parts.name}</code> {own.fixed && <span class="tag tag-plain">{names.fixed}</span>}
                </>
              }
              more={leads(parts) ? fill(names.leads, { target: parts.data }) : `${parts.type} ${parts.data}`}
              end={
                !own.fixed && {
                  text: names.remove,
                  of: fill(names.of, { record: own.record }),
                  busy: order.busy,
                  run: () => remove(own),
                }
              }
            />
          );
        })}
      </ul>
      <Refusal failed={order.failed} />
    </section>
  );
}
