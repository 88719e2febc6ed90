//! Numbers for things that occur again and again, so that counting them costs no comparing of texts.

use std::hash::{BuildHasher, Hash};

use hashbrown::HashTable;

use super::hash::Secret;

/// What a dictionary calls a thing.
pub type Id = u32;

/// Gives each key a number, from 0 on, and keeps a value beside it. A number is given again once its key was forgotten.
#[derive(Debug)]
pub struct Dictionary<K, V> {
    ids: HashTable<Id>,
    entries: Vec<Option<(K, V)>>,
    free: Vec<Id>,
    /// Keyed by chance: whoever asks chooses the names.
    hasher: Secret,
}

impl<K, V> Default for Dictionary<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V> Dictionary<K, V> {
    /// An empty dictionary.
    #[must_use]
    pub fn new() -> Self {
        Self { ids: HashTable::new(), entries: Vec::new(), free: Vec::new(), hasher: Secret::default() }
    }

    /// How many keys it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The key and the value with a number.
    #[must_use]
    pub fn get(&self, id: Id) -> Option<(&K, &V)> {
        let entry = self.entries.get(usize::try_from(id).ok()?)?.as_ref()?;
        Some((&entry.0, &entry.1))
    }

    /// The values of all keys.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.entries.iter_mut().flatten().map(|(_, value)| value)
    }
}

impl<K, V> Dictionary<K, V> {
    /// The number of `key` and the value beside it; a new key is made with its value.
    pub fn enter<Q>(&mut self, key: &Q, make: impl FnOnce() -> (K, V)) -> (Id, &mut V)
    where
        Q: Hash + Eq + ?Sized,
        K: std::borrow::Borrow<Q> + Hash,
    {
        let hash = self.hasher.hash_one(key);
        let known = self.ids.find(hash, |id| is_key(&self.entries, *id, key)).copied();
        let id = known.unwrap_or_else(|| {
            let id = self.free.pop().unwrap_or_else(|| {
                self.entries.push(None);
                Id::try_from(self.entries.len() - 1).unwrap_or(Id::MAX)
            });
            let (entries, hasher) = (&self.entries, &self.hasher);
            self.ids.insert_unique(hash, id, |id| entry(entries, *id).map_or(0, |(key, _)| hasher.hash_one(key)));
            id
        });
        let place = usize::try_from(id).unwrap_or(usize::MAX);
        let (_, value) = self.entries[place].get_or_insert_with(make);
        (id, value)
    }

    /// The number of a key that it knows.
    pub fn find<Q>(&self, key: &Q) -> Option<Id>
    where
        Q: Hash + Eq + ?Sized,
        K: std::borrow::Borrow<Q>,
    {
        self.ids.find(self.hasher.hash_one(key), |id| is_key(&self.entries, *id, key)).copied()
    }

    /// Forgets all keys but those that `keep` wants, by number and value.
    pub fn retain(&mut self, keep: impl Fn(Id, &V) -> bool) {
        let (entries, free) = (&mut self.entries, &mut self.free);
        self.ids.retain(|id| {
            let Some(entry) = usize::try_from(*id).ok().and_then(|place| entries.get_mut(place)) else { return false };
            let kept = entry.as_ref().is_some_and(|(_, value)| keep(*id, value));
            if !kept {
                *entry = None;
                free.push(*id);
            }
            kept
        });
    }
}

fn entry<K, V>(entries: &[Option<(K, V)>], id: Id) -> Option<&(K, V)> {
    entries.get(usize::try_from(id).ok()?)?.as_ref()
}

fn is_key<K: std::borrow::Borrow<Q>, V, Q: Eq + ?Sized>(entries: &[Option<(K, V)>], id: Id, key: &Q) -> bool {
    entry(entries, id).is_some_and(|(known, _)| known.borrow() == key)
}

/// A set of numbers that a dictionary gave, which are small.
#[derive(Debug, Default)]
pub(super) struct IdSet(Vec<bool>);

impl IdSet {
    /// Adds a number.
    pub(super) fn insert(&mut self, id: Id) {
        let place = usize::try_from(id).unwrap_or(usize::MAX);
        if self.0.len() <= place {
            self.0.resize(place + 1, false);
        }
        self.0[place] = true;
    }

    /// Whether it was added.
    pub(super) fn contains(&self, id: Id) -> bool {
        usize::try_from(id).ok().and_then(|place| self.0.get(place)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_means_its_key_until_that_is_forgotten() {
        let mut dictionary: Dictionary<String, usize> = Dictionary::new();
        let ids: Vec<Id> =
            (0..100).map(|key| dictionary.enter(key.to_string().as_str(), || (key.to_string(), key)).0).collect();
        let mut odd = IdSet::default();
        ids.iter().skip(1).step_by(2).for_each(|id| odd.insert(*id));
        dictionary.retain(|id, _| odd.contains(id));
        assert_eq!(dictionary.len(), 50);
        for (key, id) in ids.iter().enumerate() {
            let expected = (key % 2 == 1).then(|| key.to_string());
            assert_eq!(dictionary.get(*id).map(|(key, _)| key.clone()), expected);
        }
        assert_eq!(dictionary.enter("7", || ("7".to_owned(), 0)), (ids[7], &mut 7));
        let again = dictionary.enter("new", || ("new".to_owned(), 5)).0;
        assert!(ids.contains(&again) && !odd.contains(again), "a number that was given back is used first");
        assert_eq!(dictionary.get(again), Some((&"new".to_owned(), &5)));
    }
}
