import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import { useOrder } from '../../api/order';
import type { OwnRule } from '../../api/types';
import { fill, t } from '../../i18n';
import { rulesPage } from '../../i18n/rules';
import { Refusal } from '../../parts/refusal';
import { StandingItem } from '../../parts/standing-item';
import { Empty } from '../../parts/states';
import { TextField } from '../../parts/text-field';

interface Properties {
  rules: OwnRule[];
  /** Takes what was done, in a sentence. */
  changed: (said: string) => Promise<void>;
}

/** The operator's own rules, and a form for one more. */
export function OwnRules({ rules, changed }: Properties) {
  const order = useOrder();
  const remove = ({ id, rule }: OwnRule) =>
    order.run(() => api.removeRule(id), () => changed(fill(rulesPage.removed, { rule })));
  return (
    <section class="card" aria-labelledby="own-rules">
      <h2 id="own-rules">{rulesPage.own}</h2>
      {rules.length === 0 && <Empty>{rulesPage.ownEmpty}</Empty>}
      <ul class="standing">
        {rules.map((own) => (
          <StandingItem
            key={own.id}
            name={
              <>
                <code>{own.rule}</code> {own.fixed && <span class="tag tag-plain">{rulesPage.fixed}</span>}
              </>
            }
            more={own.group === null ? t.wayOut.everyone : fill(t.wayOut.group, { group: own.group })}
            end={
              !own.fixed && {
                text: rulesPage.remove,
                of: fill(rulesPage.removeOf, { rule: own.rule }),
                busy: order.busy,
                run: () => remove(own),
              }
            }
          />
        ))}
      </ul>
      <Refusal failed={order.failed} />
      <AddRule changed={changed} />
    </section>
  );
}

function AddRule({ changed }: Pick<Properties, 'changed'>) {
  const order = useOrder();
  const [rule, setRule] = useState('');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    order.run(
      () => api.addRule(rule),
      () => {
        setRule('');
        return changed(fill(rulesPage.added, { rule }));
      },
    );
  };
  return (
    <form class="add-rule" onSubmit={submit}>
      <TextField id="add-rule" label={rulesPage.add} hint={rulesPage.addHint} required value={rule} enter={setRule} />
      <button type="submit" class="button button-main" disabled={order.busy}>
        {rulesPage.addButton}
      </button>
      <Refusal failed={order.failed} />
    </form>
  );
}
