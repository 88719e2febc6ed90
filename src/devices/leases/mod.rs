//! The lease files of DHCP servers: who got which address, and what they call themselves. A file of each format;
//! reading the files is left to `watch`. Nothing in them is trusted: a line that cannot be read is passed over.

mod dnsmasq;
mod isc;
mod kea;
mod odhcpd;

use std::net::IpAddr;

use crate::clients::{DeviceSelector, MacAddress};

/// The most leases that are taken from one file; more than a network of homes has.
const MOST_LEASES: usize = 4096;

/// Places where DHCP servers keep their leases.
pub(super) const USUAL_FILES: [&str; 10] = [
    "/var/lib/misc/dnsmasq.leases",
    "/var/lib/dnsmasq/dnsmasq.leases",
    "/tmp/dhcp.leases",
    "/etc/pihole/dhcp.leases",
    "/tmp/hosts/odhcpd",
    "/tmp/odhcpd.leases",
    "/var/lib/dhcp/dhcpd.leases",
    "/var/lib/dhcpd/dhcpd.leases",
    "/var/lib/kea/kea-leases4.csv",
    "/var/lib/kea/kea-leases6.csv",
];

/// An address that a DHCP server has given away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lease {
    /// The address.
    pub(super) address: IpAddr,
    /// The hardware address of the device, where the server tells it.
    pub(super) mac: Option<MacAddress>,
    /// What the device calls itself.
    pub(super) name: Option<String>,
    /// The vendor class that it gave (option 60).
    pub(super) vendor_class: Option<String>,
    /// When the lease ends, in seconds since 1970; `None`: never, or it is not said.
    pub(super) ends: Option<u64>,
}

/// The end of a lease that is over whatever else is said: in a file that is a log, it ends those of the same address before.
const OVER: Option<u64> = Some(0);

/// Reads a lease file of any of the formats. Where an address is given away several times the last one counts.
pub(super) fn parse_leases(text: &str) -> Vec<Lease> {
    let is_isc = |line: &str| line.starts_with("lease ") || line.starts_with("ia-na ");
    let leases = if text.starts_with("address,") {
        kea::parse(text)
    } else if text.lines().any(|line| is_isc(line.trim_start())) {
        isc::parse(text)
    } else if text.lines().any(|line| line.starts_with("# ")) {
        odhcpd::parse(text)
    } else {
        dnsmasq::parse(text)
    };
    newest_first(leases)
}

/// Of several leases of one address the last one, unless it is over, and no more than there is room for.
fn newest_first(mut leases: Vec<Lease>) -> Vec<Lease> {
    let mut seen = std::collections::HashSet::new();
    leases.reverse();
    leases.retain(|lease| seen.insert(lease.address) && lease.ends != OVER);
    leases.truncate(MOST_LEASES);
    leases
}

/// A hardware address as lease files write it: with colons, hyphens or without, perhaps behind its type (`01-`).
fn mac(text: &str) -> Option<MacAddress> {
    if let Ok(DeviceSelector::Mac(mac)) = text.parse() {
        return Some(mac);
    }
    if let Some((kind, rest)) = text.split_once('-').filter(|(kind, _)| kind.len() <= 2) {
        return kind.bytes().all(|octet| octet.is_ascii_hexdigit()).then(|| mac(rest)).flatten();
    }
    hex::decode(text).ok()?.try_into().ok().map(MacAddress)
}

/// The hardware address within a DUID that is made of one: type 1 with a time (DUID-LLT) or 3 without (DUID-LL), both
/// of Ethernet (RFC 8415, sections 11.2 and 11.4). Octets as hexadecimal text, with colons or without.
fn mac_of_duid(text: &str) -> Option<MacAddress> {
    let octets = hex::decode(text.replace(':', "")).ok()?;
    mac_of_duid_octets(&octets)
}

fn mac_of_duid_octets(octets: &[u8]) -> Option<MacAddress> {
    let ([0, 1, 0, 1, _, _, _, _, mac @ ..] | [0, 3, 0, 1, mac @ ..]) = octets else { return None };
    mac.try_into().ok().map(MacAddress)
}

/// A name, unless it is one of the signs for none.
fn named(text: &str) -> Option<String> {
    (!matches!(text, "" | "*" | "-" | "blackhole")).then(|| text.trim_end_matches('.').to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Leases in short: address, hardware address, name, end.
    pub(super) fn shown(leases: &[Lease]) -> Vec<String> {
        let line = |lease: &Lease| {
            let mac = lease.mac.map_or_else(|| "-".to_owned(), |mac| mac.to_string());
            let name = lease.name.as_deref().unwrap_or("-");
            let class = lease.vendor_class.as_ref().map(|class| format!(" ({class})")).unwrap_or_default();
            let ends = lease.ends.map_or_else(|| "-".to_owned(), |ends| ends.to_string());
            format!("{} {mac} {name}{class} {ends}", lease.address)
        };
        leases.iter().map(line).collect()
    }

    #[test]
    fn hardware_addresses_in_many_spellings() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(mac(text).map(|mac| mac.to_string()).as_deref(), expected, "{text}");
        };
        check("aa:bb:cc:dd:ee:ff", Some("aa:bb:cc:dd:ee:ff"));
        check("AABBCCDDEEFF", Some("aa:bb:cc:dd:ee:ff"));
        check("aa-bb-cc-dd-ee-ff", Some("aa:bb:cc:dd:ee:ff"));
        check("01-aa:bb:cc:dd:ee:ff", Some("aa:bb:cc:dd:ee:ff"));
        check("zz-aa:bb:cc:dd:ee:ff", None);
        check("aa:bb:cc", None);
        check("", None);
    }

    #[test]
    fn a_duid_may_hold_a_hardware_address() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(mac_of_duid(text).map(|mac| mac.to_string()).as_deref(), expected, "{text}");
        };
        check("00:01:00:01:2a:bc:de:f0:aa:bb:cc:dd:ee:ff", Some("aa:bb:cc:dd:ee:ff"));
        check("00030001aabbccddeeff", Some("aa:bb:cc:dd:ee:ff"));
        check("00:04:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10", None);
        check("00:03:00:01:aa:bb", None);
        check("nonsense", None);
        check("ä", None);
    }

    #[test]
    fn the_last_lease_of_an_address_counts() {
        let text = "5 aa:bb:cc:dd:ee:01 10.0.0.1 old *\n9 aa:bb:cc:dd:ee:02 10.0.0.1 new *\n";
        assert_eq!(shown(&parse_leases(text)), ["10.0.0.1 aa:bb:cc:dd:ee:02 new 9"]);
    }

    #[test]
    fn a_lease_that_was_given_back_leaves_no_older_one_of_its_address_in_force() {
        let block = |state: &str, mac: u8| {
            format!("lease 10.0.0.1 {{\n  binding state {state};\n  hardware ethernet aa:bb:cc:dd:ee:0{mac};\n}}\n")
        };
        let isc = |states: [&str; 3]| states.into_iter().zip(1..).map(|(state, mac)| block(state, mac)).collect();
        let kea = |states: [u8; 3]| {
            let rows =
                states.into_iter().zip(1..).map(|(state, mac)| format!("10.0.0.1,aa:bb:cc:dd:ee:0{mac},{state}\n"));
            std::iter::once("address,hwaddr,state\n".to_owned()).chain(rows).collect()
        };
        let check = |text: String, expected: &[&str]| assert_eq!(shown(&parse_leases(&text)), expected, "{text}");
        check(isc(["active", "active", "free"]), &[]);
        check(isc(["active", "abandoned", "expired"]), &[]);
        check(isc(["active", "free", "active"]), &["10.0.0.1 aa:bb:cc:dd:ee:03 - -"]);
        check(kea([0, 0, 2]), &[]);
        check(kea([0, 2, 0]), &["10.0.0.1 aa:bb:cc:dd:ee:03 - -"]);
    }

    proptest! {
        #[test]
        fn whatever_a_file_holds_it_is_read(text in "(lease |ia-na |address,|# )?[ -~\n\\\\\"{};ä]{0,400}") {
            let _ = parse_leases(&text);
        }
    }
}
