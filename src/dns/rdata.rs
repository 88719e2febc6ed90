//! The data of a record: from zone-file text to wire form.

use std::{
    net::{Ipv4Addr, Ipv6Addr},
    str::{FromStr, SplitAsciiWhitespace},
};

use hickory_proto::{
    rr::{RData, RecordType as Registry},
    serialize::binary::{BinEncodable, BinEncoder, NameEncoding},
};

use super::{Name, RecordType};

/// The most octets that the data of a record holds (RFC 1035, section 3.2.1).
const MAX_DATA: usize = 65_535;

/// Text that is not the data of a record of its type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadData {
    /// Something else was expected.
    #[error("expected {0}")]
    Expected(&'static str),
    /// There is text behind the data.
    #[error("`{0}` is too much")]
    TooMuch(String),
    /// There is no way to write this type but as plain octets.
    #[error("the data of type {0} is written as octets: `\\# LENGTH HEX` (RFC 3597)")]
    OctetsOnly(RecordType),
    /// What the reader of this type had to say.
    #[error("{0}")]
    Other(String),
}

/// The wire form of `text` as the data of a record of type `rtype` (RFC 1035, section 5.1, and the RFC of each type), or
/// as octets, `\# LENGTH HEX` (RFC 3597, section 5). All names are complete, with or without a final dot.
///
/// # Errors
/// When `text` is not such data.
pub fn from_text(rtype: RecordType, text: &str) -> Result<Vec<u8>, BadData> {
    let mut words = text.split_ascii_whitespace();
    if text.trim_ascii_start().starts_with("\\#") {
        words.next();
        return octets(rtype, words);
    }
    let mut data = Vec::new();
    match rtype {
        RecordType::A => data.extend(word::<Ipv4Addr>(&mut words, "an IPv4 address")?.octets()),
        RecordType::AAAA => data.extend(word::<Ipv6Addr>(&mut words, "an IPv6 address")?.octets()),
        RecordType::CNAME | RecordType::NS | RecordType::PTR | RecordType::DNAME => {}
        RecordType::MX => data.extend(word::<u16>(&mut words, "a preference up to 65535")?.to_be_bytes()),
        RecordType::SRV => {
            for what in ["a priority up to 65535", "a weight up to 65535", "a port up to 65535"] {
                data.extend(word::<u16>(&mut words, what)?.to_be_bytes());
            }
        }
        RecordType::SVCB | RecordType::HTTPS => return by_registry(rtype, &with_keys_in_order(text)),
        _ => return by_registry(rtype, text),
    }
    if !matches!(rtype, RecordType::A | RecordType::AAAA) {
        data.extend_from_slice(word::<Name>(&mut words, "a name")?.wire());
    }
    words.next().map_or(Ok(data), |word| Err(BadData::TooMuch(word.to_owned())))
}

fn word<T: FromStr>(words: &mut SplitAsciiWhitespace<'_>, what: &'static str) -> Result<T, BadData> {
    words.next().and_then(|word| word.parse().ok()).ok_or(BadData::Expected(what))
}

/// The data behind `\#`.
fn octets(rtype: RecordType, mut words: SplitAsciiWhitespace<'_>) -> Result<Vec<u8>, BadData> {
    let length: u16 = word(&mut words, "a length behind `\\#`")?;
    let digits: String = words.collect();
    let data = hex::decode(digits).map_err(|_| BadData::Expected("pairs of hexadecimal digits behind the length"))?;
    let fits = match rtype {
        RecordType::A => data.len() == 4,
        RecordType::AAAA => data.len() == 16,
        RecordType::CNAME | RecordType::DNAME => Name::from_wire(&data).is_ok(),
        _ => true,
    };
    if data.len() != usize::from(length) || !fits {
        return Err(BadData::Expected("as many octets as the length says and the type needs"));
    }
    Ok(data)
}

/// Text of SVCB or HTTPS with its parameters by ascending key, as they have to stand in wire form; people may write them in
/// any order (RFC 9460, section 2.1).
fn with_keys_in_order(text: &str) -> String {
    let mut words: Vec<&str> = text.split_ascii_whitespace().collect();
    // Behind the priority and the target.
    if let Some(parameters) = words.get_mut(2..) {
        parameters.sort_by_key(|parameter| key_number(parameter));
    }
    words.join(" ")
}

/// The number of a parameter's key (RFC 9460, section 14.3.2); one that is unknown stands last, for its reader to complain of.
fn key_number(parameter: &str) -> usize {
    const KEYS: [&str; 7] = ["mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint"];
    let key = parameter.split('=').next().unwrap_or_default();
    let registered = KEYS.iter().position(|known| *known == key);
    registered.or_else(|| key.strip_prefix("key")?.parse().ok()).unwrap_or(usize::MAX)
}

/// Types whose text is read by hickory.
fn by_registry(rtype: RecordType, text: &str) -> Result<Vec<u8>, BadData> {
    let registry = Registry::from(rtype.0);
    if matches!(registry, Registry::Unknown(_)) {
        return Err(BadData::OctetsOnly(rtype));
    }
    let other = |error: &dyn std::fmt::Display| BadData::Other(error.to_string());
    let parsed = RData::try_from_str(registry, text).map_err(|error| other(&error))?;
    let mut data = Vec::new();
    let mut encoder = BinEncoder::new(&mut data);
    // A pointer would point into a message that this data is not yet part of.
    encoder.set_name_encoding(NameEncoding::Uncompressed);
    parsed.emit(&mut encoder).map_err(|error| other(&error))?;
    if data.is_empty() || data.len() > MAX_DATA {
        return Err(BadData::Expected("data"));
    }
    Ok(data)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(rtype: &str, text: &str) -> Result<Vec<u8>, BadData> {
        from_text(rtype.parse().unwrap(), text)
    }

    #[test]
    fn text_becomes_wire() {
        let check = |rtype: &str, text: &str, wire: &[u8]| {
            assert_eq!(read(rtype, text).as_deref(), Ok(wire), "{rtype} {text}");
        };
        check("A", "192.168.1.5", &[192, 168, 1, 5]);
        check("AAAA", " ::1 ", &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        check("CNAME", "Nas.home.arpa.", b"\x03Nas\x04home\x04arpa\0");
        check("PTR", "nas.home.arpa", b"\x03nas\x04home\x04arpa\0");
        check("NS", ".", b"\0");
        check("MX", "10 mail.a", b"\0\x0a\x04mail\x01a\0");
        check("SRV", "0 5 5060 sip.a", b"\0\0\0\x05\x13\xc4\x03sip\x01a\0");
        check("TXT", "\"a b\" c", b"\x03a b\x01c");
        check(
            "SOA",
            "n.a r.a 1 2 3 4 5",
            b"\x01n\x01a\0\x01r\x01a\0\0\0\0\x01\0\0\0\x02\0\0\0\x03\0\0\0\x04\0\0\0\x05",
        );
        check("HTTPS", "1 . alpn=h2", b"\0\x01\0\0\x01\0\x03\x02h2");
        let with_keys = b"\0\x01\0\0\x01\0\x03\x02h2\0\x03\0\x02\x20\xfb\0\x04\0\x04\x0a\0\0\x01\x01\0\0\x02ab";
        check("HTTPS", "1 . alpn=\"h2\" port=8443 ipv4hint=10.0.0.1 key256=ab", with_keys);
        check("SVCB", "1 . ipv4hint=10.0.0.1 key256=ab  port=8443 alpn=h2", with_keys);
        check("TYPE65280", "\\# 3 01 02ff", &[1, 2, 255]);
        check("TYPE1", "\\# 4 01020304", &[1, 2, 3, 4]);
        check("TYPE65280", "\\# 0", &[]);
        check("CNAME", "\\# 3 016100", b"\x01a\0");
    }

    #[test]
    fn text_that_is_not_data() {
        let check = |rtype: &str, text: &str, said: &str| {
            let fault = read(rtype, text).map_err(|fault| fault.to_string());
            assert!(fault.as_ref().is_err_and(|fault| fault.contains(said)), "{rtype} {text}: {fault:?}");
        };
        check("A", "", "an IPv4 address");
        check("A", "::1", "an IPv4 address");
        check("A", "1.2.3.4 5", "`5` is too much");
        check("AAAA", "1.2.3.4", "an IPv6 address");
        check("CNAME", "a..b", "a name");
        check("CNAME", "a b", "`b` is too much");
        check("MX", "65536 a", "a preference");
        check("MX", "10", "a name");
        check("SRV", "1 2 x a", "a port");
        check("TYPE65280", "abc", "octets: `\\# LENGTH HEX`");
        check("A", "\\# 3 010203", "as many octets");
        check("TYPE65280", "\\# 3 0102", "as many octets");
        check("TYPE65280", "\\# 1 0", "hexadecimal");
        check("TYPE65280", "\\# x", "a length");
        check("CNAME", "\\# 2 0161", "as many octets");
        check("HTTPS", "1 . port=1 alpn=h2 port=2", "");
        check("HTTPS", "1 . alpn=h2 frob=1", "frob");
        check("TYPE41", "x", "");
        check("NULL", "x", "");
        check("DS", "x", "");
    }

    proptest! {
        #[test]
        fn no_text_panics(rtype in prop_oneof![0_u16..300, any::<u16>()], text in "[ -~\u{e4}\u{20ac}]{0,40}") {
            let _ = from_text(RecordType(rtype), &text);
        }
    }
}
