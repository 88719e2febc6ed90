import type { Device, Scope } from '../api/types';
import { fill, t } from '../i18n';

/** What a device is called. */
export const calledOf = ({ name, addresses, id }: Pick<Device, 'name' | 'addresses' | 'id'>): string => name ?? addresses[0] ?? id;

/** Whom an order is for, in words. */
export function whomOf(scope: Scope, devices: readonly Device[]): string {
  if (scope === 'everyone') return t.wayOut.everyone;
  if ('group' in scope) return fill(t.wayOut.group, { group: scope.group });
  const device = devices.find((known) => known.id === scope.device || known.addresses.includes(scope.device));
  return device ? calledOf(device) : scope.device;
}
