import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';

import { count, mark, spot, t } from '../../i18n';
import { Rich } from '../../i18n/rich';
import { isDark } from '../../shell/theme';
import { type Stretch, stepOf } from './buckets';

/** As in the style sheet. */
const HEIGHT = 204;

/** Room at the right for half of the longest time below the last stretch, such as `10:00 AM`. */
const HALF_A_TIME = 32;

/** What is let through as an area, what is stopped as a dashed line. */
export function TimeChart({ buckets, length, label }: { buckets: Stretch[]; length: number; label: string }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const dark = isDark();

  // The canvas keeps the colours with which it was made, so a change of theme makes a new one.
  useEffect(() => {
    const host = place.current;
    if (!host) return;
    const made = new uPlot(options(host, length, setPointed), columns(buckets), host);
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: host.clientWidth, height: HEIGHT }));
    resized.observe(host);
    return () => {
      resized.disconnect();
      made.destroy();
    };
  }, [dark, length]);

  useEffect(() => plot.current?.setData(columns(buckets)), [buckets]);

  const at = pointed === null ? undefined : buckets[pointed];
  return (
    <div class="chart">
      <p class="chart-readout" aria-hidden="true">
        {at && (
          <Rich
            text={t.home.chartReadout}
            slots={{ at: <b>{spot(at.at, length, stepOf(buckets))}</b>, through: count(at.through), stopped: count(at.stopped) }}
          />
        )}
      </p>
      <div class="chart-place" ref={place} role="img" aria-label={label} />
    </div>
  );
}

const columns = (buckets: Stretch[]): uPlot.AlignedData => [
  buckets.map((stretch) => stretch.at / 1000),
  buckets.map((stretch) => stretch.through),
  buckets.map((stretch) => stretch.stopped),
];

function options(host: HTMLElement, length: number, point: (index: number | null) => void): uPlot.Options {
  const colour = colours(host);
  const font = `12px ${getComputedStyle(host).fontFamily}`;
  const smooth = uPlot.paths.spline?.();
  const axis: uPlot.Axis = { stroke: colour('--muted'), font, ticks: { show: false } };
  const curve = smooth ? { paths: smooth } : {};
  return {
    width: host.clientWidth,
    height: HEIGHT,
    padding: [8, HALF_A_TIME, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: { y: { range: (_plot, _low, high) => [0, Math.max(4, high * 1.12)] } },
    axes: [
      { ...axis, grid: { show: false }, size: 30, space: 76, values: (_plot, splits) => splits.map((at) => mark(at * 1000, length)) },
      { ...axis, grid: { stroke: colour('--line'), width: 1 }, space: 48, size: 48, values: (_plot, splits) => splits.map(whole) },
    ],
    series: [
      {},
      { stroke: colour('--through'), width: 1.75, fill: fading(colour('--through')), points: { show: false }, ...curve },
      { stroke: colour('--stopped'), width: 2, dash: [5, 4], points: { show: false }, ...curve },
    ],
    hooks: { setCursor: [(plot) => point(plot.cursor.idx ?? null)] },
  };
}

const whole = (value: number) => (Number.isInteger(value) ? count(value) : '');

/** An area that is strongest at its line. */
const fading = (colour: string) => (plot: uPlot) => {
  const paint = plot.ctx.createLinearGradient(0, plot.bbox.top, 0, plot.bbox.top + plot.bbox.height);
  paint.addColorStop(0, colour.replace('rgb(', 'rgba(').replace(')', ', 0.34)'));
  paint.addColorStop(1, colour.replace('rgb(', 'rgba(').replace(')', ', 0.04)'));
  return paint;
};

/** Reads colours of the style sheet as the browser has settled them for the theme in force. */
function colours(host: HTMLElement): (variable: string) => string {
  return (variable) => {
    const probe = document.createElement('span');
    probe.style.color = `var(${variable})`;
    host.append(probe);
    const settled = getComputedStyle(probe).color;
    probe.remove();
    return settled;
  };
}
