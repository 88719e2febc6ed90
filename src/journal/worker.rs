//! Takes events from the queue, has them counted, and tells the rows to those who watch.

use std::{sync::Arc, time::Duration};

use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;

use super::{Live, Names, Recorder};
use crate::stats::{Row, Stats};

/// How often the queue is emptied.
const DRAIN: Duration = Duration::from_millis(100);
/// How often while it fills quickly.
const BUSY: Duration = Duration::from_millis(5);
/// How often rows are told.
const TELL: Duration = Duration::from_millis(250);
/// Rows that are told at once; of more, the oldest are left out, which shows as a gap in the ids.
const BATCH: usize = 200;

/// Takes events from the queue of a [`Recorder`].
pub struct Worker {
    recorder: Recorder,
    stats: Stats,
    live: Live,
    names: Names,
    told_next: Vec<Arc<Row>>,
}

impl Worker {
    /// A worker between `recorder` and those who count and watch.
    #[must_use]
    pub fn new(recorder: Recorder, stats: Stats, live: Live, names: Names) -> Self {
        Self { recorder, stats, live, names, told_next: Vec::new() }
    }

    /// Works until `closing` is cancelled, then empties the queue a last time.
    pub async fn run(mut self, closing: CancellationToken) {
        let mut tell = interval(TELL);
        tell.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut pause = DRAIN;
        loop {
            tokio::select! {
                () = closing.cancelled() => break,
                () = sleep(pause) => {
                    let is_busy = self.drain() * 4 > self.recorder.capacity();
                    pause = if is_busy { BUSY } else { DRAIN };
                }
                _ = tell.tick() => self.tell(),
            }
        }
        self.drain();
        self.tell();
    }

    /// Counts what waits, at most a queue full; returns how much that was.
    fn drain(&mut self) -> usize {
        let mut drained = 0;
        while drained < self.recorder.capacity()
            && let Some(event) = self.recorder.take()
        {
            let source = event.cause.as_ref().and_then(|cause| self.names.source(cause.source));
            let device = self.names.device(event.client);
            self.told_next.push(self.stats.record(&event, source, device));
            drained += 1;
        }
        let surplus = self.told_next.len().saturating_sub(BATCH);
        self.told_next.drain(..surplus);
        drained
    }

    fn tell(&mut self) {
        if !self.told_next.is_empty() {
            self.live.tell(&self.told_next);
            self.told_next.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalog::Catalog, journal::event_at, time::UnixTime};

    fn worker(capacity: usize) -> Worker {
        let stats = Stats::new(Catalog::built_in(), UnixTime(1000));
        Worker::new(Recorder::new(capacity), stats, Live::default(), Names::none())
    }

    #[tokio::test]
    async fn what_waits_at_the_end_is_still_counted_and_told() {
        let worker = worker(64);
        let (recorder, stats, live) = (worker.recorder.clone(), worker.stats.clone(), worker.live.clone());
        let mut watcher = live.subscribe();
        (0..50).for_each(|at| recorder.record(event_at(at)));
        let closing = CancellationToken::new();
        closing.cancel();
        worker.run(closing).await;
        assert_eq!(stats.totals().queries, 50);
        assert_eq!(watcher.try_recv().unwrap().len(), 50);
    }

    #[test]
    fn of_many_rows_the_newest_are_told() {
        let mut worker = worker(BATCH * 2);
        let mut watcher = worker.live.subscribe();
        (0..BATCH as u64 + 50).for_each(|at| worker.recorder.record(event_at(at)));
        assert_eq!(worker.drain(), BATCH + 50);
        worker.tell();
        worker.tell();
        let ids: Vec<u64> = watcher.try_recv().unwrap().iter().map(|row| row.id).collect();
        assert_eq!((ids.len(), ids[0], ids[BATCH - 1]), (BATCH, 1050, 1049 + BATCH as u64));
        assert!(watcher.try_recv().is_err(), "nothing is told twice");
    }
}
