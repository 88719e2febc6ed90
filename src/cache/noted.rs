//! How many entries there are that are seldom there at all, so that nobody looks for them in vain.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::key::Subject;

/// Counts over all shards.
#[derive(Default)]
pub(super) struct Noted {
    denials: AtomicUsize,
    failures: AtomicUsize,
}

impl Noted {
    /// Notes a new entry.
    pub(super) fn came(&self, subject: Subject) {
        if let Some(count) = self.count(subject) {
            count.fetch_add(1, Relaxed);
        }
    }

    /// Notes that an entry has gone.
    pub(super) fn gone(&self, subject: Subject) {
        if let Some(count) = self.count(subject) {
            count.fetch_sub(1, Relaxed);
        }
    }

    /// Whether a name is remembered that does not exist.
    pub(super) fn has_denials(&self) -> bool {
        self.denials.load(Relaxed) > 0
    }

    /// Whether a failure is remembered.
    pub(super) fn has_failures(&self) -> bool {
        self.failures.load(Relaxed) > 0
    }

    fn count(&self, subject: Subject) -> Option<&AtomicUsize> {
        match subject {
            _ if subject.is_failure() => Some(&self.failures),
            _ if subject.is_denial() => Some(&self.denials),
            _ => None,
        }
    }
}
