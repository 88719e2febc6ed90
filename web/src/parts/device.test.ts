import { expect, test } from 'vitest';

import type { Device } from '../api/types';
import { whatItIs } from './device';

test('a device is called what is known of it, no more', () => {
  const check = (
    kind: Device['kind'],
    sure: Device['kind_confidence'],
    vendor: Device['vendor'],
    vendorSure: Device['vendor_confidence'],
    expected: string | null,
  ) => {
    expect(whatItIs({ kind, kind_confidence: sure, vendor, vendor_confidence: vendorSure })).toBe(expected);
  };
  check('tv', 'high', 'Samsung', 'high', 'Samsung TV');
  check('tv', null, 'Samsung', 'low', 'TV');
  check('phone', 'low', 'Xiaomi', 'medium', 'perhaps Xiaomi phone or tablet');
  check('computer', 'medium', null, null, 'computer');
  check(null, null, 'Samsung', 'high', null);
  expect(whatItIs(undefined)).toBe(null);
});
