import { useId } from 'preact/hooks';

import type { List } from '../../api/types';
import { groups } from '../../i18n/groups';
import type { How, Search, Treatment } from './treatment';

interface Properties {
  value: Treatment;
  choose: (treatment: Treatment) => void;
  lists: readonly List[];
}

const HOWS = Object.keys(groups.hows) as How[];
const SEARCHES = Object.keys(groups.searches) as Search[];

/** The part of a form that says how a group is treated. */
export function TreatmentFields({ value, choose, lists }: Properties) {
  const toggle = (id: string, on: boolean) =>
    choose({ ...value, lists: on ? [...value.lists, id] : value.lists.filter((known) => known !== id) });
  const hint = useId();
  return (
    <>
      <label class="field">
        <span>{groups.how}</span>
        <select value={value.how} onChange={(event) => choose({ ...value, how: event.currentTarget.value as How })}>
          {HOWS.map((how) => (
            <option key={how} value={how}>
              {groups.hows[how]}
            </option>
          ))}
        </select>
      </label>
      {value.how === 'some' && (
        <fieldset class="group-lists">
          <legend>{groups.lists}</legend>
          {lists.map(({ id, enabled }) => (
            <label class="check" key={id}>
              <input type="checkbox" checked={value.lists.includes(id)} onChange={(event) => toggle(id, event.currentTarget.checked)} />
              <span>
                {id} {!enabled && <small>{groups.listOff}</small>}
              </span>
            </label>
          ))}
        </fieldset>
      )}
      <label class="field">
        <span>{groups.search}</span>
        <select
          aria-describedby={hint}
          value={value.search}
          onChange={(event) => choose({ ...value, search: event.currentTarget.value as Search })}
        >
          {SEARCHES.map((search) => (
            <option key={search} value={search}>
              {groups.searches[search]}
            </option>
          ))}
        </select>
        <small id={hint}>{groups.searchHint}</small>
      </label>
    </>
  );
}
