import type { Device } from '../api/types';
import { closing, fill, t } from '../i18n';

/** What a device is, such as "Samsung TV"; nothing where nobody knows. */
export function whatItIs(device: Pick<Device, 'kind' | 'kind_confidence' | 'vendor' | 'vendor_confidence'> | undefined): string | null {
  if (!device?.kind) return null;
  const kind = t.devices.kinds[device.kind];
  const vendor = device.vendor_confidence === 'low' ? null : device.vendor;
  const what = vendor ? fill(t.devices.made, { vendor, kind }) : kind;
  return device.kind_confidence === 'low' ? fill(t.devices.perhaps, { what }) : what;
}

/** That a device is offline by the hours of its group, and until when; nothing where it is not. */
export function offlineOf({ offline }: Pick<Device, 'offline'>, now: number): string | null {
  if (offline === null) return null;
  return offline.until === null ? t.devices.offlineAlways : fill(t.devices.offline, { end: closing(offline.until, now) });
}
