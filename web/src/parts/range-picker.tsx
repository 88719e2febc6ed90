import type { Range } from '../api/types';
import { t } from '../i18n';
import { parameters, withParameters } from '../shell/router';

const RANGES: Range[] = ['1h', '24h', '7d', '30d', '1y'];
const USUAL: Range = '24h';

/** The range that the address names. */
export const chosenRange = (): Range => RANGES.find((known) => known === parameters.value.get('range')) ?? USUAL;

/** `path` with the range that is chosen now, so that it stays from page to page. */
export const withRange = (path: string): string => {
  const range = chosenRange();
  return range === USUAL ? path : `${path}?range=${range}`;
};

export function RangePicker() {
  const range = chosenRange();
  return (
    <nav class="segments" aria-label={t.ranges.label}>
      {RANGES.map((choice) => (
        <a
          key={choice}
          href={withParameters({ range: choice === USUAL ? undefined : choice })}
          aria-current={choice === range ? 'true' : undefined}
          title={t.ranges.long[choice]}
        >
          {t.ranges.short[choice]}
        </a>
      ))}
    </nav>
  );
}
