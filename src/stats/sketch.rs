//! The most frequent of many keys, in bounded memory: the Space-Saving sketch of Metwally, Agrawal and El Abbadi (2005).

use std::{collections::HashMap, hash::Hash};

/// Counts the most frequent keys, with a value beside each.
///
/// Of `n` keys added to a sketch of capacity `c`, each that occurred more than `n / c` times is present. What is told of
/// a key is never more than the truth, and exact as long as no more than `c` different keys occurred.
#[derive(Debug)]
pub(super) struct Sketch<K, V> {
    capacity: usize,
    slots: Vec<Slot<K, V>>,
    places: HashMap<K, usize>,
}

#[derive(Debug)]
struct Slot<K, V> {
    key: K,
    /// No less than the truth.
    count: u64,
    /// What of `count` may belong to keys that were here before.
    error: u64,
    value: V,
}

impl<K: Clone + Eq + Hash, V: Default> Sketch<K, V> {
    /// An empty sketch of at least one key; memory is taken as keys come.
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), slots: Vec::new(), places: HashMap::new() }
    }

    /// Counts `key`; returns the value beside it, which is new when the key displaced another.
    pub(super) fn add(&mut self, key: &K) -> &mut V {
        let place = match self.places.get(key) {
            Some(&place) => place,
            None if self.slots.len() < self.capacity => self.append(key),
            None => self.displace(key),
        };
        let slot = &mut self.slots[place];
        slot.count += 1;
        &mut slot.value
    }

    /// The keys with their counts, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, u64, &V)> {
        self.slots.iter().map(|slot| (&slot.key, slot.count - slot.error, &slot.value))
    }

    fn append(&mut self, key: &K) -> usize {
        let place = self.slots.len();
        self.slots.push(Slot { key: key.clone(), count: 0, error: 0, value: V::default() });
        self.places.insert(key.clone(), place);
        place
    }

    /// Gives `key` the slot, and as its possible error the count, of the key that was seen least. A scan: a sketch has a
    /// few hundred slots, and no query waits for it.
    fn displace(&mut self, key: &K) -> usize {
        let least = self.slots.iter().enumerate().min_by_key(|(_, slot)| slot.count);
        let place = least.map_or(0, |(place, _)| place);
        let slot = &mut self.slots[place];
        self.places.remove(&slot.key);
        *slot = Slot { key: key.clone(), count: slot.count, error: slot.count, value: V::default() };
        self.places.insert(key.clone(), place);
        place
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn frequent_keys_are_present_and_no_count_exceeds_the_truth(
            keys in proptest::collection::vec(0_u8..40, 0..600),
            capacity in 1_usize..48,
        ) {
            let mut sketch: Sketch<u8, u64> = Sketch::new(capacity);
            let mut truth: HashMap<u8, u64> = HashMap::new();
            for key in &keys {
                *sketch.add(key) += 1;
                *truth.entry(*key).or_default() += 1;
            }
            let told: HashMap<u8, u64> = sketch.iter().map(|(key, count, _)| (*key, count)).collect();
            prop_assert!(told.len() <= capacity);
            for (key, count, value) in sketch.iter() {
                prop_assert!(count <= truth[key]);
                prop_assert!(*value <= truth[key]);
            }
            for (key, count) in &truth {
                if *count * capacity as u64 > keys.len() as u64 {
                    prop_assert!(told.contains_key(key));
                }
                if truth.len() <= capacity {
                    prop_assert_eq!(told[key], *count);
                }
            }
        }
    }

    #[test]
    fn a_displaced_key_leaves_nothing_behind() {
        let mut sketch: Sketch<&str, u64> = Sketch::new(1);
        *sketch.add(&"first") += 1;
        *sketch.add(&"second") += 1;
        assert_eq!(sketch.iter().collect::<Vec<_>>(), [(&"second", 1, &1)]);
    }
}
