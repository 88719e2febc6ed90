import { api } from '../../api/client';
import { useOrder } from '../../api/order';
import { useResource } from '../../api/resource';
import type { Device } from '../../api/types';
import { fill, t } from '../../i18n';
import { Menu } from '../../parts/menu';
import { Refusal } from '../../parts/refusal';

/** Puts the device in a group, or takes it out; nothing where the configuration says in which it is. */
export function Membership({ device, changed }: { device: Device; changed: () => Promise<void> }) {
  const order = useOrder();
  const { value } = useResource('groups of a device', api.groups);
  if (device.fixed.includes('group') || !value) return null;
  const face = device.group === null ? t.report.putInGroup : fill(t.report.inGroup, { group: device.group });
  const others = value.groups.map(({ id }) => id).filter((id) => id !== device.group);
  return (
    <div class="membership">
      <Menu face={face} label={t.report.group}>
        {(close) => {
          const put = (group: string | null) => {
            close();
            order.run(() => api.groupDevice(device.id, group), changed);
          };
          return (
            <>
              {others.map((id) => (
                <button key={id} type="button" class="button button-quiet" disabled={order.busy} onClick={() => put(id)}>
                  {fill(t.report.toGroup, { group: id })}
                </button>
              ))}
              {device.group !== null && (
                <button type="button" class="button button-quiet" disabled={order.busy} onClick={() => put(null)}>
                  {t.report.toNone}
                </button>
              )}
              <a class="button button-quiet" href="/groups">
                {t.report.groups}
              </a>
            </>
          );
        }}
      </Menu>
      <Refusal failed={order.failed} />
    </div>
  );
}
