import { useEffect, useRef, useState } from 'preact/hooks';

import { api } from '../../api/client';
import { useResource } from '../../api/resource';
import type { Device, Exception, Suspect, Suspects } from '../../api/types';
import { fill } from '../../i18n';
import { fix } from '../../i18n/en-fix';
import { Waiting } from '../../parts/states';
import { whomOf } from '../../parts/whom';
import { Failed } from './failed';
import { LastResort } from './last-resort';
import { exceptionFor } from './orders';
import { inOrder, isLikely, standingStill } from './standing-still';
import { SuspectCard } from './suspect-card';

/** How often is looked for what was stopped, and for whether what was allowed was asked for again, in milliseconds. */
const EVERY = 5000;
const WATCHING = 1500;
const EXCEPTIONS_EVERY = 20_000;

interface Properties {
  /** What the device is known by, or an address of it. */
  device: string;
  devices: readonly Device[];
  /** Takes what happened, in a sentence. */
  say: (what: string) => void;
}

/** What was stopped for one device, and what becomes of it. */
export function Case({ device, devices, say }: Properties) {
  const standing = useResource('exceptions', api.exceptions, EXCEPTIONS_EVERY);
  const exceptions = standing.value?.exceptions ?? [];
  const [watching, setWatching] = useState(false);
  const found = useResource(`suspects ${device}`, () => api.suspects(device), watching ? WATCHING : EVERY);
  const { shown, waiting, show } = useStill(found.value?.names ?? []);
  const id = found.value?.device_id ?? device;
  const isWaited = shown.some(({ name, let_through }) => let_through === null && exceptionFor(exceptions, name, id) !== undefined);
  useEffect(() => setWatching(isWaited), [isWaited]);
  const changed = async (what: string) => {
    say(what);
    await Promise.all([standing.reload(), found.reload()]);
  };
  if (!found.value || !standing.value) {
    return <Waiting resource={undefined} error={found.error ?? standing.error} retry={() => Promise.all([found.reload(), standing.reload()]).then(() => {})} />;
  }
  const whom = { id, name: whomOf({ device: id }, devices) };
  return (
    <>
      <section class="card" aria-labelledby="what">
        <h2 id="what">{fix.what}</h2>
        <Summary found={found.value} shown={shown} called={whom.name} />
        <div class="pill-place" role="status">
          {waiting > 0 && (
            <button type="button" class="pill" onClick={show}>
              {fix.fresh(waiting)} ↑
            </button>
          )}
        </div>
        <List shown={shown} exceptions={exceptions} device={whom} changed={changed} say={say} />
      </section>
      <Failed names={found.value.failed} alone={shown.length === 0} />
      <LastResort device={whom} devices={devices} exceptions={exceptions} hasNames={shown.length > 0} changed={changed} />
    </>
  );
}

/** The names in an order that does not change under somebody's finger. */
function useStill(fresh: Suspect[]) {
  const kept = useRef<Suspect[]>([]);
  const [, draw] = useState(0);
  const still = standingStill(kept.current, fresh);
  kept.current = still.shown;
  const show = () => {
    kept.current = inOrder(kept.current, fresh);
    draw((times) => times + 1);
  };
  return { shown: still.shown, waiting: still.waiting.length, show };
}

function Summary({ found, shown, called }: { found: Suspects; shown: Suspect[]; called: string }) {
  const slots = { device: called };
  if (shown.length === 0) {
    const [head, text] = found.queries === 0 ? [fix.silentHead, fix.silentText] : [fix.nothing, found.failed.length === 0 ? fix.nothingText : ''];
    return (
      <div class="fix-nothing">
        <p class="fix-head">{fill(head, slots)}</p>
        {text !== '' && <p>{text}</p>}
      </div>
    );
  }
  return (
    <p class="fix-text">
      {fill(fix.found(shown.length), slots)} {shown.some(isLikely) ? fix.foundMore : fix.onlyUnlikely} {found.partial && fix.partial}
    </p>
  );
}

interface ListProperties {
  shown: Suspect[];
  exceptions: Exception[];
  device: { id: string; name: string };
  changed: (what: string) => Promise<void>;
  say: (what: string) => void;
}

function List({ shown, exceptions, device, changed, say }: ListProperties) {
  const card = (suspect: Suspect) => (
    <SuspectCard
      key={suspect.name}
      suspect={suspect}
      exception={exceptionFor(exceptions, suspect.name, device.id)}
      device={device}
      changed={changed}
      say={say}
    />
  );
  const unlikely = shown.filter((suspect) => !isLikely(suspect));
  return (
    <>
      <ol class="suspects">{shown.filter(isLikely).map(card)}</ol>
      {unlikely.length > 0 && (
        <details class="suspects-unlikely">
          <summary>{fix.unlikely(unlikely.length)}</summary>
          <ol class="suspects">{unlikely.map(card)}</ol>
        </details>
      )}
    </>
  );
}
