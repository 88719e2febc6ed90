//! Names as they are looked for: in lower case, and hashed once for all who look.

use std::{hash::BuildHasher, sync::LazyLock};

use super::hash::Secret;
use crate::dns::MAX_NAME;

/// Keyed by chance: whoever asks chooses the names.
static SECRET: LazyLock<Secret> = LazyLock::new(Secret::default);

/// A name as dictionaries look for it.
#[derive(Clone, Copy, Debug)]
pub struct Spelled<'n> {
    /// In wire form and lower case.
    pub(super) lower: &'n [u8],
    pub(super) hash: u64,
}

impl<'n> Spelled<'n> {
    /// The spelling of a name in wire form, written to `buffer`.
    #[must_use]
    pub fn new(wire: &[u8], buffer: &'n mut [u8; MAX_NAME]) -> Self {
        let wire = within(wire);
        let lower = &mut buffer[..wire.len()];
        lower.copy_from_slice(wire);
        let hash = spell(lower);
        Self { lower, hash }
    }

    /// The name in wire form and lower case.
    #[must_use]
    pub fn lower(self) -> &'n [u8] {
        self.lower
    }
}

/// The spellings of several names, one behind the other.
#[derive(Debug, Default)]
pub struct Spellings {
    octets: Vec<u8>,
    /// The end of each, and its hash.
    ends: Vec<(usize, u64)>,
}

impl Spellings {
    /// Those of these names, in wire form, and no others.
    pub(super) fn set<'w>(&mut self, names: impl Iterator<Item = &'w [u8]>) {
        self.octets.clear();
        self.ends.clear();
        for wire in names {
            let start = self.octets.len();
            self.octets.extend_from_slice(within(wire));
            let hash = spell(&mut self.octets[start..]);
            self.ends.push((self.octets.len(), hash));
        }
    }

    /// The spellings, in the order of the names.
    pub(super) fn iter(&self) -> impl Iterator<Item = Spelled<'_>> {
        let mut start = 0;
        self.ends.iter().map(move |&(end, hash)| {
            let lower = self.octets.get(start..end).unwrap_or_default();
            start = end;
            Spelled { lower, hash }
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
