//! Names as they are looked for: in lower case, and hashed once for all who look.

use std::{hash::BuildHasher, sync::LazyLock};

use super::{dictionary::Id, hash::Secret};
use crate::dns::MAX_NAME;

/// Keyed by chance: whoever asks chooses the names.
static SECRET: LazyLock<Secret> = LazyLock::new(Secret::default);

/// A name as dictionaries look for it.
#[derive(Clone, Copy, Debug)]
pub struct Spelled<'n> {
    /// In wire form and lower case.
    pub(super) lower: &'n [u8],
    pub(super) hash: u64,
    /// The number by which the statistics are likely to know it.
    pub(super) likely: Option<Id>,
}

impl<'n> Spelled<'n> {
    /// The spelling of a name in wire form, written to `buffer`.
    #[must_use]
    pub fn new(wire: &[u8], buffer: &'n mut [u8; MAX_NAME]) -> Self {
        let wire = within(wire);
        let lower = &mut buffer[..wire.len()];
        lower.copy_from_slice(wire);
        let hash = spell(lower);
        Self { lower, hash, likely: None }
    }

    /// The name in wire form and lower case.
    #[must_use]
    pub fn lower(self) -> &'n [u8] {
        self.lower
    }

    /// The number by which the statistics are likely to know it, if they do.
    #[must_use]
    pub fn likely(self) -> Option<Id> {
        self.likely
    }
}

/// The spellings of several names, one behind the other.
#[derive(Debug, Default)]
pub struct Spellings {
    octets: Vec<u8>,
    parts: Vec<Part>,
}

/// What is known of one of them.
#[derive(Debug)]
struct Part {
    end: usize,
    hash: u64,
    likely: Option<Id>,
}

impl Spellings {
    /// Those of these names, in wire form, and no others.
    pub(super) fn set<'w>(&mut self, names: impl Iterator<Item = &'w [u8]>) {
        self.octets.clear();
        self.parts.clear();
        for wire in names {
            let start = self.octets.len();
            self.octets.extend_from_slice(within(wire));
            let hash = spell(&mut self.octets[start..]);
            self.parts.push(Part { end: self.octets.len(), hash, likely: None });
        }
    }

    /// Notes by which number each is likely to be known.
    pub(super) fn number(&mut self, likely: impl Fn(u64) -> Option<Id>) {
        self.parts.iter_mut().for_each(|part| part.likely = likely(part.hash));
    }

    /// The numbers that were noted.
    pub(super) fn numbers(&self) -> impl Iterator<Item = Id> {
        self.parts.iter().filter_map(|part| part.likely)
    }

    /// The spellings, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = Spelled<'_>> {
        let mut start = 0;
        self.parts.iter().map(move |&Part { end, hash, likely }| {
            let lower = self.octets.get(start..end).unwrap_or_default();
            start = end;
            Spelled { lower, hash, likely }
        })
    }
}

/// Octets as far as a name can be long.
fn within(wire: &[u8]) -> &[u8] {
    wire.get(..MAX_NAME).unwrap_or(wire)
}

/// Puts a name into lower case, and hashes it.
fn spell(name: &mut [u8]) -> u64 {
    name.make_ascii_lowercase();
    SECRET.hash_one(&*name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_spelled_together_are_spelled_as_one_by_one() {
        let wires = [&b"\x01A\x03Org\0"[..], b"\0", &[0xFF; 300], b"\x01a\x03org\0"];
        let (mut spellings, mut buffer) = (Spellings::default(), [0; MAX_NAME]);
        spellings.set([&b"\x05other\0"[..]].into_iter());
        spellings.set(wires.iter().copied());
        assert_eq!(spellings.iter().count(), wires.len());
        for (together, wire) in spellings.iter().zip(wires) {
            let alone = Spelled::new(wire, &mut buffer);
            assert_eq!((together.lower, together.hash), (alone.lower, alone.hash));
        }
    }
}
