import { describe, expect, test } from 'vitest';

import type { Row } from '../../api/types';
import { EMPTY, arrived, extended, grouped, matches, released } from './feed';

const row = (id: number, changes: Partial<Row> = {}): Row => ({
  id,
  at: id * 1000,
  device: '192.168.1.2',
  device_id: '192.168.1.2',
  device_name: 'TV',
  name: 'example.org',
  type: 'A',
  verdict: 'allowed',
  rcode: 'NOERROR',
  transport: 'udp',
  latency_us: 1,
  cause: null,
  attribution: null,
  ...changes,
});
const ids = (rows: Row[]) => rows.map(({ id }) => id);

describe('arrived', () => {
  test('shows the newest first', () => {
    const feed = arrived({ ...EMPTY, shown: [row(3)] }, [row(4), row(5)], false);
    expect(ids(feed.shown)).toEqual([5, 4, 3]);
  });

  test('lets rows wait while the list is held, and shows them when it is let go', () => {
    const held = arrived(arrived({ ...EMPTY, shown: [row(3)] }, [row(4)], true), [row(5)], true);
    expect([ids(held.shown), ids(held.waiting)]).toEqual([[3], [5, 4]]);
    expect(ids(released(held).shown)).toEqual([5, 4, 3]);
    expect(ids(arrived(held, [row(6)], false).shown)).toEqual([6, 5, 4, 3]);
  });

  test('takes no row twice', () => {
    const feed = { ...EMPTY, shown: [row(3)] };
    expect(arrived(feed, [row(2), row(3)], false)).toBe(feed);
  });

  test('stays bounded, and can be continued where it was cut', () => {
    const many = Array.from({ length: 1000 }, (_, index) => row(index + 1));
    const feed = arrived(EMPTY, many, false);
    expect(feed.shown).toHaveLength(400);
    expect(feed.older).toBe(feed.shown.at(-1)?.id);
    expect(arrived(EMPTY, many, true).waiting).toHaveLength(400);
  });
});

test('older rows follow behind', () => {
  expect(ids(extended({ ...EMPTY, shown: [row(9)] }, [row(8), row(7)], { older: 7, searchedTo: null }).shown)).toEqual([9, 8, 7]);
});

describe('matches', () => {
  const all = { device: null, verdict: null, name: null };
  test.each([
    [all, true],
    [{ ...all, device: '192.168.1.2' }, true],
    [{ ...all, device: '192.168.1.3' }, false],
    [{ ...all, verdict: 'stopped' as const }, false],
    [{ ...all, name: 'EXAMPLE' }, true],
    [{ ...all, name: 'other' }, false],
  ])('%o: %s', (filter, expected) => expect(matches(row(1), filter)).toBe(expected));

  test('all addresses of a device are meant by what it is known by', () => {
    const rows = [row(1, { device_id: 'aa:bb:cc:dd:ee:ff' }), row(2, { device_id: 'aa:bb:cc:dd:ee:ff', device: 'fd00::2' }), row(3)];
    const meant = (device: string) => ids(rows.filter((one) => matches(one, { ...all, device })));
    expect([meant('aa:bb:cc:dd:ee:ff'), meant('fd00::2')]).toEqual([[1, 2], [2]]);
    expect(grouped(rows.slice(0, 2))).toHaveLength(1);
  });
});

describe('grouped', () => {
  test('gathers what one device asked for one name within a minute', () => {
    const rows = [row(100, { type: 'HTTPS' }), row(99, { name: 'other.org' }), row(98, { name: 'EXAMPLE.org' }), row(1)];
    expect(grouped(rows).map((group) => ids(group.rows))).toEqual([[100, 98], [99], [1]]);
  });

  test('keeps devices and results apart', () => {
    expect(grouped([row(3), row(2, { device: '192.168.1.3', device_id: '192.168.1.3' }), row(1, { verdict: 'stopped' })])).toHaveLength(3);
  });
});
