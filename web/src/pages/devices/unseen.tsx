import type { Way } from '../../api/types';
import { t } from '../../i18n';
import { Rich } from '../../i18n/rich';

/** What DNS cannot see: addresses that are used without a look-up. */
export function Unseen({ ways }: { ways: Way[] }) {
  if (ways.length === 0) return null;
  return (
    <section class="card" aria-labelledby="unseen">
      <h2 id="unseen">{t.report.unseen}</h2>
      <p class="card-aside">{t.report.unseenText}</p>
      <ul class="sentences">
        {ways.map((way) => (
          <li key={JSON.stringify(way)}>
            <Rich
              text={way.instead_of === null ? '{who}' : t.report.insteadOf}
              slots={{ who: <strong>{way.used_by ?? way.operator ?? t.report.unseenSomebody}</strong>, name: way.instead_of }}
            />
            {way.addresses && way.addresses.length > 0 && (
              <span class="table-more" translate={false}>
                {way.addresses.join(', ')}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
