//! The key of an entry: what was asked, as words that are hashed and compared whole.

use siphasher::sip::SipHasher13;
use zerocopy::IntoBytes;

use crate::dns::{Asked, Class, MAX_NAME, RecordType, lower};

/// The type of entries that stand for every type of a name that does not exist; type 0 is reserved (RFC 6895), and nobody is
/// let ask for it: what was remembered of it would be taken as said of all types.
const EVERY_TYPE: RecordType = RecordType(0);
/// Words that the longest name takes.
const NAME_WORDS: usize = MAX_NAME.div_ceil(8);
/// The bits of a hash that are used beside those that choose a shard.
const HASH_BITS: u32 = 48;
/// A flag of the subject: what is remembered is a failure.
const FAILURE: u64 = 4 << 8;

/// Everything about a question but its name, in 48 bits: type, class, flags, length of the name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Subject(pub(super) u64);

impl Subject {
    pub(super) fn name_length(self) -> u16 {
        u16::from(self.0.to_le_bytes()[0])
    }

    pub(super) fn is_denial(self) -> bool {
        self.0 >> 32 == u64::from(EVERY_TYPE.0)
    }

    pub(super) fn is_failure(self) -> bool {
        self.0 & FAILURE != 0
    }
}

/// What was asked, held inline so that looking for it allocates nothing.
#[derive(Clone, Copy)]
pub(super) struct Key {
    /// The subject, then the name in lower case, filled up with zeros.
    words: [u64; 1 + NAME_WORDS],
    length: usize,
}

impl Key {
    /// The key of the answer to `asked`.
    pub(super) fn of(asked: Asked<'_>) -> Self {
        Self::new(asked, asked.name.wire(), asked.rtype, 0)
    }

    /// The key of what is noted when `asked` fails.
    pub(super) fn failure(asked: Asked<'_>) -> Self {
        Self::new(asked, asked.name.wire(), asked.rtype, FAILURE)
    }

    /// The key under which it is noted that the name `wire` does not exist.
    pub(super) fn denial(asked: Asked<'_>, wire: &[u8]) -> Self {
        Self::new(asked, wire, EVERY_TYPE, 0)
    }

    fn new(asked: Asked<'_>, wire: &[u8], rtype: RecordType, kind: u64) -> Self {
        let Class(class) = asked.class;
        let flags = u64::from(asked.dnssec_ok) << 8 | u64::from(asked.checking_disabled) << 9 | kind;
        let mut words = [0; 1 + NAME_WORDS];
        words[0] = u64::from(rtype.0) << 32 | u64::from(class) << 16 | flags | wire.len() as u64 & 0xFF;
        let (whole, rest) = wire.as_chunks::<8>();
        let mut length = 1;
        for (word, octets) in words[1..].iter_mut().zip(whole) {
            *word = lower(u64::from_le_bytes(*octets));
            length += 1;
        }
        if let (Some(word), false) = (words.get_mut(length), rest.is_empty()) {
            *word = lower(rest.iter().rfold(0, |word, octet| word << 8 | u64::from(*octet)));
            length += 1;
        }
        Self { words, length }
    }

    /// The hash of the key: the upper 16 bits choose a shard, the others a place in it.
    pub(super) fn hash(&self, secret: &SipHasher13) -> (usize, u64) {
        let hash = secret.hash(self.words.get(..self.length).unwrap_or_default().as_bytes());
        (usize::from((hash >> HASH_BITS) as u16), hash & ((1 << HASH_BITS) - 1))
    }

    pub(super) fn subject(&self) -> Subject {
        Subject(self.words[0])
    }

    /// The name, filled up with zeros.
    pub(super) fn name(&self) -> &[u64] {
        self.words.get(1..self.length).unwrap_or_default()
    }
}

/// The octets of the last word of a name of this length that are not the name's.
pub(super) fn behind_name(length: usize) -> u64 {
    if length.is_multiple_of(8) { 0 } else { u64::MAX << (length % 8 * 8) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::Question;

    #[test]
    fn keys_differ_in_what_answers_depend_on() {
        let plain = |name: &str| Question::plain(&name.parse().unwrap(), RecordType::A);
        let key = |question: &Question| Key::of(question.into()).words;
        let asked = plain("a.example");
        let others = [
            plain("b.example"),
            plain("example"),
            Question { rtype: RecordType::AAAA, ..asked },
            Question { class: Class(3), ..asked },
            Question { dnssec_ok: true, ..asked },
            Question { checking_disabled: true, ..asked },
        ];
        for other in &others {
            assert_ne!(key(other), key(&asked), "{other:?}");
        }
        assert_eq!(key(&asked), Key::of(Asked { name: &"A.eXample".parse().unwrap(), ..(&asked).into() }).words);
        assert_ne!(key(&asked), Key::failure((&asked).into()).words);
        assert_ne!(key(&asked), Key::denial((&asked).into(), asked.name.wire()).words);
    }
}
