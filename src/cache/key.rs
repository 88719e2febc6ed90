//! The key of an answer: a question as octets.

use std::hash::{Hash, Hasher};

use crate::dns::{MAX_NAME, Name, Question};

/// Octets behind the name: type, class, flags.
const TAIL: usize = 5;
/// The type of entries that stand for every type of a name that does not exist; type 0 is reserved (RFC 6895),
/// and nobody is let ask for it: what was remembered of it would be taken as said of all types.
const EVERY_TYPE: u16 = 0;

/// A question as octets, held inline so that looking one up allocates nothing.
#[derive(Clone, Copy)]
pub(super) struct Key {
    length: usize,
    octets: [u8; MAX_NAME + TAIL],
}

impl Key {
    /// The key of `question`.
    pub(super) fn of(question: &Question) -> Self {
        Self::new(question, question.name.wire(), question.rtype.0)
    }

    /// The key under which it is noted that the name `wire` does not exist.
    pub(super) fn nxdomain(question: &Question, wire: &[u8]) -> Self {
        Self::new(question, wire, EVERY_TYPE)
    }

    fn new(question: &Question, wire: &[u8], rtype: u16) -> Self {
        let mut key = Self { length: wire.len() + TAIL, octets: [0; MAX_NAME + TAIL] };
        let (name, tail) = key.octets.split_at_mut(wire.len());
        name.copy_from_slice(wire);
        name.make_ascii_lowercase();
        tail[..2].copy_from_slice(&rtype.to_be_bytes());
        tail[2..4].copy_from_slice(&question.class.0.to_be_bytes());
        tail[4] = u8::from(question.dnssec_ok) | u8::from(question.checking_disabled) << 1;
        key
    }

    /// The key as the octets that are stored.
    pub(super) fn octets(&self) -> &[u8] {
        &self.octets[..self.length]
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(self.octets());
    }
}

/// A key as it is stored.
#[derive(Debug)]
pub(super) struct StoredKey(Box<[u8]>);

impl StoredKey {
    pub(super) fn new(key: &Key) -> Self {
        Self(key.octets().into())
    }

    pub(super) fn octets(&self) -> &[u8] {
        &self.0
    }

    /// Whether the key is one of `name`.
    pub(super) fn is_of(&self, name: &Name) -> bool {
        self.0.len() == name.wire().len() + TAIL && self.0[..name.wire().len()].eq_ignore_ascii_case(name.wire())
    }
}

impl Hash for StoredKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(&self.0);
    }
}
