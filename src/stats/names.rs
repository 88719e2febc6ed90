//! Names that are known by number, spelled out one behind the other: most are asked once and forgotten, and each in a block of
//! the heap of its own would cost more than looking it up.

use std::hint::black_box;

use hashbrown::HashTable;

use super::{Spelled, dictionary::Id};

/// Names and their numbers, with a value beside each. A number that was given back is used again.
#[derive(Debug)]
pub struct NameDictionary<V> {
    ids: HashTable<Id>,
    /// In wire form and lower case.
    octets: Vec<u8>,
    entries: Vec<Option<Entry<V>>>,
    free: Vec<Id>,
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
        Self { ids: HashTable::new(), octets: Vec::new(), entries: Vec::new(), free: Vec::new() }
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

    /// The number of a name and the value beside it; `make` makes that of a new name.
    ///
    /// # Panics
    /// Never: a name that has a number has an entry.
    pub fn enter(&mut self, name: Spelled<'_>, make: impl FnOnce() -> V) -> (Id, &mut V) {
        let id = self.find(name).unwrap_or_else(|| self.add(name, make()));
        let entry = self.entries[place(id)].as_mut().expect("each number has its entry");
        (id, &mut entry.value)
    }

    /// Reads what [`Self::enter`] is going to look at for these names: all wait for the memory at once then, and not one after
    /// the other.
    pub fn touch<'n>(&self, names: impl Iterator<Item = Spelled<'n>>) {
        self.touch_octets(names.filter_map(|name| self.likely(name.hash)));
    }

    /// The number that a name with this hash is likely to have.
    pub(super) fn likely(&self, hash: u64) -> Option<Id> {
        self.ids.find(hash, |id| entry(&self.entries, *id).is_some_and(|entry| entry.hash == hash)).copied()
    }

    /// Reads the names that have these numbers.
    pub(super) fn touch_octets(&self, ids: impl Iterator<Item = Id>) {
        let names = ids.filter_map(|id| entry(&self.entries, id)).map(|entry| entry.name(&self.octets));
        black_box(names.fold(0, |sum, name| sum ^ name.first().copied().unwrap_or_default()));
    }

    fn find(&self, name: Spelled<'_>) -> Option<Id> {
        let is_it = |id: &Id| {
            let entry = entry(&self.entries, *id);
            entry.is_some_and(|entry| entry.hash == name.hash && entry.name(&self.octets) == name.lower)
        };
        self.ids.find(name.hash, is_it).copied()
    }

    fn add(&mut self, name: Spelled<'_>, value: V) -> Id {
        let start = u32::try_from(self.octets.len()).unwrap_or(u32::MAX);
        self.octets.extend_from_slice(name.lower);
        let new = Entry { hash: name.hash, start, length: u8::try_from(name.lower.len()).unwrap_or(u8::MAX), value };
        let id = self.free.pop().unwrap_or_else(|| {
            self.entries.push(None);
            Id::try_from(self.entries.len() - 1).unwrap_or(Id::MAX)
        });
        self.entries[place(id)] = Some(new);
        let entries = &self.entries;
        self.ids.insert_unique(name.hash, id, |id| entry(entries, *id).map_or(0, |entry| entry.hash));
        id
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
    use crate::{dns::MAX_NAME, stats::Spellings};

    /// The number of a name, and the value beside it; a new one has that of `make`, which gets its lower case.
    fn enter<V: Copy>(names: &mut NameDictionary<V>, wire: &[u8], make: impl FnOnce(&[u8]) -> V) -> (Id, V) {
        let mut buffer = [7; MAX_NAME];
        let name = Spelled::new(wire, &mut buffer);
        let (id, value) = names.enter(name, || make(name.lower()));
        (id, *value)
    }

    #[test]
    fn a_number_means_its_name_until_that_is_forgotten() {
        let mut names = NameDictionary::default();
        let wire = |number: u32| format!("\x06Name{number:02}\x07Example\0").into_bytes();
        let ids: Vec<Id> = (0..100).map(|number| enter(&mut names, &wire(number), |_| number).0).collect();
        assert_eq!(enter(&mut names, b"\x06nAME42\x07eXAMPLE\0", |_| 0), (ids[42], 42), "whatever the case");
        names.retain(|id| id % 2 == 1);
        assert_eq!(names.len(), 50);
        for (number, id) in (0..100).zip(&ids) {
            let lower = wire(number).to_ascii_lowercase();
            assert_eq!(names.get(*id), (number % 2 == 1).then_some((&*lower, &number)));
        }
        let (again, _) = enter(&mut names, b"\x03new\0", |lower| u32::from(lower == b"\x03new\0"));
        assert_eq!((again % 2, names.get(again)), (0, Some((&b"\x03new\0"[..], &1))), "a number that was given back");
        names.retain(|_| false);
        assert!(names.is_empty() && names.octets.is_empty());
    }

    #[test]
    fn looking_ahead_changes_nothing() {
        let mut names = NameDictionary::default();
        enter(&mut names, b"\x01a\0", |_| 7);
        let mut spellings = Spellings::default();
        spellings.set([&b"\x01A\0"[..], b"\x01b\0"].into_iter());
        names.touch(spellings.iter());
        spellings.number(|hash| names.likely(hash));
        assert_eq!(spellings.iter().map(Spelled::likely).collect::<Vec<_>>(), [Some(0), None]);
        names.touch_octets(spellings.numbers().chain([9]));
        assert_eq!((names.len(), enter(&mut names, b"\x01a\0", |_| 0)), (1, (0, 7)));
    }

    #[test]
    fn no_octets_panic() {
        let mut names = NameDictionary::default();
        for wire in [&[][..], &[0], &[0xFF; 300], &[0xFF; 255], &[64]] {
            let (id, ()) = enter(&mut names, wire, |_| ());
            assert_eq!(names.get(id).map(|(name, ())| name.len()), Some(wire.len().min(255)));
        }
        assert_eq!(names.len(), 4);
    }
}
