import { api } from '../../api/client';
import { useOrder } from '../../api/order';
import type { Device, Exception } from '../../api/types';
import { ending, fill, left } from '../../i18n';
import { rulesPage } from '../../i18n/rules';
import { VerdictIcon } from '../../parts/icons';
import { plainName } from '../../parts/told-name';
import { Refusal } from '../../parts/refusal';
import { StandingItem } from '../../parts/standing-item';
import { Empty } from '../../parts/states';
import { whomOf } from '../../parts/whom';
import { now } from '../../shell/clock';

interface Properties {
  exceptions: Exception[];
  devices: Device[];
  /** Takes what was done, in a sentence. */
  changed: (said: string) => Promise<void>;
}

/** The exceptions in force, and the way to end each. */
export function Exceptions({ exceptions, devices, changed }: Properties) {
  const order = useOrder();
  const end = ({ id, rule }: Exception) =>
    order.run(() => api.endException(id), () => changed(fill(rulesPage.ended, { name: plainName(rule) })));
  return (
    <section class="card" aria-labelledby="exceptions">
      <h2 id="exceptions">{rulesPage.exceptions}</h2>
      {exceptions.length === 0 && <Empty>{rulesPage.exceptionsEmpty}</Empty>}
      <ul class="standing">
        {exceptions.map((exception) => (
          <StandingItem
            key={exception.id}
            name={
              <>
                {plainName(exception.rule)} <Verb action={exception.action} />
              </>
            }
            more={
              <>
                {whomOf(exception.scope, devices)} · {term(exception)}
                {exception.afterwards && fill(rulesPage.afterwards, { action: rulesPage.actions[exception.afterwards.action] })}
              </>
            }
            end={{
              text: rulesPage.end,
              of: fill(rulesPage.endOf, { name: plainName(exception.rule) }),
              busy: order.busy,
              run: () => end(exception),
            }}
          />
        ))}
      </ul>
      <Refusal failed={order.failed} />
    </section>
  );
}

function Verb({ action }: Pick<Exception, 'action'>) {
  const verdict = action === 'allow' ? 'allowed' : 'stopped';
  return (
    <span class={`tag verdict-${verdict}`}>
      <VerdictIcon verdict={verdict} />
      {rulesPage.actions[action]}
    </span>
  );
}

const term = ({ until }: Exception): string =>
  until === null ? rulesPage.endless : fill(rulesPage.until, { left: left(until, now.value), end: ending(until, now.value) });
