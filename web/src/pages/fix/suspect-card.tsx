import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import { useOrder } from '../../api/order';
import type { Exception, Suspect } from '../../api/types';
import { clock, fill, plural, t } from '../../i18n';
import { fix } from '../../i18n/fix';
import { Rich } from '../../i18n/rich';
import { Domain } from '../../parts/domain';
import { Refusal } from '../../parts/refusal';
import { ago } from '../../shell/clock';
import { byOf, canBeAllowed, sentencesOf } from './in-words';
import { Tried } from './tried';

interface Properties {
  suspect: Suspect;
  /** What lets it through, once something does. */
  exception: Exception | undefined;
  device: { id: string; name: string };
  /** Takes what was done, in a sentence. */
  changed: (what: string) => Promise<void>;
  say: (what: string) => void;
}

/** One name that was stopped: why it may be the one, what it is for, and the way to let it through. */
export function SuspectCard({ suspect, exception, device, changed, say }: Properties) {
  const order = useOrder();
  const [wasTried, setTried] = useState(false);
  const { name, likelihood, attribution, breaks } = suspect;
  const isFirstChoice = likelihood !== 'unlikely' && !wasTried;
  const allow = () =>
    order.run(
      () => api.except({ action: 'allow', name, lasts: '1h', scope: { device: device.id } }),
      () => changed(fill(fix.allowed, { name, device: device.name })),
    );
  return (
    <li>
      <section class={`suspect suspect-${likelihood} ${exception ? 'suspect-tried' : 'suspect-open'}`} aria-label={name}>
        <div class="suspect-head">
          <h3>
            <Domain name={name} />
          </h3>
          <span class={`tag ${likelihood === 'likely' ? 'tag-likely' : 'tag-plain'}`}>{fix.likelihoods[likelihood]}</span>
        </div>
        <p>
          {breaks !== null && <strong>{fill(fix.breaks, { breaks })} </strong>}
          {sentencesOf(suspect, device.name)}
        </p>
        <p class="suspect-more">
          {attribution && `${attribution.vendor}, ${t.purposes[attribution.purpose]}. `}
          <Stopped suspect={suspect} />
        </p>
        {exception ? (
          <Tried suspect={suspect} exception={exception} device={device} order={order} changed={changed} say={say} tookBack={() => setTried(true)} />
        ) : (
          <>
            {wasTried && <p class="suspect-more">{fix.tried}</p>}
            {suspect.let_through !== null && !wasTried && <p class="suspect-more">{fill(fix.backAlready, { time: clock(suspect.let_through) })}</p>}
            {canBeAllowed(suspect) ? (
              <button type="button" class={`button ${isFirstChoice ? 'button-main' : ''}`} disabled={order.busy} onClick={allow}>
                {fix.allow}
                <span class="visually-hidden">{fill(fix.allowOf, { name })}</span>
              </button>
            ) : (
              <p class="suspect-more">{fix.cannot}</p>
            )}
          </>
        )}
        <Refusal failed={order.failed} />
      </section>
    </li>
  );
}

/** How often, when last, and by what. */
function Stopped({ suspect: { times, last, cause } }: { suspect: Suspect }) {
  const list = cause?.source === 'list' && cause.id !== null && <a href={`/lists#list-${cause.id}`}>{cause.id}</a>;
  const slots = {
    times: plural(times, t.words.times),
    age: ago(last),
    by: list ? <Rich text={fix.byList} slots={{ list }} /> : byOf(cause),
  };
  return <Rich text={times === 1 ? fix.stoppedOnce : fix.stopped} slots={slots} />;
}
