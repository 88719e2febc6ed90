import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import { useResource } from '../../api/resource';
import { t } from '../../i18n';
import { fix } from '../../i18n/fix';
import { Waiting } from '../../parts/states';
import { parameters } from '../../shell/router';
import { Case } from './case';
import { DeviceChoice } from './device-choice';
import { Offline } from './offline';

const EVERY = 10_000;

/** The way out when something broke: on which device, which names were stopped for it, one tap for each. */
export function FixPage() {
  const askers = useResource('askers', api.askers, EVERY);
  const { value: known, reload } = useResource('devices', api.devices, EVERY);
  const [said, setSaid] = useState('');
  const devices = known?.devices ?? [];
  const device = parameters.value.get('device') ?? askers.value?.here ?? null;
  return (
    <div class="home fix">
      <section class="hero" aria-label={t.app.broke}>
        <h1 class="headline">{t.app.broke}</h1>
        {device === null && <p class="headline-more">{fix.text}</p>}
        {/* What happens is seen in its place, and heard from here. */}
        <p class="visually-hidden" role="status">
          {said}
        </p>
        <Waiting resource={askers.value} error={askers.error} retry={askers.reload} />
      </section>
      {askers.value && <DeviceChoice askers={askers.value} devices={devices} chosen={device} />}
      <Offline
        device={device}
        devices={devices}
        changed={(what) => {
          setSaid(what);
          return reload();
        }}
      />
      {device !== null && <Case key={device} device={device} devices={devices} say={setSaid} />}
    </div>
  );
}
