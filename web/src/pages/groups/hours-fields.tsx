import { fill, weekday } from '../../i18n';
import { hours } from '../../i18n/hours';
import { type Hours, USUAL } from './hours';

const DAYS = [0, 1, 2, 3, 4, 5, 6];

interface Properties {
  value: readonly Hours[];
  choose: (hours: readonly Hours[]) => void;
}

/** The part of a form that says when the devices of a group are offline. */
export function HoursFields({ value, choose }: Properties) {
  const change = (place: number, one: Hours) => choose(value.map((other, at) => (at === place ? one : other)));
  return (
    <fieldset class="group-hours">
      <legend>{hours.title}</legend>
      <p class="standing-more">{value.length === 0 ? hours.none : hours.text}</p>
      {value.map((one, place) => (
        <One key={place} place={place} value={one} choose={(changed) => change(place, changed)} remove={() => choose(value.filter((_, at) => at !== place))} />
      ))}
      <button type="button" class="button" onClick={() => choose([...value, USUAL])}>
        {hours.add}
      </button>
    </fieldset>
  );
}

interface OneProperties {
  place: number;
  value: Hours;
  choose: (hours: Hours) => void;
  remove: () => void;
}

function One({ place, value, choose, remove }: OneProperties) {
  const toggle = (day: number, on: boolean) => choose({ ...value, days: on ? [...value.days, day] : value.days.filter((other) => other !== day) });
  return (
    <fieldset class="group-window">
      <legend class="visually-hidden">{fill(hours.one, { n: place + 1 })}</legend>
      <div class="group-days">
        {DAYS.map((day) => (
          <label class="check" key={day}>
            <input type="checkbox" checked={value.days.includes(day)} onChange={(event) => toggle(day, event.currentTarget.checked)} />
            {weekday(day)}
          </label>
        ))}
      </div>
      <label class="field">
        <span>{hours.from}</span>
        <input type="time" required value={value.from} onInput={(event) => choose({ ...value, from: event.currentTarget.value })} />
      </label>
      <label class="field">
        <span>{hours.to}</span>
        <input type="time" required value={value.to} onInput={(event) => choose({ ...value, to: event.currentTarget.value })} />
      </label>
      <button type="button" class="button button-quiet" onClick={remove}>
        {hours.remove}
        <span class="visually-hidden">{fill(hours.which, { n: place + 1 })}</span>
      </button>
    </fieldset>
  );
}
