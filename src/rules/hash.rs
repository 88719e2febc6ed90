//! Keyed hashes of a name and of all its ancestors in one pass, from the root downwards.

use std::{
    hash::{BuildHasher, RandomState},
    ops::Range,
};

use crate::dns::{MAX_NAME, Name};

/// The secret that the hashes of a table depend on. Without it, nobody can write a list whose names fall into one
/// block, or a name that is taken for another.
#[derive(Clone, Copy)]
pub struct HashKey {
    bits: [u64; 2],
    sip: Sip13,
}

impl HashKey {
    /// A key of 128 bits that the caller chose at random.
    #[must_use]
    pub fn new(bits: [u64; 2]) -> Self {
        Self { bits, sip: Sip13::new(bits) }
    }

    /// The key with these octets, as [`Self::octets`] gave them.
    #[must_use]
    pub fn from_octets(octets: [u8; 16]) -> Self {
        let bits = u128::from_le_bytes(octets);
        let (low, high) = (bits & u128::from(u64::MAX), bits >> 64);
        Self::new([low, high].map(|half| u64::try_from(half).unwrap_or_default()))
    }

    /// Its octets, to be kept where nobody else can read them.
    #[must_use]
    pub fn octets(&self) -> [u8; 16] {
        (u128::from(self.bits[0]) | u128::from(self.bits[1]) << 64).to_le_bytes()
    }

    /// Stands for the key where it must not be told.
    pub(super) fn fingerprint(&self) -> u64 {
        // No name gives these words: its last one would say how long it is.
        let mut sip = self.sip;
        sip.absorb(u64::MAX);
        sip.finish()
    }

    /// A key for a table that lives no longer than the process.
    #[must_use]
    pub fn random() -> Self {
        Self::new([RandomState::new().hash_one(0_u8), RandomState::new().hash_one(1_u8)])
    }

    /// The hash of a name that has what stands in `range` of `name` in front of the name whose hash is `above`. Case does not
    /// matter.
    #[inline]
    fn roll(&self, above: u64, name: &Name, range: Range<u8>) -> u64 {
        let mut sip = self.sip;
        sip.absorb(above);
        let (mut at, end) = (usize::from(range.start), usize::from(range.end));
        while at + 8 <= end {
            sip.absorb(name.lower_word(at));
            at += 8;
        }
        // The last word ends with the length of all that was absorbed, this word's own octets included.
        let length = (size_of_val(&above) + range.len()) as u64;
        let wanted = !(u64::MAX << (8 * (end - at)));
        sip.absorb(name.lower_word(at) & wanted | length << 56);
        sip.finish()
    }
}

/// SipHash-1-3 (Aumasson and Bernstein, 2012), over whole words.
#[derive(Clone, Copy)]
struct Sip13([u64; 4]);

impl Sip13 {
    fn new([k0, k1]: [u64; 2]) -> Self {
        Self([
            k0 ^ 0x736f_6d65_7073_6575,
            k1 ^ 0x646f_7261_6e64_6f6d,
            k0 ^ 0x6c79_6765_6e65_7261,
            k1 ^ 0x7465_6462_7974_6573,
        ])
    }

    #[inline]
    fn absorb(&mut self, word: u64) {
        self.0[3] ^= word;
        self.round();
        self.0[0] ^= word;
    }

    #[inline]
    fn finish(mut self) -> u64 {
        self.0[2] ^= 0xFF;
        for _ in 0..3 {
            self.round();
        }
        self.0.iter().fold(0, |hash, word| hash ^ word)
    }

    #[inline]
    fn round(&mut self) {
        let [mut a, mut b, mut c, mut d] = self.0;
        a = a.wrapping_add(b);
        b = b.rotate_left(13) ^ a;
        a = a.rotate_left(32);
        c = c.wrapping_add(d);
        d = d.rotate_left(16) ^ c;
        a = a.wrapping_add(d);
        d = d.rotate_left(21) ^ a;
        c = c.wrapping_add(b);
        b = b.rotate_left(17) ^ c;
        c = c.rotate_left(32);
        self.0 = [a, b, c, d];
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
    /// Whether it is the whole name.
    pub(super) is_whole: bool,
    /// The whole name, and where in it this begins.
    pub(super) name: &'a Name,
    pub(super) start: u8,
}

impl<'a> Suffix<'a> {
    /// Its wire form, in the case that was asked with.
    pub(super) fn wire(&self) -> &'a [u8] {
        self.name.wire().get(usize::from(self.start)..).unwrap_or_default()
    }
}

/// A name with the keyed hashes of its ancestors, each made when a table first asks for it and remembered for the next
/// table of the same key.
pub struct HashedName<'a> {
    key: &'a HashKey,
    name: &'a Name,
    known: &'a mut NameHashes,
}

/// What is known of one name by now, for one key: kept where the name is kept, so that whoever looks ahead does not hash for
/// nothing.
#[derive(Clone, Copy, Debug)]
pub struct NameHashes {
    /// Where each label begins, from the left.
    starts: [u8; MAX_NAME / 2],
    labels: u8,
    /// Where the root stands; 0 until the labels are known.
    end: u8,
    /// The hashes of the shortest ancestors, as many of them as were made.
    hashes: [u64; REMEMBERED],
    made: u8,
}

/// Hashes that are remembered of a name; few walks go further down.
const REMEMBERED: usize = 6;
/// The hash of the root.
const ROOT: u64 = 0;

/// Nothing is known yet.
impl Default for NameHashes {
    #[inline]
    fn default() -> Self {
        Self { starts: [0; MAX_NAME / 2], labels: 0, end: 0, hashes: [0; REMEMBERED], made: 0 }
    }
}

impl NameHashes {
    #[inline]
    fn find_labels(&mut self, name: &Name) {
        let wire = name.wire();
        while let Some(&length @ 1..) = wire.get(usize::from(self.end))
            && let Some(start) = self.starts.get_mut(usize::from(self.labels))
        {
            *start = self.end;
            self.labels += 1;
            self.end = self.end.saturating_add(length).saturating_add(1);
        }
    }
}

impl<'a> HashedName<'a> {
    /// `known` is of this name and of this key, or nothing yet.
    #[inline]
    #[must_use]
    pub fn new(key: &'a HashKey, name: &'a Name, known: &'a mut NameHashes) -> Self {
        if known.end == 0 {
            known.find_labels(name);
        }
        Self { key, name, known }
    }

    /// The name.
    pub(super) fn name(&self) -> &'a Name {
        self.name
    }

    /// Whether these are hashes by `key`.
    pub(super) fn is_by(&self, key: &HashKey) -> bool {
        self.key.bits == key.bits
    }

    /// The top-level domain that the name is below.
    #[cold]
    pub(super) fn top_level_domain(&self) -> Option<Suffix<'a>> {
        let place = self.known.labels.checked_sub(1).filter(|&place| place > 0)?;
        let start = *self.known.starts.get(usize::from(place))?;
        Some(self.suffix(place, start, self.key.roll(ROOT, self.name, start..self.known.end)))
    }

    /// The ancestors below the top-level domain, down to the name itself, which is the only one if it has but one label. Hashes
    /// are made when they are asked for, because most walks end early. The first is made of the last two labels at once:
    /// hardly any table has rules for top-level domains, and so the hashes of those are seldom asked for.
    #[inline]
    pub(super) fn suffixes<'h>(&'h mut self) -> Suffixes<'h, 'a> {
        let place = self.known.labels.checked_sub(2).or(self.known.labels.checked_sub(1));
        Suffixes { place, end: self.known.end, name: self, walked: 0, hash: ROOT }
    }

    /// What begins at `start` with the label that has `place` others before it.
    fn suffix(&self, place: u8, start: u8, hash: u64) -> Suffix<'a> {
        Suffix { hash, labels: self.known.labels - place, is_whole: place == 0, name: self.name, start }
    }
}

/// See [`HashedName::suffixes`].
pub(super) struct Suffixes<'h, 'a> {
    name: &'h mut HashedName<'a>,
    /// How many labels stand before the next one.
    place: Option<u8>,
    /// Where the last one begins, and its hash.
    end: u8,
    hash: u64,
    walked: u8,
}

impl<'a> Iterator for Suffixes<'_, 'a> {
    type Item = Suffix<'a>;

    #[inline]
    fn next(&mut self) -> Option<Suffix<'a>> {
        let (place, name) = (self.place?, &mut *self.name);
        let start = *name.known.starts.get(usize::from(place))?;
        self.hash = match name.known.hashes.get_mut(usize::from(self.walked)) {
            Some(hash) if self.walked < name.known.made => *hash,
            remembered => {
                let hash = name.key.roll(self.hash, name.name, start..self.end);
                if let Some(remembered) = remembered {
                    *remembered = hash;
                    name.known.made += 1;
                }
                hash
            }
        };
        (self.place, self.end, self.walked) = (place.checked_sub(1), start, self.walked + 1);
        Some(name.suffix(place, start, self.hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(key: &HashKey, name: &str) -> Vec<u64> {
        let name = name.parse().unwrap();
        let mut known = NameHashes::default();
        let mut hashed = HashedName::new(key, &name, &mut known);
        let first: Vec<u64> = hashed.suffixes().map(|suffix| suffix.hash).collect();
        assert_eq!(hashed.suffixes().map(|suffix| suffix.hash).collect::<Vec<_>>(), first, "{name} once more");
        first
    }

    #[test]
    fn ancestors_share_hashes_in_any_case() {
        let key = HashKey::new([1, 2]);
        let deep = hashes(&key, "a.b.Example.ORG");
        assert_eq!(deep.len(), 3);
        assert_eq!(deep[..1], hashes(&key, "example.org"));
        assert_eq!(deep, hashes(&key, "A.B.example.org"));
        assert_ne!(deep[2], hashes(&key, "b.a.example.org")[2]);
        assert_ne!(deep, hashes(&HashKey::new([1, 3]), "a.b.example.org"));
        assert!(hashes(&key, ".").is_empty());
        let name = "a.b.Example.ORG".parse().unwrap();
        let mut known = NameHashes::default();
        let top = HashedName::new(&key, &name, &mut known).top_level_domain().unwrap();
        assert_eq!((vec![top.hash], top.labels, top.wire()), (hashes(&key, "org"), 1, &b"\x03ORG\0"[..]));
        let name = "org".parse().unwrap();
        let mut known = NameHashes::default();
        assert!(HashedName::new(&key, &name, &mut known).top_level_domain().is_none(), "it is below none");
    }

    #[test]
    fn the_hash_is_siphash_1_3() {
        // The standard library's, with the key that is all zero.
        use std::hash::{DefaultHasher, Hasher};
        let key = HashKey::new([0, 0]);
        for length in 1..=63 {
            let label = &b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ0123"[..length];
            let name = Name::ROOT.child(label).unwrap();
            let hashed = |octets: Vec<u8>| {
                let mut expected = DefaultHasher::new();
                expected.write(&77_u64.to_le_bytes());
                expected.write(&octets.to_ascii_lowercase());
                expected.finish()
            };
            let end = u8::try_from(length).unwrap();
            assert_eq!(key.roll(77, &name, 0..end + 1), hashed(name.wire()[..=length].to_vec()), "{length}");
            assert_eq!(key.roll(77, &name, 1..end), hashed(label[..length - 1].to_vec()), "{length}");
        }
    }

    #[test]
    fn a_walk_names_its_suffixes() {
        let (key, name) = (HashKey::new([1, 2]), "a.bc.org".parse().unwrap());
        let mut known = NameHashes::default();
        let walked: Vec<_> =
            HashedName::new(&key, &name, &mut known).suffixes().map(|at| (at.labels, at.wire(), at.is_whole)).collect();
        assert_eq!(walked, [(2, &b"\x02bc\x03org\0"[..], false), (3, name.wire(), true)]);
    }

    #[test]
    fn a_key_is_found_again_in_its_octets() {
        let key = HashKey::new([1, 2]);
        assert_eq!(HashKey::from_octets(key.octets()).fingerprint(), key.fingerprint());
        assert_ne!(HashKey::new([2, 1]).fingerprint(), key.fingerprint());
    }

    #[test]
    fn the_longest_walk() {
        let name = vec!["x"; 127].join(".");
        assert_eq!(hashes(&HashKey::random(), &name).len(), 126);
    }
}
