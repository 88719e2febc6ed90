//! One part of the cache: a table of indices into a ring of entries, and the hand that goes round it (CLOCK): an entry that
//! was not asked for since the hand last passed makes room. A single pass of rare names does not push popular ones out.

use std::{sync::Arc, time::Duration};

use hashbrown::HashTable;

use super::{
    Failure, Hit, Lookup, PREFETCH_HITS, PREFETCH_PART, Usage,
    key::{Key, StoredKey},
};
use crate::{dns::Answer, time::Moment};

/// What an entry takes beside its key and its answer: its place in the ring and in the table.
const OVERHEAD: usize = size_of::<Option<Entry>>() + 2 * size_of::<u32>();

/// A question and what is known of it.
#[derive(Debug)]
pub(super) struct Entry {
    key: StoredKey,
    answer: Option<Stored>,
    failure: Option<(Failure, Moment)>,
    /// Asked for since the hand passed.
    visited: bool,
}

#[derive(Debug)]
struct Stored {
    answer: Arc<Answer>,
    since: Moment,
    lifetime: u32,
    hits: u8,
    prefetched: bool,
}

impl Entry {
    /// An answer that may be used for `lifetime` seconds.
    pub(super) fn answered(key: &Key, answer: Arc<Answer>, now: Moment, lifetime: u32) -> Self {
        let stored = Stored { answer, since: now, lifetime, hits: 0, prefetched: false };
        Self { key: StoredKey::new(key), answer: Some(stored), failure: None, visited: false }
    }

    pub(super) fn key(&self) -> &StoredKey {
        &self.key
    }

    fn bytes(&self) -> usize {
        let answer = self.answer.as_ref().map_or(0, |stored| stored.answer.memory());
        let reason =
            self.failure.as_ref().and_then(|(failure, _)| failure.reason.as_ref()).map_or(0, |ede| ede.text.len());
        OVERHEAD + self.key.octets().len() + answer + reason
    }
}

impl Stored {
    fn hit(&mut self, now: Moment) -> Hit {
        let age = seconds(now.since(self.since));
        self.hits = self.hits.saturating_add(1);
        let near_end = self.lifetime.saturating_sub(age) < self.lifetime / PREFETCH_PART;
        let prefetch = near_end && self.hits >= PREFETCH_HITS && !self.prefetched && age < self.lifetime;
        self.prefetched |= prefetch;
        Hit { answer: Arc::clone(&self.answer), age, prefetch }
    }
}

/// One part of the cache.
#[derive(Debug)]
pub(super) struct Shard {
    places: HashTable<u32>,
    ring: Vec<Option<Entry>>,
    free: Vec<u32>,
    hand: usize,
    bytes: usize,
    size: usize,
}

impl Shard {
    /// An empty part that holds at most `size` bytes.
    pub(super) fn new(size: usize) -> Self {
        Self { places: HashTable::new(), ring: Vec::new(), free: Vec::new(), hand: 0, bytes: 0, size }
    }

    pub(super) fn usage(&self) -> Usage {
        Usage { entries: self.places.len(), bytes: self.bytes }
    }

    /// What is known under `key`.
    pub(super) fn get(&mut self, hash: u64, key: &Key, now: Moment, stale: u32) -> Lookup {
        let Some(entry) = self.place(hash, key).and_then(|place| self.ring.get_mut(place)?.as_mut()) else {
            return Lookup::Absent;
        };
        entry.visited = true;
        let failed = entry.failure.as_ref().filter(|(_, until)| now < *until).map(|(failure, _)| failure.clone());
        let known = entry.answer.as_mut().map(|stored| (stored.hit(now), stored.lifetime));
        match (known, failed) {
            (Some((hit, lifetime)), _) if hit.age < lifetime => Lookup::Fresh(hit),
            (Some((hit, lifetime)), failed) if hit.age < lifetime.saturating_add(stale) => match failed {
                Some(failure) => Lookup::Failed(failure, Some(hit)),
                None => Lookup::Stale(hit),
            },
            (_, Some(failure)) => Lookup::Failed(failure, None),
            (_, None) => Lookup::Absent,
        }
    }

    /// Puts `entry` in, in the place of what had its key. What was popular stays popular.
    pub(super) fn insert(&mut self, hash: u64, mut entry: Entry, rehash: impl Fn(&StoredKey) -> u64) {
        if let Some(old) = self.take(hash, entry.key.octets()) {
            entry.visited = old.visited;
            if let (Some(new), Some(old)) = (&mut entry.answer, old.answer) {
                new.hits = old.hits;
            }
        }
        self.add(hash, entry, rehash);
    }

    /// Notes that the question of `key` failed, beside a stale answer that may be there.
    pub(super) fn fail(
        &mut self,
        hash: u64,
        key: &Key,
        failure: Failure,
        until: Moment,
        rehash: impl Fn(&StoredKey) -> u64,
    ) {
        let absent = || Entry { key: StoredKey::new(key), answer: None, failure: None, visited: false };
        let entry = self.take(hash, key.octets()).unwrap_or_else(absent);
        self.add(hash, Entry { failure: Some((failure, until)), ..entry }, rehash);
    }

    /// Removes every entry whose key `matches`.
    pub(super) fn remove_if(&mut self, matches: impl Fn(&StoredKey) -> bool, rehash: impl Fn(&StoredKey) -> u64) {
        for place in 0..self.ring.len() {
            if self.ring[place].as_ref().is_some_and(|entry| matches(&entry.key)) {
                self.evict(place, &rehash);
            }
        }
    }

    fn add(&mut self, hash: u64, entry: Entry, rehash: impl Fn(&StoredKey) -> u64) {
        let bytes = entry.bytes();
        if bytes > self.size {
            return;
        }
        while self.bytes + bytes > self.size {
            self.advance(&rehash);
        }
        self.bytes += bytes;
        let place = self.free.pop().unwrap_or_else(|| {
            self.ring.push(None);
            u32::try_from(self.ring.len() - 1).unwrap_or(u32::MAX)
        });
        self.ring[place as usize] = Some(entry);
        let ring = &self.ring;
        self.places
            .insert_unique(hash, place, |&other| ring[other as usize].as_ref().map_or(0, |entry| rehash(&entry.key)));
    }

    /// Moves the hand one entry on; what was not asked for since it last passed goes.
    fn advance(&mut self, rehash: impl Fn(&StoredKey) -> u64) {
        self.hand = (self.hand + 1) % self.ring.len().max(1);
        match self.ring.get_mut(self.hand) {
            Some(Some(entry)) if entry.visited => entry.visited = false,
            Some(Some(_)) => self.evict(self.hand, rehash),
            _ => {}
        }
    }

    fn evict(&mut self, place: usize, rehash: impl Fn(&StoredKey) -> u64) {
        let Some(hash) = self.ring[place].as_ref().map(|entry| rehash(&entry.key)) else {
            return;
        };
        if let Ok(found) = self.places.find_entry(hash, |&other| other as usize == place) {
            found.remove();
        }
        self.release(place);
    }

    /// Takes the entry with this key out.
    fn take(&mut self, hash: u64, key: &[u8]) -> Option<Entry> {
        let ring = &self.ring;
        let same = |&place: &u32| ring[place as usize].as_ref().is_some_and(|entry| entry.key.octets() == key);
        let (place, _) = self.places.find_entry(hash, same).ok()?.remove();
        self.release(place as usize)
    }

    fn release(&mut self, place: usize) -> Option<Entry> {
        let entry = self.ring[place].take()?;
        self.bytes -= entry.bytes();
        self.free.push(u32::try_from(place).unwrap_or(u32::MAX));
        Some(entry)
    }

    fn place(&self, hash: u64, key: &Key) -> Option<usize> {
        let same =
            |&place: &u32| self.ring[place as usize].as_ref().is_some_and(|entry| entry.key.octets() == key.octets());
        self.places.find(hash, same).map(|&place| place as usize)
    }
}

fn seconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_secs()).unwrap_or(u32::MAX)
}
