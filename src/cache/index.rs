//! Where entries lie: an open table of fixed size, a word for each place. Read without a lock.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use zerocopy::FromZeros;

/// Askings that are counted; the next ones change nothing, so that what is asked for all the time is not written to.
const MOST: u64 = 3;
const FREQUENCY: u32 = 32;
const HITS: u32 = 34;
const RENEWING: u64 = 1 << 36;
const TAG: u32 = 40;

/// What a place holds: 24 bits of the hash, how the entry was used, and where it lies.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot(u64);

impl Slot {
    const EMPTY: Self = Self(0);

    /// An entry that nobody has asked for yet.
    pub(super) fn new(hash: u64, at: usize) -> Self {
        Self(tag(hash) << TAG).moved(at)
    }

    /// Where the entry lies.
    pub(super) fn at(self) -> usize {
        usize::try_from((self.0 & 0xFFFF_FFFF).wrapping_sub(1)).unwrap_or(usize::MAX)
    }

    /// The same for an entry that now lies at `at`.
    pub(super) fn moved(self, at: usize) -> Self {
        Self(self.0 & !0xFFFF_FFFF | (at as u64 + 1) & 0xFFFF_FFFF)
    }

    /// How often it was asked for since it was last looked at for eviction, up to 3.
    pub(super) fn frequency(self) -> u64 {
        self.0 >> FREQUENCY & MOST
    }

    pub(super) fn with_frequency(self, frequency: u64) -> Self {
        Self(self.0 & !(MOST << FREQUENCY) | frequency.min(MOST) << FREQUENCY)
    }

    /// How often it was asked for, up to 3.
    pub(super) fn hits(self) -> u64 {
        self.0 >> HITS & MOST
    }

    /// Whether somebody has been told to renew it.
    pub(super) fn is_renewing(self) -> bool {
        self.0 & RENEWING != 0
    }

    pub(super) fn renewing(self) -> Self {
        Self(self.0 | RENEWING)
    }

    pub(super) fn renewed(self) -> Self {
        Self(self.0 & !RENEWING)
    }

    /// The same, asked for once more.
    pub(super) fn used(self) -> Self {
        let more = |at: u32| u64::from(self.0 >> at & MOST < MOST) << at;
        Self(self.0 + more(FREQUENCY) + more(HITS))
    }
}

/// The table.
pub(super) struct Index {
    slots: Box<[AtomicU64]>,
}

impl Index {
    /// A table of `places`, all empty. Its pages take memory when they are first written to.
    pub(super) fn new(places: usize) -> Self {
        Self { slots: zeroed(places) }
    }

    /// The most entries that it may hold: one place in eight stays empty, so that searches end early.
    pub(super) fn most(&self) -> usize {
        self.slots.len() / 8 * 7
    }

    /// The places where an entry with this hash may be.
    pub(super) fn candidates(&self, hash: u64) -> impl Iterator<Item = (usize, Slot)> {
        let (behind, before) = self.slots.split_at(self.home(hash));
        let places = (behind.len()..).zip(before).chain((0..).zip(behind));
        let slots = places.map(|(place, slot)| (place, Slot(slot.load(Relaxed))));
        slots.take_while(|(_, slot)| *slot != Slot::EMPTY).filter(move |(_, slot)| slot.0 >> TAG == tag(hash))
    }

    /// What the place has where a search for `hash` begins.
    pub(super) fn first(&self, hash: u64) -> Slot {
        Slot(self.slots.get(self.home(hash)).map_or(0, |slot| slot.load(Relaxed)))
    }

    /// Puts `slot` into the first free place for `hash`.
    pub(super) fn insert(&self, hash: u64, slot: Slot) {
        let (behind, before) = self.slots.split_at(self.home(hash));
        if let Some(free) = before.iter().chain(behind).find(|place| place.load(Relaxed) == Slot::EMPTY.0) {
            free.store(slot.0, Relaxed);
        }
    }

    /// Writes over the slot at `place`.
    pub(super) fn set(&self, place: usize, slot: Slot) {
        if let Some(word) = self.slots.get(place) {
            word.store(slot.0, Relaxed);
        }
    }

    /// Writes `slot` at `place` if `known` is still there.
    pub(super) fn exchange(&self, place: usize, known: Slot, slot: Slot) -> bool {
        self.slots.get(place).is_some_and(|word| word.compare_exchange(known.0, slot.0, Relaxed, Relaxed).is_ok())
    }

    /// Empties `place`. Slots behind it that were pushed on by it move up; `hash_at` tells the hash of each.
    pub(super) fn remove(&self, place: usize, hash_at: impl Fn(Slot) -> u64) {
        let places = self.slots.len();
        let (mut hole, mut next) = (place, place);
        for _ in 0..places {
            next = if next + 1 == places { 0 } else { next + 1 };
            let Some(slot) = self.slots.get(next).map(|word| Slot(word.load(Relaxed))) else { break };
            if slot == Slot::EMPTY {
                break;
            }
            let distance = |from: usize| if next >= from { next - from } else { next + places - from };
            if distance(self.home(hash_at(slot))) >= distance(hole) {
                self.set(hole, slot);
                hole = next;
            }
        }
        self.set(hole, Slot::EMPTY);
    }

    fn home(&self, hash: u64) -> usize {
        let upper = u128::from(hash >> 16 & 0xFFFF_FFFF);
        usize::try_from((upper * self.slots.len() as u128) >> 32).unwrap_or(0)
    }
}

fn tag(hash: u64) -> u64 {
    hash & 0xFF_FFFF
}

/// Words that are zero and take no memory until they are written to.
pub(super) fn zeroed(count: usize) -> Box<[AtomicU64]> {
    <[AtomicU64]>::new_box_zeroed_with_elems(count).unwrap_or_default()
}
