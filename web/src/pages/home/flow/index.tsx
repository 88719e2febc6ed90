import { useLayoutEffect, useRef, useState } from 'preact/hooks';

import { api } from '../../../api/client';
import { useResource } from '../../../api/resource';
import type { Flow as Figures } from '../../../api/types';
import { country, fill, plural, share, t } from '../../../i18n';
import { flow as texts } from '../../../i18n/flow';
import { chosenRange } from '../../../parts/range-picker';
import { Empty, Loading, Waiting } from '../../../parts/states';
import { status } from '../../../shell/status';
import { Bars } from './bars';
import { Diagram } from './diagram';
import { Tables } from './tables';
import { type Type, typeOf } from './type';

const EVERY = 30_000;

/** Labels of three columns leave no room for anything between them on less, in pixels of the usual size of text. */
const NARROW = 560;

/** Which devices tried to reach which companies, and where those are at home. */
export function Flow() {
  if (status.value === undefined) return <Loading lines={6} />;
  return status.value.journal.enabled ? <Loaded /> : <Empty>{t.sentences.stopped}</Empty>;
}

function Loaded() {
  const range = chosenRange();
  const { value: flow, error, reload } = useResource(`flow ${range}`, () => api.flow(range), EVERY);
  if (!flow) return <Waiting resource={flow} error={error} retry={reload} />;
  if (flow.totals.queries === 0) return <Empty>{t.sentences.nobody_tried}</Empty>;
  return <Drawn flow={flow} />;
}

function Drawn({ flow }: { flow: Figures }) {
  const place = useRef<HTMLDivElement>(null);
  const [{ width, type }, setRoom] = useState<{ width: number; type?: Type }>({ width: 0 });
  useLayoutEffect(() => {
    const host = place.current;
    if (!host) return;
    const measure = () => setRoom({ width: host.clientWidth, type: typeOf(host) });
    measure();
    const resized = new ResizeObserver(measure);
    resized.observe(host);
    return () => resized.disconnect();
  }, []);
  const isNarrow = type !== undefined && width < NARROW * type.unit;
  return (
    <>
      <p class="flow-text" id="flow-text">{summaryOf(flow)}</p>
      <p class="visually-hidden" id="flow-keys">
        {texts.keys}
      </p>
      <ul class="flow-legend" aria-hidden="true">
        <li>
          <svg width="22" height="12" focusable="false">
            <rect fill="url(#hatching)" width="22" height="12" rx="2" />
          </svg>
          {t.home.stopped}
        </li>
        <li>
          <svg width="22" height="12" focusable="false">
            <rect class="flow-through" width="22" height="12" rx="2" />
          </svg>
          {texts.through}
        </li>
      </ul>
      <div class="flow-place" ref={place}>
        {type && (isNarrow ? <Bars flow={flow} /> : <Diagram flow={flow} width={width} type={type} labels={{ title: 'flow-title', text: 'flow-text flow-keys' }} />)}
      </div>
      <p class="card-aside">{texts.seat}</p>
      <details class="flow-twin">
        <summary>{t.home.asTable}</summary>
        <Tables flow={flow} />
      </details>
    </>
  );
}

function summaryOf({ totals, countries }: Figures): string {
  const home = countries.find(({ key }) => key !== null);
  return fill(texts.summary, {
    share: share(totals.stopped, totals.queries),
    tries: plural(totals.queries, texts.tries),
    country: home?.key ? country(home.key) : texts.unknown,
    part: share(home?.queries ?? 0, totals.queries),
  });
}
