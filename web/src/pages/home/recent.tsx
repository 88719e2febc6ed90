import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

import type { Device, Row, Verdict } from '../../api/types';
import { plural, t } from '../../i18n';
import { PauseIcon, PlayIcon } from '../../parts/icons';
import { Empty, Failure, Loading } from '../../parts/states';
import { VERDICTS } from '../../parts/verdict';
import { parameters } from '../../shell/router';
import { type Filter, grouped } from './feed';
import { Filters, isFiltered } from './filters';
import { QueryRow } from './query-row';
import { type LiveFeed, useFeed } from './use-feed';

/** What happens now, newest first; it moves only while nobody is reading it. */
export function Recent({ devices }: { devices: readonly Device[] }) {
  const filter = filterOf(parameters.value);
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
  if (feed.shown.length === 0) return <Empty>{filtered ? t.home.recentEmptyFilter : t.home.recentEmpty}</Empty>;
  return (
    <>
      {children(feed.shown)}
      <Older more={feed.older !== null} load={loadOlder} />
    </>
  );
}

function Older({ more, load }: { more: boolean; load: () => Promise<void> }) {
  return more ? (
    <button type="button" class="button older" onClick={() => void load()}>
      {t.home.older}
    </button>
  ) : (
    <p class="older-none">{t.home.oldest}</p>
  );
}

function filterOf(from: URLSearchParams): Filter {
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
