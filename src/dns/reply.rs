//! Building replies. Every reply of every transport is written here: question case kept, id and flags of its asker, TTLs
//! counted down, OPT with the reason, the size limit and TC.

use super::{
    Answer, AnswerView, Ede, Name, Query, Rcode, RecordType, Refusal, Section, Summary,
    answer::{AUTHENTIC, EDE_OPTION, Record},
    query::{HEADER, UDP_PAYLOAD, question},
};

/// The block that replies over encrypted transports are padded to (RFC 8467, section 4.1).
const PADDING_BLOCK: usize = 468;
/// A pointer to the name of the question.
const QUESTION: [u8; 2] = [0xC0, 12];
/// The fixed part of an OPT record.
const OPT_FIXED: usize = 11;
/// What it begins with: the root as its owner, and its type.
const OPT_START: [u8; 3] = [0, 0, 41];
/// The data of the SOA of negative answers up to the last field: names that lead nowhere, and timers nobody uses.
const SOA: &[u8] = b"\x09localhost\0\x06nobody\x07invalid\0\0\0\0\x01\0\0\x0e\x10\0\0\x04\xb0\0\x09\x3a\x80";

/// What the transport and the path of a reply add to its content.
#[derive(Clone, Copy, Debug, Default)]
pub struct Frame<'a> {
    /// The most octets the transport carries.
    pub limit: usize,
    /// Whether the transport is encrypted, so that padding hides something.
    pub padded: bool,
    /// The reason to state, if any.
    pub ede: Option<&'a Ede>,
}

/// How the TTLs of a stored answer are stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ttls {
    /// Counted down by this many seconds.
    Aged(u32),
    /// All the same, as for a stale answer (RFC 8767, section 5).
    Fixed(u32),
}

impl Ttls {
    fn of(self, ttl: u32) -> u32 {
        match self {
            Self::Aged(age) => ttl.saturating_sub(age),
            Self::Fixed(ttl) => ttl,
        }
    }
}

/// Writes a reply made here, record by record, behind what `out` already holds.
pub struct ReplyWriter<'o> {
    out: &'o mut Vec<u8>,
    start: usize,
}

/// Whose word a reply is: sets the AA bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authority {
    /// Data that is kept here.
    Own,
    /// Anything else.
    None,
}

impl<'o> ReplyWriter<'o> {
    /// Begins a reply: header and question.
    pub fn new(out: &'o mut Vec<u8>, query: &Query, rcode: Rcode, authority: Authority) -> Self {
        let start = out.len();
        let own = if authority == Authority::Own { 0x04 } else { 0 };
        let [high, low] = query.id.to_be_bytes();
        let flags = [0x80 | own | u8::from(query.recursion_desired), 0x80 | checking(query) | low_code(query, rcode)];
        out.extend_from_slice(&[high, low, flags[0], flags[1], 0, 1, 0, 0, 0, 0, 0, 0]);
        out.extend_from_slice(query.name.wire());
        let ([t0, t1], [c0, c1]) = (query.rtype.0.to_be_bytes(), query.class.0.to_be_bytes());
        out.extend_from_slice(&[t0, t1, c0, c1]);
        Self { out, start }
    }

    /// Adds a record of the name in question to the answer section. `data` is in wire form.
    #[inline]
    pub fn answer(&mut self, rtype: RecordType, ttl: u32, data: &[u8]) {
        push_record(self.out, &QUESTION, rtype, ttl, data);
        self.count(6);
    }

    /// Adds a record of another name to the answer section.
    pub fn answer_of(&mut self, owner: &Name, rtype: RecordType, ttl: u32, data: &[u8]) {
        push_record(self.out, owner.wire(), rtype, ttl, data);
        self.count(6);
    }

    /// Adds a record of another message, to the section that it has there; the additional section is left away.
    pub fn copy(&mut self, record: Record<'_>, ttls: Ttls) {
        let count_at = match record.section() {
            Section::Answer => 6,
            Section::Authority => 8,
            Section::Additional => return,
        };
        let ttl = ttls.of(record.ttl());
        push_record(self.out, record.owner().wire(), record.rtype(), ttl, &record.data_uncompressed());
        self.count(count_at);
    }

    /// Adds the SOA that says how long a negative answer may be kept (RFC 2308, section 3).
    pub fn negative(&mut self, ttl: u32) {
        self.push_soa(&QUESTION, ttl);
    }

    /// The same for an answer that says of `name`, to which aliases led, that it does not exist or has no data: the SOA is of
    /// a zone of that name, not of the one in question (RFC 2308, section 2).
    pub fn negative_of(&mut self, name: &Name, ttl: u32) {
        self.push_soa(name.wire(), ttl);
    }

    fn push_soa(&mut self, owner: &[u8], ttl: u32) {
        let mut data = [0; SOA.len() + size_of::<u32>()];
        let (start, minimum) = data.split_at_mut(SOA.len());
        start.copy_from_slice(SOA);
        minimum.copy_from_slice(&ttl.to_be_bytes());
        push_record(self.out, owner, RecordType::SOA, ttl, &data);
        self.count(8);
    }

    /// Ends the reply: OPT, size limit.
    pub fn finish(self, query: &Query, rcode: Rcode, frame: Frame<'_>) {
        finish(self.out, self.start, query, rcode, frame);
    }

    fn count(&mut self, at: usize) {
        let at = self.start + at;
        if let Some(octets) = self.out.get_mut(at..at + 2).and_then(<[u8]>::first_chunk_mut::<2>) {
            *octets = u16::from_be_bytes(*octets).saturating_add(1).to_be_bytes();
        }
    }
}

/// Writes `answer` as the reply to `query`: its own id, flags and question case, the records byte for byte. An answer to
/// another question is an NXDOMAIN that covers this one too (RFC 8020).
pub fn from_answer<B: AsRef<[u8]>>(out: &mut Vec<u8>, query: &Query, answer: &Answer<B>, ttls: Ttls, frame: Frame<'_>) {
    if answer.summary().name_length() != query.name.wire().len() {
        return from_denial(out, query, answer.view(), ttls, frame);
    }
    let start = out.len();
    out.extend_from_slice(answer.block());
    from_block(out, start, query, answer.summary(), ttls, frame);
}

/// Makes the block of an answer that lies at the end of `out`, from `start`, the reply to `query`, which asks for the same
/// name; for another type, when the answer is an NXDOMAIN (RFC 8020).
pub fn from_block(out: &mut Vec<u8>, start: usize, query: &Query, summary: Summary, ttls: Ttls, frame: Frame<'_>) {
    let Some((message, behind)) =
        out.get_mut(start..).and_then(|block| block.split_at_mut_checked(usize::from(summary.message)))
    else {
        return;
    };
    let places = summary.places_behind(behind);
    for place in places.as_chunks::<2>().0 {
        let at = usize::from(u16::from_be_bytes(*place)) + 4;
        if let Some(octets) = message.get_mut(at..).and_then(<[u8]>::first_chunk_mut::<4>) {
            *octets = ttls.of(u32::from_be_bytes(*octets)).to_be_bytes();
        }
    }
    let Some((header, rest)) = message.split_first_chunk_mut::<HEADER>() else {
        return;
    };
    header[..2].copy_from_slice(&query.id.to_be_bytes());
    header[2] = 0x80 | u8::from(query.recursion_desired);
    header[3] = 0x80 | header[3] & authentic(query, ttls) | checking(query) | low_code(query, summary.rcode);
    let name = query.name.wire();
    if let Some((question, rest)) = rest.split_at_mut_checked(name.len()) {
        question.copy_from_slice(name);
        if let Some(rtype) = rest.first_chunk_mut::<2>() {
            *rtype = query.rtype.0.to_be_bytes();
        }
    }
    out.truncate(start + usize::from(summary.message));
    finish(out, start, query, summary.rcode, frame);
}

/// Writes what `answer` says of a name that does not exist as the reply to `query`, which asks for another type of it or for
/// a name below. Its records point into its own question, so that they are written out.
fn from_denial(out: &mut Vec<u8>, query: &Query, answer: AnswerView<'_>, ttls: Ttls, frame: Frame<'_>) {
    let mut writer = ReplyWriter::new(out, query, answer.rcode(), Authority::None);
    for record in answer.records() {
        writer.copy(record, ttls);
    }
    writer.finish(query, answer.rcode(), frame);
}

/// Writes a reply that holds nothing but a code and its reason.
pub fn bare(out: &mut Vec<u8>, query: &Query, rcode: Rcode, frame: Frame<'_>) {
    ReplyWriter::new(out, query, rcode, Authority::None).finish(query, rcode, frame);
}

/// Writes the answer to a query that was refused before it was understood.
pub fn refusal(out: &mut Vec<u8>, refusal: &Refusal) {
    out.extend(refusal.id.to_be_bytes());
    out.extend([0x80 | refusal.opcode << 3 | u8::from(refusal.recursion_desired), 0x80 | refusal.rcode.low()]);
    out.extend([0, u8::from(refusal.question.is_some()), 0, 0, 0, 0, 0, u8::from(refusal.edns)]);
    if let Some((name, rtype, class)) = &refusal.question {
        out.extend_from_slice(name.wire());
        out.extend(rtype.0.to_be_bytes());
        out.extend(class.0.to_be_bytes());
    }
    if refusal.edns {
        push_opt_head(out, refusal.rcode, false, 0);
    }
}

/// The part of `rcode` that stands in the header. The other part needs OPT; without, a failure is all that can be said.
fn low_code(query: &Query, rcode: Rcode) -> u8 {
    if query.edns.is_none() && rcode.high() > 0 { Rcode::SERVFAIL.low() } else { rcode.low() }
}

/// The bit that says that the signatures prove an answer, for whoever wants to know (RFC 6840, section 5.8), unless it is past
/// its end.
fn authentic(query: &Query, ttls: Ttls) -> u8 {
    let wants = (query.authentic_data || query.dnssec_ok()) && !query.checking_disabled;
    if wants && matches!(ttls, Ttls::Aged(_)) { AUTHENTIC } else { 0 }
}

fn checking(query: &Query) -> u8 {
    if query.checking_disabled { 0x10 } else { 0 }
}

#[inline]
fn push_record(out: &mut Vec<u8>, owner: &[u8], rtype: RecordType, ttl: u32, data: &[u8]) {
    out.extend_from_slice(owner);
    let ([t0, t1], [s0, s1, s2, s3], [l0, l1]) = (rtype.0.to_be_bytes(), ttl.to_be_bytes(), octets(data.len()));
    out.extend_from_slice(&[t0, t1, 0, 1, s0, s1, s2, s3, l0, l1]);
    out.extend_from_slice(data);
}

/// Cuts a reply that is on its way to its question and OPT (TC), because the network does not take as much as the client (RFC
/// 9715, section 3.1). Returns whether there was anything to cut.
pub fn cut(reply: &mut Vec<u8>) -> bool {
    let (Some(question), length) = (question(reply), reply.len()) else { return false };
    let (end, opt) = (question.end, opt_of(reply));
    if end + opt.map_or(0, |opt| opt.len()) >= length {
        return false;
    }
    cut_behind(reply, 0, end);
    if let Some([head @ .., _, _]) = opt {
        // What its options say is for the whole reply.
        reply.extend_from_slice(&head);
        reply.extend_from_slice(&[0, 0]);
        reply[HEADER - 1] = 1;
    }
    true
}

/// The fixed part of OPT, which is the last record of a reply that has it.
fn opt_of(reply: &[u8]) -> Option<[u8; OPT_FIXED]> {
    let records = count(reply, 6) + count(reply, 8) + count(reply, 10);
    let at = end_of(reply, records.checked_sub(1)?, usize::MAX)?;
    reply.get(at..)?.first_chunk().filter(|opt| opt.starts_with(&OPT_START)).copied()
}

/// Leaves nothing of the message from `start` on that stands behind its question, which ends at `end`, and says so (TC).
fn cut_behind(out: &mut Vec<u8>, start: usize, end: usize) {
    out.truncate(end);
    out[start + 2] |= 0x02;
    out[start + 6..start + HEADER].fill(0);
}

/// Adds OPT where the query had one and keeps the reply within the limit: first the reason goes, then the additional section
/// (RFC 2181, section 9), then all records (TC).
fn finish(out: &mut Vec<u8>, start: usize, query: &Query, rcode: Rcode, frame: Frame<'_>) {
    let opt = if query.edns.is_some() { OPT_FIXED } else { 0 };
    let mut reason = frame.ede.filter(|_| opt > 0).map_or(0, |ede| 6 + ede.text.len());
    let room = frame.limit.saturating_sub(opt);
    if out.len() - start > room && !leave_additional(out, start, room) {
        cut_behind(out, start, start + HEADER + query.name.wire().len() + 4);
        reason = 0;
    }
    if opt > 0 {
        let with_reason = reason > 0 && out.len() - start + reason <= room;
        push_opt(out, start, query, rcode, frame, with_reason);
    }
}

/// Leaves the additional section of the message from `start` away if the others fit in `room` octets, and returns whether.
#[cold]
fn leave_additional(out: &mut Vec<u8>, start: usize, room: usize) -> bool {
    let message = out.get(start..).unwrap_or_default();
    let Some(end) = end_of(message, count(message, 6) + count(message, 8), room) else { return false };
    out.truncate(start + end);
    out[start + 10..start + HEADER].fill(0);
    true
}

/// The number of records that stands at `at` in the header.
fn count(message: &[u8], at: usize) -> u32 {
    message.get(at..).and_then(<[u8]>::first_chunk::<2>).map_or(0, |octets| u16::from_be_bytes(*octets).into())
}

/// Where the first so many `records` of `message` end, if that is within `room` octets.
fn end_of(message: &[u8], records: u32, room: usize) -> Option<usize> {
    let mut end = question(message)?.end;
    for _ in 0..records {
        let (_, fixed) = Name::read(message, end).ok()?;
        let length = message.get(fixed + 8..)?.first_chunk::<2>()?;
        end = fixed + 10 + usize::from(u16::from_be_bytes(*length));
        if end > room {
            return None;
        }
    }
    Some(end)
}

fn push_opt(out: &mut Vec<u8>, start: usize, query: &Query, rcode: Rcode, frame: Frame<'_>, with_reason: bool) {
    let ede = frame.ede.filter(|_| with_reason);
    let reason = ede.map_or(0, |ede| 6 + ede.text.len());
    let unpadded = out.len() - start + OPT_FIXED + reason;
    let padding = if frame.padded && query.edns.is_some_and(|edns| edns.padded) {
        let target = (unpadded + 4).next_multiple_of(PADDING_BLOCK).min(frame.limit);
        target.checked_sub(unpadded + 4)
    } else {
        None
    };
    push_opt_head(out, rcode, query.dnssec_ok(), reason + padding.map_or(0, |zeros| zeros + 4));
    if let Some(ede) = ede {
        let ([o0, o1], [l0, l1]) = (EDE_OPTION.to_be_bytes(), octets(2 + ede.text.len()));
        let [c0, c1] = ede.code.0.to_be_bytes();
        out.extend_from_slice(&[o0, o1, l0, l1, c0, c1]);
        out.extend_from_slice(ede.text.as_bytes());
    }
    if let Some(zeros) = padding {
        out.extend([0, 12]);
        out.extend(octets(zeros));
        out.resize(out.len() + zeros, 0);
    }
    let count = u16::from_be_bytes([out[start + 10], out[start + 11]]) + 1;
    out[start + 10..start + HEADER].copy_from_slice(&count.to_be_bytes());
}

fn push_opt_head(out: &mut Vec<u8>, rcode: Rcode, dnssec_ok: bool, options: usize) {
    let ([p0, p1], [l0, l1]) = (UDP_PAYLOAD.to_be_bytes(), octets(options));
    out.extend_from_slice(&OPT_START);
    out.extend_from_slice(&[p0, p1, rcode.high(), 0, if dnssec_ok { 0x80 } else { 0 }, 0, l0, l1]);
}

/// A length as the two octets it is written in; no message holds more than 65,535.
fn octets(length: usize) -> [u8; 2] {
    u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{Class, EdeCode, Edns, Outcome, fixture::ALIASED};

    fn query(edns: Option<Edns>) -> Query {
        Query {
            id: 0x4242,
            recursion_desired: true,
            checking_disabled: true,
            authentic_data: false,
            name: "WwW.mi.com".parse().unwrap(),
            rtype: RecordType::A,
            class: Class::IN,
            edns,
        }
    }

    const EDNS: Option<Edns> = Some(Edns { payload: 1232, dnssec_ok: true, padded: true });
    const WIDE: Frame<'static> = Frame { limit: 65535, padded: false, ede: None };

    #[test]
    fn a_stored_answer_becomes_the_askers_own() {
        let answer = Answer::read(ALIASED).unwrap();
        let mut out = b"before".to_vec();
        from_answer(&mut out, &query(None), &answer, Ttls::Aged(40), WIDE);
        let reply = Answer::read(&out[6..]).unwrap();
        assert_eq!((reply.id(), out[8], out[9]), (0x4242, 0x81, 0x90));
        assert_eq!(reply.name().wire(), query(None).name.wire(), "case kept");
        assert_eq!(reply.records().map(|record| record.ttl()).collect::<Vec<_>>(), [20, 0, 0]);
        out.clear();
        from_answer(&mut out, &query(None), &answer, Ttls::Fixed(30), WIDE);
        assert_eq!(Answer::read(&out).unwrap().lifetime(), Some(30));
    }

    #[test]
    fn made_replies() {
        let mut out = Vec::new();
        let mut writer = ReplyWriter::new(&mut out, &query(None), Rcode::NOERROR, Authority::Own);
        writer.answer(RecordType::A, 10, &[0, 0, 0, 0]);
        writer.finish(&query(None), Rcode::NOERROR, WIDE);
        let reply = Answer::read(&out).unwrap();
        assert_eq!((out[2], reply.lifetime(), reply.outcome()), (0x85, Some(10), Outcome::Positive));

        out.clear();
        let mut writer = ReplyWriter::new(&mut out, &query(EDNS), Rcode::NXDOMAIN, Authority::None);
        writer.negative(7);
        let ede = Ede::new(EdeCode::BLOCKED, "list");
        writer.finish(&query(EDNS), Rcode::NXDOMAIN, Frame { ede: Some(&ede), ..WIDE });
        let reply = Answer::read(&out).unwrap();
        assert_eq!((reply.lifetime(), reply.outcome(), reply.ede()), (Some(7), Outcome::NxDomain, Some(ede)));
    }

    #[test]
    fn extended_codes_are_split() {
        let mut out = Vec::new();
        bare(&mut out, &query(EDNS), Rcode::BADVERS, WIDE);
        assert_eq!(Answer::read(&out).unwrap().rcode(), Rcode::BADVERS);
        out.clear();
        bare(&mut out, &query(None), Rcode::BADVERS, WIDE);
        assert_eq!(Answer::read(&out).unwrap().rcode(), Rcode::SERVFAIL, "its lower part alone means NOERROR");
    }

    #[test]
    fn a_long_reply_is_cut_for_tcp() {
        let answer = Answer::read(ALIASED).unwrap();
        let full = answer.wire().len();
        let check = |edns: Option<Edns>, limit: usize, truncated: bool, reason: bool| {
            let mut out = Vec::new();
            let ede = Ede::new(EdeCode::OTHER, "because");
            from_answer(
                &mut out,
                &query(edns),
                &answer,
                Ttls::Aged(0),
                Frame { limit, padded: false, ede: Some(&ede) },
            );
            let reply = Answer::read(&out).unwrap();
            assert!(out.len() <= limit, "{} octets in {limit}", out.len());
            assert_eq!(
                (reply.is_truncated(), reply.records().count() == 0, reply.ede().is_some()),
                (truncated, truncated, reason)
            );
        };
        check(None, full, false, false);
        check(None, full - 1, true, false);
        check(EDNS, full + 11 + 13, false, true);
        check(EDNS, full + 11 + 12, false, false);
        check(EDNS, full + 10, true, false);
    }

    #[test]
    fn a_long_reply_first_loses_what_only_helps() {
        let mail: Vec<u8> = (0..3).flat_map(|_| *b"\xc0\x0c\0\x0f\0\x01\0\0\0\x3c\0\x04\0\x0a\xc0\x10").collect();
        let glue: Vec<u8> =
            (0..15).flat_map(|_| [&b"\xc0\x10\0\x1c\0\x01\0\0\0\x3c\0\x10"[..], &[9; 16]].concat()).collect();
        let head = *b"\x12\x34\x81\x80\0\x01\0\x03\0\0\0\x0f\x03www\x02mi\x03com\0\0\x0f\0\x01";
        let answer = Answer::read(&[&head, &*mail, &*glue].concat()).unwrap();
        let required = head.len() + mail.len();
        let full = required + glue.len();
        let ede = Ede::new(EdeCode::OTHER, "because");
        let check = |edns: Option<Edns>, limit: usize, records: usize, reason: bool| {
            let mut out = b"before".to_vec();
            let query = Query { rtype: RecordType(15), ..query(edns) };
            from_answer(&mut out, &query, &answer, Ttls::Aged(0), Frame { limit, padded: false, ede: Some(&ede) });
            let reply = Answer::read(&out[6..]).unwrap();
            assert!(out.len() - 6 <= limit, "{} octets in {limit}", out.len() - 6);
            assert_eq!(
                (reply.records().count(), reply.is_truncated(), reply.ede().is_some()),
                (records, records == 0, reason),
                "{edns:?} {limit}"
            );
            assert_eq!(count(&out[6..], 10), u32::from(edns.is_some()) + if records > 3 { 15 } else { 0 });
        };
        check(None, full, 18, false);
        check(None, full - 1, 3, false);
        check(None, required, 3, false);
        check(None, required - 1, 0, false);
        check(EDNS, full + 11, 18, false);
        check(EDNS, full + 10, 3, true);
        check(EDNS, required + 11 + 13, 3, true);
        check(EDNS, required + 11, 3, false);
        check(EDNS, required + 10, 0, false);
    }

    #[test]
    fn a_reply_that_is_cut_on_its_way_keeps_opt() {
        let answer = Answer::read(ALIASED).unwrap();
        let ede = Ede::new(EdeCode::OTHER, "because");
        let check = |edns: Option<Edns>| {
            let (mut sent, mut truncated) = (Vec::new(), Vec::new());
            let query = query(edns);
            let frame = Frame { ede: Some(&ede), ..WIDE };
            from_answer(&mut sent, &query, &answer, Ttls::Aged(0), frame);
            from_answer(&mut truncated, &query, &answer, Ttls::Aged(0), Frame { limit: 60, ..frame });
            assert!(cut(&mut sent));
            assert_eq!(sent, truncated, "as if the limit had been known");
            assert!(!cut(&mut sent), "there is nothing more to cut");
        };
        check(None);
        check(EDNS);
        let mut refused = Vec::new();
        refusal(
            &mut refused,
            &Refusal {
                id: 7,
                opcode: 0,
                recursion_desired: true,
                rcode: Rcode::BADVERS,
                question: Some(("a.b".parse().unwrap(), RecordType::A, Class::IN)),
                edns: true,
            },
        );
        assert!(!cut(&mut refused));
    }

    #[test]
    fn padding_fills_blocks() {
        let mut out = Vec::new();
        bare(&mut out, &query(EDNS), Rcode::REFUSED, Frame { padded: true, ..WIDE });
        assert_eq!(out.len(), PADDING_BLOCK);
        assert!(Answer::read(&out).is_ok());
        out.clear();
        bare(&mut out, &query(EDNS), Rcode::REFUSED, WIDE);
        assert!(out.len() < PADDING_BLOCK);
    }

    #[test]
    fn refusals_repeat_what_was_understood() {
        let mut out = Vec::new();
        let question = Some(("a.b".parse().unwrap(), RecordType(999), Class(3)));
        refusal(
            &mut out,
            &Refusal { id: 7, opcode: 4, recursion_desired: true, rcode: Rcode::NOTIMP, question, edns: true },
        );
        assert_eq!(out[..12], [0, 7, 0xA1, 0x84, 0, 1, 0, 0, 0, 0, 0, 1]);
    }
}
