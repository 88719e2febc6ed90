//! A query as it arrives. Hostile bytes get the first lines here: dropped, refused or understood, each with its reason.

use super::{Class, Name, Rcode, RecordType, name::plain};

/// Octets of a message header (RFC 1035, section 4.1.1).
pub const HEADER: usize = 12;
/// The largest reply over UDP that ponor sends, and the payload size it states (DNS flag day 2020, RFC 9715).
pub const UDP_PAYLOAD: u16 = 1232;
/// The payload size of a client that says nothing (RFC 1035, section 4.2.1).
pub const CLASSIC_PAYLOAD: u16 = 512;
/// The EDNS option that asks for padding (RFC 7830).
const PADDING_OPTION: u16 = 12;

/// What to do with bytes that came as a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet {
    /// One question that can be answered.
    Query(Query),
    /// Understood well enough to be told no.
    Refuse(Refusal),
    /// Not worth an answer: too short, or itself a response.
    Drop,
}

/// One question with what its sender said about the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The id, to be repeated.
    pub id: u16,
    /// Recursion desired, to be repeated.
    pub recursion_desired: bool,
    /// Checking disabled: DNSSEC validation is the client's (RFC 4035, section 3.2.2).
    pub checking_disabled: bool,
    /// The AD bit of the query: the client understands AD in the answer (RFC 6840, section 5.7).
    pub authentic_data: bool,
    /// The name asked for, in the case it was asked in.
    pub name: Name,
    /// The type asked for.
    pub rtype: RecordType,
    /// The class asked for.
    pub class: Class,
    /// What the OPT record said, if there was one.
    pub edns: Option<Edns>,
}

impl Query {
    /// Whether the client wants signatures (the DO bit, RFC 3225).
    #[must_use]
    pub fn dnssec_ok(&self) -> bool {
        self.edns.is_some_and(|edns| edns.dnssec_ok)
    }

    /// The largest reply this client takes over UDP.
    #[must_use]
    pub fn udp_limit(&self) -> usize {
        usize::from(self.edns.map_or(CLASSIC_PAYLOAD, |edns| edns.payload))
    }
}

/// What a client says by EDNS (RFC 6891).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edns {
    /// The payload size, clamped between 512 and [`UDP_PAYLOAD`].
    pub payload: u16,
    /// The DO bit.
    pub dnssec_ok: bool,
    /// Whether the query was padded, so that the reply may be (RFC 7830, section 4).
    pub padded: bool,
}

/// A query that is answered with an error and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The id, to be repeated.
    pub id: u16,
    /// The opcode, to be repeated.
    pub opcode: u8,
    /// Recursion desired, to be repeated.
    pub recursion_desired: bool,
    /// Why.
    pub rcode: Rcode,
    /// The question, where one could be read.
    pub question: Option<(Name, RecordType, Class)>,
    /// Whether the reply carries an OPT record.
    pub edns: bool,
}

impl Packet {
    /// Reads `bytes` as a query: a header, exactly one question (RFC 9619), at most one OPT record (RFC 6891, section
    /// 6.1.1), nothing else that matters. Never fails: what cannot be read is a [`Packet::Refuse`] or a [`Packet::Drop`].
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        let Some(header) = bytes.first_chunk::<HEADER>() else {
            return Self::Drop;
        };
        let word = |at: usize| u16::from_be_bytes([header[at], header[at + 1]]);
        if header[2] & 0x80 != 0 {
            return Self::Drop;
        }
        let (id, opcode, recursion_desired) = (word(0), header[2] >> 3 & 0x0F, header[2] & 1 != 0);
        let refuse =
            |rcode, question, edns| Self::Refuse(Refusal { id, opcode, recursion_desired, rcode, question, edns });
        if opcode != 0 {
            return refuse(Rcode::NOTIMP, None, false);
        }
        if word(4) != 1 {
            return refuse(Rcode::FORMERR, None, false);
        }
        let Some(RawQuestion { name, rtype, class, end }) = question(bytes) else {
            return refuse(Rcode::FORMERR, None, false);
        };
        let counts = usize::from(word(6)) + usize::from(word(8)) + usize::from(word(10));
        match edns(bytes, end, counts) {
            Err(Malformed) => refuse(Rcode::FORMERR, Some((Name::of_plain(name), rtype, class)), false),
            Ok(Some(found)) if found.version > 0 => {
                refuse(Rcode::BADVERS, Some((Name::of_plain(name), rtype, class)), true)
            }
            Ok(found) => Self::Query(Query {
                id,
                recursion_desired,
                checking_disabled: header[3] & 0x10 != 0,
                authentic_data: header[3] & 0x20 != 0,
                name: Name::of_plain(name),
                rtype,
                class,
                edns: found.map(|opt| opt.edns),
            }),
        }
    }
}

/// A question where it stands in a message.
pub(super) struct RawQuestion<'b> {
    /// Its name in wire form.
    pub(super) name: &'b [u8],
    rtype: RecordType,
    class: Class,
    /// The offset of the octet behind it.
    pub(super) end: usize,
}

/// The question behind the header. Its name stands there whole: a compression pointer in it could lead to the header alone.
#[inline]
pub(super) fn question(bytes: &[u8]) -> Option<RawQuestion<'_>> {
    let name = plain(bytes, HEADER)?;
    let at = HEADER + name.len();
    let [t0, t1, c0, c1] = *bytes.get(at..at + 4)?.first_chunk()?;
    let (rtype, class) = (RecordType(u16::from_be_bytes([t0, t1])), Class(u16::from_be_bytes([c0, c1])));
    Some(RawQuestion { name, rtype, class, end: at + 4 })
}

struct Malformed;

struct Opt {
    version: u8,
    edns: Edns,
}

/// Walks `count` records from `at` and returns what the OPT record among them says.
fn edns(bytes: &[u8], mut at: usize, count: usize) -> Result<Option<Opt>, Malformed> {
    let mut found = None;
    for _ in 0..count {
        // OPT stands at the root; other owners are read only to be passed over.
        let (is_root, fixed) = match bytes.get(at) {
            Some(0) => (true, at + 1),
            _ => Name::read(bytes, at).map(|(name, fixed)| (name.is_root(), fixed)).map_err(|_| Malformed)?,
        };
        let fields = bytes.get(fixed..).and_then(<[u8]>::first_chunk::<10>).ok_or(Malformed)?;
        let length = usize::from(u16::from_be_bytes([fields[8], fields[9]]));
        at = fixed + 10 + length;
        let data = bytes.get(fixed + 10..at).ok_or(Malformed)?;
        if RecordType(u16::from_be_bytes([fields[0], fields[1]])) != RecordType::OPT {
            continue;
        }
        if found.is_some() || !is_root {
            return Err(Malformed);
        }
        found = Some(Opt {
            version: fields[5],
            edns: Edns {
                payload: u16::from_be_bytes([fields[2], fields[3]]).clamp(CLASSIC_PAYLOAD, UDP_PAYLOAD),
                dnssec_ok: fields[6] & 0x80 != 0,
                padded: has_padding(data)?,
            },
        });
    }
    Ok(found)
}

/// Whether the options hold padding; unknown options are passed over (RFC 6891, section 6.1.2).
fn has_padding(mut options: &[u8]) -> Result<bool, Malformed> {
    let mut padding = false;
    while let Some(head) = options.first_chunk::<4>() {
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        padding |= u16::from_be_bytes([head[0], head[1]]) == PADDING_OPTION;
        options = options.get(4 + length..).ok_or(Malformed)?;
    }
    if options.is_empty() { Ok(padding) } else { Err(Malformed) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WWW: &[u8] = b"\x12\x34\x01\x00\0\x01\0\0\0\0\0\0\x03wWw\x02mi\x03com\0\0\x01\0\x01";

    /// [`WWW`] with these header octets changed and these octets behind it.
    fn packet(changes: &[(usize, u8)], tail: &[u8]) -> Vec<u8> {
        let mut bytes = [WWW, tail].concat();
        for &(at, octet) in changes {
            bytes[at] = octet;
        }
        bytes
    }

    fn opt(version: u8, payload: u16, flags: u8, options: &[u8]) -> Vec<u8> {
        let mut record = vec![0, 0, 41];
        record.extend(payload.to_be_bytes());
        record.extend([0, version, flags, 0]);
        record.extend(u16::try_from(options.len()).unwrap().to_be_bytes());
        record.extend(options);
        record
    }

    #[test]
    fn a_plain_query() {
        let Packet::Query(query) = Packet::parse(WWW) else { panic!("not a query") };
        assert_eq!((query.id, query.recursion_desired, query.edns), (0x1234, true, None));
        assert_eq!(
            (query.name.to_string().as_str(), query.rtype, query.class),
            ("wWw.mi.com", RecordType::A, Class::IN)
        );
        assert_eq!(query.udp_limit(), 512);
    }

    #[test]
    fn what_edns_says() {
        let check = |record: &[u8], expected: Option<Edns>| {
            let parsed = Packet::parse(&packet(&[(11, 1)], record));
            assert_eq!(if let Packet::Query(query) = parsed { query.edns } else { None }, expected, "{record:?}");
        };
        let edns = |payload, dnssec_ok, padded| Some(Edns { payload, dnssec_ok, padded });
        check(&opt(0, 4096, 0x80, b""), edns(1232, true, false));
        check(&opt(0, 0, 0, b""), edns(512, false, false));
        check(&opt(0, 1000, 0, b"\0\x0a\0\x08cookie!!\0\x0c\0\x02\0\0"), edns(1000, false, true));
        check(&opt(0, 1000, 0, b"\0\x0a\0\x08cut"), None);
    }

    #[test]
    fn refused_by_code() {
        let check = |bytes: &[u8], rcode: Rcode, has_question: bool| match Packet::parse(bytes) {
            Packet::Refuse(refusal) => {
                assert_eq!((refusal.rcode, refusal.question.is_some()), (rcode, has_question), "{bytes:?}");
            }
            other => panic!("{bytes:?} gave {other:?}"),
        };
        check(&packet(&[(5, 0)], b""), Rcode::FORMERR, false);
        check(&packet(&[(5, 2)], b""), Rcode::FORMERR, false);
        check(&WWW[..20], Rcode::FORMERR, false);
        check(&WWW[..WWW.len() - 1], Rcode::FORMERR, false);
        check(&packet(&[(11, 2)], &[opt(0, 512, 0, b""), opt(0, 512, 0, b"")].concat()), Rcode::FORMERR, true);
        check(&packet(&[(11, 1)], b"\x01a\0\x29\0\0\0\0\0\0\0\0"), Rcode::FORMERR, true);
        check(&packet(&[(11, 1)], b""), Rcode::FORMERR, true);
        check(&packet(&[(11, 1)], &opt(1, 512, 0, b"")), Rcode::BADVERS, true);
        for opcode in 1..16_u8 {
            check(&packet(&[(2, opcode << 3 | 1)], b""), Rcode::NOTIMP, false);
        }
    }

    #[test]
    fn dropped_without_a_word() {
        for opcode in 0..16_u8 {
            assert_eq!(Packet::parse(&packet(&[(2, 0x80 | opcode << 3)], b"")), Packet::Drop);
        }
        for length in 0..HEADER {
            assert_eq!(Packet::parse(&WWW[..length]), Packet::Drop);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>) {
            let _ = Packet::parse(&bytes);
        }

        #[test]
        fn no_damage_to_a_query_panics(at in 0..WWW.len(), octet: u8, cut in 0..WWW.len()) {
            let mut bytes = packet(&[(at, octet)], b"");
            bytes.truncate(cut);
            let _ = Packet::parse(&bytes);
        }
    }
}
