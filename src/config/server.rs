//! Upstream servers as people write them: `tls://dns.quad9.net`, `https://9.9.9.9/dns-query`, `192.168.1.1`.

use std::net::{IpAddr, SocketAddr};

use super::model::{Protocol, Server, ServerHost};
use crate::dns::Name;

const PROTOCOLS: [(&str, Protocol, u16); 6] = [
    ("udp", Protocol::Udp, 53),
    ("tcp", Protocol::Tcp, 53),
    ("tls", Protocol::Tls, 853),
    ("https", Protocol::Https, 443),
    ("quic", Protocol::Quic, 853),
    ("h3", Protocol::H3, 443),
];

/// Why QUIC is not spoken.
pub(super) const WITHOUT_QUIC: &str = "this program was built without QUIC";

/// The port of plain DNS.
const PLAIN_PORT: u16 = 53;

/// Reads a server: protocol, `://`, name or address, and if need be port and path; or an address alone, meaning `udp`.
///
/// # Errors
/// When the text is no such thing, with the reason.
pub fn parse_server(text: &str) -> Result<Server, String> {
    if let Some(hint) = other_notation(text) {
        return Err(hint.to_owned());
    }
    let Some((protocol, rest)) = text.split_once("://") else {
        return match parse_plain_server(text) {
            Some(address) => Ok(Server {
                protocol: Protocol::Udp,
                host: ServerHost::Address(address.ip()),
                port: address.port(),
                path: String::new(),
            }),
            None if host_name(text).is_ok() => Err(format!("a name needs a protocol: tls://{text}")),
            None => Err(String::new()),
        };
    };
    let (_, protocol, port) = PROTOCOLS
        .into_iter()
        .find(|(word, ..)| word.eq_ignore_ascii_case(protocol))
        .ok_or("the protocols are udp, tcp, tls, https, quic and h3")?;
    if matches!(protocol, Protocol::Quic | Protocol::H3) && !cfg!(feature = "quic") {
        return Err(WITHOUT_QUIC.to_owned());
    }
    let (authority, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
    let (host, written_port) = split_authority(authority)?;
    let port = written_port.unwrap_or(port);
    let path = match (protocol, path) {
        (Protocol::Https | Protocol::H3, "" | "/") => "/dns-query",
        (Protocol::Https | Protocol::H3, path) if path.bytes().all(is_path_octet) => path,
        (Protocol::Https | Protocol::H3, _) => return Err("the path has characters that no path has".to_owned()),
        (_, "" | "/") => "",
        _ => return Err("only https and h3 have a path".to_owned()),
    };
    Ok(Server { protocol, host, port, path: path.to_owned() })
}

/// What to write instead of what other programs write.
fn other_notation(text: &str) -> Option<&'static str> {
    if text.starts_with("[/") {
        return Some("servers for some domains stand in `[[upstream.routes]]`");
    }
    let (_, behind) = text.split_once('#')?;
    let is_port = !behind.is_empty() && behind.bytes().all(|octet| octet.is_ascii_digit());
    Some(if is_port {
        "a port stands behind a colon"
    } else {
        "the name of a certificate stands in place of the address"
    })
}

/// Reads the address of a plain server, with or without a port.
pub(super) fn parse_plain_server(text: &str) -> Option<SocketAddr> {
    let address = text.parse::<IpAddr>().map(|address| SocketAddr::new(address, PLAIN_PORT));
    address.or_else(|_| text.parse::<SocketAddr>()).ok().filter(|address| address.port() != 0)
}

/// Reads what stands between `//` and the path of a URL: a name or an address, and if need be a port.
///
/// # Errors
/// When it is no such thing, with the reason.
pub(super) fn split_authority(authority: &str) -> Result<(ServerHost, Option<u16>), String> {
    let (host, port) = split_port(authority)?;
    let host = match host.parse() {
        Ok(address) => ServerHost::Address(address),
        Err(_) => ServerHost::Name(host_name(host)?),
    };
    match port.map(port_number) {
        Some(None) => Err("the port is a number from 1 to 65535".to_owned()),
        port => Ok((host, port.flatten())),
    }
}

/// Parts host and port. An IPv6 address stands in brackets.
fn split_port(authority: &str) -> Result<(&str, Option<&str>), String> {
    if authority.contains('@') {
        return Err("there is no place for a user here".to_owned());
    }
    if let Some(rest) = authority.strip_prefix('[') {
        let (address, port) = rest.split_once(']').ok_or("the bracket is not closed")?;
        return match port.strip_prefix(':') {
            Some(port) => Ok((address, Some(port))),
            None if port.is_empty() => Ok((address, None)),
            None => Err("behind the bracket stands a colon with the port, or nothing".to_owned()),
        };
    }
    match authority.split_once(':') {
        Some((_, rest)) if rest.contains(':') => Err(format!("an IPv6 address stands in brackets: [{authority}]")),
        Some((host, port)) => Ok((host, Some(port))),
        None => Ok((authority, None)),
    }
}

fn port_number(digits: &str) -> Option<u16> {
    let digits = Some(digits).filter(|digits| digits.bytes().all(|octet| octet.is_ascii_digit()))?;
    digits.parse().ok().filter(|&port| port != 0)
}

/// Checks the name of a host, and gives it in lower case and ASCII without a final dot.
pub(super) fn host_name(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err("the name is missing".to_owned());
    }
    let name = text.parse::<Name>().map_err(|error| error.to_string())?.to_lowercase();
    let fits = |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_');
    let numeric = |label: &[u8]| label.iter().all(u8::is_ascii_digit);
    if name.is_root() {
        return Err("the root is no such name".to_owned());
    }
    if !name.labels().all(|label| label.iter().all(fits)) {
        return Err("the name has characters that no host name has".to_owned());
    }
    // `300.1.1.1` is a mistyped address, not a name.
    if name.labels().last().is_some_and(numeric) {
        return Err("the address is not valid".to_owned());
    }
    Ok(name.to_string())
}

fn is_path_octet(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:@".contains(&octet)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn servers_are_read() {
        let check = |text: &str, protocol: Protocol, host: &str, port: u16, path: &str| {
            let host = host.parse().map_or_else(|_| ServerHost::Name(host.to_owned()), ServerHost::Address);
            assert_eq!(parse_server(text), Ok(Server { protocol, host, port, path: path.to_owned() }), "{text}");
        };
        check("192.168.1.1", Protocol::Udp, "192.168.1.1", 53, "");
        check("192.168.1.1:5353", Protocol::Udp, "192.168.1.1", 5353, "");
        check("2620:fe::fe", Protocol::Udp, "2620:fe::fe", 53, "");
        check("[2620:fe::fe]:5353", Protocol::Udp, "2620:fe::fe", 5353, "");
        check("udp://9.9.9.9", Protocol::Udp, "9.9.9.9", 53, "");
        check("tcp://[2620:fe::fe]", Protocol::Tcp, "2620:fe::fe", 53, "");
        check("tls://dns.quad9.net", Protocol::Tls, "dns.quad9.net", 853, "");
        check("TLS://DNS.Quad9.net.", Protocol::Tls, "dns.quad9.net", 853, "");
        check("tls://dns.quad9.net:8853/", Protocol::Tls, "dns.quad9.net", 8853, "");
        check("https://dns.quad9.net", Protocol::Https, "dns.quad9.net", 443, "/dns-query");
        check("https://dns.example/a1b2c3", Protocol::Https, "dns.example", 443, "/a1b2c3");
        check("https://[2620:fe::fe]:5443/x/y", Protocol::Https, "2620:fe::fe", 5443, "/x/y");
        check("udp://router", Protocol::Udp, "router", 53, "");
        check("tls://bücher.example", Protocol::Tls, "xn--bcher-kva.example", 853, "");
    }

    #[test]
    fn servers_over_quic_are_read_by_a_program_that_has_it() {
        let check = |text: &str, expected: (Protocol, u16, &str)| {
            let read = parse_server(text).map(|server| (server.protocol, server.port, server.path));
            let (protocol, port, path) = expected;
            let without = Err(WITHOUT_QUIC.to_owned());
            assert_eq!(
                read,
                if cfg!(feature = "quic") { Ok((protocol, port, path.to_owned())) } else { without },
                "{text}"
            );
        };
        check("quic://dns.adguard-dns.com", (Protocol::Quic, 853, ""));
        check("h3://dns.google/", (Protocol::H3, 443, "/dns-query"));
    }

    #[test]
    fn what_is_no_server_is_refused_with_the_reason() {
        let check = |text: &str, reason: &str| assert_eq!(parse_server(text), Err(reason.to_owned()), "{text}");
        check("", "");
        check("9.9.9.9:0", "");
        check("9.9.9.9:99999", "");
        check("dns.quad9.net", "a name needs a protocol: tls://dns.quad9.net");
        check("dot://dns.quad9.net", "the protocols are udp, tcp, tls, https, quic and h3");
        check("tls://", "the name is missing");
        check("tls://:853", "the name is missing");
        check("tls://2620:fe::fe", "an IPv6 address stands in brackets: [2620:fe::fe]");
        check("tls://[2620:fe::fe", "the bracket is not closed");
        check("tls://[2620:fe::fe]853", "behind the bracket stands a colon with the port, or nothing");
        check("tls://dns.quad9.net:", "the port is a number from 1 to 65535");
        check("tls://dns.quad9.net:0", "the port is a number from 1 to 65535");
        check("tls://dns.quad9.net:+853", "the port is a number from 1 to 65535");
        check("tls://dns.quad9.net/dns-query", "only https and h3 have a path");
        check("https://dns.google/dns-query{?dns}", "the path has characters that no path has");
        check("https://user@dns.google", "there is no place for a user here");
        check("udp://300.1.1.1", "the address is not valid");
        check("9.9.9.9#53", "a port stands behind a colon");
        check("tls://9.9.9.9#dns.quad9.net", "the name of a certificate stands in place of the address");
        check("9.9.9.9#dns.quad9.net", "the name of a certificate stands in place of the address");
        check("[/lan/]192.168.1.1", "servers for some domains stand in `[[upstream.routes]]`");
        check("udp://a b", "the name has characters that no host name has");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "((udp|tls|https|h3)://)?[a-z0-9.:@/\\[\\]é-]{0,30}|.{0,30}") {
            let _ = parse_server(&text);
        }
    }
}
