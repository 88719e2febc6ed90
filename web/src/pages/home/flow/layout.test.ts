import { expect, test } from 'vitest';

import { band, isDrawn, layOut } from './layout';
import { sample } from './sample';

const { spots, ribbons, height } = layOut(sample);
const column = (number: number) => spots.filter((spot) => spot.column === number);

test('nodes stand below each other in their order, with room for two lines of text', () => {
  for (const nodes of [column(0), column(1), column(2)]) {
    expect(nodes.map(({ place }) => place)).toEqual([0, 1, 2]);
    for (const [at, { top }] of nodes.entries()) {
      const above = nodes[at - 1];
      expect(top).toBeGreaterThanOrEqual(above ? above.top + above.height + 33.9 : 17.9);
    }
    const last = nodes.at(-1);
    expect((last?.top ?? 0) + (last?.height ?? 0)).toBeLessThanOrEqual(height - 17.9);
  }
});

test('everything is as thick as there were tries', () => {
  const unit = (column(0)[0]?.height ?? 0) / 600;
  expect(unit).toBeGreaterThan(0);
  for (const { node, height } of spots) expect(height).toBeCloseTo(node.queries * unit);
  for (const { link, thickness } of ribbons) expect(thickness).toBeCloseTo(link.queries * unit);
});

test('ribbons begin and end within their nodes, one below the other', () => {
  for (const { column: of, place, top, height } of spots) {
    for (const side of ['leaving', 'entering'] as const) {
      const [step, end, key] = side === 'leaving' ? ([of, 0, 'from'] as const) : ([of - 1, 1, 'to'] as const);
      const ends = ribbons.filter((ribbon) => ribbon.step === step && ribbon.link[key] === place);
      const tops = ends.map((ribbon) => [ribbon.top[end], ribbon.thickness] as const).sort(([one], [other]) => one - other);
      let begun = top;
      for (const [at, thickness] of tops) {
        expect(at).toBeCloseTo(begun);
        begun += thickness;
      }
      if (ends.length > 0) expect(begun).toBeCloseTo(top + height);
    }
  }
});

test('less than a hundredth is no ribbon, and what belongs to the rest is marked', () => {
  const told = ribbons.map((ribbon) => [ribbon.step, ribbon.link.from, ribbon.link.to, isDrawn(sample, ribbon), ribbon.isOfRest]);
  expect(told).toContainEqual([0, 1, 2, false, false]);
  expect(told).toContainEqual([1, 2, 2, false, false]);
  expect(told).toContainEqual([0, 2, 1, true, true]);
  expect(told.filter(([, , , isDrawn]) => isDrawn)).toHaveLength(8);
});

test('one device, one company and one country are three nodes', () => {
  const [device, vendor, home] = [sample.devices[0], sample.vendors[0], sample.countries[0]].map((node) => (node ? [node] : []));
  const link = { from: 0, to: 0, queries: 600, stopped: 500 };
  const alone = layOut({ ...sample, devices: device ?? [], vendors: vendor ?? [], countries: home ?? [], to_vendors: [link], to_countries: [link] }, 2);
  expect(alone.height).toBe(2 * (190 + 36));
  expect(alone.spots.map(({ top, height }) => [top, height])).toEqual([[36, 380], [36, 380], [36, 380]]);
});

test('a band is a closed path of the same thickness at both ends', () => {
  expect(band([0, 100], [10, 30], 5)).toBe('M0.0 10.0C50.0 10.0 50.0 30.0 100.0 30.0V35.0C50.0 35.0 50.0 15.0 0.0 15.0Z');
});
