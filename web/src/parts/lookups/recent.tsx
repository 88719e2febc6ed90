import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

import type { Device, Row, Verdict } from '../../api/types';
import { fill, moment, plural, t } from '../../i18n';
import { PauseIcon, PlayIcon } from '../icons';
import { Empty, Failure, Loading } from '../states';
import { VERDICTS } from '../verdict';
import { parameters } from '../../shell/router';
import { type Filter, type Rest, grouped } from './feed';
import { Filters, isFiltered } from './filters';
import { QueryRow } from './query-row';
import { type LiveFeed, useFeed } from './use-feed';

interface Properties {
  devices: readonly Device[];
  /** What is searched for, in the language of filters. */
  search?: string | null;
  /** What stands above the filters. */
  children?: ComponentChildren;
}

/** What happens now, newest first; it moves only while nobody is reading it. */
export function Recent({ devices, search = null, children }: Properties) {
  const filter = { ...filterOf(parameters.value), search };
  const [paused, setPaused] = useState(false);
  const [opened, setOpened] = useState<number | null>(null);
  const { top, list, isLookedAt } = useReader();
  const standing = useRef({ paused, opened });
  standing.current = { paused, opened };
  const held = useCallback(() => standing.current.paused || standing.current.opened !== null || isLookedAt(), []);
  const live = useFeed(filter, held);
  const toggle = () => {
    if (paused) live.release();
    setPaused(!paused);
  };
  const showNew = () => {
    setOpened(null);
    live.release();
    top.current?.scrollIntoView({ block: 'center' });
  };
  useKey('p', toggle);

  return (
    <section class="card recent" id="recent" aria-labelledby="recent-title">
      <Head paused={paused} connected={live.connected} toggle={toggle} />
      <div class="pill-place" role="status">
        <Pill waiting={live.feed?.waiting.length ?? 0} show={showNew} />
      </div>
      {children}
      <Filters filter={filter} devices={devices} />
      <Missed missed={live.missed} load={live.reload} />
      <span ref={top} class="recent-top" aria-hidden="true" />
      <Rows live={live} filtered={isFiltered(filter)}>
        {(rows) => (
          <ol class="rows" ref={list}>
            {grouped(rows).map((group) => {
              const id = group.rows.at(-1)?.id ?? group.newest.id;
              const change = (open: boolean) => setOpened((was) => (open ? id : was === id ? null : was));
              return <QueryRow key={id} group={group} open={opened === id} toggle={change} />;
            })}
          </ol>
        )}
      </Rows>
    </section>
  );
}

function Head({ paused, connected, toggle }: { paused: boolean; connected: boolean; toggle: () => void }) {
  const state = paused ? t.home.paused : t.home.live;
  return (
    <div class="card-head">
      <h2 id="recent-title">{t.home.recent}</h2>
      <span class={`live ${paused || !connected ? 'live-off' : ''}`}>{connected ? state : t.home.waiting}</span>
      <button type="button" class="button" onClick={toggle} aria-keyshortcuts="p" title={t.home.pauseKey}>
        {paused ? <PlayIcon /> : <PauseIcon />}
        {paused ? t.home.resume : t.home.pause}
      </button>
    </div>
  );
}

function Pill({ waiting, show }: { waiting: number; show: () => void }) {
  if (waiting === 0) return null;
  return (
    <button type="button" class="pill" onClick={show}>
      {plural(waiting, t.words.fresh)} ↑
    </button>
  );
}

function Missed({ missed, load }: { missed: number; load: () => void }) {
  return (
    <div role="status">
      {missed > 0 && (
        <p class="missed">
          <strong>{plural(missed, t.words.missed)}</strong> {t.home.missedText}
          <button type="button" class="button" onClick={load}>
            {t.home.missedLoad}
          </button>
        </p>
      )}
    </div>
  );
}

interface RowsProps {
  live: LiveFeed;
  filtered: boolean;
  children: (rows: Row[]) => ComponentChildren;
}

/** The rows, or what stands in their place. */
function Rows({ live: { feed, error, reload, loadOlder }, filtered, children }: RowsProps) {
  if (!feed) return error ? <Failure error={error} retry={reload} /> : <Loading lines={6} />;
  const { shown, older } = feed;
  if (shown.length === 0 && older === null) return <Empty>{filtered ? t.home.recentEmptyFilter : t.home.recentEmpty}</Empty>;
  return (
    <>
      {shown.length > 0 && children(shown)}
      <Older {...feed} load={loadOlder} />
    </>
  );
}

function Older({ older, searchedTo, load }: Rest & { load: () => Promise<void> }) {
  if (older === null) return <p class="older-none">{t.home.oldest}</p>;
  return (
    <>
      {searchedTo !== null && <p class="older-none">{fill(t.home.searchedTo, { moment: moment(searchedTo) })}</p>}
      <button type="button" class="button older" onClick={() => void load()}>
        {searchedTo === null ? t.home.older : t.home.searchOn}
      </button>
    </>
  );
}

function filterOf(from: URLSearchParams): Omit<Filter, 'search'> {
  const verdict: Verdict | undefined = VERDICTS.find((known) => known === from.get('verdict'));
  return { device: from.get('device'), verdict: verdict ?? null, name: from.get('name') };
}

/** Whether somebody is reading: the pointer rests on the list, or its top has been scrolled out of sight. */
function useReader() {
  const top = useRef<HTMLSpanElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const isLookedAt = useCallback(() => {
    const above = (top.current?.getBoundingClientRect().top ?? 0) < 0;
    return above || (list.current?.matches(':hover') === true && window.matchMedia('(hover: hover)').matches);
  }, []);
  return { top, list, isLookedAt };
}

/** Calls `action` when the key is pressed outside of fields. */
function useKey(key: string, action: () => void): void {
  const latest = useRef(action);
  latest.current = action;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const inField = (event.target as Element).closest('input, textarea, select') !== null;
      if (event.key !== key || inField || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [key]);
}
