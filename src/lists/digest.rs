//! A short value that stands for a text, to see whether it changed.

use std::{fmt, hash::Hasher, str::FromStr};

use serde::{Deserialize, Serialize};
use siphasher::sip128::{Hasher128, SipHasher13};

/// Stands for a text. Not a seal: it tells changes, not forgeries.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Digest(u128);

impl Digest {
    /// The digest of a whole text.
    pub(super) fn of(text: &[u8]) -> Self {
        let mut hasher = DigestBuilder::default();
        hasher.write(text);
        hasher.finish()
    }
}

/// Takes a text in pieces.
#[derive(Clone, Debug, Default)]
pub(super) struct DigestBuilder(SipHasher13);

impl DigestBuilder {
    /// Adds the next piece; where a text is cut into pieces does not matter.
    pub(super) fn write(&mut self, piece: &[u8]) {
        self.0.write(piece);
    }

    /// The digest of everything written.
    pub(super) fn finish(&self) -> Digest {
        Digest(self.0.finish128().as_u128())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:032x}", self.0)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl FromStr for Digest {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u128::from_str_radix(text, 16).map(Self)
    }
}

impl TryFrom<String> for Digest {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn where_a_text_is_cut_does_not_matter(text: Vec<u8>, cuts: Vec<prop::sample::Index>) {
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
            cuts.sort_unstable();
            let (mut builder, mut from) = (DigestBuilder::default(), 0);
            for cut in cuts.into_iter().chain([text.len()]) {
                builder.write(&text[from..cut]);
                from = cut;
            }
            prop_assert_eq!(builder.finish(), Digest::of(&text));
        }
    }

    #[test]
    fn text_round_trips_and_different_texts_differ() {
        let digest = Digest::of(b"||example.org^\n");
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert_ne!(digest, Digest::of(b"||example.org^"));
        assert_ne!(digest, Digest::of(b""));
    }
}
