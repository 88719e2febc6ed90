import { api } from '../../api/client';
import { useResource } from '../../api/resource';
import { t } from '../../i18n';
import { activity } from '../../i18n/activity';
import { Recent } from '../../parts/lookups/recent';
import { parameters } from '../../shell/router';
import { Files } from './files';
import { Search } from './search';

const DEVICES_EVERY = 60_000;

/** All lookups that are kept and those that happen, searched in the language of filters. */
export function ActivityPage() {
  const search = parameters.value.get('filter');
  const { value: known } = useResource('devices', () => api.devices(), DEVICES_EVERY);
  return (
    <div class="home">
      <section class="hero" aria-label={t.activity.title}>
        <h1 class="headline">{activity.headline}</h1>
        <p class="headline-more">{activity.text}</p>
      </section>
      <Recent devices={known?.devices ?? []} search={search}>
        {/* What is typed begins anew where a link has put another search in the address. */}
        <Search key={search} search={search ?? ''} />
      </Recent>
      <Files />
    </div>
  );
}
