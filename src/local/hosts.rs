//! Files in hosts format: an address and its names a line.

use std::net::{IpAddr, Ipv6Addr};

use crate::dns::Name;

/// What a hosts file says, and the lines that say nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hosts {
    /// Names and their addresses, in the order of the file.
    pub hosts: Vec<(Name, IpAddr)>,
    /// Lines with something wrong.
    pub faults: Vec<HostsFault>,
}

/// Something wrong in a line of a hosts file; the rest of the line counts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct HostsFault {
    /// The number of the line, from 1.
    pub line: usize,
    /// What is wrong.
    pub reason: String,
}

/// Reads a hosts file: `192.168.1.5 nas nas.home.arpa # a comment`. Bad lines are kept apart, good ones count.
#[must_use]
pub fn parse_hosts(text: &str) -> Hosts {
    let mut hosts = Vec::new();
    let faults = read_hosts(text, |name, address| hosts.push((*name, address)));
    Hosts { hosts, faults }
}

/// The same, name by name: `take` is given each with its address, and what is wrong is returned.
#[must_use]
pub fn read_hosts(text: &str, mut take: impl FnMut(&Name, IpAddr)) -> Vec<HostsFault> {
    let mut faults = Vec::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (line, text) in (1..).zip(text.lines()) {
        let mut words = text.split('#').next().unwrap_or_default().split_whitespace();
        let Some(first) = words.next() else {
            continue;
        };
        let mut fault = |reason: String| faults.push(HostsFault { line, reason });
        // An address with a zone is one on a link of this machine, and no record can tell it. macOS has one in each file.
        if has_zone(first) {
            continue;
        }
        let Ok(address) = first.parse::<IpAddr>() else {
            fault(format!("`{first}` is not an address"));
            continue;
        };
        let mut words = words.peekable();
        if words.peek().is_none() {
            fault(format!("`{first}` has no name"));
        }
        for word in words {
            match word.parse::<Name>() {
                Ok(name) if !name.is_root() => take(&name, address),
                Ok(_) => fault("`.` is not a name of a host".to_owned()),
                Err(error) => fault(format!("`{word}`: {error}")),
            }
        }
    }
    faults
}

/// Whether it is an IPv6 address with the zone that it belongs to (RFC 4007, section 11).
fn has_zone(text: &str) -> bool {
    text.split_once('%').is_some_and(|(address, zone)| !zone.is_empty() && address.parse::<Ipv6Addr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_hosts_file() {
        let check = |text: &str, hosts: &[(&str, &str)], faults: &[&str]| {
            let read = parse_hosts(text);
            let shown: Vec<_> = read.hosts.iter().map(|(name, at)| (name.to_string(), at.to_string())).collect();
            let shown: Vec<_> = shown.iter().map(|(name, at)| (name.as_str(), at.as_str())).collect();
            assert_eq!(shown, hosts, "{text:?}");
            let said: Vec<_> = read.faults.iter().map(ToString::to_string).collect();
            assert_eq!(said, faults, "{text:?}");
        };
        check("", &[], &[]);
        check("# nothing\n\n  \t\r\n", &[], &[]);
        check(
            "127.0.0.1\tlocalhost\n192.168.1.5 nas nas.home.arpa # the NAS\r\n",
            &[("localhost", "127.0.0.1"), ("nas", "192.168.1.5"), ("nas.home.arpa", "192.168.1.5")],
            &[],
        );
        check("fd00::5 nas#x", &[("nas", "fd00::5")], &[]);
        check("\u{feff}10.0.0.1 nas", &[("nas", "10.0.0.1")], &[]);
        check("192.168.1.5", &[], &["line 1: `192.168.1.5` has no name"]);
        check("\nnas 192.168.1.5", &[], &["line 2: `nas` is not an address"]);
        check("fe80::1%lo0 localhost", &[], &[]);
        check("10.0.0.1%lo0 localhost", &[], &["line 1: `10.0.0.1%lo0` is not an address"]);
        check("fe80::1% localhost", &[], &["line 1: `fe80::1%` is not an address"]);
        check(
            "10.0.0.1 a..b c .",
            &[("c", "10.0.0.1")],
            &["line 1: `a..b`: a label is empty", "line 1: `.` is not a name of a host"],
        );
    }
}
