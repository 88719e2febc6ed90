//! An answer as an upstream gave it: checked, its records found, what is ours to write (OPT) taken out, the rest kept
//! byte for byte.

use std::{
    borrow::Cow,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use super::{
    Class, Ede, Name, Outcome, Rcode, RecordType, Summary,
    private::leads_inside,
    query::{HEADER, question},
};

/// The key of an `ipv4hint` parameter (RFC 9460, section 14.3.2).
const IPV4_HINT: u16 = 4;
/// The key of an `ipv6hint` parameter.
const IPV6_HINT: u16 = 6;
/// The EDNS option of an extended error (RFC 8914).
pub(super) const EDE_OPTION: u16 = 15;
/// The most characters of an upstream's reason that are kept; the rest would crowd out nothing but records.
const LONGEST_REASON: usize = 160;
/// Header bits of the third octet that an answer from memory must not keep: AA.
const AUTHORITATIVE: u8 = 0x04;
/// The header bit of the fourth octet that says that the signatures prove an answer: AD. What an upstream says there is not
/// kept; it is set where that was found out here, and so travels with the answer, also through the cache.
pub(super) const AUTHENTIC: u8 = 0x20;

/// A checked answer without its OPT record, in one block: the message, where the fixed part of each record begins, and the
/// reason that the upstream gave. `B` owns the block or borrows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer<B = Box<[u8]>> {
    summary: Summary,
    bytes: B,
}

/// An answer whose bytes lie elsewhere.
pub type AnswerView<'a> = Answer<&'a [u8]>;

/// The part of a message that a record stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// What was asked for.
    Answer,
    /// Who says so.
    Authority,
    /// What may help.
    Additional,
}

/// Why bytes are not an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a DNS answer: {0}")]
pub struct NotAnAnswer(&'static str);

/// One record of an [`Answer`].
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    message: &'a [u8],
    owner: u16,
    fixed: u16,
    section: Section,
}

/// What was found while reading a message from its front.
struct Found {
    /// Where the message ends without OPT.
    end: usize,
    /// Where the fixed part of each record begins, two octets each.
    places: Vec<u8>,
    additional: u16,
    /// The upper bits of the response code.
    extended: u8,
    /// The code and the text of the extended error.
    reason: Vec<u8>,
}

impl Answer {
    /// Reads `bytes` as a response with exactly one question.
    ///
    /// # Errors
    /// When they are not, or when a record does not lie within them.
    pub fn read(bytes: &[u8]) -> Result<Self, NotAnAnswer> {
        let header = bytes.first_chunk::<HEADER>().ok_or(NotAnAnswer("shorter than a header"))?;
        let count = |at: usize| u16::from_be_bytes([header[at], header[at + 1]]);
        if header[2] & 0x80 == 0 || header[2] & 0x78 != 0 {
            return Err(NotAnAnswer("not a response to a query"));
        }
        if count(4) != 1 || bytes.len() > usize::from(u16::MAX) {
            return Err(NotAnAnswer("not exactly one question"));
        }
        let question = question(bytes).ok_or(NotAnAnswer("a question that cannot be read"))?;
        let found = Found::walk(bytes, question.end, [count(6), count(8), count(10)])?;
        let mut block = Vec::with_capacity(found.end + found.places.len() + found.reason.len());
        block.extend_from_slice(bytes.get(..found.end).unwrap_or_default());
        block.extend_from_slice(&found.places);
        block.extend_from_slice(&found.reason);
        block[2] &= !AUTHORITATIVE;
        block[3] &= !AUTHENTIC;
        for place in found.places.as_chunks::<2>().0 {
            change_ttl(&mut block, u16::from_be_bytes(*place), |ttl| ttl);
        }
        block[10..HEADER].copy_from_slice(&found.additional.to_be_bytes());
        let length = |octets: usize| u16::try_from(octets).map_err(|_| NotAnAnswer("longer than a message"));
        let summary = Summary {
            rcode: Rcode(u16::from(header[3] & 0x0F) | u16::from(found.extended) << 4),
            ..Summary::of_lengths(length(question.name.len())?, length(found.end)?, length(found.reason.len())?)
        };
        Ok(Self::judged(summary, block.into_boxed_slice()))
    }

    /// The answer that `bytes` are by `summary`, and what it says.
    pub(super) fn judged(summary: Summary, bytes: Box<[u8]>) -> Self {
        let mut answer = Self { summary, bytes };
        answer.summary = Summary::judged(answer.view());
        answer
    }

    /// Its bytes, of which only flags may be changed.
    pub(super) fn block_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// Moves every TTL into `min..=max` seconds.
    pub fn clamp_ttls(&mut self, min: u32, max: u32) {
        let places: Vec<u16> = self.records().map(|record| record.fixed).collect();
        for fixed in places {
            change_ttl(&mut self.bytes, fixed, |ttl| ttl.min(max).max(min));
        }
        self.summary = Summary::judged(self.view());
    }
}

impl Found {
    /// Notes every record up to the OPT record, whose content goes into fields of its own; what follows OPT in the
    /// additional section is left away.
    fn walk(bytes: &[u8], at: usize, counts: [u16; 3]) -> Result<Self, NotAnAnswer> {
        let cut_off = NotAnAnswer("a record that is cut off");
        let mut found = Self { end: at, places: Vec::new(), additional: 0, extended: 0, reason: Vec::new() };
        for (section, count) in [Section::Answer, Section::Authority, Section::Additional].into_iter().zip(counts) {
            for _ in 0..count {
                let (owner, fixed) =
                    Name::read(bytes, found.end).map_err(|_| NotAnAnswer("a name that cannot be read"))?;
                let fields = bytes.get(fixed..).and_then(<[u8]>::first_chunk::<10>).ok_or(cut_off)?;
                let end = fixed + 10 + usize::from(u16::from_be_bytes([fields[8], fields[9]]));
                let data = bytes.get(fixed + 10..end).ok_or(cut_off)?;
                if RecordType(u16::from_be_bytes([fields[0], fields[1]])) == RecordType::OPT {
                    if section != Section::Additional || !owner.is_root() {
                        return Err(NotAnAnswer("an OPT record out of place"));
                    }
                    found.extended = fields[4];
                    found.reason = extended_error(data).unwrap_or_default();
                    return Ok(found);
                }
                found.places.extend(u16::try_from(fixed).map_err(|_| cut_off)?.to_be_bytes());
                found.additional += u16::from(section == Section::Additional);
                found.end = end;
            }
        }
        Ok(found)
    }
}

impl<'a> AnswerView<'a> {
    /// An answer of `summary` that lies in `bytes`, as [`Answer::block`] gave them.
    #[must_use]
    pub fn of_block(summary: Summary, bytes: &'a [u8]) -> Self {
        Self { summary, bytes }
    }

    /// The same answer in a block of its own.
    #[must_use]
    pub fn to_owned(self) -> Answer {
        Answer { summary: self.summary, bytes: self.bytes.into() }
    }

    fn message(self) -> &'a [u8] {
        self.bytes.get(..usize::from(self.summary.message)).unwrap_or_default()
    }

    #[inline]
    fn all_records(self) -> impl Iterator<Item = Record<'a>> {
        let (message, first) = (self.message(), self.word(6));
        let second = first.saturating_add(self.word(8));
        let places = self.summary.places(self.bytes).as_chunks::<2>().0;
        let mut owner = self.summary.question_end();
        places.iter().zip(0_u16..).map(move |(place, position)| {
            let section = match position {
                _ if position < first => Section::Answer,
                _ if position < second => Section::Authority,
                _ => Section::Additional,
            };
            let record = Record { message, owner, fixed: u16::from_be_bytes(*place), section };
            owner = record.end();
            record
        })
    }

    fn word(self, at: usize) -> u16 {
        self.bytes.get(at..).and_then(<[u8]>::first_chunk::<2>).map_or(0, |octets| u16::from_be_bytes(*octets))
    }
}

impl<B: AsRef<[u8]>> Answer<B> {
    /// The same answer, its bytes borrowed.
    #[must_use]
    pub fn view(&self) -> AnswerView<'_> {
        Answer { summary: self.summary, bytes: self.bytes.as_ref() }
    }

    /// What is known of the answer without reading it.
    #[must_use]
    pub fn summary(&self) -> Summary {
        self.summary
    }

    /// All its bytes: the message, and behind it what [`Summary`] finds there.
    #[must_use]
    pub fn block(&self) -> &[u8] {
        self.bytes.as_ref()
    }

    /// The message without OPT: id and flags as they came, but for AA.
    #[must_use]
    pub fn wire(&self) -> &[u8] {
        self.view().message()
    }

    /// The name that was asked, in the case the upstream repeated.
    #[must_use]
    pub fn name(&self) -> Name {
        Name::read(self.wire(), HEADER).map_or(Name::ROOT, |(name, _)| name)
    }

    /// The type that was asked.
    #[must_use]
    pub fn rtype(&self) -> RecordType {
        RecordType(self.view().word(usize::from(self.summary.question_end()) - 4))
    }

    /// The class that was asked.
    #[must_use]
    pub fn class(&self) -> Class {
        Class(self.view().word(usize::from(self.summary.question_end()) - 2))
    }

    /// The id that the upstream repeated.
    #[must_use]
    pub fn id(&self) -> u16 {
        self.view().word(0)
    }

    /// The response code with its extended bits.
    #[must_use]
    pub fn rcode(&self) -> Rcode {
        self.summary.rcode
    }

    /// Whether the upstream cut the answer short (TC).
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.view().word(2) & 0x0200 != 0
    }

    /// The extended error that the upstream gave.
    #[must_use]
    pub fn ede(&self) -> Option<Ede> {
        Ede::from_octets(self.summary.reason(self.bytes.as_ref()))
    }

    /// The records in the order of the message.
    pub fn records(&self) -> impl Iterator<Item = Record<'_>> {
        self.view().all_records()
    }

    /// The records of the answer section.
    pub fn answers(&self) -> impl Iterator<Item = Record<'_>> {
        self.records().take_while(|record| record.section() == Section::Answer)
    }

    /// Whether the additional section gives an address that leads into the house of whoever asked.
    #[must_use]
    pub fn extras_lead_inside(&self) -> bool {
        let mut extras = self.records().filter(|record| record.section() == Section::Additional);
        self.summary.leads_inside && extras.any(|record| record.addresses().any(leads_inside))
    }

    /// The same answer without its additional section.
    #[must_use]
    pub fn without_additional(&self) -> Answer {
        let kept = self.records().take_while(|record| record.section() != Section::Additional);
        let (count, end) = kept.fold((0, self.summary.question_end()), |(count, _), record| (count + 1, record.end()));
        let (view, length) = (self.view(), usize::from(end));
        let places = view.summary.places(view.bytes).get(..2 * count).unwrap_or_default();
        let message = view.bytes.get(..length).unwrap_or_default();
        let mut block = [message, places, view.summary.reason(view.bytes)].concat();
        if let Some(additional) = block.get_mut(10..HEADER) {
            additional.fill(0);
        }
        Answer::judged(Summary { message: end, ..self.summary }, block.into_boxed_slice())
    }

    /// The same answer with the code NOERROR: one that says that a name does not exist then says that it has no data.
    #[must_use]
    pub fn without_denial(&self) -> Answer {
        let mut bytes: Box<[u8]> = self.view().bytes.into();
        if let Some(code) = bytes.get_mut(3) {
            // It is not what was proven any more.
            *code &= 0xF0 & !AUTHENTIC;
        }
        Answer::judged(Summary { rcode: Rcode::NOERROR, ..self.summary }, bytes)
    }

    /// What the answer says of the question. An alias without its end is a NODATA, or an NXDOMAIN by code.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.summary.outcome
    }

    /// How many seconds the answer may be used: the smallest TTL of its answer section, and for a negative answer also the
    /// SOA's TTL and minimum (RFC 2308, section 5). `None`: a negative answer without an SOA, or a failure.
    #[must_use]
    pub fn lifetime(&self) -> Option<u32> {
        self.summary.lifetime
    }

    /// The names that the answer leads on to: targets of CNAME and DNAME, and of SVCB and HTTPS (RFC 9460, section 2.4).
    pub fn targets(&self) -> impl Iterator<Item = Name> {
        self.answers().take_while(|_| self.summary.leads_on).filter_map(|record| record.target())
    }

    /// The addresses that the answer gives: A, AAAA, and the hints of SVCB and HTTPS.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        self.records().filter(|record| record.section() != Section::Authority).flat_map(Record::addresses)
    }
}

impl<'a> Record<'a> {
    /// The name that the record belongs to.
    #[must_use]
    pub fn owner(&self) -> Name {
        Name::read(self.message, usize::from(self.owner)).map_or(Name::ROOT, |(name, _)| name)
    }

    /// Its type.
    #[must_use]
    pub fn rtype(&self) -> RecordType {
        RecordType(self.word(0))
    }

    /// Its class.
    #[must_use]
    pub fn class(&self) -> Class {
        Class(self.word(2))
    }

    /// Its lifetime in seconds; values with the top bit set are 0 (RFC 2181, section 8).
    #[must_use]
    pub fn ttl(&self) -> u32 {
        let fixed = usize::from(self.fixed);
        self.message.get(fixed + 4..).and_then(<[u8]>::first_chunk::<4>).map_or(0, |octets| read_ttl(*octets))
    }

    /// Its section.
    #[must_use]
    pub fn section(&self) -> Section {
        self.section
    }

    /// Its data as it stands in the message; names in it may be compressed.
    #[must_use]
    pub fn data(&self) -> &'a [u8] {
        let start = usize::from(self.fixed) + 10;
        self.message.get(start..start + usize::from(self.word(8))).unwrap_or_default()
    }

    /// Its data with the names in it written out, so that it can stand in another message. Only the types of RFC 1035 and
    /// a few old ones may hold compressed names (RFC 3597, section 4); SRV has been seen with them (RFC 2782).
    #[must_use]
    pub fn data_uncompressed(&self) -> Cow<'a, [u8]> {
        let (before, names) = match self.rtype() {
            RecordType::CNAME | RecordType::NS | RecordType::PTR | RecordType::DNAME => (0, 1),
            RecordType::SOA => (0, 2),
            RecordType::MX => (2, 1),
            RecordType::SRV => (6, 1),
            _ => return Cow::Borrowed(self.data()),
        };
        self.written_out(before, names).map_or(Cow::Borrowed(self.data()), Cow::Owned)
    }

    /// The data with `names` names that begin `before` octets into it written out.
    fn written_out(&self, before: usize, names: usize) -> Option<Vec<u8>> {
        let start = usize::from(self.fixed) + 10;
        let mut data = self.message.get(start..start + before)?.to_vec();
        let mut at = start + before;
        for _ in 0..names {
            let (name, next) = Name::read(self.message, at).ok()?;
            data.extend_from_slice(name.wire());
            at = next;
        }
        data.extend_from_slice(self.message.get(at..start + self.data().len())?);
        Some(data)
    }

    /// The name that the record leads on to, if its type is one that does.
    #[must_use]
    pub fn target(&self) -> Option<Name> {
        let start = usize::from(self.fixed) + 10;
        let at = match self.rtype() {
            RecordType::CNAME | RecordType::DNAME => start,
            RecordType::SVCB | RecordType::HTTPS => start + 2,
            _ => return None,
        };
        let (target, _) = Name::read(self.message, at).ok()?;
        (!target.is_root()).then_some(target)
    }

    /// The addresses that the record gives.
    fn addresses(self) -> impl Iterator<Item = IpAddr> {
        let data = self.data();
        let (v4, v6): (&[u8], &[u8]) = match self.rtype() {
            RecordType::A => (data, &[]),
            RecordType::AAAA => (&[], data),
            RecordType::SVCB | RecordType::HTTPS => (hint(data, IPV4_HINT), hint(data, IPV6_HINT)),
            _ => (&[], &[]),
        };
        let v4 = v4.as_chunks::<4>().0.iter().map(|octets| IpAddr::V4(Ipv4Addr::from(*octets)));
        v4.chain(v6.as_chunks::<16>().0.iter().map(|octets| IpAddr::V6(Ipv6Addr::from(*octets))))
    }

    /// Where in the message it ends.
    fn end(&self) -> u16 {
        self.fixed.saturating_add(10).saturating_add(self.word(8))
    }

    fn word(&self, at: usize) -> u16 {
        let at = usize::from(self.fixed) + at;
        self.message.get(at..).and_then(<[u8]>::first_chunk::<2>).map_or(0, |octets| u16::from_be_bytes(*octets))
    }
}

/// Changes the TTL of the record whose fields begin at `fixed`.
fn change_ttl(block: &mut [u8], fixed: u16, change: impl FnOnce(u32) -> u32) {
    if let Some(octets) = block.get_mut(usize::from(fixed) + 4..).and_then(<[u8]>::first_chunk_mut::<4>) {
        *octets = change(read_ttl(*octets)).to_be_bytes();
    }
}

fn read_ttl(octets: [u8; 4]) -> u32 {
    let ttl = u32::from_be_bytes(octets);
    if ttl > i32::MAX.unsigned_abs() { 0 } else { ttl }
}

/// The value of one parameter of SVCB data (RFC 9460, section 2.2); its target name is never compressed.
fn hint(data: &[u8], wanted: u16) -> &[u8] {
    let Some((_, mut at)) = data.get(2..).and_then(|rest| Name::read(rest, 0).ok()) else {
        return &[];
    };
    at += 2;
    while let Some(head) = data.get(at..).and_then(<[u8]>::first_chunk::<4>) {
        let end = at + 4 + usize::from(u16::from_be_bytes([head[2], head[3]]));
        if u16::from_be_bytes([head[0], head[1]]) == wanted {
            return data.get(at + 4..end).unwrap_or_default();
        }
        at = end;
    }
    &[]
}

/// The code and the text of the first extended error among EDNS options.
fn extended_error(mut options: &[u8]) -> Option<Vec<u8>> {
    while let Some(head) = options.first_chunk::<4>() {
        let end = 4 + usize::from(u16::from_be_bytes([head[2], head[3]]));
        let value = options.get(4..end)?;
        if let (EDE_OPTION, Some(code)) = (u16::from_be_bytes([head[0], head[1]]), value.first_chunk::<2>()) {
            // It is shown to people, also on terminals, which act on some characters.
            let text = String::from_utf8_lossy(&value[2..]);
            let text: String = text.chars().filter(|shown| !shown.is_control()).take(LONGEST_REASON).collect();
            return Some([code, text.as_bytes()].concat());
        }
        options = &options[end..];
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dns::{EdeCode, fixture::ALIASED};

    #[test]
    fn an_aliased_answer() {
        let answer = Answer::read(ALIASED).unwrap();
        assert_eq!((answer.id(), answer.rcode(), answer.outcome()), (0x1234, Rcode::NOERROR, Outcome::Positive));
        assert_eq!(answer.lifetime(), Some(30));
        assert_eq!(answer.targets().collect::<Vec<_>>(), ["x.mi.com".parse::<Name>().unwrap()]);
        assert_eq!(answer.addresses().map(|a| a.to_string()).collect::<Vec<_>>(), ["1.2.3.4", "192.168.0.1"]);
        assert_eq!(answer.ede(), Some(Ede { code: EdeCode::STALE_ANSWER, text: "ok".into() }));
        assert_eq!((answer.wire()[11], answer.wire().len()), (0, ALIASED.len() - 19), "OPT is taken out");
        assert_eq!(answer.wire()[2] & AUTHORITATIVE, 0);
        let owners: Vec<_> = answer.records().map(|record| record.owner().to_string()).collect();
        assert_eq!(owners, ["www.mi.com", "x.mi.com", "x.mi.com"]);
    }

    #[test]
    fn a_reason_holds_nothing_that_a_terminal_acts_on() {
        let reason = extended_error(b"\0\x0f\0\x08\0\x16a\x1b[2\x07b").unwrap();
        assert_eq!(Ede::from_octets(&reason).unwrap().text, "a[2b");
    }

    #[test]
    fn the_additional_section_can_be_left_away() {
        let mut bytes = ALIASED.to_vec();
        (bytes[7], bytes[11]) = (2, 2);
        let answer = Answer::read(&bytes).unwrap();
        assert!(answer.extras_lead_inside());
        let less = answer.without_additional();
        assert!(!less.extras_lead_inside());
        assert_eq!(less.addresses().map(|a| a.to_string()).collect::<Vec<_>>(), ["1.2.3.4"]);
        assert_eq!(Answer::read(less.wire()).unwrap().wire(), less.wire());
        assert_eq!((less.records().count(), less.ede()), (2, answer.ede()));
    }

    #[test]
    fn negative_lifetimes_come_from_the_soa() {
        let check = |rcode: u8, ttl: u8, minimum: u8, expected: Option<u32>| {
            let mut bytes =
                b"\0\0\x80\x80\0\x01\0\0\0\x01\0\0\x02mi\x03com\0\0\x01\0\x01\xc0\x0c\0\x06\0\x01\0\0\0".to_vec();
            bytes[3] |= rcode;
            bytes.extend([ttl, 0, 22, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, minimum]);
            assert_eq!(Answer::read(&bytes).unwrap().lifetime(), expected);
        };
        check(0, 60, 30, Some(30));
        check(3, 20, 30, Some(20));
        check(2, 20, 30, None);
    }

    #[test]
    fn hints_of_https_records_are_addresses() {
        let data = b"\0\x01\x01t\0\0\x01\0\x03\x02h2\0\x04\0\x08\x01\x02\x03\x04\x05\x06\x07\x08\0\x06\0\x10\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01";
        let mut bytes =
            b"\0\0\x80\x80\0\x01\0\x01\0\0\0\0\x02mi\x03com\0\0\x41\0\x01\xc0\x0c\0\x41\0\x01\0\0\0\x01".to_vec();
        bytes.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        bytes.extend(data);
        let answer = Answer::read(&bytes).unwrap();
        assert_eq!(answer.addresses().map(|a| a.to_string()).collect::<Vec<_>>(), ["1.2.3.4", "5.6.7.8", "fd00::1"]);
        assert_eq!(answer.targets().collect::<Vec<_>>(), ["t".parse::<Name>().unwrap()]);
    }

    #[test]
    fn data_can_move_to_another_message() {
        let answer = Answer::read(ALIASED).unwrap();
        let data: Vec<_> = answer.records().map(|record| record.data_uncompressed().into_owned()).collect();
        assert_eq!(data[0], b"\x01x\x02mi\x03com\0");
        assert_eq!(data[1], [1, 2, 3, 4]);
    }

    #[test]
    fn bytes_that_are_no_answer() {
        let check = |at: usize, octet: u8| {
            let mut bytes = ALIASED.to_vec();
            bytes[at] = octet;
            assert!(Answer::read(&bytes).is_err(), "octet {at} set to {octet}");
        };
        check(2, 0x05);
        check(2, 0xA5);
        check(5, 0);
        check(5, 2);
        check(7, 9);
        check(12, 0xC1);
    }

    #[test]
    fn a_lifetime_with_the_top_bit_set_is_passed_on_as_none() {
        let place = usize::from(Answer::read(ALIASED).unwrap().records().next().unwrap().fixed) + 4;
        let mut bytes = ALIASED.to_vec();
        bytes[place] |= 0x80;
        assert_eq!(Answer::read(&bytes).unwrap().block()[place..place + 4], [0; 4]);
    }

    #[test]
    fn lifetimes_are_clamped_in_place() {
        let mut answer = Answer::read(ALIASED).unwrap();
        answer.clamp_ttls(40, 50);
        assert_eq!(answer.records().map(|record| record.ttl()).collect::<Vec<_>>(), [50, 40, 40]);
    }

    proptest! {
        #[test]
        fn no_damage_panics(at in 0..ALIASED.len(), octet: u8, cut in 0..=ALIASED.len()) {
            let mut bytes = ALIASED.to_vec();
            bytes[at] = octet;
            bytes.truncate(cut);
            if let Ok(answer) = Answer::read(&bytes) {
                let _ = (answer.lifetime(), answer.targets().count(), answer.addresses().count(), answer.outcome());
            }
        }
    }
}
