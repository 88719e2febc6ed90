//! Who stays: S3-FIFO (Yang and others, 2023). What is new waits in a small queue; only what is asked for again while it does
//! gets into the main one, so that a scan of rare names passes by. Who left the small queue for want of interest and comes
//! back soon goes straight to the main one.

use std::sync::atomic::AtomicU64;

use super::{
    entry::Entry,
    index::{Index, Slot},
    noted::Noted,
    ring::Ring,
};
use crate::time::Moment;

/// The part of the store that new entries wait in: one tenth.
const SMALL_PART: usize = 10;
/// Askings while it waits that take an entry to the main queue.
const INTEREST: u64 = 2;
/// The most that one entry takes of the main queue: one eighth. A greater one is not worth what would have to go for it.
const LARGEST_PART: usize = 8;

/// The order in which the entries of a shard leave it. Changed by one thread at a time.
pub(super) struct Queues {
    small: Ring,
    main: Ring,
    /// Of hashes that left the small queue, 16 bits each; 0: none.
    departed: Box<[u16]>,
    entries: usize,
}

/// What the queues order.
#[derive(Clone, Copy)]
pub(super) struct Contents<'s> {
    pub(super) store: &'s [AtomicU64],
    pub(super) index: &'s Index,
    pub(super) noted: &'s Noted,
    /// How long after its end an answer may still be used, in seconds.
    pub(super) stale: u32,
    pub(super) now: Moment,
}

impl<'s> Contents<'s> {
    fn entry(&self, at: usize) -> Option<Entry<'s>> {
        Entry::at(self.store, at)
    }

    /// The slot of the entry at `at`; `None` when the entry has been given up.
    fn slot(&self, entry: Entry<'_>, at: usize) -> Option<(usize, Slot)> {
        self.index.candidates(entry.hash()).find(|(_, slot)| slot.at() == at)
    }

    /// Whether the entry is of no more use.
    fn is_past(&self, entry: Entry<'_>) -> bool {
        let summary = entry.summary();
        let stale = if entry.subject().is_failure() { 0 } else { self.stale };
        let seconds = self.now.since(entry.since()).as_secs();
        seconds >= u64::from(summary.lifetime().unwrap_or(0)) + u64::from(stale)
    }
}

impl Queues {
    /// Empty queues over a store of `words`, for at most as many entries as `places`.
    pub(super) fn new(words: usize, places: usize) -> Self {
        let small = words / SMALL_PART;
        let departed = vec![0; places].into_boxed_slice();
        Self { small: Ring::new(0..small), main: Ring::new(small..words), departed, entries: 0 }
    }

    pub(super) fn entries(&self) -> usize {
        self.entries
    }

    /// Words between the ends of the queues.
    pub(super) fn used(&self) -> usize {
        self.small.used() + self.main.used()
    }

    /// Room for an entry of `length` words: where the entry lay that it replaces, `old`, says in which queue.
    pub(super) fn enter(&mut self, of: Contents<'_>, hash: u64, length: usize, old: Option<Slot>) -> Option<usize> {
        if length > self.main.capacity() / LARGEST_PART {
            return None;
        }
        while self.entries >= of.index.most() {
            let evicted = if self.main.oldest().is_some() { self.evict_main(of) } else { self.evict_small(of) };
            evicted?;
        }
        let to_main = match old {
            Some(slot) => self.main.holds(slot.at()),
            None => self.has_departed(hash),
        };
        let at = if to_main || length > self.small.capacity() {
            self.room_in_main(of, length)?
        } else {
            self.room_in_small(of, length)?
        };
        self.entries += 1;
        Some(at)
    }

    /// Gives up the entry whose slot is at `place`. What it takes of the store is free when the queue comes to it.
    pub(super) fn give_up(&mut self, of: Contents<'_>, place: usize, entry: Entry<'_>) {
        of.noted.gone(entry.subject());
        of.index.remove(place, |slot| of.entry(slot.at()).map_or(0, Entry::hash));
        self.entries -= 1;
    }

    /// Empties the queues of what has been given up, when that is all there is.
    pub(super) fn reset_if_empty(&mut self) {
        if self.entries == 0 {
            let (small, main) = (self.small.capacity(), self.main.capacity());
            (self.small, self.main) = (Ring::new(0..small), Ring::new(small..small + main));
        }
    }

    /// Each place in the store where an entry lies, given up or not.
    pub(super) fn places<'a>(&'a self, store: &'a [AtomicU64]) -> impl Iterator<Item = usize> + 'a {
        [&self.small, &self.main].into_iter().flat_map(move |ring| {
            std::iter::successors(ring.oldest(), move |&at| ring.after(at, Entry::at(store, at)?.length()))
        })
    }

    fn room_in_small(&mut self, of: Contents<'_>, length: usize) -> Option<usize> {
        loop {
            match self.small.push(length) {
                None => self.evict_small(of)?,
                room => return room,
            }
        }
    }

    fn room_in_main(&mut self, of: Contents<'_>, length: usize) -> Option<usize> {
        loop {
            match self.main.push(length) {
                None => self.evict_main(of)?,
                room => return room,
            }
        }
    }

    /// Room in the main queue for an entry that nobody would have to go for.
    fn spare_room(&mut self, of: Contents<'_>, entry: Entry<'_>) -> Option<usize> {
        if of.is_past(entry) { None } else { self.main.push(entry.length()) }
    }

    /// Moves the oldest of the small queue on, or out.
    fn evict_small(&mut self, of: Contents<'_>) -> Option<()> {
        let at = self.small.oldest()?;
        let entry = of.entry(at)?;
        let (hash, length) = (entry.hash(), entry.length());
        let room = match of.slot(entry, at) {
            Some((_, slot)) if of.is_past(entry) || slot.frequency() < INTEREST => self.spare_room(of, entry),
            Some(_) => self.room_in_main(of, length),
            None => None,
        };
        // Making room may have moved the slot.
        match (of.slot(entry, at), room) {
            (Some((place, slot)), Some(to)) => {
                entry.move_to(of.store, to);
                of.index.set(place, slot.moved(to).with_frequency(0));
            }
            (Some((place, _)), None) => {
                self.give_up(of, place, entry);
                self.depart(hash);
            }
            (None, _) => {}
        }
        self.small.pop(length);
        Some(())
    }

    /// Lets the oldest of the main queue out, or go round once more.
    fn evict_main(&mut self, of: Contents<'_>) -> Option<()> {
        let at = self.main.oldest()?;
        let entry = of.entry(at)?;
        let length = entry.length();
        let slot = of.slot(entry, at);
        let stays = slot.filter(|(_, slot)| slot.frequency() > 0 && !of.is_past(entry));
        match (stays, slot) {
            (Some((place, slot)), _) => {
                self.main.pop(length);
                // What has just been freed is room enough, in one piece with what is before it.
                let to = self.main.push(length)?;
                entry.move_to(of.store, to);
                of.index.set(place, slot.moved(to).with_frequency(slot.frequency() - 1));
            }
            (None, given_up) => {
                if let Some((place, _)) = given_up {
                    self.give_up(of, place, entry);
                }
                self.main.pop(length);
            }
        }
        Some(())
    }

    fn depart(&mut self, hash: u64) {
        let (place, print) = self.trace(hash);
        if let Some(trace) = self.departed.get_mut(place) {
            *trace = print;
        }
    }

    fn has_departed(&mut self, hash: u64) -> bool {
        let (place, print) = self.trace(hash);
        self.departed.get_mut(place).is_some_and(|trace| *trace == print && std::mem::take(trace) == print)
    }

    /// Where the departure of a hash is noted, and by what.
    fn trace(&self, hash: u64) -> (usize, u16) {
        let place = (u128::from(hash >> 16 & 0xFFFF_FFFF) * self.departed.len() as u128) >> 32;
        (usize::try_from(place).unwrap_or(0), u16::try_from(hash & 0xFFFF).unwrap_or(0).max(1))
    }
}
