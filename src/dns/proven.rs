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
