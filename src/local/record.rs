//! Records as the operator writes them.

use std::{fmt, str::FromStr};

use crate::dns::{
    Name, NameError, RecordType, data_text,
    rdata::{self, BadData},
};

/// The lifetime of records that do not state one, in seconds: short, so that a change soon reaches every device.
pub(super) const DEFAULT_TTL: u32 = 60;
/// Longer lifetimes are no lifetimes (RFC 2181, section 8).
const MAX_TTL: u32 = 0x7FFF_FFFF;

/// A record that is answered here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalRecord {
    /// Whose record it is. A first label `*` stands for every name below the rest that has no records of its own
    /// (RFC 4592).
    pub owner: Name,
    /// Its type.
    pub rtype: RecordType,
    /// Its lifetime in seconds.
    pub ttl: u32,
    /// Its data in wire form.
    pub data: Vec<u8>,
}

impl LocalRecord {
    /// Whether both are of the same name.
    #[must_use]
    pub fn has_owner_of(&self, other: &Self) -> bool {
        self.owner.to_lowercase() == other.owner.to_lowercase()
    }

    /// Whether both say the same, for however long.
    #[must_use]
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        self.has_owner_of(other) && (self.rtype, &self.data) == (other.rtype, &other.data)
    }

    /// Whether its name is an alias by it.
    #[must_use]
    pub fn is_alias(&self) -> bool {
        self.rtype == RecordType::CNAME
    }
}

/// As [`parse_record`] reads it, and as short as that may be.
impl fmt::Display for LocalRecord {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let data = data_text(self.rtype, &self.data);
        // A name at the end is complete without its dot, but for the root.
        let complete = data.strip_suffix('.').filter(|name| !name.is_empty() && !name.ends_with(' '));
        write!(out, "{} ", self.owner)?;
        if self.ttl != DEFAULT_TTL {
            write!(out, "{} ", self.ttl)?;
        }
        write!(out, "{} {}", self.rtype, complete.unwrap_or(&data))
    }
}

/// Text that is no record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordFault {
    /// Parts are missing.
    #[error("expected a name, a type and data, as in `nas.home.arpa A 192.168.1.5`")]
    Incomplete,
    /// The owner is not a name.
    #[error("`{name}`: {fault}")]
    Owner {
        /// What stands in its place.
        name: String,
        /// Why it is none.
        fault: NameError,
    },
    /// The type is not one, or not one that a record can have.
    #[error("`{0}` is not a record type; expected one such as A, AAAA, CNAME, PTR, TXT, MX, SRV or TYPE65")]
    Type(String),
    /// The lifetime is too long.
    #[error("the lifetime `{0}` is longer than 2147483647 seconds")]
    Ttl(String),
    /// The data is not data of the type.
    #[error("{rtype}: {fault}")]
    Data {
        /// The type.
        rtype: RecordType,
        /// What is wrong.
        fault: BadData,
    },
}

/// Reads a record in zone-file style: `nas.home.arpa A 192.168.1.5`, or with a lifetime in seconds and the class, as in
/// `nas.home.arpa. 300 IN A 192.168.1.5` (RFC 1035, section 5.1). All names are complete.
///
/// # Errors
/// When `text` is no record.
pub fn parse_record(text: &str) -> Result<LocalRecord, RecordFault> {
    let (owner, mut rest) = next_word(text).ok_or(RecordFault::Incomplete)?;
    let owner = Name::from_str(owner).map_err(|fault| RecordFault::Owner { name: owner.to_owned(), fault })?;
    let mut ttl = DEFAULT_TTL;
    loop {
        let (word, behind) = next_word(rest).ok_or(RecordFault::Incomplete)?;
        rest = behind;
        if word.bytes().all(|octet| octet.is_ascii_digit()) {
            let bounded = word.parse().ok().filter(|ttl| *ttl <= MAX_TTL);
            ttl = bounded.ok_or_else(|| RecordFault::Ttl(word.to_owned()))?;
        } else if !word.eq_ignore_ascii_case("IN") {
            let rtype = word.parse().ok().filter(|rtype: &RecordType| !rtype.is_meta());
            let rtype = rtype.ok_or_else(|| RecordFault::Type(word.to_owned()))?;
            let data = rdata::from_text(rtype, rest).map_err(|fault| RecordFault::Data { rtype, fault })?;
            return Ok(LocalRecord { owner, rtype, ttl, data });
        }
    }
}

fn next_word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_ascii_start();
    let end = text.find(|letter: char| letter.is_ascii_whitespace()).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn zone_file_style() {
        let check = |text: &str, owner: &str, rtype: &str, ttl: u32, data: &[u8]| {
            let record = parse_record(text).unwrap();
            let expected =
                LocalRecord { owner: owner.parse().unwrap(), rtype: rtype.parse().unwrap(), ttl, data: data.to_vec() };
            assert_eq!(record, expected, "{text}");
            assert_eq!(parse_record(&record.to_string()), Ok(record), "{text}");
        };
        check("nas.home.arpa A 192.168.1.5", "nas.home.arpa", "A", 60, &[192, 168, 1, 5]);
        check("  nas.home.arpa.\t300  IN  a 192.168.1.5 ", "nas.home.arpa", "A", 300, &[192, 168, 1, 5]);
        check("nas IN 0 A 1.2.3.4", "nas", "A", 0, &[1, 2, 3, 4]);
        check("*.lan CNAME nas", "*.lan", "CNAME", 60, b"\x03nas\0");
        check("5.1.168.192.in-addr.arpa PTR nas.lan", "5.1.168.192.in-addr.arpa", "PTR", 60, b"\x03nas\x03lan\0");
        check("a TXT \"two words\" three", "a", "TXT", 60, b"\x09two words\x05three");
        check("a TYPE65 \\# 4 00 01 00 00", "a", "HTTPS", 60, &[0, 1, 0, 0]);
        check("a.b MX 5 mail.b", "a.b", "MX", 60, b"\0\x05\x04mail\x01b\0");
        check("b\u{fc}ro.lan A 1.2.3.4", "xn--bro-hoa.lan", "A", 60, &[1, 2, 3, 4]);
    }

    #[test]
    fn records_are_told_as_they_are_written() {
        let check = |text: &str, told: &str| {
            let record = parse_record(text).unwrap();
            assert_eq!((record.to_string().as_str(), parse_record(told)), (told, Ok(record)), "{text}");
        };
        check("nas.lan. 60 IN A 10.0.0.5", "nas.lan A 10.0.0.5");
        check("nas.lan 5 AAAA FD00:0::5", "nas.lan 5 AAAA fd00::5");
        check("www.lan CNAME nas.lan.", "www.lan CNAME nas.lan");
        check("*.lan NS .", "*.lan NS .");
        check("lan MX 0 .", "lan MX 0 .");
        check("_sip._udp.lan SRV 1 2 5060 sip.lan", "_sip._udp.lan SRV 1 2 5060 sip.lan");
        check("a.lan TXT two words.", "a.lan TXT \"two\" \"words.\"");
        check("a.lan HTTPS 1 . alpn=h2", "a.lan HTTPS 1 . alpn=h2,");
        check("a.lan TYPE65280 \\# 2 01 02", "a.lan TYPE65280 \\# 2 0102");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let check = |text: &str, said: &str| {
            let fault = parse_record(text).map_err(|fault| fault.to_string());
            assert!(fault.as_ref().is_err_and(|fault| fault.contains(said)), "{text}: {fault:?}");
        };
        check("", "as in `nas.home.arpa A 192.168.1.5`");
        check("nas.home.arpa", "as in `nas.home.arpa A 192.168.1.5`");
        check("nas.home.arpa 300", "as in `nas.home.arpa A 192.168.1.5`");
        check("nas..arpa A 1.2.3.4", "`nas..arpa`: a label is empty");
        check("nas 1.2.3.4", "`1.2.3.4` is not a record type");
        check("nas ANY x", "`ANY` is not a record type");
        check("nas OPT x", "`OPT` is not a record type");
        check("nas TYPE0 \\# 0", "`TYPE0` is not a record type");
        check("nas 2147483648 A 1.2.3.4", "longer than 2147483647");
        check("nas A", "A: expected an IPv4 address");
        check("nas A 1.2.3", "A: expected an IPv4 address");
        check("nas A 1.2.3.4 # the NAS", "A: `#` is too much");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[ -~\u{e4}]{0,60}") {
            let _ = parse_record(&text);
        }
    }
}
