//! The numbers of the protocol: record types, classes, response codes and opcodes, with their names.

use std::{fmt, str::FromStr};

use hickory_proto::rr::RecordType as Registry;

/// A record type (RFC 1035, section 3.2.2); unknown ones are kept and written `TYPE123` (RFC 3597, section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordType(pub u16);

impl RecordType {
    /// An IPv4 address.
    pub const A: Self = Self(1);
    /// A name server.
    pub const NS: Self = Self(2);
    /// An alias.
    pub const CNAME: Self = Self(5);
    /// The start of a zone.
    pub const SOA: Self = Self(6);
    /// A pointer to a name.
    pub const PTR: Self = Self(12);
    /// Host information; RFC 8482 answers ANY with one.
    pub const HINFO: Self = Self(13);
    /// A mail exchanger.
    pub const MX: Self = Self(15);
    /// Text.
    pub const TXT: Self = Self(16);
    /// An IPv6 address.
    pub const AAAA: Self = Self(28);
    /// A service location.
    pub const SRV: Self = Self(33);
    /// A subtree alias (RFC 6672).
    pub const DNAME: Self = Self(39);
    /// The EDNS pseudo record (RFC 6891).
    pub const OPT: Self = Self(41);
    /// A delegation signer (RFC 4034).
    pub const DS: Self = Self(43);
    /// A signature (RFC 4034).
    pub const RRSIG: Self = Self(46);
    /// Proof of what is not there, by names (RFC 4034).
    pub const NSEC: Self = Self(47);
    /// A key of a zone (RFC 4034).
    pub const DNSKEY: Self = Self(48);
    /// Proof of what is not there, by hashes of names (RFC 5155).
    pub const NSEC3: Self = Self(50);
    /// Service binding (RFC 9460).
    pub const SVCB: Self = Self(64);
    /// Service binding of HTTPS (RFC 9460).
    pub const HTTPS: Self = Self(65);
    /// A transaction signature (RFC 8945).
    pub const TSIG: Self = Self(250);
    /// An incremental zone transfer.
    pub const IXFR: Self = Self(251);
    /// A whole zone transfer.
    pub const AXFR: Self = Self(252);
    /// Every type there is (RFC 8482).
    pub const ANY: Self = Self(255);

    /// Whether a question for this type asks for a zone transfer, which ponor has none of.
    #[must_use]
    pub fn is_transfer(self) -> bool {
        matches!(self, Self::AXFR | Self::IXFR)
    }

    /// Whether this number may only stand in a question or as a pseudo record, or nowhere, as 0 (RFC 6895, section 3.1).
    #[must_use]
    pub fn is_meta(self) -> bool {
        self.0 == 0 || self == Self::OPT || (128..=255).contains(&self.0)
    }
}

impl fmt::Display for RecordType {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Registry::from(self.0) {
            Registry::Unknown(number) => write!(out, "TYPE{number}"),
            known => write!(out, "{known}"),
        }
    }
}

/// Text that names no record type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a record type; expected one such as A, AAAA, HTTPS or TYPE65")]
pub struct UnknownType;

impl FromStr for RecordType {
    type Err = UnknownType;

    fn from_str(text: &str) -> Result<Self, UnknownType> {
        let upper = text.to_ascii_uppercase();
        if let Some(number) = upper.strip_prefix("TYPE") {
            return number.parse().map(Self).map_err(|_| UnknownType);
        }
        upper.parse::<Registry>().map(|known| Self(known.into())).map_err(|_| UnknownType)
    }
}

impl serde::Serialize for RecordType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A class (RFC 1035, section 3.2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Class(pub u16);

impl Class {
    /// The Internet, the only class that is answered.
    pub const IN: Self = Self(1);
}

/// A response code with the extended bits of EDNS (RFC 6891, section 6.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rcode(pub u16);

impl Rcode {
    /// No error.
    pub const NOERROR: Self = Self(0);
    /// The query could not be read.
    pub const FORMERR: Self = Self(1);
    /// The server failed.
    pub const SERVFAIL: Self = Self(2);
    /// The name does not exist.
    pub const NXDOMAIN: Self = Self(3);
    /// The opcode is not implemented.
    pub const NOTIMP: Self = Self(4);
    /// The server will not answer this.
    pub const REFUSED: Self = Self(5);
    /// The EDNS version is not supported.
    pub const BADVERS: Self = Self(16);

    /// The four bits that stand in the header.
    #[must_use]
    pub fn low(self) -> u8 {
        self.0.to_be_bytes()[1] & 0x0F
    }

    /// The eight bits that stand in the OPT record.
    #[must_use]
    pub fn high(self) -> u8 {
        (self.0 >> 4).to_be_bytes()[1]
    }
}

impl fmt::Display for Rcode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match *self {
            Self::NOERROR => "NOERROR",
            Self::FORMERR => "FORMERR",
            Self::SERVFAIL => "SERVFAIL",
            Self::NXDOMAIN => "NXDOMAIN",
            Self::NOTIMP => "NOTIMP",
            Self::REFUSED => "REFUSED",
            Self::BADVERS => "BADVERS",
            Self(other) => return write!(out, "RCODE{other}"),
        };
        out.write_str(name)
    }
}

impl serde::Serialize for Rcode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_names() {
        let check = |number: u16, text: &str| {
            assert_eq!(RecordType(number).to_string(), text);
            assert_eq!(text.parse(), Ok(RecordType(number)));
            assert_eq!(text.to_ascii_lowercase().parse(), Ok(RecordType(number)));
        };
        check(1, "A");
        check(28, "AAAA");
        check(65, "HTTPS");
        check(64, "SVCB");
        check(255, "ANY");
        check(65280, "TYPE65280");
        assert_eq!("TYPE1".parse(), Ok(RecordType::A));
        for text in ["", "TYPE", "TYPE65536", "nonsense", "A "] {
            assert_eq!(text.parse::<RecordType>(), Err(UnknownType), "{text}");
        }
    }

    #[test]
    fn codes_split_between_header_and_opt() {
        assert_eq!((Rcode::BADVERS.low(), Rcode::BADVERS.high()), (0, 1));
        assert_eq!((Rcode::REFUSED.low(), Rcode::REFUSED.high()), (5, 0));
        assert_eq!((Rcode(0xABC).low(), Rcode(0xABC).high()), (0xC, 0xAB));
    }
}
