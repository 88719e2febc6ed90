//! The most frequent of many things, in bounded memory: counters as Misra and Gries (1982) keep them, cut back many at a
//! time as Agarwal and others merge such summaries (2012), with the error of each kept beside it as in the Space-Saving
//! sketch of Metwally, Agrawal and El Abbadi (2005).

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use super::dictionary::Id;

/// Counts the most frequent things, known by their numbers, with a value beside each.
///
/// Of `n` things added to a sketch of capacity `c`, each that occurred more than `n / c` times is present. What is told of
/// a thing is never more than the truth, and exact as long as fewer than `2c` different things occurred.
#[derive(Debug)]
pub(super) struct Sketch<V> {
    capacity: usize,
    slots: HashMap<Id, Slot<V>, BuildHasherDefault<Spread>>,
    /// No thing that is not present occurred more often.
    floor: u32,
}

#[derive(Clone, Copy, Debug)]
struct Slot<V> {
    /// No less than the truth.
    count: u32,
    /// What of `count` may never have been.
    error: u32,
    value: V,
}

impl<V: Copy + Default> Sketch<V> {
    /// An empty sketch that keeps `capacity` things, at least one, when it has to cut back; memory is taken as they come.
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), slots: HashMap::default(), floor: 0 }
    }

    /// Counts different things, each with how often it occurred and with something to be noted in the value beside it.
    ///
    /// Things that are too many to stay are never put in, and cost little.
    pub(super) fn add<N>(&mut self, things: impl Iterator<Item = (Id, u32, N)>, note: impl Fn(&mut V, N)) {
        let floor = self.floor;
        let mut new = Vec::new();
        for (id, times, noted) in things {
            if let Some(slot) = self.slots.get_mut(&id) {
                slot.count = slot.count.saturating_add(times);
                note(&mut slot.value, noted);
            } else {
                new.push((id, floor.saturating_add(times), noted));
            }
        }
        if self.slots.len() + new.len() > 2 * self.capacity {
            self.cut_among(&mut new);
            self.slots.shrink_to(2 * self.capacity);
        }
        for (id, count, noted) in new {
            let mut slot = Slot { count, error: floor, value: V::default() };
            note(&mut slot.value, noted);
            self.slots.insert(id, slot);
        }
    }

    /// The things with their counts, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Id, u64, &V)> {
        self.slots.iter().map(|(id, slot)| (*id, u64::from(slot.count - slot.error), &slot.value))
    }

    /// Forgets a thing.
    pub(super) fn forget(&mut self, id: Id) {
        self.slots.remove(&id);
    }

    /// Leaves no more than `capacity` things: those that occurred most.
    pub(super) fn cut(&mut self) {
        self.cut_among(&mut Vec::<(Id, u32, ())>::new());
    }

    /// The same among what is there and what is `new`, each of these with its count.
    fn cut_among<N>(&mut self, new: &mut Vec<(Id, u32, N)>) {
        let mut counts: Vec<u32> = self.slots.values().map(|slot| slot.count).collect();
        counts.extend(new.iter().map(|(_, count, _)| *count));
        if counts.len() <= self.capacity {
            return;
        }
        let (most, largest_cut, _) = counts.select_nth_unstable_by(self.capacity, |one, other| other.cmp(one));
        let floor = *largest_cut;
        // Of those that occurred as often as the first that goes, as many stay as there is room for.
        let mut ties = most.iter().filter(|count| **count == floor).count();
        let mut stays = |count: u32| {
            let is_tie = count == floor && ties > 0;
            ties -= usize::from(is_tie);
            count > floor || is_tie
        };
        self.slots.retain(|_, slot| stays(slot.count));
        new.retain(|(_, count, _)| stays(*count));
        self.floor = floor;
    }
}

/// Spreads numbers that a dictionary gave; nobody outside chooses them.
#[derive(Debug, Default)]
pub(super) struct Spread(u64);

impl Hasher for Spread {
    fn write(&mut self, octets: &[u8]) {
        for &octet in octets {
            self.write_u32(octet.into());
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        // An odd number near 2^64 divided by the golden ratio (Knuth, The Art of Computer Programming, section 6.4).
        self.0 = (self.0 ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn finish(&self) -> u64 {
        // The table takes its place from the low bits, which a product mixes least.
        self.0 ^ self.0 >> 32
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn frequent_things_are_present_and_no_count_exceeds_the_truth(
            things in proptest::collection::vec(0_u32..60, 0..900),
            capacity in 1_usize..48,
            together in prop_oneof![1..4_usize, 100..500_usize],
        ) {
            let mut sketch: Sketch<u64> = Sketch::new(capacity);
            let mut truth: HashMap<u32, u64> = HashMap::new();
            for (number, things) in things.chunks(together).enumerate() {
                let mut sums: HashMap<u32, u32> = HashMap::new();
                for thing in things {
                    *sums.entry(*thing).or_default() += 1;
                }
                sketch.add(sums.iter().map(|(thing, sum)| (*thing, *sum, *sum)), |sum, more| *sum += u64::from(more));
                for (thing, sum) in sums {
                    *truth.entry(thing).or_default() += u64::from(sum);
                }
                if number % 30 == 29 {
                    sketch.cut();
                    prop_assert!(sketch.iter().count() <= capacity);
                }
            }
            let told: HashMap<u32, u64> = sketch.iter().map(|(thing, count, _)| (thing, count)).collect();
            prop_assert!(told.len() <= 2 * capacity);
            for (thing, count, value) in sketch.iter() {
                prop_assert!(count <= truth[&thing]);
                prop_assert_eq!(*value, count);
            }
            for (thing, count) in &truth {
                if *count * capacity as u64 > things.len() as u64 {
                    prop_assert!(told.contains_key(thing));
                }
                if truth.len() <= capacity {
                    prop_assert_eq!(told[thing], *count);
                }
            }
        }
    }

    #[test]
    fn what_was_cut_leaves_nothing_behind() {
        let mut sketch: Sketch<u64> = Sketch::new(1);
        for thing in [7, 7, 8, 9, 9] {
            sketch.add([(thing, 1, 1)].into_iter(), |sum, one| *sum += one);
        }
        let mut told: Vec<_> = sketch.iter().collect();
        told.sort_unstable();
        assert_eq!(told, [(7, 2, &2), (9, 1, &1)]);
    }
}
