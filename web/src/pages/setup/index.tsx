import { t } from '../../i18n';
import { setup } from '../../i18n/setup';
import { status } from '../../shell/status';
import { forRouters, fromPage, isReachable } from './addresses';
import { Arriving } from './arriving-list';
import { Enter } from './enter';
import { Where } from './where';
import { Working } from './working';

/** How to have the network ask ponor, and whether it does. */
export function SetupPage() {
  const dns = status.value?.dns ?? [];
  const told = forRouters(dns);
  const guessed = told.length === 0 && isReachable(dns) ? fromPage(window.location.hostname) : [];
  const addresses = [...told, ...guessed];
  return (
    <div class="home">
      <section class="hero" aria-label={t.app.setup}>
        <h1 class="headline">{t.app.setup}</h1>
        <p class="headline-more">{setup.text}</p>
      </section>
      <div class="setup">
        <div class="setup-column">
          <Enter dns={dns} addresses={addresses} guessed={guessed.length > 0} />
          <Where addresses={addresses} />
        </div>
        <div class="setup-column">
          <Working />
          <Arriving />
        </div>
      </div>
    </div>
  );
}
