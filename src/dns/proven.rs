//! What becomes of an answer that was judged by its signatures.

use super::{
    Answer, Ede, HEADER, MAX_NAME, Name, Question, Rcode, Record, RecordType, Section, Summary, answer::AUTHENTIC,
};

/// Names that others can point to; more are not worth their search.
const MOST_NAMES: usize = 64;
/// The highest place that a pointer reaches (RFC 1035, section 4.1.4).
const FARTHEST: usize = 0x3FFF;

impl Answer {
    /// The answer in the place of one that must not be believed, for this reason.
    #[must_use]
    pub fn failure(question: &Question, reason: &Ede) -> Self {
        let mut block = vec![0, 0, 0x80, Rcode::SERVFAIL.low(), 0, 1, 0, 0, 0, 0, 0, 0];
        block.extend_from_slice(question.name.wire());
        block.extend(question.rtype.0.to_be_bytes());
        block.extend(question.class.0.to_be_bytes());
        let message = block.len();
        block.extend(reason.octets());
        let length = |octets: usize| u16::try_from(octets).unwrap_or(0);
        let lengths =
            Summary::of_lengths(length(question.name.wire().len()), length(message), length(block.len() - message));
        Self::judged(Summary { rcode: Rcode::SERVFAIL, ..lengths }, block.into_boxed_slice())
    }

    /// Notes that the signatures prove it.
    pub fn set_authentic(&mut self) {
        if let Some(flags) = self.block_mut().get_mut(3) {
            *flags |= AUTHENTIC;
        }
    }

    /// Whether the signatures were found to prove it.
    #[must_use]
    pub fn is_authentic(&self) -> bool {
        self.block().get(3).is_some_and(|flags| flags & AUTHENTIC != 0)
    }

    /// As those get it who did not ask for signatures (RFC 4035, section 3.2.1): the same answer without signatures and proofs, unless it is one of these that was asked for. Names may point into what is
    /// left away, so that all of them are written anew.
    #[must_use]
    pub fn without_signatures(&self) -> Self {
        let asked = self.rtype();
        let is_kept = |record: &Record<'_>| {
            let rtype = record.rtype();
            rtype == asked || !matches!(rtype, RecordType::RRSIG | RecordType::NSEC | RecordType::NSEC3)
        };
        if self.records().all(|record| is_kept(&record)) {
            return self.clone();
        }
        let question_end = usize::from(self.summary().question_end());
        let mut writer =
            Writer { message: self.wire().get(..question_end).unwrap_or_default().to_vec(), names: Vec::new() };
        writer.learn(HEADER);
        let (mut places, mut counts) = (Vec::new(), [0_u16; 3]);
        for record in self.records().filter(is_kept) {
            counts[record.section() as usize] += 1;
            places.extend(u16::try_from(writer.record(&record)).unwrap_or(u16::MAX).to_be_bytes());
        }
        // Only a message that others would not carry either becomes too long: names that pointed to each other still do.
        let Ok(length) = u16::try_from(writer.message.len()) else { return self.clone() };
        let mut block = writer.message;
        for (octets, count) in block[6..HEADER].chunks_exact_mut(2).zip(counts) {
            octets.copy_from_slice(&count.to_be_bytes());
        }
        block.extend_from_slice(&places);
        block.extend_from_slice(self.summary().reason(self.block()));
        Self::judged(Summary { message: length, ..self.summary() }, block.into_boxed_slice())
    }
}

/// A message that is written.
struct Writer {
    message: Vec<u8>,
    /// Where names begin, and their endings.
    names: Vec<u16>,
}

impl Writer {
    /// Writes a record; returns where its fixed part begins.
    fn record(&mut self, record: &Record<'_>) -> usize {
        self.name(record.owner().wire());
        let fixed = self.message.len();
        self.message.extend(record.rtype().0.to_be_bytes());
        self.message.extend(record.class().0.to_be_bytes());
        self.message.extend(record.ttl().to_be_bytes());
        self.message.extend([0, 0]);
        let start = self.message.len();
        let data = record.data_uncompressed();
        // The one type whose name makes others shorter that follow.
        match record.rtype() {
            RecordType::CNAME | RecordType::NS => self.name(&data),
            RecordType::SOA => self.names(&data, 2),
            _ => self.message.extend_from_slice(&data),
        }
        let length = u16::try_from(self.message.len() - start).unwrap_or(u16::MAX);
        self.message[fixed + 8..start].copy_from_slice(&length.to_be_bytes());
        fixed
    }

    /// Writes `count` names and what stands behind them.
    fn names(&mut self, data: &[u8], count: usize) {
        let mut at = 0;
        for _ in 0..count {
            let Ok((name, end)) = Name::read(data, at) else { break };
            self.name(name.wire());
            at = end;
        }
        self.message.extend_from_slice(data.get(at..).unwrap_or_default());
    }

    /// Writes a name, the end of which points to where it already stands, if it does.
    fn name(&mut self, wire: &[u8]) {
        let start = self.message.len();
        for suffix in super::suffixes(wire).filter(|suffix| suffix.len() > 1) {
            let Some(at) = self.names.iter().copied().find(|at| self.stands_at(*at, suffix)) else { continue };
            let before = wire.len() - suffix.len();
            self.message.extend_from_slice(wire.get(..before).unwrap_or_default());
            self.message.extend((0xC000 | at).to_be_bytes());
            return self.learn_labels(start, before);
        }
        self.message.extend_from_slice(wire);
        self.learn_labels(start, wire.len().saturating_sub(1));
    }

    /// Whether this name stands there, in the same case.
    fn stands_at(&self, at: u16, wire: &[u8]) -> bool {
        Name::read(&self.message, at.into()).is_ok_and(|(name, _)| name.wire() == wire)
    }

    /// Notes the name at `start`.
    fn learn(&mut self, start: usize) {
        let length = Name::read(&self.message, start).map_or(0, |(name, _)| name.wire().len());
        self.learn_labels(start, length.saturating_sub(1));
    }

    /// Notes where the labels begin that take `length` octets from `start` on.
    fn learn_labels(&mut self, start: usize, length: usize) {
        let mut at = start;
        while at < start + length.min(MAX_NAME) && at <= FARTHEST && self.names.len() < MOST_NAMES {
            self.names.extend(u16::try_from(at));
            at += usize::from(self.message.get(at).copied().unwrap_or(0)) + 1;
        }
    }
}

const _: () =
    assert!(Section::Answer as usize == 0 && Section::Additional as usize == 2, "sections are counted in order");

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;

    use super::*;
    use crate::dns::{Class, EdeCode, Outcome, fixture::ALIASED};

    /// `a.b` A: an alias to `c.b` with its signature, an address of `c.b`, whose name points into the signature, an NSEC record
    /// and an SOA.
    const SIGNED: &[u8] = b"\x12\x34\x81\xa0\0\x01\0\x03\0\x02\0\0\x01a\x01b\0\0\x01\0\x01\
        \xc0\x0c\0\x05\0\x01\0\0\0\x3c\0\x04\x01c\xc0\x0e\
        \xc0\x0c\0\x2e\0\x01\0\0\0\x3c\0\x15\0\x05\x0d\x02\0\0\0\x3c\0\0\0\0\0\0\0\0\0\0\x01b\0\
        \xc0\x25\0\x01\0\x01\0\0\0\x1e\0\x04\x01\x02\x03\x04\
        \x01x\xc0\x47\0\x2f\0\x01\0\0\0\x3c\0\x03\x01b\0\
        \xc0\x0e\0\x06\0\x01\0\0\0\x3c\0\x1a\x01n\xc0\x0e\x01h\xc0\x0e\0\0\0\x01\0\0\0\x02\0\0\0\x03\0\0\0\x04\0\0\0\x05";

    type Told = (String, RecordType, u32, Vec<u8>, Section);

    fn told(answer: &Answer, with_proofs: bool) -> Vec<Told> {
        let proofs = [RecordType::RRSIG, RecordType::NSEC, RecordType::NSEC3];
        let kept =
            |record: &Record<'_>| with_proofs || record.rtype() == answer.rtype() || !proofs.contains(&record.rtype());
        let tell = |record: Record<'_>| {
            (
                record.owner().to_string(),
                record.rtype(),
                record.ttl(),
                record.data_uncompressed().into(),
                record.section(),
            )
        };
        answer.records().filter(kept).map(tell).collect()
    }

    /// Whether all names in the data of records can be read: what cannot is passed on as it came.
    fn is_readable(answer: &Answer) -> bool {
        let of_names = [
            RecordType::CNAME,
            RecordType::NS,
            RecordType::PTR,
            RecordType::DNAME,
            RecordType::SOA,
            RecordType::MX,
            RecordType::SRV,
        ];
        let mut records = answer.records().filter(|record| of_names.contains(&record.rtype()));
        records.all(|record| matches!(record.data_uncompressed(), Cow::Owned(_)))
    }

    #[test]
    fn signatures_are_left_away_and_nothing_else() {
        let answer = Answer::read(SIGNED).unwrap();
        let stripped = answer.without_signatures();
        assert_eq!(answer.records().count(), 5);
        assert_eq!(told(&stripped, true), told(&answer, false));
        assert_eq!((stripped.outcome(), stripped.lifetime()), (answer.outcome(), Some(30)));
        assert!(stripped.wire().len() < answer.wire().len());
        assert_eq!(Answer::read(stripped.wire()).unwrap().records().count(), 3);
        let other = Answer::read(ALIASED).unwrap();
        assert_eq!(other.without_signatures(), other, "with its reason");
    }

    #[test]
    fn what_is_proven_is_said_by_us_alone() {
        let mut answer = Answer::read(SIGNED).unwrap();
        assert!(!answer.is_authentic(), "the upstream said so");
        answer.set_authentic();
        assert!(answer.is_authentic() && answer.without_signatures().is_authentic());
        assert!(!answer.without_denial().is_authentic());
    }

    #[test]
    fn failures_have_their_reason() {
        let question = Question {
            name: "a.example".parse().unwrap(),
            rtype: RecordType::AAAA,
            class: Class::IN,
            dnssec_ok: true,
            checking_disabled: false,
        };
        let failure = Answer::failure(&question, &Ede::new(EdeCode::DNSSEC_BOGUS, "why"));
        assert_eq!((failure.rcode(), failure.outcome()), (Rcode::SERVFAIL, Outcome::Failure));
        assert_eq!((failure.name(), failure.rtype()), (question.name, RecordType::AAAA));
        assert_eq!(failure.ede(), Some(Ede::new(EdeCode::DNSSEC_BOGUS, "why")));
    }

    proptest! {
        #[test]
        fn no_answer_panics(changes in prop::collection::vec((0..SIGNED.len(), any::<u8>()), 0..8)) {
            let mut bytes = SIGNED.to_vec();
            for (at, octet) in changes {
                bytes[at] = octet;
            }
            if let Ok(answer) = Answer::read(&bytes) {
                let stripped = answer.without_signatures();
                if is_readable(&answer) {
                    prop_assert_eq!(told(&stripped, true), told(&answer, false));
                }
                prop_assert_eq!(stripped.outcome(), answer.outcome());
            }
        }
    }
}
