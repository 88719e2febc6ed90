//! One part of the cache. Readers take no lock and write nothing that other lanes read, except when an entry is asked for the
//! first few times: they copy the entry, and start again if somebody wrote meanwhile. Writers take turns.

use std::{
    hint,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{
            AtomicU64,
            Ordering::{Acquire, Relaxed, Release},
            fence,
        },
    },
};

use super::{
    Usage,
    entry::{Draft, Entry},
    index::{Index, Slot, zeroed},
    key::Key,
    noted::Noted,
    queues::{Contents, Queues},
};
use crate::{dns::Summary, time::Moment};

/// Bytes of the cache for each place in the index: a little less than an ordinary entry with its place takes.
const BYTES_A_PLACE: usize = 80;
/// What a place takes in the index and in the notes on departed entries.
const PLACE: usize = size_of::<u64>() + size_of::<u16>();
/// What memory is taken by when it is first written to, in bytes.
const PAGE: usize = 4096;
const CACHE_LINE: usize = 64;
/// How often a reader tries while others write, before it waits for its turn.
const TRIES: usize = 64;

/// One part of the cache, in cache lines of its own.
#[repr(align(128))]
pub(super) struct Shard {
    /// Odd while somebody writes.
    version: AtomicU64,
    index: Index,
    store: Box<[AtomicU64]>,
    stale: u32,
    places: usize,
    noted: Arc<Noted>,
    queues: Mutex<Queues>,
}

/// An entry that was found; its block is at the end of the buffer.
pub(super) struct Found {
    pub(super) since: Moment,
    pub(super) summary: Summary,
    pub(super) slot: Slot,
    place: usize,
}

impl Shard {
    /// An empty part that takes at most `bytes`.
    pub(super) fn new(bytes: usize, stale: u32, noted: Arc<Noted>) -> Self {
        let bytes = bytes.saturating_sub(size_of::<Self>());
        let places = bytes / BYTES_A_PLACE;
        let words = (bytes - places * PLACE) / size_of::<u64>();
        Self {
            version: AtomicU64::new(0),
            index: Index::new(places),
            store: zeroed(words),
            stale,
            places,
            noted,
            queues: Mutex::new(Queues::new(words, places)),
        }
    }

    pub(super) fn usage(&self) -> Usage {
        let queues = self.lock();
        let entries = queues.entries();
        // Entries stand anywhere in the index and in the notes: each takes a page of both, until all pages are taken.
        let places = (entries * 2 * PAGE).min(self.places * PLACE);
        Usage { entries, bytes: queues.used() * size_of::<u64>() + places }
    }

    /// Looks for the entry of `key` and writes its block behind what `buffer` holds.
    pub(super) fn read(&self, hash: u64, key: &Key, buffer: &mut Vec<u8>) -> Option<Found> {
        let start = buffer.len();
        for _ in 0..TRIES {
            let before = self.version.load(Acquire);
            if before.is_multiple_of(2) {
                let found = self.copy(hash, key, buffer);
                fence(Acquire);
                if self.version.load(Relaxed) == before {
                    return found;
                }
                buffer.truncate(start);
            }
            hint::spin_loop();
        }
        let _nobody_writes = self.lock();
        self.copy(hash, key, buffer)
    }

    /// Where an entry with this hash lies, as far as the first place tells where it may be.
    pub(super) fn guess(&self, hash: u64) -> usize {
        self.index.first(hash).at()
    }

    /// Reads the beginning of what lies at `at`, whatever it is: three cache lines.
    pub(super) fn touch(&self, at: usize) -> u64 {
        let line = |number: usize| {
            let word = self.store.get(at.wrapping_add(number * CACHE_LINE / size_of::<u64>()));
            word.map_or(0, |word| word.load(Relaxed))
        };
        (0..3).fold(0, |sum, number| sum | line(number))
    }

    /// Notes that what was found has been used, and with `renew` that somebody is told to renew it. Returns whether this is
    /// the first to be told.
    pub(super) fn used(&self, found: &Found, renew: bool) -> bool {
        let used = if renew { found.slot.used().renewing() } else { found.slot.used() };
        used != found.slot && self.index.exchange(found.place, found.slot, used) && renew && !found.slot.is_renewing()
    }

    /// Puts `draft` in, in the place of what had its key. What was popular stays popular.
    pub(super) fn put(&self, draft: &Draft<'_>, now: Moment) {
        let (key, hash) = (draft.key(), draft.hash());
        let mut queues = self.lock();
        let _writing = Writing::begin(&self.version);
        let (of, old) = (self.contents(now), self.find(hash, key));
        if let Some((place, slot, entry)) = old {
            if draft.length() == Some(entry.length()) {
                draft.write(self.words(slot.at(), entry.length()));
                return self.index.set(place, slot.renewed());
            }
            queues.give_up(of, place, entry);
        }
        let old = old.map(|(_, slot, _)| slot);
        let Some((length, at)) = draft.length().and_then(|length| Some((length, queues.enter(of, hash, length, old)?)))
        else {
            return;
        };
        draft.write(self.words(at, length));
        self.noted.came(key.subject());
        self.index.insert(hash, old.map_or(Slot::new(hash, at), |slot| slot.renewed().moved(at)));
    }

    /// Removes the entry of `key`.
    pub(super) fn remove(&self, hash: u64, key: &Key) {
        let mut queues = self.lock();
        if let Some((place, _, entry)) = self.find(hash, key) {
            let _writing = Writing::begin(&self.version);
            queues.give_up(self.contents(Moment(0)), place, entry);
            queues.reset_if_empty();
        }
    }

    /// Removes every entry that has the name of `key`.
    pub(super) fn remove_name(&self, key: &Key) {
        let mut queues = self.lock();
        let of_name = |at: &usize| Entry::at(&self.store, *at).is_some_and(|entry| entry.has_name(key));
        let places: Vec<usize> = queues.places(&self.store).filter(of_name).collect();
        let _writing = Writing::begin(&self.version);
        for at in places {
            let Some(entry) = Entry::at(&self.store, at) else { continue };
            let slot = self.index.candidates(entry.hash()).find(|(_, slot)| slot.at() == at);
            if let Some((place, _)) = slot {
                queues.give_up(self.contents(Moment(0)), place, entry);
            }
        }
        queues.reset_if_empty();
    }

    fn copy(&self, hash: u64, key: &Key, buffer: &mut Vec<u8>) -> Option<Found> {
        let (place, slot, entry) = self.find(hash, key)?;
        entry.copy_to(buffer);
        Some(Found { since: entry.since(), summary: entry.summary(), slot, place })
    }

    #[inline]
    fn find(&self, hash: u64, key: &Key) -> Option<(usize, Slot, Entry<'_>)> {
        self.index.candidates(hash).find_map(|(place, slot)| {
            let entry = Entry::at(&self.store, slot.at())?;
            entry.is_of(key).then_some((place, slot, entry))
        })
    }

    fn words(&self, at: usize, length: usize) -> &[AtomicU64] {
        self.store.get(at..at + length).unwrap_or_default()
    }

    fn contents(&self, now: Moment) -> Contents<'_> {
        Contents { store: &self.store, index: &self.index, noted: &self.noted, stale: self.stale, now }
    }

    /// A panic while it was locked leaves the shard usable: what is half written is found by no reader, or is an answer that
    /// was put there before.
    fn lock(&self) -> MutexGuard<'_, Queues> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps the version odd.
struct Writing<'s>(&'s AtomicU64);

impl<'s> Writing<'s> {
    /// Whoever reads what is written from here on, sees the version odd or changed afterwards.
    fn begin(version: &'s AtomicU64) -> Self {
        version.fetch_add(1, Relaxed);
        fence(Release);
        Self(version)
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Release);
    }
}
