import { useEffect } from 'preact/hooks';

import type { Device, Exception, Suspect, Suspects } from '../../api/types';
import { fill, plural } from '../../i18n';
import { fix } from '../../i18n/fix';
import { Waiting } from '../../parts/states';
import { whomOf } from '../../parts/whom';
import { Failed } from './failed';
import { LastResort } from './last-resort';
import { exceptionFor } from './orders';
import { isLikely } from './standing-still';
import { SuspectCard } from './suspect-card';
import { useCase } from './use-case';

interface Properties {
  /** What the device is known by, or an address of it. */
  device: string;
  devices: readonly Device[];
  /** Takes what happened, in a sentence. */
  say: (what: string) => void;
}

/** What was stopped for one device, and what becomes of it. */
export function Case({ device, devices, say }: Properties) {
  const { found, exceptions, shown, waiting, show, error, reload } = useCase(device);
  const id = found?.device_id ?? device;
  const whom = { id, name: whomOf({ device: id }, devices) };
  const head = found && headOf(found.queries, shown.length, whom.name);
  useEffect(() => {
    if (head !== undefined) say(head);
  }, [head === undefined]);
  const changed = async (what: string) => {
    say(what);
    await reload();
  };
  if (!found || !exceptions || head === undefined) return <Waiting resource={undefined} error={error} retry={reload} />;
  return (
    <>
      <section class="card" aria-labelledby="what">
        <h2 id="what">{fix.what}</h2>
        <Summary found={found} shown={shown} head={head} />
        <div class="pill-place" role="status">
          {waiting > 0 && (
            <button type="button" class="pill" onClick={show}>
              {plural(waiting, fix.fresh)} ↑
            </button>
          )}
        </div>
        <List shown={shown} exceptions={exceptions} device={whom} changed={changed} say={say} />
      </section>
      <Failed names={found.failed} alone={shown.length === 0} />
      <LastResort device={whom} devices={devices} exceptions={exceptions} hasNames={shown.length > 0} changed={changed} />
    </>
  );
}

/** What was found, in a sentence. */
function headOf(queries: number, names: number, device: string): string {
  if (names > 0) return plural(names, fix.found, { device });
  return fill(queries === 0 ? fix.silentHead : fix.nothing, { device });
}

function Summary({ found, shown, head }: { found: Suspects; shown: Suspect[]; head: string }) {
  const likely = shown.filter(isLikely).length;
  if (shown.length > 0) {
    return (
      <p>
        {head} {likely > 0 ? plural(likely, fix.foundMore) : plural(shown.length, fix.onlyUnlikely)} {found.partial && fix.partial}
      </p>
    );
  }
  return (
    <>
      <p class="fix-head">{head}</p>
      {found.queries === 0 ? <p>{fix.silentText}</p> : found.failed.length === 0 && <p>{fix.nothingText}</p>}
    </>
  );
}

interface ListProperties {
  shown: Suspect[];
  exceptions: Exception[];
  device: { id: string; name: string };
  changed: (what: string) => Promise<void>;
  say: (what: string) => void;
}

/** What is allowed for everyone is not meant for a group that is offline. */
const isOwn = ({ scope }: Exception): boolean => scope !== 'everyone';

function List({ shown, exceptions, device, changed, say }: ListProperties) {
  const card = (suspect: Suspect) => (
    <SuspectCard
      key={suspect.name}
      suspect={suspect}
      exception={exceptionFor(suspect.cause?.source === 'offline' ? exceptions.filter(isOwn) : exceptions, suspect.name, device.id)}
      device={device}
      changed={changed}
      say={say}
    />
  );
  const likely = shown.filter(isLikely);
  const unlikely = shown.filter((suspect) => !isLikely(suspect));
  return (
    <>
      {likely.length > 0 && <ol class="suspects">{likely.map(card)}</ol>}
      {unlikely.length > 0 && (
        <details class="suspects-unlikely">
          <summary>{plural(unlikely.length, fix.unlikely)}</summary>
          <ol class="suspects">{unlikely.map(card)}</ol>
        </details>
      )}
    </>
  );
}
