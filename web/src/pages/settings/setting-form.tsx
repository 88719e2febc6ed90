import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import { useOrder } from '../../api/order';
import type { Change, Setting } from '../../api/types';
import { fill } from '../../i18n';
import { Quoted } from '../../i18n/rich';
import { settingsPage } from '../../i18n/settings';
import { Refusal } from '../../parts/refusal';
import { refreshStatus } from '../../shell/status';
import { Bounds, Control } from './control';
import { choiceInWords, type Key, wordsFor } from './sections';
import { draftOf, valueInWords, valueOf } from './value';

interface Properties {
  setting: Setting;
  file: string | null;
  reload: () => Promise<void>;
}

/** One setting: what it is, what it is set to and by whom, and setting it. */
export function SettingForm({ setting, file, reload }: Properties) {
  const { key, value, choices, fixed, set_by: setBy, default: byDefault } = setting;
  const { order, change, said, run } = useSetting(reload);
  const [entered, setEntered] = useState<string | boolean | undefined>(undefined);
  const { name, about } = wordsFor(key as Key);
  const id = `setting-${key.replaceAll('.', '-')}`;
  const draft = entered ?? draftOf(value);
  const isNew = draft !== draftOf(value);
  const done = (text: string) => () => {
    setEntered(undefined);
    return text;
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    run(() => api.set(key, valueOf(draft, setting)), done(settingsPage.saved));
  };
  return (
    <form class="setting" aria-labelledby={`${id}-name`} data-key={key} onSubmit={submit}>
      <div class="setting-words">
        <div class="setting-head">
          <h3 id={`${id}-name`}>{choices.includes('all') ? name : <label for={id}>{name}</label>}</h3>
          <span class={`tag ${setBy === 'setting' ? 'tag-set' : 'tag-plain'}`}>{stateOf(setting)}</span>
        </div>
        <p id={`${id}-about`} class="card-aside">
          {about}
          <Bounds setting={setting} />
        </p>
      </div>
      <div class="setting-value field">
        <Control setting={setting} id={id} draft={draft} enter={setEntered} />
        {setBy === 'setting' && <p class="card-aside">{fill(settingsPage.defaultIs, { value: told(key, byDefault) })}</p>}
        {fixed !== null && <p class="card-aside">{wayOut(setting, file)}</p>}
        {setting.set_aside && (
          <p class="notice notice-failed">
            <Quoted text={fill(settingsPage.setAside, { value: told(key, setting.set_aside.value), why: setting.set_aside.why })} />
          </p>
        )}
        <Refusal failed={order.failed} />
        <p role="status" class="setting-said">
          {said}
          {change !== undefined && (
            <button
              type="button"
              class="button"
              disabled={order.busy}
              onClick={() => run(() => api.undo(change), done(settingsPage.takenBack), false)}
            >
              {settingsPage.undo}
            </button>
          )}
        </p>
        <div class="setting-buttons">
          {isNew && (
            <>
              <button type="submit" class="button button-main" disabled={order.busy}>
                {settingsPage.save}
                <span class="visually-hidden">{fill(settingsPage.saveOf, { name })}</span>
              </button>
              <button type="button" class="button" onClick={() => setEntered(undefined)}>
                {settingsPage.discard}
              </button>
            </>
          )}
          {!isNew && (setBy === 'setting' || setting.set_aside) && (
            <button
              type="button"
              class="button"
              disabled={order.busy}
              onClick={() => run(() => api.resetSetting(key), done(settingsPage.wasReset))}
            >
              {settingsPage.reset}
              <span class="visually-hidden">{fill(settingsPage.saveOf, { name })}</span>
            </button>
          )}
        </div>
      </div>
    </form>
  );
}

/** Changes a setting, and tells what came of it with the way back. */
function useSetting(reload: () => Promise<void>) {
  const order = useOrder();
  const [made, setMade] = useState<{ said: string; change?: number }>({ said: '' });
  const run = (give: () => Promise<Change>, done: () => string, canUndo = true) => {
    setMade({ said: '' });
    order.run(give, async ({ id }) => {
      await reload();
      setMade({ said: done(), ...(canUndo && { change: id }) });
      await refreshStatus();
    });
  };
  return { order, run, ...made };
}

function stateOf({ fixed, set_by: setBy }: Setting): string {
  if (fixed !== null) return settingsPage.fixed;
  return setBy === 'setting' ? settingsPage.setHere : settingsPage.byDefault;
}

/** Who fixes it, and how that ends. */
function wayOut({ set_by: setBy, place, line }: Setting, file: string | null): string {
  const name = place ?? '';
  if (setBy === 'variable') return fill(settingsPage.fixedByVariable, { name });
  if (setBy === 'flag') return fill(settingsPage.fixedByFlag, { name });
  return fill(settingsPage.fixedByFile, { line: line ?? 0, file: file ?? '' });
}

/** A value in words, or that there is none. */
const told = (key: string, value: Setting['value']): string => {
  const words = valueInWords(value);
  return words === '' ? settingsPage.nothing : choiceInWords(key, words);
};
