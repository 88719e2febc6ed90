//! Replies, taken apart without ponor's own reader, and what may differ between two that say the same.

use std::time::Duration;

use ponor::dns::Name;

const OPT: u16 = 41;
const EDE: u16 = 15;
const PADDING: u16 = 12;
/// The extended error that says that a failure was remembered (RFC 9520).
const CACHED_ERROR: u16 = 13;

/// A reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    /// QR, opcode, AA and RD; RA, AD, CD and the rest, without TC and without the code.
    flags: [u8; 2],
    truncated: bool,
    code: u16,
    /// As octets, because the case of letters is part of it.
    question: Vec<u8>,
    records: Vec<Record>,
    opt: Option<Opt>,
    /// Octets without padding.
    size: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Record {
    section: usize,
    /// In lower case, as names in its data.
    owner: Name,
    rtype: u16,
    class: u16,
    ttl: u32,
    data: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Opt {
    payload: u16,
    /// Version and flags.
    rest: [u8; 3],
    /// The data of the extended error.
    reason: Option<Vec<u8>>,
    padding: Option<usize>,
    others: Vec<(u16, Vec<u8>)>,
}

impl Said {
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        Self::try_read(bytes).ok_or_else(|| format!("a reply that cannot be read: {bytes:02x?}"))
    }

    fn try_read(bytes: &[u8]) -> Option<Self> {
        let header: &[u8; 12] = bytes.first_chunk()?;
        let mut at = 12;
        for _ in 0..word(header, 4)? {
            at = Name::read(bytes, at).ok()?.1 + 4;
        }
        let mut said = Self {
            flags: [header[2] & !2, header[3] & 0xF0],
            truncated: header[2] & 2 != 0,
            code: u16::from(header[3] & 0x0F),
            question: bytes.get(12..at)?.to_vec(),
            records: Vec::new(),
            opt: None,
            size: bytes.len(),
        };
        for section in 0..3 {
            for _ in 0..word(header, 6 + 2 * section)? {
                at = said.read_record(bytes, section, at)?;
            }
        }
        (at == bytes.len()).then_some(said)
    }

    fn read_record(&mut self, bytes: &[u8], section: usize, at: usize) -> Option<usize> {
        let (owner, at) = Name::read(bytes, at).ok()?;
        let (rtype, class) = (word(bytes, at)?, word(bytes, at + 2)?);
        let ttl: [u8; 4] = *bytes.get(at + 4..)?.first_chunk()?;
        let start = at + 10;
        let end = start + usize::from(word(bytes, at + 8)?);
        let data = bytes.get(start..end)?;
        if rtype == OPT {
            self.code |= u16::from(ttl[0]) << 4;
            let opt = Opt::read(class, [ttl[1], ttl[2], ttl[3]], data)?;
            self.size -= opt.padding.map_or(0, |zeros| zeros + 4);
            (section == 2 && self.opt.replace(opt).is_none()).then_some(end)
        } else {
            let data = expanded(bytes, rtype, start, end)?;
            let (owner, ttl) = (owner.to_lowercase(), u32::from_be_bytes(ttl));
            self.records.push(Record { section, owner, rtype, class, ttl, data });
            Some(end)
        }
    }

    /// Whether `other`, a later reply to the same query, says the same as this one, which came over TCP.
    ///
    /// A limit leaves out first the reason, then all records; lifetimes go on for as long as has `passed`; and of a
    /// failure it may be said later that it is remembered.
    pub(crate) fn agrees_with(
        &self,
        other: &Self,
        encrypted: bool,
        limit: usize,
        passed: Duration,
    ) -> Result<(), String> {
        let reason = self.reason().map_or(0, |reason| reason.len() + 4);
        let cut = self.size - reason > limit;
        let same = |what: &str, same: bool| {
            if same { Ok(()) } else { Err(format!("another {what}:\n{self:?}\n{other:?}")) }
        };
        same("code", self.code == other.code)?;
        same("set of flags", self.flags == other.flags && !self.truncated && other.truncated == cut)?;
        same("question", self.question == other.question)?;
        let records = if cut { &[] } else { self.records.as_slice() };
        let alike = |(mine, theirs): (&Record, &Record)| mine.is_like(theirs, passed);
        same("set of records", records.len() == other.records.len() && records.iter().zip(&other.records).all(alike))?;
        same("OPT", self.opt.as_ref().map(Opt::kind) == other.opt.as_ref().map(Opt::kind))?;
        let is_remembered = !matches!(self.code, 0 | 3)
            && other.reason().is_some_and(|reason| reason.starts_with(&CACHED_ERROR.to_be_bytes()));
        let expected = self.reason().filter(|_| self.size <= limit);
        same("reason", other.reason() == expected || is_remembered)?;
        let padding = other.opt.as_ref().and_then(|opt| opt.padding);
        same("padding", encrypted || padding.is_none())
    }

    fn reason(&self) -> Option<&[u8]> {
        self.opt.as_ref()?.reason.as_deref()
    }
}

impl Record {
    fn is_like(&self, later: &Self, passed: Duration) -> bool {
        let lost = self.ttl.abs_diff(later.ttl);
        u64::from(lost) <= passed.as_secs() && *self == Self { ttl: self.ttl, ..later.clone() }
    }
}

impl Opt {
    fn read(payload: u16, rest: [u8; 3], mut data: &[u8]) -> Option<Self> {
        let mut opt = Self { payload, rest, reason: None, padding: None, others: Vec::new() };
        while !data.is_empty() {
            let end = 4 + usize::from(word(data, 2)?);
            let content = data.get(4..end)?.to_vec();
            match word(data, 0)? {
                EDE => opt.reason = Some(content),
                PADDING => opt.padding = Some(content.len()),
                code => opt.others.push((code, content)),
            }
            data = &data[end..];
        }
        Some(opt)
    }

    /// What no transport may change.
    fn kind(&self) -> Self {
        Self { reason: None, padding: None, ..self.clone() }
    }
}

/// The data of a record with its names written out and in lower case.
fn expanded(bytes: &[u8], rtype: u16, start: usize, end: usize) -> Option<Vec<u8>> {
    // How many names stand in it, behind how many octets.
    let (before, names) = match rtype {
        2 | 5 | 12 | 39 => (0, 1),
        6 => (0, 2),
        15 => (2, 1),
        _ => (0, 0),
    };
    let mut at = start + before;
    let mut data = bytes.get(start..at)?.to_vec();
    for _ in 0..names {
        let (name, behind) = Name::read(bytes, at).ok()?;
        data.extend(name.to_lowercase().wire());
        at = behind;
    }
    data.extend(bytes.get(at..end)?);
    Some(data)
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}
