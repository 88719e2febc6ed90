//! What is known of an answer without reading it: found once, when it arrives, and kept beside it in a word.

use super::{AnswerView, Name, Rcode, RecordType, Section, private::leads_inside, query::HEADER};

/// The lifetime of an answer that has none, in a packed summary; no TTL is as great (RFC 2181, section 8).
const NO_LIFETIME: u32 = u32::MAX;

/// What an answer says of the question (RFC 2308, section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There are records.
    Positive,
    /// The name exists, the type does not.
    NoData,
    /// The name does not exist.
    NxDomain,
    /// Anything else: a failure of the upstream.
    Failure,
}

/// What is known of an answer without reading it, and where the parts of its block are: the message, behind it two octets for
/// each record that say where its fixed part begins, behind them the code and the text of the extended error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    pub(super) rcode: Rcode,
    pub(super) outcome: Outcome,
    pub(super) lifetime: Option<u32>,
    /// Whether the answer section has a record that leads on to another name.
    pub(super) leads_on: bool,
    /// Whether it has an address that leads into the house.
    pub(super) leads_inside: bool,
    /// Octets of the name in question.
    pub(super) name: u16,
    /// Octets of the message.
    pub(super) message: u16,
    /// Octets of the extended error.
    pub(super) reason: u16,
}

impl Summary {
    /// A summary that knows nothing but lengths, in octets: of the name in question, the message, the extended error.
    pub(super) fn of_lengths(name: u16, message: u16, reason: u16) -> Self {
        Self {
            rcode: Rcode::NOERROR,
            outcome: Outcome::Failure,
            lifetime: None,
            leads_on: false,
            leads_inside: false,
            name,
            message,
            reason,
        }
    }

    /// The summary of `answer`, whose lengths and code are known.
    pub(super) fn judged(answer: AnswerView<'_>) -> Self {
        let outcome = outcome(answer);
        let is_alias = |rtype| matches!(rtype, RecordType::CNAME | RecordType::DNAME);
        let is_service = |rtype| matches!(rtype, RecordType::SVCB | RecordType::HTTPS);
        Self {
            outcome,
            lifetime: lifetime(answer, outcome),
            leads_on: answer.answers().any(|record| is_alias(record.rtype()) || is_service(record.rtype())),
            leads_inside: answer.addresses().any(leads_inside),
            ..answer.summary()
        }
    }

    /// The summary of a failure that is remembered for `lifetime` seconds, with `reason` octets on why.
    #[must_use]
    pub fn failure(name: &Name, rcode: Rcode, lifetime: u32, reason: u16) -> Self {
        let name = u16::try_from(name.wire().len()).unwrap_or(0);
        Self { rcode, lifetime: Some(lifetime), ..Self::of_lengths(name, 0, reason) }
    }

    /// The response code with its extended bits.
    #[must_use]
    pub fn rcode(&self) -> Rcode {
        self.rcode
    }

    /// What the answer says of the question.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Whether it gives an address that leads into the house of whoever asked: private, or unspecified.
    #[must_use]
    pub fn leads_inside(&self) -> bool {
        self.leads_inside
    }

    /// How many seconds the answer may be used.
    #[must_use]
    pub fn lifetime(&self) -> Option<u32> {
        self.lifetime
    }

    /// Octets of the message that stand behind its header, and of the reason; without a message, of the name instead.
    #[must_use]
    pub fn body_length(&self) -> usize {
        let message =
            if self.message == 0 { self.name_length() } else { usize::from(self.message).saturating_sub(HEADER) };
        message + usize::from(self.reason)
    }

    /// Octets of the name in question.
    #[must_use]
    pub fn name_length(&self) -> usize {
        usize::from(self.name)
    }

    /// Octets of the extended error: none, or its code and text.
    #[must_use]
    pub fn reason_length(&self) -> u16 {
        self.reason
    }

    /// All but the lengths of name and reason, in a word.
    #[must_use]
    pub fn to_word(&self) -> u64 {
        let flags = u16::from(self.leads_on) | u16::from(self.leads_inside) << 1 | (self.outcome as u16) << 2;
        u64::from(self.lifetime.unwrap_or(NO_LIFETIME)) << 32
            | u64::from(self.message) << 16
            | u64::from(self.rcode.0 & 0x0FFF) << 4
            | u64::from(flags)
    }

    /// The summary that gave `word`, of an answer with these lengths of name and reason.
    #[must_use]
    pub fn from_word(word: u64, name: u16, reason: u16) -> Self {
        let [_, _, _, _, message @ .., low, flags] = word.to_be_bytes();
        let lifetime = u32::try_from(word >> 32).unwrap_or(NO_LIFETIME);
        Self {
            rcode: Rcode(u16::from_be_bytes([low, flags]) >> 4),
            outcome: match flags >> 2 & 3 {
                0 => Outcome::Positive,
                1 => Outcome::NoData,
                2 => Outcome::NxDomain,
                _ => Outcome::Failure,
            },
            lifetime: (lifetime != NO_LIFETIME).then_some(lifetime),
            leads_on: flags & 1 != 0,
            leads_inside: flags & 2 != 0,
            name,
            message: u16::from_be_bytes(message),
            reason,
        }
    }

    /// The same with a lifetime of so many seconds.
    #[must_use]
    pub fn with_lifetime(self, seconds: u32) -> Self {
        Self { lifetime: Some(seconds), ..self }
    }

    /// Where the question ends in the message.
    pub(super) fn question_end(&self) -> u16 {
        self.name.saturating_add(16)
    }

    /// The part of `block` that says where records are.
    pub(super) fn places<'b>(&self, block: &'b [u8]) -> &'b [u8] {
        self.places_behind(block.get(usize::from(self.message)..).unwrap_or_default())
    }

    /// The same part, where what stands behind the message is given.
    pub(super) fn places_behind<'b>(&self, behind: &'b [u8]) -> &'b [u8] {
        behind.get(..behind.len().saturating_sub(usize::from(self.reason))).unwrap_or_default()
    }

    /// The part of `block` that holds the extended error.
    pub(super) fn reason<'b>(&self, block: &'b [u8]) -> &'b [u8] {
        block.get(block.len().saturating_sub(usize::from(self.reason))..).unwrap_or_default()
    }
}

fn outcome(answer: AnswerView<'_>) -> Outcome {
    match answer.rcode() {
        Rcode::NXDOMAIN => Outcome::NxDomain,
        Rcode::NOERROR => {
            let asked = answer.rtype();
            let positive = answer.answers().any(|record| asked == RecordType::ANY || record.rtype() == asked);
            if positive { Outcome::Positive } else { Outcome::NoData }
        }
        _ => Outcome::Failure,
    }
}

/// See [`super::Answer::lifetime`].
fn lifetime(answer: AnswerView<'_>, outcome: Outcome) -> Option<u32> {
    let answers = answer.answers().map(|record| record.ttl()).min();
    match outcome {
        Outcome::Positive => answers,
        Outcome::NoData | Outcome::NxDomain => {
            let soa = answer.records().find(|r| r.section() == Section::Authority && r.rtype() == RecordType::SOA)?;
            let minimum = soa.data().last_chunk::<4>().map(|octets| u32::from_be_bytes(*octets))?;
            Some(soa.ttl().min(minimum).min(answers.unwrap_or(u32::MAX - 1)))
        }
        Outcome::Failure => None,
    }
}

const _: () = assert!(HEADER + 4 == 16, "the question ends 16 octets and a name behind the start");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_word_holds_it_all(word: u64, name: u16, reason: u16) {
            let summary = Summary::from_word(word, name, reason);
            prop_assert_eq!(summary.to_word(), word);
            prop_assert_eq!(Summary::from_word(summary.to_word(), name, reason), summary);
        }
    }
}
