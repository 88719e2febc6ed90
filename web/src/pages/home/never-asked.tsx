import type { DeviceList } from '../../api/types';
import { t } from '../../i18n';
import { Rich } from '../../i18n/rich';
import { isLoopback } from '../../parts/loopback';

/** The way to the first device that asks. */
export const NeverAsked = () => (
  <>
    <h1 class="headline">{t.home.neverAsked}</h1>
    <p class="headline-more">{t.home.neverAskedText}</p>
    <p>
      <a class="button button-main" href="/setup">
        {t.app.setup}
      </a>
    </p>
  </>
);

/** Says so while nobody else has asked than programs on ponor's own machine. */
export function OnlyHere({ known }: { known: DeviceList }) {
  const asked = known.devices.filter(({ queries }) => queries > 0);
  if (asked.length === 0 || !asked.every(({ addresses }) => addresses.every(isLoopback))) return null;
  return (
    <aside class="honesty" role="note">
      <h2>{t.home.onlyHere}</h2>
      <p>
        <Rich text={t.home.onlyHereText} slots={{ link: <a href="/setup">{t.app.setup}</a> }} />
      </p>
    </aside>
  );
}
