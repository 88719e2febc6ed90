import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import { useOrder } from '../../api/order';
import type { Device } from '../../api/types';
import { t } from '../../i18n';
import { Menu } from '../../parts/menu';
import { Refusal } from '../../parts/refusal';
import { TextField } from '../../parts/text-field';

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
      <TextField
        id="name"
        label={t.report.itsName}
        hint={t.report.nameHint}
        maxLength={LONGEST}
        value={name}
        enter={setName}
      />
      <button type="submit" class="button button-main" disabled={order.busy}>
        {t.report.keepName}
      </button>
      <Refusal failed={order.failed} />
    </form>
  );
}
