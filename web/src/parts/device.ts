import type { Device } from '../api/types';
import { fill, t } from '../i18n';

/** What a device is, such as "Samsung TV"; nothing where nobody knows. */
export function whatItIs(device: Pick<Device, 'kind' | 'kind_confidence' | 'vendor' | 'vendor_confidence'> | undefined): string | null {
  if (!device?.kind) return null;
  const kind = t.devices.kinds[device.kind];
  const vendor = device.vendor_confidence === 'low' ? null : device.vendor;
  const what = vendor ? fill(t.devices.made, { vendor, kind }) : kind;
  return device.kind_confidence === 'low' ? fill(t.devices.perhaps, { what }) : what;
}
