import { useMemo } from 'preact/hooks';

import type { Overview } from '../../api/types';
import { count, every, fill, spot, t } from '../../i18n';
import { bucketsOf, busiest, finished, stepOf, tabled } from './buckets';
import { TimeChart } from './time-chart';

/** The lookups of the range as a drawing, a sentence and a table: three ways to the same figures. */
export function OverTime({ overview }: { overview: Pick<Overview, 'from' | 'to' | 'series' | 'totals'> }) {
  const length = (overview.series.at(-1)?.at ?? 0) - (overview.series[0]?.at ?? 0);
  const buckets = useMemo(() => bucketsOf(overview), [overview]);
  const drawn = useMemo(() => finished(buckets, overview.to), [overview]);
  const table = useMemo(() => tabled(buckets), [buckets]);
  const peak = busiest(buckets);
  const summary = fill(t.home.chartSummary, {
    from: spot(overview.from, length),
    to: spot(overview.to, length),
    through: count(overview.totals.queries - overview.totals.stopped - overview.totals.failed),
    stopped: count(overview.totals.stopped),
    failed: count(overview.totals.failed),
    peak: peak ? spot(peak.at, length, stepOf(buckets)) : '',
  });
  return (
    <section class="card over-time" aria-labelledby="over-time-title">
      <div class="card-head">
        <h2 id="over-time-title">{t.home.chart}</h2>
        <span class="card-aside">{fill(t.home.chartPer, { length: every(stepOf(buckets) / 1000) })}</span>
        <ul class="legend" aria-hidden="true">
          <li class="legend-through">{t.home.through}</li>
          <li class="legend-stopped">{t.home.stopped}</li>
        </ul>
      </div>
      <TimeChart buckets={drawn} length={length} label={summary} />
      <details class="twin">
        <summary>{t.home.asTable}</summary>
        <table>
          <caption class="visually-hidden">{summary}</caption>
          <thead>
            <tr>
              <th scope="col">{t.home.time}</th>
              <th scope="col">{t.home.through}</th>
              <th scope="col">{t.home.stopped}</th>
            </tr>
          </thead>
          <tbody>
            {table.map(({ at, through, stopped }) => (
              <tr key={at}>
                <th scope="row">{spot(at, length, stepOf(table))}</th>
                <td>{count(through)}</td>
                <td>{count(stopped)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}
