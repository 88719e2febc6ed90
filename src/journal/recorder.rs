//! The bounded queue between the paths of queries and the journal.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use crossbeam_queue::ArrayQueue;

use crate::stats::QueryEvent;

/// Events that wait at most. An event holds two names inline, so this is 2.4 MB, all of it allocated at the start.
pub const CAPACITY: usize = 4096;

/// Takes the record of a query from the threads that answered it; clones share one queue.
///
/// Recording neither blocks nor allocates nor enters the kernel: when the queue is full the event is dropped and counted.
#[derive(Clone, Debug)]
pub struct Recorder(Arc<Queue>);

#[derive(Debug)]
struct Queue {
    events: ArrayQueue<QueryEvent>,
    dropped: AtomicU64,
}

impl Recorder {
    /// A recorder for at most `capacity` waiting events, at least one; [`CAPACITY`] unless a test wants less.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self(Arc::new(Queue { events: ArrayQueue::new(capacity.max(1)), dropped: AtomicU64::new(0) }))
    }

    /// Records a query.
    pub fn record(&self, event: QueryEvent) {
        if self.0.events.push(event).is_err() {
            self.0.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Events that were dropped because the queue was full.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.0.dropped.load(Ordering::Relaxed)
    }

    /// Events that can wait at one time.
    pub(super) fn capacity(&self) -> usize {
        self.0.events.capacity()
    }

    /// The oldest event that waits.
    pub(super) fn take(&self) -> Option<QueryEvent> {
        self.0.events.pop()
    }
}

/// An event at `at`, for tests.
#[cfg(test)]
pub(crate) fn event_at(at: u64) -> QueryEvent {
    QueryEvent {
        at: crate::time::UnixTime(at),
        client: std::net::Ipv4Addr::LOCALHOST.into(),
        transport: crate::stats::Transport::Udp,
        name: crate::dns::Name::ROOT,
        rtype: crate::dns::RecordType::A,
        verdict: crate::policy::Verdict::Allowed,
        cause: None,
        rcode: crate::dns::Rcode::NOERROR,
        latency: std::time::Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_drops_the_newest_and_counts_them() {
        let recorder = Recorder::new(2);
        for at in 1..=5 {
            recorder.record(event_at(at));
        }
        assert_eq!(recorder.dropped(), 3);
        let kept: Vec<u64> = std::iter::from_fn(|| recorder.take()).map(|event| event.at.0).collect();
        assert_eq!(kept, [1, 2]);
        recorder.record(event_at(6));
        assert_eq!(recorder.take().map(|event| event.at.0), Some(6));
    }

    #[test]
    fn clones_share_the_queue() {
        let recorder = Recorder::new(8);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                let clone = recorder.clone();
                scope.spawn(move || (0..4).for_each(|at| clone.record(event_at(at))));
            }
        });
        assert_eq!(std::iter::from_fn(|| recorder.take()).count(), 8);
        assert_eq!(recorder.dropped(), 8);
    }
}
