//! An entry as words: five that say what it is, and behind them the answer from its question on. The name of the question is
//! at once the name of the key. The words are atomic so that they can be read while others write; `shard` finds out whether
//! what was read is whole.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::key::{Key, Subject, behind_name};
use crate::{
    dns::{Answer, Ede, HEADER, Summary},
    time::Moment,
};

/// Words before the answer: hash and length of the reason, subject and length of the entry, when it came, header of the
/// message, summary.
const FIXED: usize = 5;
/// The most words of an entry that its length has room for.
const LONGEST: usize = u16::MAX as usize;
const SUBJECT: u64 = (1 << 48) - 1;

/// An entry that lies in the store.
#[derive(Clone, Copy)]
pub(super) struct Entry<'s> {
    words: &'s [AtomicU64],
}

impl<'s> Entry<'s> {
    /// The entry that begins at `at` of `store`; `None` when what lies there is none, because it is being written.
    pub(super) fn at(store: &'s [AtomicU64], at: usize) -> Option<Self> {
        let words = store.get(at..)?;
        let length = usize::from((words.get(1)?.load(Relaxed) >> 48) as u16);
        if length < FIXED {
            return None;
        }
        Some(Self { words: words.get(..length)? })
    }

    fn word(self, at: usize) -> u64 {
        self.words.get(at).map_or(0, |word| word.load(Relaxed))
    }

    /// How many words it takes.
    pub(super) fn length(self) -> usize {
        self.words.len()
    }

    pub(super) fn hash(self) -> u64 {
        self.word(0) >> 16
    }

    pub(super) fn subject(self) -> Subject {
        Subject(self.word(1) & SUBJECT)
    }

    pub(super) fn since(self) -> Moment {
        Moment(self.word(2))
    }

    #[inline]
    pub(super) fn summary(self) -> Summary {
        Summary::from_word(self.word(4), self.subject().name_length(), (self.word(0) & 0xFFFF) as u16)
    }

    pub(super) fn is_of(self, key: &Key) -> bool {
        self.subject() == key.subject() && self.has_name(key)
    }

    /// Whether its name is that of `key`.
    #[inline]
    pub(super) fn has_name(self, key: &Key) -> bool {
        let (length, Some((last, whole))) = (key.subject().name_length(), key.name().split_last()) else {
            return false;
        };
        let (first, Some(body)) = (self.subject().name_length(), self.words.get(FIXED..)) else {
            return false;
        };
        first == length
            && whole.iter().zip(body).all(|(name, word)| word.load(Relaxed) == *name)
            && body.get(whole.len()).is_some_and(|word| word.load(Relaxed) & !behind_name(length.into()) == *last)
    }

    /// Writes the block of the answer behind what `buffer` holds.
    pub(super) fn copy_to(self, buffer: &mut Vec<u8>) {
        let (start, summary) = (buffer.len(), self.summary());
        let body = self.words.get(FIXED..).unwrap_or_default();
        buffer.resize(start + HEADER + body.len() * 8, 0);
        let [a, b, counts @ ..] = self.word(3).to_le_bytes();
        if let Some((header, rest)) = buffer.get_mut(start..).and_then(<[u8]>::split_first_chunk_mut::<HEADER>) {
            (header[2], header[3], header[5]) = (a, b, 1);
            header[6..].copy_from_slice(&counts);
            for (octets, word) in rest.as_chunks_mut::<8>().0.iter_mut().zip(body) {
                *octets = word.load(Relaxed).to_le_bytes();
            }
        }
        let records: usize =
            counts.as_chunks::<2>().0.iter().map(|count| usize::from(u16::from_be_bytes(*count))).sum();
        let length = HEADER + summary.body_length() + 2 * records;
        buffer.truncate(start + length);
    }

    /// Moves it within `store` to `to`. It may lap over its old place when it moves towards the front.
    pub(super) fn move_to(self, store: &[AtomicU64], to: usize) {
        for (from, to) in self.words.iter().zip(store.get(to..).unwrap_or_default()) {
            to.store(from.load(Relaxed), Relaxed);
        }
    }
}

/// An entry that is about to be stored.
pub(super) struct Draft<'a> {
    key: &'a Key,
    hash: u64,
    since: Moment,
    header: u64,
    summary: Summary,
    /// What stands behind the name.
    rest: &'a [u8],
}

impl<'a> Draft<'a> {
    /// An answer under `key`, whose name is that of its question.
    pub(super) fn answer(key: &'a Key, hash: u64, answer: &'a Answer, since: Moment, lifetime: u32) -> Self {
        let summary = answer.summary().with_lifetime(lifetime);
        let rest = answer.block().get(HEADER + summary.name_length()..).unwrap_or_default();
        let header = answer.block().first_chunk::<HEADER>().map_or(0, |octets| {
            u64::from_le_bytes([
                octets[2], octets[3], octets[6], octets[7], octets[8], octets[9], octets[10], octets[11],
            ])
        });
        Self { key, hash, since, header, summary, rest }
    }

    /// A failure with the octets of its reason.
    pub(super) fn failure(key: &'a Key, hash: u64, summary: Summary, reason: &'a [u8], since: Moment) -> Self {
        Self { key, hash, since, header: 0, summary, rest: reason }
    }

    /// How many words it takes; `None` when it is longer than any entry may be.
    pub(super) fn length(&self) -> Option<usize> {
        let length = FIXED + (self.summary.name_length() + self.rest.len()).div_ceil(8);
        (length <= LONGEST).then_some(length)
    }

    pub(super) fn key(&self) -> &Key {
        self.key
    }

    pub(super) fn hash(&self) -> u64 {
        self.hash
    }

    /// Writes it over `words`, of which there are as many as [`Self::length`] says.
    pub(super) fn write(&self, words: &[AtomicU64]) {
        let Some((fixed, body)) = words.split_first_chunk::<FIXED>() else {
            return;
        };
        let reason = u64::from(self.summary.reason_length());
        let subject = self.key.subject().0 | (words.len() as u64) << 48;
        let values = [self.hash << 16 | reason, subject, self.since.0, self.header, self.summary.to_word()];
        for (word, value) in fixed.iter().zip(values) {
            word.store(value, Relaxed);
        }
        let name = self.key.name();
        let (shared, mut rest) = (self.summary.name_length() % 8, self.rest);
        for (at, word) in body.iter().enumerate() {
            let (value, filled) = match name.get(at) {
                Some(&last) if at + 1 == name.len() && shared > 0 => (last, shared),
                Some(&whole) => (whole, 8),
                None => (0, 0),
            };
            let (next, left) = rest.split_at(rest.len().min(8 - filled));
            rest = left;
            let next = next.iter().rfold(0, |word, octet| word << 8 | u64::from(*octet));
            word.store(if filled < 8 { value | next << (filled * 8) } else { value }, Relaxed);
        }
    }
}

/// The reason of a failure that [`Entry::copy_to`] has written to `block`.
pub(super) fn reason(block: &[u8], summary: &Summary) -> Option<Ede> {
    Ede::from_octets(block.get(HEADER + summary.name_length()..)?)
}
