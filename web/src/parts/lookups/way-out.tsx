import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import { useOrder } from '../../api/order';
import type { Row } from '../../api/types';
import { fill, t } from '../../i18n';
import { Refusal } from '../refusal';

const LASTS = ['1h', 'until_tomorrow', 'forever'] as const;

type Lasts = (typeof LASTS)[number];

/** The way out when something broke: lets a name that was stopped through for a while. One more tap takes it back. */
export function WayOut({ row }: { row: Row }) {
  const [everyone, setEveryone] = useState(false);
  const { order, change, allow, undo } = useException(row);
  if (row.verdict !== 'stopped') return null;
  const whom = everyone ? t.wayOut.everyone : row.device_name;
  return (
    <section class="way-out" aria-label={t.wayOut.title}>
      {change === undefined ? (
        <>
          <p>{fill(t.wayOut.offer, { name: row.name, whom })}</p>
          <div class="way-out-choices">
            {LASTS.map((lasts) => (
              <button key={lasts} type="button" class="button" disabled={order.busy} onClick={() => allow(lasts, everyone)}>
                {t.wayOut.lasts[lasts]}
              </button>
            ))}
            {/* What is allowed for everyone is not meant for a group that is offline. */}
            {row.cause?.source !== 'offline' && (
              <label class="check">
                <input type="checkbox" checked={everyone} onChange={(event) => setEveryone(event.currentTarget.checked)} />
                {t.wayOut.forEveryone}
              </label>
            )}
          </div>
        </>
      ) : (
        <p role="status">
          {fill(t.wayOut.done, { name: row.name, whom })}{' '}
          <button type="button" class="button" disabled={order.busy} onClick={() => undo(change)}>
            {t.wayOut.undo}
          </button>
        </p>
      )}
      <Refusal failed={order.failed} />
    </section>
  );
}

function useException(row: Row) {
  const order = useOrder();
  /** The number of the change, once it is made. */
  const [change, setChange] = useState<number | undefined>(undefined);
  const allow = (lasts: Lasts, everyone: boolean) => {
    const scope = everyone ? ('everyone' as const) : { device: row.device_id };
    order.run(() => api.except({ action: 'allow', name: row.name, lasts, scope }), ({ id }) => setChange(id));
  };
  const undo = (id: number) => order.run(() => api.undo(id), () => setChange(undefined));
  return { order, change, allow, undo };
}
