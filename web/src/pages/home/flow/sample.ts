/** A flow for tests: what three devices tried, two of them told together. */
import type { Flow, FlowNode } from '../../../api/types';

const node = (key: string | null, queries: number, stopped: number, others = 0): FlowNode => ({
  key,
  label: key ?? 'not known',
  others,
  queries,
  stopped,
});

export const sample: Flow = {
  range: '24h',
  from: Date.UTC(2026, 10, 22, 20),
  to: Date.UTC(2026, 10, 23, 20, 10, 0, 500),
  totals: { queries: 1000, stopped: 700 },
  devices: [node('10.0.0.1', 600, 500), node('10.0.0.2', 300, 200), node(null, 100, 0, 2)],
  vendors: [node('Samsung', 450, 400), node('Say "Hi" \\ Co', 295, 100), node('Tuya', 255, 200)],
  countries: [node('US', 545, 300), node('KR', 450, 400), node(null, 5, 0)],
  to_vendors: [
    { from: 0, to: 0, queries: 350, stopped: 300 },
    { from: 0, to: 2, queries: 250, stopped: 200 },
    { from: 1, to: 0, queries: 100, stopped: 100 },
    { from: 1, to: 1, queries: 195, stopped: 100 },
    { from: 1, to: 2, queries: 5, stopped: 0 },
    { from: 2, to: 1, queries: 100, stopped: 0 },
  ],
  to_countries: [
    { from: 0, to: 1, queries: 450, stopped: 400 },
    { from: 1, to: 0, queries: 295, stopped: 100 },
    { from: 2, to: 0, queries: 250, stopped: 200 },
    { from: 2, to: 2, queries: 5, stopped: 0 },
  ],
};
