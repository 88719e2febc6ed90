//! The snapshot that ships, tables of any content against a search of every range, and databases of the operator's own.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, Ipv6Addr},
};

use proptest::prelude::*;

use super::{
    pack::{Range, Snapshot, pack},
    table::Found,
    *,
};

#[test]
fn what_the_snapshot_says_of_some_addresses() {
    let check = |address: &str, expected: Option<&str>| {
        let found = Geo::new().find(address.parse().unwrap());
        assert_eq!(found.map(|place| place.to_string()).as_deref(), expected, "{address}");
    };
    let alibaba = "registered in SG, announced by Alibaba (US) Technology Co., Ltd. (AS45102)";
    check("161.117.97.14", Some(alibaba));
    check("::ffff:161.117.97.14", Some(alibaba));
    check("8.8.8.8", Some("registered in US, announced by Google LLC (AS15169)"));
    check("1.1.1.1", Some("registered in AU, announced by Cloudflare, Inc. (AS13335)"));
    check("2001:4860:4860::8888", Some("registered in US, announced by Google LLC (AS15169)"));
    for nowhere in
        ["192.168.1.1", "10.0.0.1", "127.0.0.1", "0.0.0.0", "255.255.255.255", "::", "::1", "fe80::1", "fd00::1"]
    {
        check(nowhere, None);
    }
}

#[test]
fn the_snapshot_is_small_dated_and_says_whom_to_thank() {
    assert!(SHIPPED.len() <= 400_000, "{} octets", SHIPPED.len());
    let origin = Geo::new().origin();
    assert_eq!((origin.database, origin.snapshot.as_str()), (None, "2026-06-17"));
    for word in ["nro.net", "routeviews.org", "https://db-ip.com", "CC BY 4.0"] {
        assert!(origin.attribution.iter().any(|line| line.contains(word)), "{word}");
    }
    let readme = include_str!("../../geo/README.md");
    assert!(readme.contains(&origin.snapshot), "geo/README.md says of which day the snapshot is");
}

#[test]
fn places_in_words() {
    let check = |country: &[u8], asn: Option<u32>, name: Option<&str>, expected: &str| {
        let place = Place { country: Country::new(country), asn, as_name: name.map(str::to_owned) };
        assert_eq!(place.to_string(), expected);
    };
    check(b"SG", Some(45102), Some("Alibaba"), "registered in SG, announced by Alibaba (AS45102)");
    check(b"SG", Some(45102), None, "registered in SG, announced by AS45102");
    check(b"SG", None, None, "registered in SG");
    check(b"", Some(7), None, "registered nowhere that is known, announced by AS7");
}

#[test]
fn countries_are_two_capital_letters() {
    let check = |text: &str, expected: Option<&str>| {
        assert_eq!(Country::new(text.as_bytes()).as_ref().map(Country::as_str), expected, "{text}");
    };
    check("CN", Some("CN"));
    check("cn", None);
    check("ZZ", None);
    check("CHN", None);
    check("", None);
}

/// Ranges in order without overlap, from the lengths of gaps and ranges and their values.
fn ranges<T: Clone>(cuts: &[(u16, u16, T)], unit: u32) -> Vec<Range<T>> {
    let mut at = 0_u128;
    let range = |(gap, length, value): &(u16, u16, T)| {
        let first = at + u128::from(*gap);
        at = first + u128::from(*length) + 1;
        (first << unit, (at << unit) - 1, value.clone())
    };
    cuts.iter().map(range).collect()
}

/// By looking at every range.
fn naive<T: Copy>(ranges: &[Range<T>], address: u128) -> Option<T> {
    ranges.iter().find(|(first, last, _)| (first..=last).contains(&&address)).map(|(_, _, value)| *value)
}

fn cuts<T: Clone + std::fmt::Debug>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<(u16, u16, T)>> {
    let gap = prop_oneof![Just(0), Just(7), 0..300_u16];
    let length = prop_oneof![Just(0), Just(3), 0..5000_u16];
    prop::collection::vec((gap, length, value), 0..700)
}

fn country() -> impl Strategy<Value = [u8; 2]> {
    prop_oneof![Just(*b"CN"), Just(*b"SG"), (b'A'..=b'Y', b'A'..=b'Z').prop_map(|(one, other)| [one, other])]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn a_packed_table_says_what_looking_at_every_range_says(
        v4 in cuts(country()), v6 in cuts(country()), as4 in cuts(0..40_u32), as6 in cuts(any::<u32>()),
        asked in prop::collection::vec(any::<prop::sample::Index>(), 60),
    ) {
        let names = BTreeMap::from([(1, "One".to_owned()), (2, "Two, Inc.\nno more".to_owned()), (3, String::new())]);
        let snapshot = Snapshot {
            date: 20_260_617,
            attribution: "a\nb".to_owned(),
            countries: [ranges(&v4, 8), ranges(&v6, 80)],
            networks: [ranges(&as4, 8), ranges(&as6, 80)],
            names,
        };
        let packed = pack(&snapshot).unwrap();
        let table = Table::read(&packed).unwrap();
        prop_assert_eq!((table.date(), table.attribution()), (20_260_617, "a\nb"));
        for index in asked {
            for (family, unit) in [(0, 8), (1, 80)] {
                let all: Vec<u128> = snapshot.countries[family].iter().map(|(first, last, _)| [*first, *last])
                    .chain(snapshot.networks[family].iter().map(|(first, last, _)| [*first, *last])).flatten().collect();
                let near = if all.is_empty() { 0 } else { all[index.index(all.len())] };
                for address in [near, near.saturating_sub(1 << unit), near + (1 << unit)] {
                    let as_address: IpAddr = match u32::try_from(address) {
                        Ok(small) if family == 0 => Ipv4Addr::from(small).into(),
                        _ if family == 0 => continue,
                        _ => Ipv6Addr::from(address).into(),
                    };
                    // What looks like IPv4 within IPv6 is asked for as IPv4.
                    if family == 1 && as_address.to_canonical() != as_address { continue }
                    let asn = naive(&snapshot.networks[family], address);
                    let expected = Found {
                        country: naive(&snapshot.countries[family], address).and_then(|letters| Country::new(&letters)),
                        asn,
                        as_name: asn.and_then(|number| [None, Some("One"), Some("Two, Inc."), None].get(number as usize).copied()?),
                    };
                    prop_assert_eq!(table.find(as_address), expected, "{}", as_address);
                }
            }
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_damaged_table_is_refused_or_wrong_but_never_a_panic(
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..30), cut in any::<prop::sample::Index>(), address in any::<u128>(),
    ) {
        let mut damaged = SHIPPED.to_vec();
        for (place, octet) in flips {
            // Most of it is bits; the interesting octets are those at the front.
            let place = place.index(damaged.len()) / if octet % 2 == 0 { 1 } else { 40 };
            damaged[place] = octet;
        }
        damaged.truncate(cut.index(damaged.len() * 3));
        if let Some(table) = Table::read(&damaged) {
            let v4 = Ipv4Addr::from(u32::try_from(address >> 96).unwrap());
            let _ = (table.find(v4.into()), table.find(Ipv6Addr::from(address).into()), table.find(Ipv6Addr::from(address >> 16 | 0x2 << 124).into()));
        }
    }
}

#[test]
fn the_segments_of_the_snapshot_are_whole() {
    for (family, least) in [(0, 100_000), (1, 100_000)] {
        let tracks = super::table::tracks(shipped(), family);
        let (mut end, mut count) = (0, 0);
        for segment in tracks.segments() {
            assert!(segment.start == end && segment.end > end);
            (end, count) = (segment.end, count + 1);
        }
        assert!(count > least && tracks.find(end).is_none());
    }
}

/// A database in the `.mmdb` format (specification 2.0) that says one thing of 1.2.3.0/24.
fn database(record: &[u8]) -> Vec<u8> {
    const NODES: u32 = 24;
    let mut octets = Vec::new();
    for (depth, bit) in (0..NODES).map(|depth| (depth, (0x0001_0203_u32 >> (NODES - 1 - depth)) & 1)) {
        // Beside the way there is nothing; at its end the record, at the start of the data.
        let onward = if depth + 1 == NODES { NODES + 16 } else { depth + 1 };
        let pair = if bit == 0 { [onward, NODES] } else { [NODES, onward] };
        octets.extend(pair.iter().flat_map(|number| number.to_be_bytes()[1..].to_vec()));
    }
    octets.extend([0; 16]);
    octets.extend(record);
    octets.extend(b"\xab\xcd\xefMaxMind.com");
    let metadata = map(&[
        ("binary_format_major_version", short(2)),
        ("binary_format_minor_version", short(0)),
        ("build_epoch", b"\x04\x02\x65\0\0\0".to_vec()),
        ("database_type", text("Test-DB")),
        ("description", map(&[])),
        ("ip_version", short(4)),
        ("languages", b"\0\x04".to_vec()),
        ("node_count", uint(24)),
        ("record_size", short(24)),
    ]);
    octets.extend(metadata);
    octets
}

fn text(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).unwrap();
    let head = if length < 29 { vec![0x40 | length] } else { vec![0x5D, length - 29] };
    [&head, text.as_bytes()].concat()
}

fn uint(number: u32) -> Vec<u8> {
    [&[0xC4], &number.to_be_bytes()[..]].concat()
}

fn short(number: u16) -> Vec<u8> {
    [&[0xA2], &number.to_be_bytes()[..]].concat()
}

fn map(pairs: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut octets = vec![0xE0 | u8::try_from(pairs.len()).unwrap()];
    for (key, value) in pairs {
        octets.extend(text(key));
        octets.extend(value);
    }
    octets
}

#[test]
fn a_database_of_the_operator_goes_first() {
    let check = |record: &[(&str, Vec<u8>)], address: &str, expected: &str| {
        let geo = Geo::with_database(database(&map(record))).unwrap();
        assert_eq!(geo.origin().database.as_deref(), Some("Test-DB"));
        assert_eq!(geo.find(address.parse().unwrap()).unwrap().to_string(), expected);
    };
    let iso = |code: &str| map(&[("iso_code", text(code))]);
    let (number, name) =
        (("autonomous_system_number", uint(64_500)), ("autonomous_system_organization", text("House")));
    let whole = [("country", iso("DE")), ("registered_country", iso("NL")), number.clone(), name];
    check(&whole, "1.2.3.4", "registered in NL, announced by House (AS64500)");
    check(&[("country", iso("DE")), number], "1.2.3.4", "registered in DE, announced by AS64500");
    let plain =
        [("country", text("Germany")), ("country_code", text("DE")), ("asn", text("AS7")), ("as_name", text("Seven"))];
    check(&plain, "1.2.3.4", "registered in DE, announced by Seven (AS7)");
    check(&[("country", text("DE")), ("asn", text("AS7"))], "1.2.3.4", "registered in DE, announced by AS7");
    // What it does not know the snapshot may.
    check(&whole, "8.8.8.8", "registered in US, announced by Google LLC (AS15169)");
    check(&whole, "2001:4860:4860::8888", "registered in US, announced by Google LLC (AS15169)");
}

#[test]
fn what_is_no_database_is_refused() {
    let whole = database(&map(&[]));
    for octets in [&b""[..], b"text", &whole[..whole.len() - 30]] {
        assert!(Geo::with_database(octets.to_vec()).is_err());
    }
}
