/** The pattern that means "stopped" wherever lengths or areas are drawn. */
export function Hatching() {
  return (
    <svg class="hatching" width="0" height="0" aria-hidden="true" focusable="false">
      <defs>
        <pattern id="hatching" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="hatching-ground" width="5" height="5" />
          <rect class="hatching-line" width="2" height="5" />
        </pattern>
      </defs>
    </svg>
  );
}

interface Lengths {
  stopped: number;
  whole: number;
  /** What a bar of full length means. */
  largest: number;
}

/** A thin bar of which the part that was stopped is hatched. Says nothing to a reader: the figures stand beside it. */
export function SplitBar({ stopped, whole, largest }: Lengths) {
  const percent = (value: number) => `${largest === 0 ? 0 : (100 * value) / largest}%`;
  return (
    <svg class="split-bar" width="100%" height="6" aria-hidden="true" focusable="false">
      <rect class="split-bar-rail" width="100%" height="6" />
      <rect class="split-bar-through" width={percent(whole)} height="6" />
      <rect fill="url(#hatching)" width={percent(stopped)} height="6" />
    </svg>
  );
}
