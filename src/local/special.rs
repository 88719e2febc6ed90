//! Special-use names: what is answered here because it means nothing, or something else, to servers outside.
//!
//! Not in the table, on purpose: `example` and its kin, which resolvers treat like any name (RFC 6761, section 6.5), and
//! `ipv4only.arpa`, by which devices find the prefix of their network's NAT64 (RFC 7050, RFC 8880): only an upstream that
//! does DNS64 has the right answer, and ponor does none.

use std::{collections::HashMap, sync::LazyLock};

use crate::dns::{Name, RecordType};

/// What is answered to a question for a special-use name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpecialUse {
    /// The answer.
    pub answer: SpecialAnswer,
    /// The rule that says so, for people: `RFC 6761`.
    pub source: &'static str,
    /// Whether servers of the house may know such names, so that a route to them goes first.
    pub routable: bool,
}

/// Below it lie the names by which a page of the dashboard finds out whose lookups come here. `internal` is set aside for private
/// use, so that nobody else has such names; but whoever routes `internal` to a server of their own means others.
pub const CHECK_ZONE: &str = "check.ponor.internal";

/// The answer to a question for a special-use name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpecialAnswer {
    /// The name does not exist.
    Nxdomain,
    /// The name exists and has no such data.
    Nodata,
    /// One record of the type in question, with this data in wire form.
    Data(&'static [u8]),
}

/// How the names of a zone are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Treatment {
    /// None exists.
    Absent,
    /// Nothing exists but the zone itself. Its DS record, which would lie in the parent zone, is looked up there: that
    /// the delegation is not signed is what a validating device must see proven.
    Empty,
    /// A name in an empty zone that exists because of one below it.
    Between,
    /// Everything may exist, and nothing has data.
    Blank,
    /// The same, and no other server is asked instead.
    Ours,
    /// Each name means this host.
    Loopback,
    /// The reverse name of a loopback address.
    LoopbackReverse,
}

const LOCALHOST: &[u8] = b"\x09localhost\0";
const LOOPBACK_V4: &[u8] = &[127, 0, 0, 1];
const LOOPBACK_V6: &[u8] = &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

/// Single labels have no addresses (RFC 7085, section 1); nearly always they are names of devices in the house, or
/// mistyped, and nobody's business outside. They are not said not to exist: `com` does, and a device that believes that
/// it does not may believe the same of all below it (RFC 8020).
const DOTLESS: SpecialUse =
    SpecialUse { answer: SpecialAnswer::Nodata, source: "a name without a dot", routable: true };

/// The zones and where they are from. Two families of reverse zones are added in [`zones`].
#[rustfmt::skip]
const ZONES: &[(&str, Treatment, &str)] = &[
    ("localhost", Treatment::Loopback, "RFC 6761"),
    ("invalid", Treatment::Absent, "RFC 6761"),
    ("test", Treatment::Absent, "RFC 6761"),
    ("local", Treatment::Absent, "RFC 6762"),
    ("onion", Treatment::Absent, "RFC 7686"),
    ("alt", Treatment::Absent, "RFC 9476"),
    ("home.arpa", Treatment::Empty, "RFC 8375"),
    ("resolver.arpa", Treatment::Blank, "RFC 9462"),
    ("service.arpa", Treatment::Empty, "RFC 9665"),
    (CHECK_ZONE, Treatment::Ours, "a check of the dashboard"),
    // RFC 1918 addresses; 172.16/12 is added below.
    ("10.in-addr.arpa", Treatment::Empty, "RFC 6303"),
    ("168.192.in-addr.arpa", Treatment::Empty, "RFC 6303"),
    // This network, loopback, link-local, documentation, broadcast.
    ("0.in-addr.arpa", Treatment::Empty, "RFC 6303"),
    ("127.in-addr.arpa", Treatment::Empty, "RFC 6303"),
    ("0.127.in-addr.arpa", Treatment::Between, "RFC 6303"),
    ("0.0.127.in-addr.arpa", Treatment::Between, "RFC 6303"),
    ("1.0.0.127.in-addr.arpa", Treatment::LoopbackReverse, "RFC 6303"),
    ("254.169.in-addr.arpa", Treatment::Empty, "RFC 6303"),
    ("2.0.192.in-addr.arpa", Treatment::Empty, "RFC 6303"),
    ("100.51.198.in-addr.arpa", Treatment::Empty, "RFC 6303"),
    ("113.0.203.in-addr.arpa", Treatment::Empty, "RFC 6303"),
    ("255.255.255.255.in-addr.arpa", Treatment::Empty, "RFC 6303"),
    // The unspecified address and loopback.
    ("0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa", Treatment::Empty, "RFC 6303"),
    ("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa", Treatment::LoopbackReverse, "RFC 6303"),
    // Unique local, link-local, documentation.
    ("d.f.ip6.arpa", Treatment::Empty, "RFC 6303"),
    ("8.e.f.ip6.arpa", Treatment::Empty, "RFC 6303"),
    ("9.e.f.ip6.arpa", Treatment::Empty, "RFC 6303"),
    ("a.e.f.ip6.arpa", Treatment::Empty, "RFC 6303"),
    ("b.e.f.ip6.arpa", Treatment::Empty, "RFC 6303"),
    ("8.b.d.0.1.0.0.2.ip6.arpa", Treatment::Empty, "RFC 6303"),
];

/// The last labels of all zones: most names have another one, and are done with one look.
const TOPS: [&[u8]; 8] = [
    b"\x09localhost\0",
    b"\x08internal\0",
    b"\x07invalid\0",
    b"\x04test\0",
    b"\x05local\0",
    b"\x05onion\0",
    b"\x03alt\0",
    b"\x04arpa\0",
];

/// How the names of zones are answered and which text says so, by zone in wire form.
type Table = HashMap<Box<[u8]>, (Treatment, &'static str)>;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let wire = |zone: String| zone.parse::<Name>().expect("each zone of the table is a name").wire().into();
    zones().map(|(zone, treatment, source)| (wire(zone), (treatment, source))).collect()
});

/// What is answered to a question for `rtype` of `name` because of where the name lies; `None`: nothing special.
#[must_use]
pub fn special_use(name: &Name, rtype: RecordType) -> Option<SpecialUse> {
    let top = name.top();
    if TOPS.iter().any(|zone| zone.eq_ignore_ascii_case(top)) {
        let name = name.to_lowercase();
        let zone = name.suffixes().enumerate().find_map(|(depth, suffix)| Some((depth, TABLE.get(suffix)?)));
        if let Some((depth, (treatment, source))) = zone {
            let routable = *treatment != Treatment::Ours;
            return treatment.answer(depth == 0, rtype).map(|answer| SpecialUse { answer, source, routable });
        }
    }
    let leads_to_a_host = matches!(rtype, RecordType::A | RecordType::AAAA | RecordType::HTTPS | RecordType::SVCB);
    let has_no_dot = top.len() == name.wire().len() && !name.is_root();
    (leads_to_a_host && has_no_dot).then_some(DOTLESS)
}

impl Treatment {
    /// The answer for a name of a zone; `apex`: it is the zone itself.
    fn answer(self, apex: bool, rtype: RecordType) -> Option<SpecialAnswer> {
        let answer = match (self, rtype) {
            (Self::Empty, RecordType::DS) if apex => return None,
            (Self::Absent, _) => SpecialAnswer::Nxdomain,
            (Self::Empty | Self::Between | Self::LoopbackReverse, _) if !apex => SpecialAnswer::Nxdomain,
            (Self::Loopback, RecordType::A) => SpecialAnswer::Data(LOOPBACK_V4),
            (Self::Loopback, RecordType::AAAA) => SpecialAnswer::Data(LOOPBACK_V6),
            (Self::LoopbackReverse, RecordType::PTR) => SpecialAnswer::Data(LOCALHOST),
            _ => SpecialAnswer::Nodata,
        };
        Some(answer)
    }
}

fn zones() -> impl Iterator<Item = (String, Treatment, &'static str)> {
    let plain = ZONES.iter().map(|(zone, treatment, source)| ((*zone).to_owned(), *treatment, *source));
    let private = (16..=31).map(|second| (format!("{second}.172.in-addr.arpa"), Treatment::Empty, "RFC 6303"));
    let shared = (64..=127).map(|second| (format!("{second}.100.in-addr.arpa"), Treatment::Empty, "RFC 7793"));
    plain.chain(private).chain(shared)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, rtype: &str) -> Option<(SpecialAnswer, &'static str)> {
        special_use(&name.parse().unwrap(), rtype.parse().unwrap()).map(|special| (special.answer, special.source))
    }

    #[test]
    fn no_zone_has_a_last_label_that_is_not_looked_for() {
        for zone in TABLE.keys() {
            let zone = Name::from_wire(zone).unwrap();
            assert!(TOPS.contains(&zone.top()), "{zone}");
        }
    }

    #[test]
    fn what_each_name_gets() {
        use SpecialAnswer::{Data, Nodata, Nxdomain};
        let check = |name: &str, rtype: &str, answer: SpecialAnswer, source: &str| {
            assert_eq!(found(name, rtype), Some((answer, source)), "{name} {rtype}");
        };
        check("localhost", "A", Data(LOOPBACK_V4), "RFC 6761");
        check("LocalHost", "AAAA", Data(LOOPBACK_V6), "RFC 6761");
        check("x.localhost", "A", Data(LOOPBACK_V4), "RFC 6761");
        check("localhost", "HTTPS", Nodata, "RFC 6761");
        check("a.invalid", "A", Nxdomain, "RFC 6761");
        check("test", "NS", Nxdomain, "RFC 6761");
        check("a.test", "TXT", Nxdomain, "RFC 6761");
        check("printer.local", "A", Nxdomain, "RFC 6762");
        check("x.ONION", "AAAA", Nxdomain, "RFC 7686");
        check("x.alt", "A", Nxdomain, "RFC 9476");
        check("home.arpa", "SOA", Nodata, "RFC 8375");
        check("nas.home.arpa", "A", Nxdomain, "RFC 8375");
        check("nas.home.arpa", "DS", Nxdomain, "RFC 8375");
        check("resolver.arpa", "A", Nodata, "RFC 9462");
        check("_dns.resolver.arpa", "SVCB", Nodata, "RFC 9462");
        check("a.b.resolver.arpa", "A", Nodata, "RFC 9462");
        check("default.service.arpa", "A", Nxdomain, "RFC 9665");
        check("1.0.0.127.in-addr.arpa", "PTR", Data(LOCALHOST), "RFC 6303");
        check("1.0.0.127.in-addr.arpa", "A", Nodata, "RFC 6303");
        check("x.1.0.0.127.in-addr.arpa", "PTR", Nxdomain, "RFC 6303");
        check("2.0.0.127.in-addr.arpa", "PTR", Nxdomain, "RFC 6303");
        check("0.127.in-addr.arpa", "PTR", Nodata, "RFC 6303");
        check("127.in-addr.arpa", "NS", Nodata, "RFC 6303");
        check("check.ponor.internal", "A", Nodata, "a check of the dashboard");
        check("0123456789abcdef-12.Check.Ponor.INTERNAL", "HTTPS", Nodata, "a check of the dashboard");
        check("com", "A", Nodata, "a name without a dot");
        check("nas", "HTTPS", Nodata, "a name without a dot");
    }

    #[test]
    fn what_is_looked_up_as_ever() {
        let check = |name: &str, rtype: &str| assert_eq!(found(name, rtype), None, "{name} {rtype}");
        check(".", "A");
        check("com", "NS");
        check("com", "DS");
        check("example", "NS");
        check("example.com", "A");
        check("www.example", "A");
        check("ipv4only.arpa", "AAAA");
        check("170.0.0.192.in-addr.arpa", "PTR");
        check("9.9.9.9.in-addr.arpa", "PTR");
        check("arpa", "NS");
        check("home.arpa", "DS");
        check("10.in-addr.arpa", "DS");
        check("nas.lan", "A");
        check("ponor.internal", "A");
        check("xcheck.ponor.internal", "A");
        check("check.ponor.internal.lan", "A");
        check("local.example.com", "A");
        check("notlocalhost.com", "A");
    }

    #[test]
    fn reverse_names_of_addresses_that_are_not_of_the_internet() {
        let check = |address: &str, special: bool| {
            let name = crate::local::data::reverse_name(address.parse().unwrap());
            let answer = special_use(&name, RecordType::PTR).map(|special| special.answer);
            assert_eq!(answer, special.then_some(SpecialAnswer::Nxdomain), "{address} {name}");
        };
        for address in [
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.5",
            "100.64.0.1",
            "100.127.0.1",
            "169.254.0.1",
            "0.1.2.3",
            "127.1.2.3",
            "192.0.2.1",
            "198.51.100.1",
            "203.0.113.1",
            "fd00::1",
            "fe80::1",
            "fe90::1",
            "fea0::1",
            "feb0::1",
            "2001:db8::1",
        ] {
            check(address, true);
        }
        for address in [
            "11.0.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.167.1.5",
            "100.63.0.1",
            "100.128.0.1",
            "192.0.3.1",
            "255.255.255.254",
            "fc00::1",
            "fec0::1",
            "2001:db9::1",
            "::2",
        ] {
            check(address, false);
        }
    }
}
