import { api } from '../../api/client';
import { useResource } from '../../api/resource';
import type { Setting } from '../../api/types';
import { fill } from '../../i18n';
import { settingsPage } from '../../i18n/settings';
import { choiceInWords } from './sections';
import { type Draft, linesOf } from './value';

interface Properties {
  setting: Setting;
  /** By what its name and the words on it are found. */
  id: string;
  draft: Draft;
  enter: (draft: Draft) => void;
}

/** What a setting is set by: a switch, a choice, a line or several. */
export function Control({ setting, id, draft, enter }: Properties) {
  const { key, kind, choices, fixed } = setting;
  const common = { id, disabled: fixed !== null, 'aria-describedby': `${id}-about` };
  switch (kind) {
    case 'switch':
      return (
        <span class="check">
          <input type="checkbox" {...common} checked={draft === true} onChange={(event) => enter(event.currentTarget.checked)} />
          <span aria-hidden="true">{settingsPage.on}</span>
        </span>
      );
    case 'choice':
      return (
        <select {...common} value={String(draft)} onChange={(event) => enter(event.currentTarget.value)}>
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {choiceInWords(key, choice)}
            </option>
          ))}
        </select>
      );
    case 'lines':
      if (choices.includes('all')) return <Lists setting={setting} id={id} draft={draft} enter={enter} />;
      return (
        <textarea
          {...common}
          rows={String(draft).split('\n').length}
          autocapitalize="off"
          spellcheck={false}
          value={String(draft)}
          onInput={(event) => enter(event.currentTarget.value)}
        />
      );
    default:
      return (
        <input
          {...common}
          type="text"
          inputMode={kind === 'number' ? 'numeric' : undefined}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={String(draft)}
          onInput={(event) => enter(event.currentTarget.value)}
        />
      );
  }
}

/** The bounds of a setting that has some. */
export const Bounds = ({ setting: { kind, least, most } }: { setting: Setting }) =>
  kind === 'quantity' && least !== null && most !== null ? <> {fill(settingsPage.bounds, { least, most })}</> : null;

/** All lists, or some. */
function Lists({ setting: { fixed }, id, draft, enter }: Properties) {
  const { value } = useResource('lists', api.lists);
  const chosen = linesOf(String(draft));
  const all = draft === 'all';
  const known = [...new Set([...(value?.lists ?? []).map((list) => list.id), ...(all ? [] : chosen)])];
  const disabled = fixed !== null;
  const toggle = (list: string, on: boolean) =>
    enter(known.filter((other) => (other === list ? on : chosen.includes(other))).join('\n'));
  return (
    <span class="setting-lists" role="group" aria-labelledby={`${id}-name`} aria-describedby={`${id}-about`}>
      <label class="check">
        <input
          type="checkbox"
          id={id}
          disabled={disabled}
          checked={all}
          onChange={(event) => enter(event.currentTarget.checked ? 'all' : known.join('\n'))}
        />
        {settingsPage.allLists}
      </label>
      {!all &&
        known.map((list) => (
          <label class="check" key={list}>
            <input
              type="checkbox"
              disabled={disabled}
              checked={chosen.includes(list)}
              onChange={(event) => toggle(list, event.currentTarget.checked)}
            />
            {list}
          </label>
        ))}
      {!all && known.length === 0 && <small>{settingsPage.noLists}</small>}
    </span>
  );
}
