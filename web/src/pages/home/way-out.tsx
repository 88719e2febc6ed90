import { useState } from 'preact/hooks';

import { ApiError, api } from '../../api/client';
import type { Row } from '../../api/types';
import { fill, t } from '../../i18n';
import { reportFailure } from '../../shell/connection';

const LASTS = ['1h', 'until_tomorrow', 'forever'] as const;

type Lasts = (typeof LASTS)[number];

/** The way out when something broke: lets a name that was stopped through for a while. One more tap takes it back. */
export function WayOut({ row }: { row: Row }) {
  const [everyone, setEveryone] = useState(false);
  const { state, allow, undo } = useException(row);
  if (row.verdict !== 'stopped') return null;
  const whom = everyone ? t.wayOut.everyone : row.device_name;
  return (
    <section class="way-out" aria-label={t.wayOut.title}>
      {state.change === undefined ? (
        <>
          <p>{fill(t.wayOut.offer, { name: row.name, whom })}</p>
          <div class="way-out-choices">
            {LASTS.map((lasts) => (
              <button key={lasts} type="button" class="button" disabled={state.busy} onClick={() => allow(lasts, everyone)}>
                {t.wayOut.lasts[lasts]}
              </button>
            ))}
            <label class="check">
              <input type="checkbox" checked={everyone} onChange={(event) => setEveryone(event.currentTarget.checked)} />
              {t.wayOut.forEveryone}
            </label>
          </div>
        </>
      ) : (
        <p role="status">
          {fill(t.wayOut.done, { name: row.name, whom })}{' '}
          <button type="button" class="button" disabled={state.busy} onClick={undo}>
            {t.wayOut.undo}
          </button>
        </p>
      )}
      {state.failed !== null && (
        <p class="notice notice-failed" role="alert">
          {state.failed}
        </p>
      )}
    </section>
  );
}

interface State {
  /** The number of the change, once it is made. */
  change: number | undefined;
  busy: boolean;
  failed: string | null;
}

function useException(row: Row) {
  const [state, setState] = useState<State>({ change: undefined, busy: false, failed: null });
  const run = async (order: () => Promise<number | undefined>) => {
    setState((before) => ({ ...before, busy: true, failed: null }));
    try {
      setState({ change: await order(), busy: false, failed: null });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      reportFailure(error);
      setState((before) => ({ ...before, busy: false, failed: error.detail }));
    }
  };
  const allow = (lasts: Lasts, everyone: boolean) => {
    const scope = everyone ? ('everyone' as const) : { device: row.device_id };
    void run(async () => (await api.except({ action: 'allow', name: row.name, lasts, scope })).id);
  };
  const undo = () =>
    void run(async () => {
      if (state.change !== undefined) await api.undo(state.change);
      return undefined;
    });
  return { state, allow, undo };
}
