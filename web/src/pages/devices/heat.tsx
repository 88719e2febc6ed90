import { count, fill, t, weekday } from '../../i18n';

/** Looks by hour and weekday: darker is more. A table, so that every reader gets the figures. */
export function Heat({ heat, zone }: { heat: number[][]; zone: string }) {
  const largest = Math.max(1, ...heat.flat());
  const hours = heat[0] ?? [];
  return (
    <section class="card" aria-labelledby="heat">
      <h2 id="heat">{t.report.heat}</h2>
      <p class="card-aside">{fill(t.report.heatText, { zone })}</p>
      <table class="heat">
        <thead>
          <tr>
            <td />
            {hours.map((_, hour) => (
              <th key={hour} scope="col">
                {hour % 6 === 0 ? hour : <span class="visually-hidden">{hour}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {heat.map((row, day) => (
            <tr key={day}>
              <th scope="row">{weekday(day)}</th>
              {row.map((queries, hour) => (
                <td key={hour} class={`heat-${levelOf(queries, largest)}`} title={count(queries)}>
                  <span class="visually-hidden">{count(queries)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** One of five levels; the lowest is nothing at all. */
const levelOf = (queries: number, largest: number) => (queries === 0 ? 0 : Math.max(1, Math.ceil((4 * queries) / largest)));
