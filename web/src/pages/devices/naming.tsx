import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import { useOrder } from '../../api/order';
import type { Device } from '../../api/types';
import { t } from '../../i18n';
import { Menu } from '../../parts/menu';
import { Refusal } from '../../parts/refusal';

/** The longest name that the server takes. */
const LONGEST = 64;

/** Gives the device a name, or takes it back; nothing where the configuration says what it is called. */
export function Naming({ device, changed }: { device: Device; changed: () => Promise<void> }) {
  if (device.fixed.includes('name')) return null;
  return (
    <Menu face={device.name === null ? t.report.giveName : t.report.rename} label={t.report.itsName}>
      {(close) => <Form key={device.name ?? ''} device={device} changed={changed} close={close} />}
    </Menu>
  );
}

function Form({ device, changed, close }: { device: Device; changed: () => Promise<void>; close: () => void }) {
  const order = useOrder();
  const [name, setName] = useState(device.name ?? '');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const given = name.trim();
    order.run(
      () => api.nameDevice(device.id, given === '' ? null : given),
      async () => {
        close();
        await changed();
      },
    );
  };
  return (
    <form class="naming" onSubmit={submit}>
      <label class="field">
        <span>{t.report.itsName}</span>
        <input
          type="text"
          autocomplete="off"
          spellcheck={false}
          maxLength={LONGEST}
          aria-describedby="name-hint"
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <small id="name-hint">{t.report.nameHint}</small>
      </label>
      <button type="submit" class="button button-main" disabled={order.busy}>
        {t.report.keepName}
      </button>
      <Refusal failed={order.failed} />
    </form>
  );
}
