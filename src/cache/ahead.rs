//! Looking ahead: what is looked up soon is read before, for many questions at once.

use std::hint::black_box;

use super::{Cache, key::Key};
use crate::dns::Asked;

/// Questions that are looked ahead for together.
const TOGETHER: usize = 64;

/// Questions that are going to be looked up: for all of them the memory is waited for at once, and not for one after the
/// other. Hashing them twice costs less.
pub struct Ahead<'c> {
    cache: &'c Cache,
    /// The shard and the hash of each.
    places: [(usize, u64); TOGETHER],
    count: usize,
}

impl Cache {
    /// Looks ahead, for no question yet.
    #[must_use]
    pub fn ahead(&self) -> Ahead<'_> {
        Ahead { cache: self, places: [(0, 0); TOGETHER], count: 0 }
    }
}

impl Ahead<'_> {
    /// Adds a question; more than fit are left out.
    pub fn add(&mut self, asked: Asked<'_>) {
        if let Some(place) = self.places.get_mut(self.count) {
            *place = self.cache.number(&Key::of(asked));
            self.count += 1;
        }
    }

    /// Reads what [`Cache::get`] is going to look at.
    pub fn read(&self) {
        let (shards, places) = (&self.cache.shards, &self.places[..self.count]);
        // Nothing hangs on what is read in each of these rounds, so that the processor waits for all of it together.
        let mut entries = [0; TOGETHER];
        for (entry, (shard, hash)) in entries.iter_mut().zip(places) {
            *entry = shards[*shard].guess(*hash);
        }
        let read = places.iter().zip(entries).map(|((shard, _), entry)| shards[*shard].touch(entry));
        black_box(read.fold(0, |sum, word| sum ^ word));
    }
}
