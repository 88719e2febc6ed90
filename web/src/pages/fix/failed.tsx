import type { Suspects } from '../../api/types';
import { fill, plural, t } from '../../i18n';
import { fix } from '../../i18n/fix';
import { Domain } from '../../parts/domain';
import { ago } from '../../shell/clock';

/** Names that were not stopped and yet have no answer; `alone`: nothing was stopped. */
export function Failed({ names, alone }: { names: Suspects['failed']; alone: boolean }) {
  if (names.length === 0) return null;
  return (
    <section class="card" aria-labelledby="failed">
      <h2 id="failed">{alone ? fix.failedOnly : fix.failed}</h2>
      <p class="card-aside">{alone ? fix.failedOnlyText : fix.failedText}</p>
      <ul class="standing">
        {names.map(({ name, times, last, rcode }) => (
          <li key={name}>
            <div class="standing-text">
              <p class="standing-name">
                <Domain name={name} />
              </p>
              <p class="standing-more">
                {fill(times === 1 ? fix.failedOnce : fix.failedHow, { times: plural(times, t.words.times), age: ago(last), code: rcode })}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
