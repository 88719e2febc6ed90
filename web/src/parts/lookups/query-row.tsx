import { clock, fill, t } from '../../i18n';
import { Domain } from '../domain';
import { ChevronIcon } from '../icons';
import { VerdictTag } from '../verdict';
import type { Group } from './feed';
import { Why } from './why';

interface Properties {
  group: Group;
  open: boolean;
  toggle: (open: boolean) => void;
}

/** One line of the live list, or a card on a phone; opens to its reasons. */
export function QueryRow({ group: { newest, rows }, open, toggle }: Properties) {
  const types = [...new Set(rows.map((row) => row.type))].sort();
  const { attribution } = newest;
  return (
    <li class={`row verdict-${newest.verdict}`}>
      <details open={open} onToggle={(event) => toggle(event.currentTarget.open)}>
        <summary>
          <time class="row-time" dateTime={new Date(newest.at).toISOString()}>
            {clock(newest.at)}
          </time>
          <span class="row-device">{newest.device_name}</span>
          <span class="row-name">
            <Domain name={newest.name} />
            {rows.length > 1 && <span class="row-times">{fill(t.home.repeated, { count: rows.length })}</span>}
          </span>
          <span class="row-whose">
            {attribution ? `${attribution.vendor}, ${t.purposes[attribution.purpose]}` : ''}
          </span>
          <VerdictTag verdict={newest.verdict} />
          <span class="row-why">
            <span class="visually-hidden">{t.home.why}</span>
            <ChevronIcon />
          </span>
        </summary>
        {open && <Why row={newest} types={types} />}
      </details>
    </li>
  );
}
