//! Names that are known by number, spelled out one behind the other: most are asked once and forgotten, and each in a block of
//! the heap of its own would cost more than looking it up.

use std::hash::BuildHasher;

use hashbrown::HashTable;

use super::{dictionary::Id, hash::Secret};

/// Names and their numbers, with a value beside each. A number that was given back is used again.
#[derive(Debug)]
pub struct NameDictionary<V> {
    ids: HashTable<Id>,
    /// In wire form and lower case.
    octets: Vec<u8>,
    entries: Vec<Option<Entry<V>>>,
    free: Vec<Id>,
    /// Keyed by chance: whoever asks chooses the names.
    hasher: Secret,
}

#[derive(Debug)]
struct Entry<V> {
    hash: u64,
    start: u32,
    length: u8,
    value: V,
}

impl<V> Default for NameDictionary<V> {
    fn default() -> Self {
        let (ids, octets, entries, free) = (HashTable::new(), Vec::new(), Vec::new(), Vec::new());
        Self { ids, octets, entries, free, hasher: Secret::default() }
    }
}

impl<V> NameDictionary<V> {
    /// Knows no names yet, and has room for so many.
    #[must_use]
    pub fn with_room(names: usize) -> Self {
        Self { ids: HashTable::with_capacity(names), entries: Vec::with_capacity(names), ..Self::default() }
    }

    /// How many names it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The name with a number, in wire form and lower case, and the value beside it.
    #[must_use]
    pub fn get(&self, id: Id) -> Option<(&[u8], &V)> {
        let entry = self.entries.get(usize::try_from(id).ok()?)?.as_ref()?;
        Some((entry.name(&self.octets), &entry.value))
    }

    /// The number of a name, given in wire form, and the value beside it; `make` makes that of a new name from its lower
    /// case. Octets beyond the longest name are left away.
    ///
    /// # Panics
    /// Never: a name that has a number has an entry.
    pub fn enter(&mut self, wire: &[u8], make: impl FnOnce(&[u8]) -> V) -> (Id, &mut V) {
        let start = self.octets.len();
        self.octets.extend_from_slice(wire.get(..usize::from(u8::MAX)).unwrap_or(wire));
        let (before, name) = self.octets.split_at_mut(start);
        name.make_ascii_lowercase();
        let hash = self.hasher.hash_one(&*name);
        let is_it = |id: &Id| {
            let entry = entry(&self.entries, *id);
            entry.is_some_and(|entry| entry.hash == hash && entry.name(before) == name)
        };
        let id = if let Some(id) = self.ids.find(hash, is_it) {
            let id = *id;
            self.octets.truncate(start);
            id
        } else {
            let value = make(name);
            let length = u8::try_from(name.len()).unwrap_or(u8::MAX);
            let new = Entry { hash, start: u32::try_from(start).unwrap_or(u32::MAX), length, value };
            let id = self.free.pop().unwrap_or_else(|| {
                self.entries.push(None);
                Id::try_from(self.entries.len() - 1).unwrap_or(Id::MAX)
            });
            self.entries[place(id)] = Some(new);
            let entries = &self.entries;
            self.ids.insert_unique(hash, id, |id| entry(entries, *id).map_or(0, |entry| entry.hash));
            id
        };
        let entry = self.entries[place(id)].as_mut().expect("each number has its entry");
        (id, &mut entry.value)
    }

    /// Forgets all names but those that `keep` wants, by number.
    pub fn retain(&mut self, keep: impl Fn(Id) -> bool) {
        let mut octets = Vec::new();
        for (id, entry) in (0..).zip(&mut self.entries) {
            match entry {
                Some(kept) if keep(id) => {
                    let start = u32::try_from(octets.len()).unwrap_or(u32::MAX);
                    octets.extend_from_slice(kept.name(&self.octets));
                    kept.start = start;
                }
                Some(_) => {
                    *entry = None;
                    self.free.push(id);
                }
                None => {}
            }
        }
        self.octets = octets;
        let entries = &self.entries;
        self.ids.retain(|id| entry(entries, *id).is_some());
    }
}

impl<V> Entry<V> {
    fn name<'o>(&self, octets: &'o [u8]) -> &'o [u8] {
        let start = usize::try_from(self.start).unwrap_or(usize::MAX);
        octets.get(start..).and_then(|rest| rest.get(..usize::from(self.length))).unwrap_or_default()
    }
}

fn entry<V>(entries: &[Option<Entry<V>>], id: Id) -> Option<&Entry<V>> {
    entries.get(place(id))?.as_ref()
}

fn place(id: Id) -> usize {
    usize::try_from(id).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_means_its_name_until_that_is_forgotten() {
        let mut names = NameDictionary::default();
        let wire = |number: u32| format!("\x06Name{number:02}\x07Example\0").into_bytes();
        let ids: Vec<Id> = (0..100).map(|number| names.enter(&wire(number), |_| number).0).collect();
        assert_eq!(names.enter(b"\x06nAME42\x07eXAMPLE\0", |_| 0), (ids[42], &mut 42), "whatever the case");
        names.retain(|id| id % 2 == 1);
        assert_eq!(names.len(), 50);
        for (number, id) in (0..100).zip(&ids) {
            let lower = wire(number).to_ascii_lowercase();
            assert_eq!(names.get(*id), (number % 2 == 1).then_some((&*lower, &number)));
        }
        let (again, _) = names.enter(b"\x03new\0", |lower| u32::from(lower == b"\x03new\0"));
        assert_eq!((again % 2, names.get(again)), (0, Some((&b"\x03new\0"[..], &1))), "a number that was given back");
        names.retain(|_| false);
        assert!(names.is_empty() && names.octets.is_empty());
    }

    #[test]
    fn no_octets_panic() {
        let mut names = NameDictionary::default();
        for wire in [&[][..], &[0], &[0xFF; 300], &[0xFF; 255], &[64]] {
            let (id, ()) = names.enter(wire, |_| ());
            assert_eq!(names.get(id).map(|(name, ())| name.len()), Some(wire.len().min(255)));
        }
        assert_eq!(names.len(), 4);
    }
}
