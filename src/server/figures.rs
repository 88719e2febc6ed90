//! What the listeners count: only what is out of the ordinary, so that the ordinary costs no shared memory.

use std::sync::atomic::{AtomicU64, Ordering};

/// What was turned away or lost, since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Figures {
    /// Queries and connections from addresses that are not answered.
    pub not_allowed: u64,
    /// Queries beyond the rate limit of their address.
    pub rate_limited: u64,
    /// Messages answered with an error alone: FORMERR, NOTIMP, BADVERS.
    pub refused: u64,
    /// Messages that deserve no answer: too short, or responses.
    pub ignored: u64,
    /// Queries answered SERVFAIL because too many others were waiting.
    pub overloaded: u64,
    /// Replies that the network did not take.
    pub unsent: u64,
    /// Connections beyond the limits in all or of their address.
    pub crowded_out: u64,
    /// Connections cut because their peer sent or read too slowly.
    pub too_slow: u64,
    /// TLS and QUIC handshakes that failed.
    pub failed_handshakes: u64,
    /// Datagrams that the kernel dropped because the lanes did not take them in time; looked up every ten seconds.
    pub kernel_drops: u64,
}

/// The counters behind [`Figures`].
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) not_allowed: Counter,
    pub(super) rate_limited: Counter,
    pub(super) refused: Counter,
    pub(super) ignored: Counter,
    pub(super) overloaded: Counter,
    pub(super) unsent: Counter,
    pub(super) crowded_out: Counter,
    pub(super) too_slow: Counter,
    pub(super) failed_handshakes: Counter,
    pub(super) kernel_drops: Counter,
}

impl Counters {
    pub(super) fn figures(&self) -> Figures {
        Figures {
            not_allowed: self.not_allowed.get(),
            rate_limited: self.rate_limited.get(),
            refused: self.refused.get(),
            ignored: self.ignored.get(),
            overloaded: self.overloaded.get(),
            unsent: self.unsent.get(),
            crowded_out: self.crowded_out.get(),
            too_slow: self.too_slow.get(),
            failed_handshakes: self.failed_handshakes.get(),
            kernel_drops: self.kernel_drops.get(),
        }
    }
}

/// A number that only grows.
#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    pub(super) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Adds what was counted elsewhere.
    pub(super) fn add_many(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
