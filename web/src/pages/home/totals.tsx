import type { Totals } from '../../api/types';
import { count, fill, share, t } from '../../i18n';
import { VERDICTS } from '../../parts/verdict';
import { VerdictIcon } from '../../parts/icons';
import { withParameters } from '../../shell/router';

/** All lookups as one stream, and how much of it went where. Each figure leads to its rows. */
export function TotalsBar({ totals }: { totals: Totals }) {
  if (totals.queries === 0) return null;
  let begun = 0;
  return (
    <div class="totals">
      <svg class="totals-bar" width="100%" height="22" aria-hidden="true" focusable="false">
        {VERDICTS.map((verdict) => {
          const x = begun;
          const width = (100 * totals[verdict]) / totals.queries;
          begun += width;
          const look = verdict === 'stopped' ? { fill: 'url(#hatching)' } : { class: `fill-${verdict}` };
          return <rect key={verdict} x={`${x}%`} width={`${width}%`} height="22" {...look} />;
        })}
      </svg>
      <ul class="totals-figures" aria-label={t.home.totals}>
        {VERDICTS.map((verdict) => (
          <li key={verdict}>
            <a class={`total verdict-${verdict}`} href={`${withParameters({ verdict })}#recent`}>
              <span class="total-word">
                <VerdictIcon verdict={verdict} />
                {t.verdicts[verdict]}
              </span>
              <span class="total-figure">{count(totals[verdict])}</span>
              <span class="total-share">{fill(t.home.shareOf, { share: share(totals[verdict], totals.queries) })}</span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
