//! What is known of devices, from what was seen and said; no socket, no file, no clock.

use std::net::IpAddr;

use super::{
    DeviceChange, Heard,
    fixed::Fixed,
    leases::parse_leases,
    registry::{MOST_PARTS, Registry},
    status::{DeviceWarning, FixedPart, NameSource},
};
use crate::{
    catalog::Confidence,
    clients::{DeviceId, DeviceKind, MacAddress},
    config::{self, Overrides},
    dns::Name,
    local::{LocalData, parse_hosts},
    state::Refused,
    time::UnixTime,
};

const TV: MacAddress = MacAddress([0x00, 0x00, 0xf0, 0, 0, 1]);
const PHONE: MacAddress = MacAddress([0xda, 0, 0, 0, 0, 2]);
const START: UnixTime = UnixTime(1_795_464_000_000);

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn id(text: &str) -> DeviceId {
    text.parse().unwrap()
}

fn mac(mac: MacAddress) -> DeviceId {
    DeviceId::Mac(mac)
}

/// A registry that knows what this configuration says.
fn registry(config: &str) -> Registry {
    let text = Some((std::path::Path::new("config.toml"), config));
    let config = config::load(text, [], &Overrides::default(), &["vendors"]).unwrap().config;
    Registry { fixed: Fixed::new(&config.devices, &config.groups), is_stale: true, ..Registry::default() }
}

fn hear(registry: &mut Registry, address: IpAddr, name: &str, at: UnixTime) {
    let mut heard = Heard::default();
    heard.add(address, at);
    heard.asks_for(address, name.parse::<Name>().unwrap().to_lowercase().wire());
    let (counts, asked) = heard.finish();
    for (address, count) in counts {
        registry.heard(address, &count);
    }
    for (address, name) in asked {
        registry.asked(address, name);
    }
}

fn ask(registry: &mut Registry, address: &str, name: &str, at: UnixTime) -> String {
    hear(registry, ip(address), name, at);
    let caller = registry.caller(ip(address));
    format!("{} {}", caller.id, caller.name.as_deref().unwrap_or("-"))
}

fn after(seconds: u64) -> UnixTime {
    UnixTime(START.0 + seconds * 1000)
}

/// Devices in short: `id: addresses`.
fn shown(registry: &Registry) -> Vec<String> {
    let line = |(id, members): (&DeviceId, &super::directory::Members)| {
        let addresses: Vec<_> = members.addresses.iter().map(ToString::to_string).collect();
        format!("{id}: {}", addresses.join(" "))
    };
    registry.devices().iter().map(line).collect()
}

#[test]
fn addresses_of_one_hardware_address_are_one_device() {
    let mut registry = registry("");
    assert_eq!(ask(&mut registry, "192.168.1.23", "a.example", START), "192.168.1.23 -");
    registry.neighbour(ip("192.168.1.23"), TV, true, START);
    registry.neighbour(ip("fd00::23"), TV, true, START);
    registry.neighbour(ip("192.168.1.24"), PHONE, true, START);
    assert_eq!(ask(&mut registry, "fd00::23", "a.example", after(9)), "00:00:f0:00:00:01 -");
    assert_eq!(ask(&mut registry, "::ffff:192.168.1.23", "a.example", after(9)), "00:00:f0:00:00:01 -");
    assert_eq!(shown(&registry), ["00:00:f0:00:00:01: 192.168.1.23 fd00::23", "da:00:00:00:00:02: 192.168.1.24"]);
    // What was seen before the hardware address was known belongs to it.
    let status = registry.status_of(id("192.168.1.23")).unwrap();
    assert_eq!((status.id, status.queries, status.first_seen, status.last_seen), (mac(TV), 3, START, after(9)));
}

#[test]
fn an_address_goes_with_whoever_has_it_now() {
    let mut registry = registry("");
    registry.neighbour(ip("192.168.1.23"), TV, true, START);
    registry.neighbour(ip("192.168.1.23"), PHONE, true, START);
    assert_eq!(shown(&registry), ["00:00:f0:00:00:01: ", "da:00:00:00:00:02: 192.168.1.23"]);
    // A lease file that is older than the kernel's word changes nothing, neither whose address it is nor the name.
    for lease in parse_leases("0 00:00:f0:00:00:01 192.168.1.23 tv *\n") {
        registry.lease(&lease, START);
    }
    assert_eq!(ask(&mut registry, "192.168.1.23", "a.example", START), "da:00:00:00:00:02 -");
}

#[test]
fn what_is_no_address_of_a_device_is_passed_over() {
    let mut registry = registry("");
    for (address, mac) in [
        ("0.0.0.0", TV),
        ("224.0.0.251", TV),
        ("ff02::1", TV),
        ("127.0.0.1", TV),
        ("192.168.1.1", MacAddress([0; 6])),
        ("192.168.1.255", MacAddress([0xff; 6])),
        ("192.168.1.2", MacAddress([1, 0, 0x5e, 0, 0, 1])),
    ] {
        registry.neighbour(ip(address), mac, true, START);
        assert_eq!(shown(&registry), Vec::<String>::new(), "{address} {mac}");
    }
}

#[test]
fn the_surest_name_counts() {
    let mut registry = registry("");
    let name =
        |registry: &Registry| registry.status_of(mac(TV)).and_then(|tv| Some((tv.name?.to_string(), tv.named_by?)));
    registry.neighbour(ip("192.168.1.23"), TV, true, START);
    registry.neighbour(ip("fd00::23"), TV, true, START);
    assert_eq!(name(&registry), None);
    registry.reverse_name(ip("192.168.1.23"), "host-23.lan.");
    assert_eq!(name(&registry), Some(("host-23".to_owned(), NameSource::ReverseName)));
    registry.mdns_name(ip("192.168.1.23"), "Samsung-TV.local.", START);
    assert_eq!(name(&registry), Some(("Samsung-TV".to_owned(), NameSource::MulticastDns)));
    for lease in parse_leases("1795464100 00:00:f0:00:00:01 192.168.1.23 tizen-tv *\n") {
        registry.lease(&lease, START);
    }
    assert_eq!(name(&registry), Some(("tizen-tv".to_owned(), NameSource::LeaseFile)));
    registry.local = LocalData::new(&[], &parse_hosts("fd00::23 telly.home.arpa\n").hosts).into();
    assert_eq!(name(&registry), Some(("telly".to_owned(), NameSource::LocalRecords)));
    let said = DeviceChange { name: Some(Some(" Living-room TV ".to_owned())), ..DeviceChange::default() };
    registry.told = registry.changed(id("192.168.1.23"), &said).unwrap();
    assert_eq!(name(&registry), Some(("Living-room TV".to_owned(), NameSource::Operator)));
    registry.is_stale = true;
    registry.refresh();
    assert_eq!(ask(&mut registry, "fd00::23", "a.example", START), "00:00:f0:00:00:01 Living-room TV");
    let config = "[[devices.named]]\nname = \"TV\"\naddresses = [\"00:00:f0:00:00:01\"]\n";
    registry.fixed = self::registry(config).fixed;
    assert_eq!(name(&registry), Some(("TV".to_owned(), NameSource::Configuration)));
}

#[test]
fn a_lease_that_is_over_says_nothing() {
    let mut registry = registry("");
    for lease in parse_leases("1795463999 00:00:f0:00:00:01 192.168.1.23 tv *\n") {
        registry.lease(&lease, START);
    }
    assert_eq!(shown(&registry), Vec::<String>::new());
}

#[test]
fn what_a_device_is_comes_with_its_evidence() {
    let mut registry = registry("");
    registry.neighbour(ip("192.168.1.23"), TV, true, START);
    for name in ["time.samsungcloudsolution.com", "log-ingestion-eu.samsungacr.com", "www.example.org"] {
        ask(&mut registry, "192.168.1.23", name, START);
    }
    registry.neighbour(ip("192.168.1.24"), PHONE, true, START);
    let tv = registry.status_of(mac(TV)).unwrap();
    assert_eq!((tv.kind, tv.kind_confidence), (Some(DeviceKind::Tv), Some(Confidence::High)));
    assert_eq!((tv.vendor.as_deref(), tv.vendor_confidence), (Some("Samsung"), Some(Confidence::High)));
    assert_eq!(tv.macs[0].vendor, Some("Samsung"));
    let texts: Vec<&str> = tv.evidence.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(texts[0], "the hardware address is one of Samsung (IEEE)");
    assert!(
        texts[1..].iter().all(|text| text.ends_with("that Samsung TVs (Tizen) ask for")) && texts.len() > 1,
        "{texts:?}"
    );
    let phone = registry.status_of(mac(PHONE)).unwrap();
    assert!(phone.macs[0].private && phone.vendor.is_none() && phone.evidence[0].text.contains("private"), "{phone:?}");
    // What somebody says needs no confidence.
    let said = DeviceChange { kind: Some(Some(DeviceKind::Speaker)), ..DeviceChange::default() };
    registry.told = registry.changed(mac(TV), &said).unwrap();
    let tv = registry.status_of(mac(TV)).unwrap();
    assert_eq!((tv.kind, tv.kind_confidence), (Some(DeviceKind::Speaker), None));
}

#[test]
fn devices_are_merged_and_split_by_hand() {
    let mut registry = registry("");
    registry.neighbour(ip("192.168.1.23"), TV, true, START);
    registry.neighbour(ip("192.168.1.24"), PHONE, true, START);
    ask(&mut registry, "10.9.9.9", "a.example", START);
    registry.told = registry.merged(mac(TV), id("192.168.1.24")).unwrap();
    assert_eq!(shown(&registry), ["00:00:f0:00:00:01: 192.168.1.23 192.168.1.24", "10.9.9.9: 10.9.9.9"]);
    // Of an address and a hardware address the latter is what the device is known by.
    registry.told = registry.merged(id("10.9.9.9"), mac(PHONE)).unwrap();
    assert_eq!(shown(&registry), ["00:00:f0:00:00:01: 10.9.9.9 192.168.1.23 192.168.1.24"]);
    registry.told = registry.parted(mac(TV), mac(PHONE)).unwrap();
    assert_eq!(shown(&registry), ["00:00:f0:00:00:01: 10.9.9.9 192.168.1.23", "da:00:00:00:00:02: 192.168.1.24"]);
    // Behind a repeater several devices share a hardware address.
    registry.neighbour(ip("192.168.1.25"), PHONE, true, START);
    registry.told = registry.parted(mac(PHONE), id("192.168.1.25")).unwrap();
    registry.is_stale = true;
    registry.refresh();
    assert_eq!(ask(&mut registry, "192.168.1.25", "a.example", START), "192.168.1.25 -");
    assert_eq!(shown(&registry)[1..], ["da:00:00:00:00:02: 192.168.1.24", "192.168.1.25: 192.168.1.25"]);
    registry.told = registry.merged(mac(PHONE), id("192.168.1.25")).unwrap();
    assert_eq!(shown(&registry)[1..], ["da:00:00:00:00:02: 192.168.1.24 192.168.1.25"]);
}

#[test]
fn who_names_an_address_names_its_device() {
    let config = "[[devices.named]]\nname = \"TV\"\naddresses = [\"192.168.1.23\"]\n";
    let mut registry = registry(config);
    registry.neighbour(ip("192.168.1.23"), TV, true, START);
    registry.neighbour(ip("fd00::23"), TV, true, START);
    assert_eq!(shown(&registry), ["192.168.1.23: 192.168.1.23 fd00::23"]);
    registry.refresh();
    assert_eq!(ask(&mut registry, "fd00::23", "a.example", START), "192.168.1.23 TV");
    // Two named devices behind one hardware address: a repeater.
    let other = "[[devices.named]]\nname = \"Radio\"\naddresses = [\"192.168.1.24\"]\n";
    registry.fixed = self::registry(&format!("{config}{other}")).fixed;
    registry.neighbour(ip("192.168.1.24"), TV, true, START);
    assert_eq!(
        shown(&registry),
        ["00:00:f0:00:00:01: fd00::23", "192.168.1.23: 192.168.1.23", "192.168.1.24: 192.168.1.24"]
    );
}

#[test]
fn what_makes_no_sense_or_is_fixed_is_refused() {
    let config = "[[devices.named]]\nname = \"TV\"\nkind = \"tv\"\naddresses = [\"00:00:f0:00:00:01\", \"10.0.0.1\"]\n\
                  [[groups]]\nid = \"kids\"\ndevices = [\"da:00:00:00:00:02\"]\n";
    let mut registry = registry(config);
    registry.neighbour(ip("192.168.1.23"), TV, true, START);
    registry.neighbour(ip("192.168.1.24"), PHONE, true, START);
    registry.neighbour(ip("192.168.1.25"), MacAddress([2, 0, 0, 0, 0, 3]), true, START);
    assert_eq!(registry.status_of(id("10.0.0.1")).unwrap().fixed, [FixedPart::Name, FixedPart::Kind]);
    assert_eq!(registry.status_of(mac(PHONE)).unwrap().fixed, [FixedPart::Group]);
    let name = DeviceChange { name: Some(None), ..DeviceChange::default() };
    let group = DeviceChange { group: Some(None), ..DeviceChange::default() };
    let long = DeviceChange { name: Some(Some("x".repeat(65))), ..DeviceChange::default() };
    let kind = |result: Result<super::told::Told, Refused>| match result {
        Ok(_) => "done",
        Err(Refused::NotFound(_)) => "not found",
        Err(Refused::Fixed(_) | Refused::FixedBy(..)) => "fixed",
        Err(Refused::Invalid(_)) => "invalid",
        Err(Refused::Failed(_) | Refused::Closing) => "failed",
    };
    assert_eq!(kind(registry.changed(mac(TV), &name)), "fixed");
    assert_eq!(kind(registry.changed(mac(TV), &group)), "done");
    assert_eq!(kind(registry.changed(mac(PHONE), &name)), "done");
    assert_eq!(kind(registry.changed(mac(PHONE), &group)), "fixed");
    assert_eq!(kind(registry.changed(mac(PHONE), &long)), "invalid");
    assert_eq!(kind(registry.changed(id("10.7.7.7"), &name)), "not found");
    assert_eq!(kind(registry.merged(mac(PHONE), id("192.168.1.24"))), "invalid");
    assert_eq!(kind(registry.merged(mac(PHONE), mac(TV))), "done");
    assert_eq!(kind(registry.parted(mac(TV), id("10.0.0.1"))), "fixed");
    assert_eq!(kind(registry.parted(mac(TV), mac(TV))), "fixed");
    assert_eq!(kind(registry.parted(mac(PHONE), mac(PHONE))), "invalid");
    assert_eq!(kind(registry.parted(mac(PHONE), id("192.168.1.23"))), "invalid");
    assert_eq!(kind(registry.parted(mac(PHONE), id("192.168.1.24"))), "done");
}

#[test]
fn a_name_given_to_an_address_goes_to_its_device() {
    let mut registry = registry("");
    ask(&mut registry, "192.168.1.23", "a.example", START);
    let name = |text: Option<&str>| DeviceChange { name: Some(text.map(str::to_owned)), ..DeviceChange::default() };
    registry.told = registry.changed(id("192.168.1.23"), &name(Some("TV"))).unwrap();
    registry.neighbour(ip("192.168.1.23"), TV, true, START);
    registry.neighbour(ip("fd00::23"), TV, true, START);
    let called = |registry: &Registry| registry.status_of(id("fd00::23")).unwrap().name;
    assert_eq!(called(&registry).as_deref(), Some("TV"));
    registry.told = registry.changed(mac(TV), &name(None)).unwrap();
    assert_eq!(called(&registry), None);
}

#[test]
fn one_device_that_asks_for_all_is_told() {
    let check = |router: usize, others: usize, expected: bool| {
        let mut registry = registry("");
        registry.neighbour(ip("192.168.1.1"), TV, true, START);
        (0..router).for_each(|_| drop(ask(&mut registry, "192.168.1.1", "a.example", START)));
        (0..others).for_each(|_| drop(ask(&mut registry, "192.168.1.2", "a.example", START)));
        let warned = |at: UnixTime| {
            let list = registry.list(at);
            list.warnings.iter().any(|warning| {
                let DeviceWarning::OneDeviceAsksForAll { device, .. } = warning;
                *device == mac(TV)
            })
        };
        assert_eq!(warned(START), expected, "{router} and {others}");
        assert!(!warned(after(7200)), "it is over");
    };
    check(950, 50, true);
    check(900, 100, false);
    check(400, 0, false);
    check(600, 0, true);
}

#[test]
fn a_flood_of_strangers_is_bounded_and_spares_whom_somebody_named() {
    let config = "[[groups]]\nid = \"kids\"\ndevices = [\"da:00:00:00:00:02\"]\n";
    let mut registry = registry(config);
    registry.neighbour(ip("192.168.1.24"), PHONE, true, START);
    for number in 0..3 * u32::try_from(MOST_PARTS).unwrap() {
        let stranger = IpAddr::V4((0x0A00_0000 + number).into());
        hear(&mut registry, stranger, "a.example", after(u64::from(number)));
        let [_, b, c, d] = number.to_be_bytes();
        registry.neighbour(IpAddr::V4((0x0B00_0000 + number).into()), MacAddress([2, 1, 1, b, c, d]), true, START);
        assert!(registry.parts.len() <= MOST_PARTS);
    }
    assert!(registry.behind.len() <= MOST_PARTS);
    assert_eq!(registry.status_of(mac(PHONE)).unwrap().addresses, [ip("192.168.1.24")]);
    assert!(registry.resolve(id("10.0.0.0")).is_none(), "the oldest strangers are forgotten");
    assert!(registry.resolve(DeviceId::at(IpAddr::V4((0x0A00_0000 + 12_287).into()))).is_some(), "the newest are not");
    // One device with many addresses keeps the newest.
    for number in 0..100 {
        registry.neighbour(IpAddr::from([0xfd00, 0, 0, 0, 0, 0, 0, number]), PHONE, true, START);
    }
    let addresses = registry.status_of(mac(PHONE)).unwrap().addresses;
    assert_eq!((addresses.len(), addresses.last().copied()), (24, Some(ip("fd00::63"))));
}

#[test]
fn what_queries_need_to_know_changes_only_with_devices() {
    let mut registry = registry("");
    assert_eq!(registry.refresh().map(|known| known.len()), Some(0));
    ask(&mut registry, "192.168.1.9", "a.example", START);
    assert_eq!(registry.refresh(), Some(vec![]), "an address alone needs no seat");
    registry.neighbour(ip("192.168.1.23"), TV, true, START);
    let known = registry.refresh().unwrap();
    assert_eq!(
        (known[0].id, &known[0].macs[..], &known[0].addresses[..]),
        (mac(TV), &[TV][..], &[ip("192.168.1.23")][..])
    );
    ask(&mut registry, "192.168.1.23", "a.example", START);
    registry.neighbour(ip("192.168.1.23"), TV, true, after(60));
    assert_eq!(registry.refresh(), None);
}
