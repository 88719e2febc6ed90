/** Changes in words: what was changed, and what there was before and after. */
import type { Change, Device, Edit } from '../../api/types';
import { fill, moment, t } from '../../i18n';
import { rulesPage } from '../../i18n/rules';
import { plainName } from '../../parts/told-name';
import { whomOf } from '../../parts/whom';
import { inWords as hoursInWords } from '../groups/hours';
import { inWords } from '../groups/treatment';
import { valueInWords } from '../settings/value';

/** What a change was about. */
export function subjectOf(edit: Edit, devices: readonly Device[]): string {
  const words = rulesPage.what[edit.kind];
  switch (edit.kind) {
    case 'exception': {
      const { rule, scope } = standing(edit);
      return fill(words, { thing: plainName(rule), whom: whomOf(scope, devices) });
    }
    case 'pause':
      return fill(words, { whom: whomOf(standing(edit).scope, devices) });
    case 'rule': {
      const { rule, group } = standing(edit);
      return fill(words, { thing: rule, whom: whomOf(group === null ? 'everyone' : { group }, devices) });
    }
    case 'record':
      return fill(words, { thing: standing(edit).record });
    case 'setting':
      return fill(words, { thing: standing(edit).key });
    case 'group':
      return fill(words, { thing: standing(edit).id });
    case 'list':
      return fill(words, { thing: standing(edit).id });
    case 'device': {
      const ids = new Set([edit.before, edit.after].flatMap((side) => [...side.devices.map(({ id }) => id), ...(side.apart ?? [])]));
      return fill(words, { thing: [...ids].map((device) => whomOf({ device }, devices)).join(', ') });
    }
  }
}

/** What there was before a change, or after it. */
export function stateOf(edit: Edit, side: 'before' | 'after'): string {
  if (edit.kind === 'device') return saidOf(edit[side]);
  if (edit.kind === 'setting') {
    const setting = edit[side];
    return setting === null ? rulesPage.byDefault : valueInWords(setting.value);
  }
  const thing = edit[side];
  if (thing === null) return rulesPage.none;
  if ('action' in thing) return term(rulesPage.actions[thing.action], thing.until);
  if ('blocking' in thing) return [inWords(thing), hoursInWords(thing.offline ?? [])].filter(Boolean).join('. ');
  if ('enabled' in thing) return thing.enabled ? rulesPage.on : rulesPage.off;
  return 'until' in thing ? term(rulesPage.paused, thing.until) : rulesPage.there;
}

/** Who made a change. */
export function authorOf({ by }: Change): string {
  const way = rulesPage.ways[by.way];
  return by.address === null ? way : fill(rulesPage.whoFrom, { way, address: by.address });
}

/** The thing that a change is about, as it was on the side where there was one. */
function standing<T>({ before, after }: { before: T | null; after: T | null }): T {
  return (after ?? before) as T;
}

const term = (what: string, until: number | null): string =>
  until === null ? fill(rulesPage.forGood, { what }) : fill(rulesPage.untilMoment, { what, moment: moment(until) });

/** What is said of devices: names, kinds, groups, and what belongs to what. */
function saidOf({ devices, apart }: Extract<Edit, { kind: 'device' }>['before']): string {
  const said = devices.map(({ name, kind, group, parts }) => {
    const where = group && fill(t.wayOut.group, { group });
    const whole = parts?.length && fill(rulesPage.with, { names: parts.join(', ') });
    return [name, kind && t.devices.kinds[kind], where, whole].filter(Boolean).join(', ');
  });
  const all = [...said, ...(apart ?? [])].filter(Boolean);
  return all.length === 0 ? rulesPage.none : all.join('; ');
}
