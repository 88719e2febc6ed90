import { country, fill, t } from '../i18n';

/** Where a company is at home: not where anything was sent. */
export const seatOf = (vendor: { country: string | null }): string =>
  vendor.country === null ? t.home.seatUnknown : fill(t.home.seat, { country: country(vendor.country) });
