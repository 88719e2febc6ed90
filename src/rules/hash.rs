//! Keyed hashes of a name and of all its ancestors in one pass, from the root downwards.

use std::hash::{BuildHasher, RandomState};

use siphasher::sip::SipHasher13;

use crate::dns::{MAX_LABEL, MAX_NAME, Name};

/// The secret that the hashes of a table depend on. Without it, nobody can write a list whose names fall into one
/// block, or a name that is taken for another.
#[derive(Clone, Copy)]
pub struct HashKey(SipHasher13);

impl HashKey {
    /// A key of 128 bits that the caller chose at random.
    #[must_use]
    pub fn new(bits: [u64; 2]) -> Self {
        Self(SipHasher13::new_with_keys(bits[0], bits[1]))
    }

    /// A key for a table that lives no longer than the process.
    #[must_use]
    pub fn random() -> Self {
        Self::new([RandomState::new().hash_one(0_u8), RandomState::new().hash_one(1_u8)])
    }

    /// The hash of the name that has `label` in front of the name whose hash is `above`. Case does not matter.
    fn roll(&self, above: u64, label: &[u8]) -> u64 {
        const ABOVE: usize = size_of::<u64>();
        let mut input = [0; ABOVE + MAX_LABEL];
        let end = ABOVE + label.len().min(MAX_LABEL);
        input[..ABOVE].copy_from_slice(&above.to_le_bytes());
        input[ABOVE..end].copy_from_slice(&label[..end - ABOVE]);
        input[ABOVE..end].make_ascii_lowercase();
        self.0.hash(&input[..end])
    }
}

impl std::fmt::Debug for HashKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("HashKey(secret)")
    }
}

/// A name or one of its ancestors.
#[derive(Clone, Copy)]
pub(super) struct Suffix<'a> {
    /// Its keyed hash.
    pub(super) hash: u64,
    /// How many labels it has.
    pub(super) labels: u8,
    /// Its wire form, in the case that was asked with.
    pub(super) wire: &'a [u8],
    /// Whether it is the whole name.
    pub(super) is_whole: bool,
}

/// The ancestors of a name from its top-level domain down to itself; the root is left out.
/// Hashes are made when they are asked for: most walks end early.
pub(super) struct Suffixes<'a> {
    key: &'a HashKey,
    wire: &'a [u8],
    /// Where each label begins, from the left.
    starts: [u8; MAX_NAME / 2],
    /// Labels not walked yet.
    left: u8,
    labels: u8,
    hash: u64,
}

impl<'a> Suffixes<'a> {
    #[inline]
    pub(super) fn new(key: &'a HashKey, name: &'a Name) -> Self {
        let wire = name.wire();
        let (mut starts, mut labels, mut at) = ([0; MAX_NAME / 2], 0_u8, 0_u8);
        while let Some(&length @ 1..) = wire.get(usize::from(at))
            && let Some(start) = starts.get_mut(usize::from(labels))
        {
            *start = at;
            labels += 1;
            at = at.saturating_add(length).saturating_add(1);
        }
        Self { key, wire, starts, left: labels, labels: 0, hash: 0 }
    }
}

impl<'a> Iterator for Suffixes<'a> {
    type Item = Suffix<'a>;

    #[inline]
    fn next(&mut self) -> Option<Suffix<'a>> {
        self.left = self.left.checked_sub(1)?;
        let wire = self.wire.get(usize::from(*self.starts.get(usize::from(self.left))?)..)?;
        let (&length, rest) = wire.split_first()?;
        self.hash = self.key.roll(self.hash, rest.get(..usize::from(length))?);
        self.labels += 1;
        Some(Suffix { hash: self.hash, labels: self.labels, wire, is_whole: self.left == 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(key: &HashKey, name: &str) -> Vec<u64> {
        Suffixes::new(key, &name.parse().unwrap()).map(|suffix| suffix.hash).collect()
    }

    #[test]
    fn ancestors_share_hashes_in_any_case() {
        let key = HashKey::new([1, 2]);
        let deep = hashes(&key, "a.b.Example.ORG");
        assert_eq!(deep.len(), 4);
        assert_eq!(deep[..2], hashes(&key, "example.org"));
        assert_eq!(deep, hashes(&key, "A.B.example.org"));
        assert_ne!(deep[3], hashes(&key, "b.a.example.org")[3]);
        assert_ne!(deep, hashes(&HashKey::new([1, 3]), "a.b.example.org"));
        assert!(hashes(&key, ".").is_empty());
    }

    #[test]
    fn a_walk_names_its_suffixes() {
        let (key, name) = (HashKey::new([1, 2]), "a.bc.org".parse().unwrap());
        let walked: Vec<_> = Suffixes::new(&key, &name).map(|at| (at.labels, at.wire, at.is_whole)).collect();
        assert_eq!(walked, [(1, &b"\x03org\0"[..], false), (2, b"\x02bc\x03org\0", false), (3, name.wire(), true)]);
    }

    #[test]
    fn the_longest_walk() {
        let name = vec!["x"; 127].join(".");
        assert_eq!(hashes(&HashKey::random(), &name).len(), 127);
    }
}
