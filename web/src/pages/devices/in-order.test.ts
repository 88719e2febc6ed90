import { expect, test } from 'vitest';

import type { Device, TopLine } from '../../api/types';
import { inOrder } from './in-order';

const device = (id: string, name: string | null) => ({ id, name }) as Device;
const line = (key: string, queries: number) => ({ key, queries }) as TopLine;

test('who asked most comes first, who did not ask by name', () => {
  const devices = [device('10.0.0.1', 'zebra'), device('10.0.0.2', null), device('10.0.0.3', 'ant'), device('10.0.0.4', 'tv')];
  const rows = inOrder(devices, [line('10.0.0.4', 7), line('10.0.0.2', 9), line('10.0.0.9', 50)]);
  expect(rows.map(({ device: { id }, asked }) => [id, asked?.queries])).toEqual([
    ['10.0.0.2', 9],
    ['10.0.0.4', 7],
    ['10.0.0.3', undefined],
    ['10.0.0.1', undefined],
  ]);
});
