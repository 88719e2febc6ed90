//! Takes events from the queue, has them counted, and tells the rows to those who watch.

use std::time::Duration;

use tokio::{
    task::spawn_blocking,
    time::{MissedTickBehavior, interval, sleep},
};
use tokio_util::sync::CancellationToken;

use super::{
    Journal, Live, Names, Recorder,
    recorder::{SHARDS, in_order},
};
use crate::{
    clients::Called,
    devices::Heard,
    stats::{KnownEvent, Listener, Packed, QueryMetrics, Spellings, Stats},
};

/// How often the queue is emptied; sooner when it fills.
const DRAIN: Duration = Duration::from_millis(100);
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
    metrics: QueryMetrics,
    journal: Option<Journal>,
    taken: [Vec<u8>; SHARDS],
    /// The id of the row that was counted last when rows were told.
    told: u64,
}

impl Worker {
    /// A worker between `recorder` and those who count, keep and watch.
    #[must_use]
    pub fn new(
        recorder: Recorder,
        stats: Stats,
        live: Live,
        names: Names,
        metrics: QueryMetrics,
        journal: Option<Journal>,
    ) -> Self {
        Self { recorder, stats, live, names, metrics, journal, taken: Default::default(), told: 0 }
    }

    /// Has ids go on behind those that the journal gave in other runs. Waits for files.
    pub async fn skip_given_ids(&self) {
        let Some(journal) = self.journal.clone() else { return };
        match spawn_blocking(move || journal.next_id()).await {
            Ok(id) => self.stats.skip_to(id),
            Err(error) => tracing::error!(%error, "the last id of the journal is not known"),
        }
    }

    /// Works until `closing` is cancelled, then empties the queue a last time.
    pub async fn run(mut self, closing: CancellationToken) {
        let mut tell = interval(TELL);
        tell.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let recorder = self.recorder.clone();
        self.told = self.stats.next_id() - 1;
        loop {
            tokio::select! {
                () = closing.cancelled() => break,
                () = sleep(DRAIN) => self.drain(),
                () = recorder.filling() => self.drain(),
                _ = tell.tick() => self.tell(),
            }
        }
        self.drain();
        self.tell();
    }

    /// Counts what waits.
    fn drain(&mut self) {
        self.recorder.take(&mut self.taken);
        if self.names.may_have_changed() {
            self.stats.outdate_names();
        }
        let mut counts = self.metrics.counts();
        let events = in_order(&self.taken).inspect(|event| counts.count(event));
        count(events, &self.stats, &self.names, self.journal.as_ref());
    }

    fn tell(&mut self) {
        if self.live.is_watched() {
            self.live.tell(&self.stats.rows_after(self.told, BATCH, &Called::default()));
        }
        self.told = self.stats.next_id() - 1;
    }
}

/// Counts queries, tells the devices of them, and adds them to the journal, if there is one.
pub fn count<'e>(
    events: impl IntoIterator<Item = Packed<'e>>,
    stats: &Stats,
    names: &Names,
    journal: Option<&Journal>,
) {
    let mut heard = Heard::default();
    stats.record(events, names, Both { heard: &mut heard, journal: journal.map(Journal::add) });
    names.hear(heard);
}

/// The devices and the journal.
struct Both<'h, J> {
    heard: &'h mut Heard,
    journal: Option<J>,
}

impl<J: Listener> Listener for Both<'_, J> {
    fn expect(&mut self, names: &Spellings) {
        if let Some(journal) = &mut self.journal {
            journal.expect(names);
        }
    }

    fn hear(&mut self, id: u64, known: &KnownEvent<'_>) {
        let (address, at) = (known.event.client(), known.event.at());
        self.heard.add(address, at);
        if known.is_new {
            self.heard.asks_for(address, known.spelled.lower());
        }
        if let Some(journal) = &mut self.journal {
            journal.hear(id, known);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        catalog::Catalog,
        dns::Name,
        journal::CAPACITY,
        stats::{EventBuffer, event_at},
        time::UnixTime,
    };

    fn worker() -> Worker {
        let stats = Stats::new(Catalog::built_in(), UnixTime(1000));
        Worker::new(Recorder::new(CAPACITY), stats, Live::default(), Names::none(), QueryMetrics::default(), None)
    }

    fn record(recorder: &Recorder, count: u64) {
        for at in 0..count {
            recorder.record(&EventBuffer::of(&event_at(at, &Name::ROOT)));
        }
    }

    #[tokio::test]
    async fn what_waits_at_the_end_is_still_counted_and_told() {
        let worker = worker();
        let (recorder, stats, live) = (worker.recorder.clone(), worker.stats.clone(), worker.live.clone());
        let mut watcher = live.subscribe();
        record(&recorder, 50);
        let closing = CancellationToken::new();
        closing.cancel();
        worker.run(closing).await;
        assert_eq!(stats.totals().queries, 50);
        assert_eq!(watcher.try_recv().unwrap().len(), 50);
    }

    #[test]
    fn of_many_rows_the_newest_are_told() {
        let mut worker = worker();
        let mut watcher = worker.live.subscribe();
        record(&worker.recorder, BATCH as u64 + 50);
        worker.drain();
        worker.tell();
        worker.tell();
        let ids: Vec<u64> = watcher.try_recv().unwrap().iter().map(|row| row.id).collect();
        assert_eq!((ids.len(), ids[0], ids[BATCH - 1]), (BATCH, 1050, 1049 + BATCH as u64));
        assert!(watcher.try_recv().is_err(), "nothing is told twice");
    }

    #[test]
    fn who_comes_late_is_told_what_is_new() {
        let mut worker = worker();
        record(&worker.recorder, 3);
        worker.drain();
        worker.tell();
        let mut watcher = worker.live.subscribe();
        record(&worker.recorder, 1);
        worker.drain();
        worker.tell();
        let ids: Vec<u64> = watcher.try_recv().unwrap().iter().map(|row| row.id).collect();
        assert_eq!(ids, [1003]);
    }
}
