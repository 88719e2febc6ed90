//! The bounded queue between the paths of queries and the journal.

use std::{
    mem,
    sync::{
        Arc, Mutex, MutexGuard, TryLockError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use prometheus_client::{metrics::counter::Counter, registry::Registry};
use tokio::sync::Notify;

use crate::stats::{EventBuffer, Packed, PackedEvents};

/// Octets of events that wait at most: some twenty thousand events. Memory is taken as far as it was ever needed.
pub const CAPACITY: usize = 1 << 20;

/// Parts of the queue. More lanes than this share parts, which costs them some cache lines.
pub(super) const SHARDS: usize = 8;

/// Takes the record of queries from the threads that answered them; clones share one queue.
///
/// Recording does not wait and does not allocate: each thread writes into a part of the queue that is usually its own, and
/// into another one when that is full or just being emptied. What finds no room is dropped and counted. The kernel is
/// entered only to wake the worker when a part gets half full.
#[derive(Clone, Debug)]
pub struct Recorder(Arc<Queue>);

#[derive(Debug)]
struct Queue {
    shards: [Shard; SHARDS],
    /// Octets that one part holds.
    room: usize,
    dropped: AtomicU64,
    filling: Notify,
}

/// Packed events that wait; apart from the next by more than a pair of cache lines.
#[derive(Debug)]
#[repr(align(128))]
struct Shard(Mutex<Vec<u8>>);

impl Recorder {
    /// A recorder for at most `capacity` octets of waiting events; [`CAPACITY`] unless a test wants less.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        let room = capacity / SHARDS;
        let shards = std::array::from_fn(|_| Shard(Mutex::new(Vec::with_capacity(room))));
        Self(Arc::new(Queue { shards, room, dropped: AtomicU64::new(0), filling: Notify::new() }))
    }

    /// Records queries.
    pub fn record(&self, events: &EventBuffer) {
        let mut rest = events.events();
        let own = own_number();
        for step in 0..SHARDS {
            if rest.0.is_empty() {
                return;
            }
            let Some(mut waiting) = self.0.shards[(own + step) % SHARDS].try_lock() else { continue };
            let before = waiting.len();
            let (fitting, others) = rest.split_within(self.0.room.saturating_sub(before));
            waiting.extend_from_slice(fitting.0);
            let half = self.0.room / 2;
            let is_filling = before < half && waiting.len() >= half;
            drop(waiting);
            if is_filling {
                self.0.filling.notify_one();
            }
            rest = others;
        }
        let dropped = rest.count();
        if dropped > 0 {
            self.0.dropped.fetch_add(u64::try_from(dropped).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
    }

    /// Events that were dropped because the queue was full.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.0.dropped.load(Ordering::Relaxed)
    }

    /// Shows the figures in `registry`.
    pub fn register(&self, registry: &mut Registry) {
        let dropped: Counter = Counter::default();
        dropped.inc_by(self.dropped());
        let help = "Queries that were answered but not recorded because too many came at once";
        registry.register("ponor_journal_dropped", help, dropped);
    }

    /// Waits until a part of the queue is half full, or was since the last call.
    pub(super) async fn filling(&self) {
        self.0.filling.notified().await;
    }

    /// Takes the events that wait: each part of the queue into one of `taken`, whose buffers it goes on with.
    pub(super) fn take(&self, taken: &mut [Vec<u8>; SHARDS]) {
        for (shard, taken) in self.0.shards.iter().zip(taken) {
            taken.clear();
            if !shard.lock().is_empty() {
                taken.reserve(self.0.room);
                mem::swap(&mut *shard.lock(), taken);
            }
        }
    }
}

impl Shard {
    /// The events, unless another thread has them at this moment. Events are added whole, so that one that panicked in
    /// between leaves no damage.
    fn try_lock(&self) -> Option<MutexGuard<'_, Vec<u8>>> {
        match self.0.try_lock() {
            Ok(waiting) => Some(waiting),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// A number that threads count through, so that lanes, of which there are few, each have their own.
fn own_number() -> usize {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static NUMBER: usize = THREADS.fetch_add(1, Ordering::Relaxed);
    }
    NUMBER.with(|number| *number)
}

/// The events of the parts of a queue in the order of their time; each part has its own nearly in order.
pub(super) fn in_order(parts: &[Vec<u8>]) -> impl Iterator<Item = Packed<'_>> {
    let mut heads: Vec<(Packed<'_>, PackedEvents<'_>)> = Vec::new();
    heads.extend(parts.iter().filter_map(|part| {
        let mut events = PackedEvents(part);
        Some((events.next()?, events))
    }));
    std::iter::from_fn(move || {
        let (place, (head, events)) = heads.iter_mut().enumerate().min_by_key(|(_, (head, _))| head.at())?;
        let event = *head;
        match events.next() {
            Some(next) => *head = next,
            None => drop(heads.remove(place)),
        }
        Some(event)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{dns::Name, stats::event_at};

    fn events(at: impl IntoIterator<Item = u64>) -> EventBuffer {
        let mut events = EventBuffer::default();
        at.into_iter().for_each(|at| events.push(&event_at(at, &Name::ROOT)));
        events
    }

    fn room_for(count: usize) -> Recorder {
        Recorder::new(SHARDS * count * events([0]).end())
    }

    fn taken(recorder: &Recorder) -> Vec<u64> {
        let mut taken = Default::default();
        recorder.take(&mut taken);
        in_order(&taken).map(|event| event.at().0).collect()
    }

    #[test]
    fn a_full_queue_drops_the_newest_and_counts_them() {
        let recorder = room_for(2);
        recorder.record(&events(1..=10));
        recorder.record(&events(11..=20));
        assert_eq!(recorder.dropped(), 4);
        assert_eq!(taken(&recorder), (1..=16).collect::<Vec<_>>());
        recorder.record(&events([21]));
        assert_eq!(taken(&recorder), [21]);
        recorder.record(&events([]));
        assert_eq!(taken(&recorder), [0; 0]);
        assert_eq!(recorder.dropped(), 4);
    }

    #[test]
    fn a_part_that_is_being_emptied_is_passed_over() {
        let recorder = room_for(4);
        let own = recorder.0.shards[own_number() % SHARDS].try_lock();
        recorder.record(&events([1, 2]));
        drop(own);
        recorder.record(&events([3]));
        assert_eq!(recorder.0.shards.iter().filter(|shard| !shard.lock().is_empty()).count(), 2);
        assert_eq!(taken(&recorder), [1, 2, 3]);
    }

    #[test]
    fn clones_share_the_queue_and_events_come_in_the_order_of_their_time() {
        let recorder = room_for(8);
        std::thread::scope(|scope| {
            for start in 0..4 {
                let clone = recorder.clone();
                scope.spawn(move || (0..4).for_each(|step| clone.record(&events([start + step * 4]))));
            }
        });
        assert_eq!(taken(&recorder), (0..16).collect::<Vec<_>>());
        assert_eq!(recorder.dropped(), 0);
    }

    #[tokio::test]
    async fn whoever_fills_half_a_part_wakes_the_worker() {
        let recorder = room_for(8);
        recorder.record(&events(0..3));
        let waits = || tokio::time::timeout(std::time::Duration::ZERO, recorder.filling());
        assert!(waits().await.is_err());
        recorder.record(&events([3]));
        assert!(waits().await.is_ok());
        recorder.record(&events([4]));
        assert!(waits().await.is_err(), "it was woken already");
    }
}
