import type { Verdict } from '../api/types';
import { t } from '../i18n';
import { VerdictIcon } from './icons';

export const VERDICTS: Verdict[] = ['stopped', 'allowed', 'cached', 'local', 'failed'];

/** How a lookup ended: word, shape and colour. */
export function VerdictTag({ verdict }: { verdict: Verdict }) {
  return (
    <span class={`tag verdict-${verdict}`}>
      <VerdictIcon verdict={verdict} />
      {t.verdicts[verdict]}
    </span>
  );
}
