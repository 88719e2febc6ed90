//! Looking ahead: what is looked up soon is read before, for many questions at once.

use std::hint::black_box;

use super::{Cache, Place, key::Key};
use crate::dns::Asked;

/// Questions that are looked ahead for together.
const TOGETHER: usize = 64;

/// Questions that are going to be looked up: for all of them the memory is waited for at once, and not for one after the
/// other.
pub struct Ahead<'c> {
    cache: &'c Cache,
    places: [Place; TOGETHER],
    count: usize,
}

impl Cache {
    /// Looks ahead, for no question yet.
    #[must_use]
    pub fn ahead(&self) -> Ahead<'_> {
        Ahead { cache: self, places: [Place { shard: 0, hash: 0 }; TOGETHER], count: 0 }
    }
}

impl Ahead<'_> {
    /// Adds a question, and says where its answer is going to be looked for; more than fit are left out.
    pub fn add(&mut self, asked: Asked<'_>) -> Option<Place> {
        let place = self.places.get_mut(self.count)?;
        *place = self.cache.place(&Key::of(asked));
        self.count += 1;
        Some(*place)
    }

    /// Reads what [`Cache::get_at`] is going to look at.
    pub fn read(&self) {
        let (cache, places) = (self.cache, &self.places[..self.count]);
        // Nothing hangs on what is read in each of these rounds, so that the processor waits for all of it together.
        let mut entries = [0; TOGETHER];
        for (entry, place) in entries.iter_mut().zip(places) {
            *entry = cache.shard(*place).guess(place.hash);
        }
        let read = places.iter().zip(entries).map(|(place, entry)| cache.shard(*place).touch(entry));
        black_box(read.fold(0, |sum, word| sum ^ word));
    }
}
