//! Names as lists write them: stricter than names in DNS, for a list line that is no host name is no rule.

use std::net::{IpAddr, Ipv6Addr};

use crate::dns::{Name, NameError};

use super::reason::{self, Reason};

/// Reads a name of letters, digits, `-` and `_`, or one that IDNA maps to such; one final dot is dropped.
/// The result is in lower case.
///
/// # Errors
/// Says what the text is instead.
pub(super) fn read_name(text: &[u8]) -> Result<Name, Reason> {
    if let Some(name) = read_ordinary_name(text) {
        return Ok(name);
    }
    if text.is_empty() || text == b"." {
        return Err(reason::EMPTY_NAME);
    }
    if let Some(&odd) = text.iter().find(|&&octet| !is_ordinary(octet) && octet.is_ascii()) {
        return Err(what_instead(text, odd));
    }
    let name: Name = std::str::from_utf8(text).map_err(|_| reason::NOT_UTF8)?.parse().map_err(why_not)?;
    if !name.labels().all(|label| label.iter().copied().all(is_ordinary)) {
        return Err(reason::BAD_CHARACTER);
    }
    if name.labels().last().is_some_and(|label| label.iter().all(u8::is_ascii_digit)) {
        return Err(reason::ADDRESS);
    }
    Ok(name.to_lowercase())
}

/// The name, when it is one of the many that need no second look.
pub(super) fn read_ordinary_name(text: &[u8]) -> Option<Name> {
    // A last label of digits alone is part of an address.
    let last = text.strip_suffix(b".").unwrap_or(text).iter().rev().take_while(|&&octet| octet != b'.');
    if last.copied().all(|octet| octet.is_ascii_digit()) { None } else { Name::from_host_text(text) }
}

/// Whether the text is an IPv4 or IPv6 address, the latter perhaps with a zone (`fe80::1%lo0`).
pub(super) fn is_address(text: &[u8]) -> bool {
    let Some(first) = text.first() else { return false };
    if !(first.is_ascii_hexdigit() || *first == b':') {
        return false;
    }
    let address = text.split(|&octet| octet == b'%').next().unwrap_or(text);
    std::str::from_utf8(address).is_ok_and(|text| text.parse::<IpAddr>().is_ok())
}

/// Whether names have this octet, dots included.
pub(super) fn is_ordinary(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || octet == b'-' || octet == b'_' || octet == b'.'
}

/// What text with the octet `odd` in it is, if not a name.
fn what_instead(text: &[u8], odd: u8) -> Reason {
    let before_odd = || text.split(|&octet| octet == odd).next().unwrap_or_default();
    match odd {
        _ if text.windows(3).any(|part| part == b"://") => reason::URL,
        b'<' => reason::MARKUP,
        b'*' => reason::WILDCARD,
        b'/' if is_address(before_odd()) => reason::NETWORK,
        b'/' => reason::PATH,
        b':' => after_a_colon(text),
        _ => reason::BAD_CHARACTER,
    }
}

fn after_a_colon(text: &[u8]) -> Reason {
    let text = String::from_utf8_lossy(text);
    let (address, prefix) = text.split_once('/').map_or((&*text, None), |(address, prefix)| (address, Some(prefix)));
    let port = text.rsplit_once(':').map(|(_, port)| port).unwrap_or_default();
    match (address.parse::<Ipv6Addr>(), prefix) {
        (Ok(_), None) => reason::ADDRESS,
        (Ok(_), Some(_)) => reason::NETWORK,
        (Err(_), Some(_)) => reason::PATH,
        (Err(_), None) if !port.is_empty() && port.bytes().all(|octet| octet.is_ascii_digit()) => reason::PORT,
        (Err(_), None) => reason::BAD_CHARACTER,
    }
}

fn why_not(error: NameError) -> Reason {
    match error {
        NameError::EmptyLabel => reason::EMPTY_LABEL,
        NameError::LongLabel => reason::LONG_LABEL,
        NameError::LongName => reason::LONG_NAME,
        _ => reason::BAD_IDNA,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_lists() {
        let check = |text: &str, expected: Result<&str, Reason>| {
            assert_eq!(read_name(text.as_bytes()).map(|name| name.to_string()), expected.map(String::from), "{text}");
        };
        check("ads.Example.ORG", Ok("ads.example.org"));
        check("ads.example.org.", Ok("ads.example.org"));
        check("_dmarc.a_b.example", Ok("_dmarc.a_b.example"));
        check("-x-.example", Ok("-x-.example"));
        check("bücher.example", Ok("xn--bcher-kva.example"));
        check("xn--bcher-kva.example", Ok("xn--bcher-kva.example"));
        check("com", Ok("com"));
        check("", Err(reason::EMPTY_NAME));
        check(".", Err(reason::EMPTY_NAME));
        check("a..b", Err(reason::EMPTY_LABEL));
        check(".a.b", Err(reason::EMPTY_LABEL));
        check("a.b..", Err(reason::EMPTY_LABEL));
        check("192.0.2.1", Err(reason::ADDRESS));
        check("192.0.2.1.5", Err(reason::ADDRESS));
        check("2001:db8::1", Err(reason::ADDRESS));
        check("192.0.2.0/24", Err(reason::NETWORK));
        check("2001:db8::/32", Err(reason::NETWORK));
        check("192.0.2.1:443", Err(reason::PORT));
        check("example.org:443", Err(reason::PORT));
        check("example.org:", Err(reason::BAD_CHARACTER));
        check("example.org/ads", Err(reason::PATH));
        check("example.org:80/ads", Err(reason::PATH));
        check("https://example.org", Err(reason::URL));
        check("ad*.example.org", Err(reason::WILDCARD));
        check("<p>", Err(reason::MARKUP));
        check("a,b.example", Err(reason::BAD_CHARACTER));
        check("a\0b.example", Err(reason::BAD_CHARACTER));
        check("a\\.b.example", Err(reason::BAD_CHARACTER));
        check("√.example\u{200b}\u{fffd}", Err(reason::BAD_IDNA));
        check(&format!("{}.example", "x".repeat(64)), Err(reason::LONG_LABEL));
        check(&"abcdefg.".repeat(32), Err(reason::LONG_NAME));
        assert_eq!(read_name(b"b\xfccher.example"), Err(reason::NOT_UTF8));
    }

    #[test]
    fn addresses() {
        let check = |text: &str, expected: bool| assert_eq!(is_address(text.as_bytes()), expected, "{text}");
        check("0.0.0.0", true);
        check("::", true);
        check("fe80::1%lo0", true);
        check("example.org", false);
        check("add.example", false);
        check("0.0.0", false);
        check("", false);
        check("%", false);
    }
}
