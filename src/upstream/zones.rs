//! What is known of zones: which are signed, by which keys, and where unsigned ones begin. Bounded, and kept no longer than what
//! proved it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{
    dns::Name,
    dnssec::{Fault, Ttl, Zone},
    time::Moment,
};

/// Names that something is known of.
const MOST: usize = 1024;
/// Nothing is kept for longer, in seconds.
const LONGEST: Ttl = 3600;
/// How long it is kept that nothing could be proven, in seconds: as long as any failure.
const FAULT: Ttl = 5;

/// What a name is to the zone above it.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// A signed zone begins there.
    Signed(Arc<Zone>),
    /// An unsigned zone begins there.
    Unsigned,
    /// The zone goes on.
    Within,
    /// There is no such name, nor any below.
    NoName,
    /// Something is wrong with its proofs.
    Bogus(Fault),
}

/// What is known of names.
#[derive(Debug, Default)]
pub(super) struct Zones {
    known: Mutex<HashMap<Name, (Step, Moment)>>,
}

impl Zones {
    /// What is known of `name`.
    pub(super) fn get(&self, name: &Name, now: Moment) -> Option<Step> {
        let known = self.lock();
        let (step, end) = known.get(name)?;
        (now < *end).then(|| step.clone())
    }

    /// Notes what `name` is, for `ttl` seconds.
    pub(super) fn put(&self, name: &Name, step: Step, ttl: Ttl, now: Moment) {
        let ttl = if matches!(step, Step::Bogus(_)) { FAULT } else { ttl.min(LONGEST) };
        let end = now.after(Duration::from_secs(ttl.into()));
        let mut known = self.lock();
        if known.len() >= MOST && !known.contains_key(name) {
            known.retain(|_, (_, end)| now < *end);
            // All of it can be had again.
            if known.len() >= MOST {
                known.clear();
            }
        }
        known.insert(*name, (step, end));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Name, (Step, Moment)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
