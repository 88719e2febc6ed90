//! One question as bytes for one try, and the test whether a reply is the answer to it.

use std::sync::Arc;

use crate::{
    dns::{Answer, HEADER, NotAnAnswer, Question, UDP_PAYLOAD},
    upstream::{randomness::Randomness, server::TryError},
};

/// Encrypted queries are filled up to a multiple of this (RFC 8467, section 4.1).
const PADDING_BLOCK: usize = 128;
/// Octets of the type and the class behind the name of a question.
const TYPE_AND_CLASS: usize = 4;
/// Octets of chance for the case of the longest name, a bit for each octet.
const CASE: usize = 32;

/// How a query is made hard to forge, or hard to recognise by its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dress {
    /// The name as it is: the transport protects itself.
    Plain,
    /// The case of each letter is random, and must come back (draft-vixie-dnsext-dns0x20).
    RandomCase,
    /// Padded to a multiple of 128 octets (RFC 8467).
    Padded,
    /// Without an OPT record, for servers that do not know EDNS.
    WithoutEdns {
        /// Whether the case of each letter is random all the same.
        random_case: bool,
    },
}

impl Dress {
    fn has_random_case(self) -> bool {
        matches!(self, Self::RandomCase | Self::WithoutEdns { random_case: true })
    }
}

/// A query as it is sent.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    bytes: Vec<u8>,
    /// Where the name of the question ends.
    name_end: usize,
}

/// Whether a message answers a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// It does.
    Yes,
    /// It does, but for the case of the name.
    CaseDiffers,
    /// It answers something else, or nothing.
    No,
}

impl Asked {
    /// Writes the query for `question` under a fresh unpredictable id (RFC 5452, section 9.2): RD, the question's CD, and an
    /// OPT record with its DO and without any option of a client.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub(super) fn new(question: &Question, dress: Dress, randomness: &mut Randomness) -> Result<Self, TryError> {
        let name = question.name.wire();
        let mut bytes = Vec::with_capacity(PADDING_BLOCK);
        bytes.extend(randomness.number()?.to_be_bytes());
        bytes.extend([1, if question.checking_disabled { 0x10 } else { 0 }]);
        let has_edns = !matches!(dress, Dress::WithoutEdns { .. });
        bytes.extend([0, 1, 0, 0, 0, 0, 0, u8::from(has_edns)]);
        bytes.extend_from_slice(name);
        let name_end = bytes.len();
        if dress.has_random_case() {
            let mut case = [0; CASE];
            let case = &mut case[..name.len().div_ceil(8).min(CASE)];
            randomness.fill(case)?;
            randomise_case(&mut bytes[HEADER..], case);
        }
        bytes.extend(question.rtype.0.to_be_bytes());
        bytes.extend(question.class.0.to_be_bytes());
        if has_edns {
            push_opt(&mut bytes, question.dnssec_ok, dress == Dress::Padded);
        }
        Ok(Self { bytes, name_end })
    }

    /// The message.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The id it carries.
    pub(super) fn id(&self) -> u16 {
        u16::from_be_bytes([self.bytes[0], self.bytes[1]])
    }

    /// Gives it another id: connections choose one that is free on them, and RFC 8484 and RFC 9250 want 0.
    pub(super) fn set_id(&mut self, id: u16) {
        self.bytes[..2].copy_from_slice(&id.to_be_bytes());
    }

    /// Whether `reply` is a response with this id and this question.
    pub(super) fn matches(&self, reply: &[u8]) -> Match {
        let (name_end, end) = (self.name_end, self.name_end + TYPE_AND_CLASS);
        let Some(reply) = reply.get(..end) else {
            return Match::No;
        };
        let header = reply[..2] == self.bytes[..2] && reply[2] & 0xF8 == 0x80 && reply[4..6] == [0, 1];
        if !header || reply[name_end..] != self.bytes[name_end..end] {
            Match::No
        } else if reply[HEADER..name_end] == self.bytes[HEADER..name_end] {
            Match::Yes
        } else if reply[HEADER..name_end].eq_ignore_ascii_case(&self.bytes[HEADER..name_end]) {
            Match::CaseDiffers
        } else {
            Match::No
        }
    }

    /// Reads a reply that matches, the name in lower case again, as questions have it.
    ///
    /// # Errors
    /// When its records cannot be read.
    pub(super) fn read(&self, reply: &mut [u8]) -> Result<Arc<Answer>, NotAnAnswer> {
        if let Some(name) = reply.get_mut(HEADER..self.name_end) {
            name.make_ascii_lowercase();
        }
        Answer::read(reply).map(Arc::new)
    }
}

/// Whether the server cut this message short (TC).
pub(super) fn is_truncated(reply: &[u8]) -> bool {
    reply.get(2).is_some_and(|octet| octet & 0x02 != 0)
}

/// Turns letters of `name` into capitals as the bits of `random` say; length octets are never letters.
fn randomise_case(name: &mut [u8], random: &[u8]) {
    for (octets, bits) in name.chunks_mut(8).zip(random) {
        for (bit, octet) in octets.iter_mut().enumerate() {
            if bits >> bit & 1 != 0 {
                octet.make_ascii_uppercase();
            }
        }
    }
}

fn push_opt(bytes: &mut Vec<u8>, dnssec_ok: bool, padded: bool) {
    bytes.extend([0, 0, 41]);
    bytes.extend(UDP_PAYLOAD.to_be_bytes());
    bytes.extend([0, 0, if dnssec_ok { 0x80 } else { 0 }, 0]);
    if !padded {
        bytes.extend([0, 0]);
        return;
    }
    let unpadded = bytes.len() + 2 + 4;
    let zeros = unpadded.next_multiple_of(PADDING_BLOCK) - unpadded;
    let octets = |length: usize| u16::try_from(length).unwrap_or_default().to_be_bytes();
    bytes.extend(octets(zeros + 4));
    bytes.extend([0, 12]);
    bytes.extend(octets(zeros));
    bytes.resize(bytes.len() + zeros, 0);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dns::{Class, Packet, RecordType};

    /// Octets of an OPT record without options (RFC 6891, section 6.1.2).
    const OPT_FIXED: usize = 11;

    fn question(dnssec_ok: bool, checking_disabled: bool) -> Question {
        let name = "www.some-long-name-with-letters.example.org".parse().unwrap();
        Question { name, rtype: RecordType(65280), class: Class::IN, dnssec_ok, checking_disabled }
    }

    #[test]
    fn what_goes_up() {
        let check = |dnssec_ok: bool, checking_disabled: bool, dress: Dress| {
            let asked = Asked::new(&question(dnssec_ok, checking_disabled), dress, &mut Randomness::default()).unwrap();
            let Packet::Query(query) = Packet::parse(asked.bytes()) else { panic!("not a query") };
            let edns = query.edns.unwrap();
            assert_eq!(
                (query.id, query.name, query.rtype),
                (asked.id(), question(false, false).name, RecordType(65280))
            );
            assert_eq!(
                (query.recursion_desired, query.checking_disabled, edns.dnssec_ok, edns.payload, edns.padded),
                (true, checking_disabled, dnssec_ok, 1232, dress == Dress::Padded)
            );
            if dress == Dress::Padded {
                assert_eq!(asked.bytes().len() % PADDING_BLOCK, 0);
            } else {
                assert_eq!(asked.bytes().len(), HEADER + query.name.wire().len() + TYPE_AND_CLASS + OPT_FIXED);
            }
        };
        check(false, false, Dress::Plain);
        check(true, false, Dress::RandomCase);
        check(false, true, Dress::Padded);
        check(true, true, Dress::Plain);
    }

    #[test]
    fn ids_and_case_differ_from_query_to_query() {
        let asked: Vec<_> = (0..64)
            .map(|_| Asked::new(&question(false, false), Dress::RandomCase, &mut Randomness::default()).unwrap())
            .collect();
        let ids: std::collections::HashSet<_> = asked.iter().map(Asked::id).collect();
        let cases: std::collections::HashSet<_> = asked.iter().map(|a| a.bytes()[HEADER..60].to_vec()).collect();
        assert!(ids.len() > 50, "{} ids", ids.len());
        assert_eq!(cases.len(), 64);
    }

    #[test]
    fn which_replies_match() {
        let asked = Asked::new(&question(true, true), Dress::RandomCase, &mut Randomness::default()).unwrap();
        let reply = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut reply = asked.bytes().to_vec();
            reply[2] |= 0x80;
            change(&mut reply);
            asked.matches(&reply)
        };
        let name_end = asked.name_end;
        assert_eq!(reply(&|_| ()), Match::Yes);
        assert_eq!(reply(&|r| r[HEADER + 1] ^= 0x20), Match::CaseDiffers);
        assert_eq!(reply(&|r| r[0] ^= 1), Match::No, "id");
        assert_eq!(reply(&|r| r[2] &= 0x7F), Match::No, "a query");
        assert_eq!(reply(&|r| r[2] |= 0x08), Match::No, "another opcode");
        assert_eq!(reply(&|r| r[5] = 2), Match::No, "two questions");
        assert_eq!(reply(&|r| r[HEADER + 1] = b'v'), Match::No, "name");
        assert_eq!(reply(&|r| r[HEADER] -= 1), Match::No, "labels");
        assert_eq!(reply(&|r| r[name_end] ^= 1), Match::No, "type");
        assert_eq!(reply(&|r| r[name_end + 3] ^= 2), Match::No, "class");
        for length in 0..name_end + TYPE_AND_CLASS {
            assert_eq!(reply(&|r| r.truncate(length)), Match::No);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(reply: Vec<u8>, at in 0..60_usize, octet: u8, cut in 0..60_usize) {
            let asked = Asked::new(&question(false, false), Dress::RandomCase, &mut Randomness::default()).unwrap();
            prop_assert_eq!(asked.matches(&reply), Match::No);
            let mut damaged = asked.bytes().to_vec();
            damaged[2] |= 0x80;
            damaged[at] = octet;
            damaged.truncate(cut);
            let _ = asked.matches(&damaged);
            let _ = asked.read(&mut damaged);
        }
    }
}
