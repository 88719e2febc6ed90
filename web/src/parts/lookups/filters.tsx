import type { Device } from '../../api/types';
import { fill, t } from '../../i18n';
import { CrossIcon } from '../icons';
import { VERDICTS } from '../verdict';
import { whomOf } from '../whom';
import { setParameters, withParameters } from '../../shell/router';
import type { Filter } from './feed';

export const isFiltered = (filter: Filter): boolean =>
  Object.values(filter).some((chosen) => chosen !== null);

/** Which rows are wanted; kept in the address. */
export function Filters({ filter, devices }: { filter: Filter; devices: readonly Device[] }) {
  const device = filter.device === null ? null : whomOf({ device: filter.device }, devices);
  return (
    <div class="filters" role="group" aria-label={t.home.filters}>
      <label class="field field-inline">
        <span>{t.home.filterVerdict}</span>
        <select
          value={filter.verdict ?? ''}
          onChange={(event) => setParameters({ verdict: event.currentTarget.value })}
        >
          <option value="">{t.home.filterAll}</option>
          {VERDICTS.map((verdict) => (
            <option key={verdict} value={verdict}>
              {t.verdicts[verdict]}
            </option>
          ))}
        </select>
      </label>
      <label class="field field-inline">
        <span>{t.home.filterName}</span>
        <input
          type="search"
          autocomplete="off"
          spellcheck={false}
          value={filter.name ?? ''}
          onInput={(event) => setParameters({ name: event.currentTarget.value })}
        />
      </label>
      {device !== null && (
        <a class="chip" href={`${withParameters({ device: undefined })}#recent`} aria-label={fill(t.home.removeFilter, { filter: device })}>
          {device}
          <CrossIcon />
        </a>
      )}
    </div>
  );
}
