//! What only certain devices do: the facts of the folder `fingerprints`, looked up.

use std::sync::LazyLock;

use hashbrown::HashMap;
use serde::Deserialize;

use crate::{
    catalog::Confidence,
    clients::{DeviceKind, MacAddress},
    dns::Name,
};

/// The most names that are told apart; a device's answer to each is one bit.
const MOST_NAMES: usize = 256;

/// The facts, embedded in the program.
static BUILT_IN: LazyLock<Fingerprints> = LazyLock::new(|| {
    let (names, network) =
        (include_str!("../../fingerprints/names.toml"), include_str!("../../fingerprints/network.toml"));
    Fingerprints::read(names, network).expect("the embedded files are those that the tests have read")
});

/// All facts, ready to be looked up.
#[derive(Debug)]
pub(super) struct Fingerprints {
    names: Vec<NamesFact>,
    /// From a name in lower case, in wire form.
    exact: HashMap<Box<[u8]>, NameNumber>,
    /// Names with a `*` in their first label: from the rest of the name, likewise, to what stands before and behind it.
    globs: HashMap<Box<[u8]>, Vec<(Glob, NameNumber)>>,
    network: NetworkFile,
}

/// The place of a name among all names, from 0.
pub(super) type NameNumber = u8;

/// What something says of whoever does it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Fact {
    /// The companies that it points to.
    #[serde(default)]
    pub(super) vendors: Vec<String>,
    /// Whether these made the software and not the device.
    #[serde(default)]
    pub(super) software: bool,
    /// The kinds of device that do it.
    pub(super) kinds: Vec<DeviceKind>,
    /// The system that does it.
    pub(super) system: Option<String>,
    /// How well this is known.
    pub(super) confidence: Confidence,
    /// Where it is known from, for those who read the file.
    source: String,
    /// What else is to be known of it, for them too.
    note: Option<String>,
}

#[derive(Debug, Deserialize)]
struct NamesFile {
    fingerprints: Vec<NamesFact>,
}

#[derive(Debug, Deserialize)]
struct NamesFact {
    names: Vec<String>,
    #[serde(flatten)]
    fact: Fact,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NetworkFile {
    host_names: Vec<PatternFact>,
    vendor_classes: Vec<PatternFact>,
    services: Vec<ServiceFact>,
    prefixes: Vec<PrefixFact>,
}

#[derive(Debug, Deserialize)]
struct PatternFact {
    patterns: Vec<Glob>,
    mac_vendor: Option<String>,
    #[serde(flatten)]
    fact: Fact,
}

#[derive(Debug, Deserialize)]
struct ServiceFact {
    service: String,
    txt: Option<(String, Glob)>,
    #[serde(flatten)]
    fact: Fact,
}

#[derive(Debug, Deserialize)]
struct PrefixFact {
    prefixes: Vec<String>,
    #[serde(flatten)]
    fact: Fact,
}

/// A pattern over letters of either case: `*` stands for any of them, at most once, `?` for one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
struct Glob(String);

impl Glob {
    fn admits(&self, text: &[u8]) -> bool {
        let same = |pattern: &[u8], text: &[u8]| {
            pattern.len() == text.len()
                && pattern.iter().zip(text).all(|(p, t)| *p == b'?' || p.eq_ignore_ascii_case(t))
        };
        let Some((before, behind)) = self.0.split_once('*') else { return same(self.0.as_bytes(), text) };
        let middle = text.len().checked_sub(before.len() + behind.len());
        middle.is_some_and(|middle| {
            let (start, end) = (text.get(..before.len()), text.get(before.len() + middle..));
            start.is_some_and(|start| same(before.as_bytes(), start))
                && end.is_some_and(|end| same(behind.as_bytes(), end))
        })
    }
}

impl Fingerprints {
    /// The facts that are embedded in the program.
    ///
    /// # Panics
    /// Never in a program whose tests passed: they read the same files.
    pub(super) fn built_in() -> &'static Self {
        &BUILT_IN
    }

    fn read(names: &str, network: &str) -> Result<Self, String> {
        let NamesFile { fingerprints: names } = toml::from_str(names).map_err(|error| error.to_string())?;
        let network: NetworkFile = toml::from_str(network).map_err(|error| error.to_string())?;
        let mut found = Self { names, exact: HashMap::new(), globs: HashMap::new(), network };
        let all: Vec<String> = found.names.iter().flat_map(|fact| fact.names.iter().cloned()).collect();
        if all.len() > MOST_NAMES {
            return Err(format!("{} names, and {MOST_NAMES} can be told apart", all.len()));
        }
        for (number, text) in (0..=NameNumber::MAX).zip(all) {
            match text.split_once('.') {
                Some((first, rest)) if first.contains('*') => {
                    let rest = rest.parse::<Name>().map_err(|error| format!("`{text}`: {error}"))?;
                    let globs = found.globs.entry(rest.to_lowercase().wire().into()).or_default();
                    globs.push((Glob(first.to_owned()), number));
                }
                _ => {
                    let name = text.parse::<Name>().map_err(|error| format!("`{text}`: {error}"))?;
                    if found.exact.insert(name.to_lowercase().wire().into(), number).is_some() {
                        return Err(format!("`{text}` is there twice"));
                    }
                }
            }
        }
        Ok(found)
    }

    /// The number of a name in wire form and lower case, if only certain devices ask for it.
    pub(super) fn name(&self, name: &[u8]) -> Option<NameNumber> {
        if let Some(number) = self.exact.get(name) {
            return Some(*number);
        }
        let (length, rest) = name.split_first()?;
        let (first, rest) = rest.split_at_checked(usize::from(*length))?;
        let glob = self.globs.get(rest)?.iter().find(|(glob, _)| glob.admits(first));
        glob.map(|(_, number)| *number)
    }

    /// The facts on names of which some have been asked, each with how many.
    pub(super) fn asked(&self, asked: &AskedNames) -> Vec<(usize, &Fact)> {
        let mut numbers = 0..=NameNumber::MAX;
        let count = |fact: &NamesFact| numbers.by_ref().take(fact.names.len()).filter(|n| asked.has(*n)).count();
        let counts: Vec<usize> = self.names.iter().map(count).collect();
        counts.into_iter().zip(&self.names).filter(|(count, _)| *count > 0).map(|(n, fact)| (n, &fact.fact)).collect()
    }

    /// The fact on a host name that a device of this maker gave to the DHCP server.
    pub(super) fn host_name(&self, name: &str, mac_vendor: Option<&str>) -> Option<&Fact> {
        let fits = |fact: &&PatternFact| {
            fact.mac_vendor.as_deref().is_none_or(|vendor| mac_vendor == Some(vendor))
                && fact.patterns.iter().any(|pattern| pattern.admits(name.as_bytes()))
        };
        self.network.host_names.iter().find(fits).map(|found| &found.fact)
    }

    /// The fact on a vendor class that a device gave to the DHCP server.
    pub(super) fn vendor_class(&self, class: &str) -> Option<&Fact> {
        let fits = |fact: &&PatternFact| fact.patterns.iter().any(|pattern| pattern.admits(class.as_bytes()));
        self.network.vendor_classes.iter().find(fits).map(|found| &found.fact)
    }

    /// The services that are worth asking for by multicast DNS, each once.
    pub(super) fn services(&self) -> Vec<&str> {
        let mut services: Vec<&str> = self.network.services.iter().map(|fact| fact.service.as_str()).collect();
        services.dedup();
        services
    }

    /// The numbers of the facts on a service that was announced with these strings in its TXT record.
    pub(super) fn announced(&self, service: &str, txt: &[(String, String)]) -> Vec<u8> {
        let fits = |fact: &ServiceFact| {
            let says = |key: &str, glob: &Glob| {
                txt.iter().any(|(k, value)| k.eq_ignore_ascii_case(key) && glob.admits(value.as_bytes()))
            };
            fact.service.eq_ignore_ascii_case(service) && fact.txt.as_ref().is_none_or(|(key, glob)| says(key, glob))
        };
        (0..).zip(&self.network.services).filter(|(_, fact)| fits(fact)).map(|(number, _)| number).collect()
    }

    /// A service with what it says of whoever announces it.
    pub(super) fn service(&self, number: u8) -> Option<(&str, &Fact)> {
        let found = self.network.services.get(usize::from(number))?;
        Some((found.service.as_str(), &found.fact))
    }

    /// The fact on a hardware address that tells more than its maker.
    pub(super) fn prefix(&self, mac: MacAddress) -> Option<&Fact> {
        let [a, b, c, ..] = mac.0;
        let prefix = format!("{a:02X}{b:02X}{c:02X}");
        self.network.prefixes.iter().find(|fact| fact.prefixes.contains(&prefix)).map(|found| &found.fact)
    }
}

/// Which names of the fingerprints somebody has asked for, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct AskedNames([u64; MOST_NAMES / 64]);

impl AskedNames {
    /// Notes a name.
    pub(super) fn insert(&mut self, number: NameNumber) {
        if let Some(word) = self.0.get_mut(usize::from(number / 64)) {
            *word |= 1 << (number % 64);
        }
    }

    /// Takes over what another has asked for.
    pub(super) fn extend(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(word, others)| *word |= others);
    }

    fn has(&self, number: NameNumber) -> bool {
        self.0.get(usize::from(number / 64)).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of the facts that the files carry over: names, kinds of DHCP names, classes, services and prefixes.
    const ROWS: (usize, usize, usize, usize, usize) = (88, 4, 2, 16, 4);

    #[test]
    fn every_fact_is_there() {
        let facts = Fingerprints::built_in();
        let names = facts.names.iter().map(|fact| fact.names.len()).sum();
        let network = &facts.network;
        let found = (names, network.host_names.len(), network.vendor_classes.len(), network.services.len());
        assert_eq!((found.0, found.1, found.2, found.3, network.prefixes.len()), ROWS);
        assert_eq!(
            facts.exact.len() + facts.globs.values().map(Vec::len).sum::<usize>(),
            names,
            "no name is there twice"
        );
        for (_, fact) in facts.asked(&AskedNames([u64::MAX; 4])) {
            assert!(!fact.kinds.is_empty() && !fact.source.is_empty(), "{fact:?}");
        }
    }

    fn number(name: &str) -> Option<NameNumber> {
        Fingerprints::built_in().name(name.parse::<Name>().unwrap().to_lowercase().wire())
    }

    #[test]
    fn every_name_is_found_with_its_own_fact() {
        let facts = Fingerprints::built_in();
        for fact in &facts.names {
            for name in &fact.names {
                let mut asked = AskedNames::default();
                asked.insert(number(&name.replace('*', "7")).unwrap());
                assert_eq!(facts.asked(&asked), [(1, &fact.fact)], "{name}");
            }
        }
        let check = |name: &str, expected: bool| {
            assert_eq!(number(name).is_some(), expected, "{name}");
        };
        check("eu-acr12.alphonso.tv", true);
        check("x.eu-acr12.alphonso.tv", false);
        check("eu-acr.alphonso.tv", true);
        check("eu-ac.alphonso.tv", false);
        check("below.captive.apple.com", false);
        check("apple.com", false);
        check(".", false);
    }

    #[test]
    fn rows_say_what_the_facts_say() {
        let facts = Fingerprints::built_in();
        let check = |name: &str, vendors: &[&str], kinds: &[DeviceKind], confidence: Confidence| {
            let mut asked = AskedNames::default();
            asked.insert(number(name).unwrap());
            let (_, fact) = facts.asked(&asked)[0];
            assert_eq!((fact.kinds.as_slice(), fact.confidence), (kinds, confidence), "{name}");
            assert_eq!(fact.vendors, vendors, "{name}");
        };
        check("connect.rom.miui.com", &["Xiaomi"], &[DeviceKind::Phone], Confidence::High);
        check("data.mistat.intl.xiaomi.com", &["Xiaomi"], &[DeviceKind::Phone, DeviceKind::Tv], Confidence::Medium);
        check("log-ingestion-eu.samsungacr.com", &["Samsung"], &[DeviceKind::Tv], Confidence::High);
        check("conn1.oppomobile.com", &["OPPO", "realme", "OnePlus"], &[DeviceKind::Phone], Confidence::High);
        check("appboot.netflix.com", &[], &[DeviceKind::Tv, DeviceKind::Console], Confidence::Low);
        check("iot.roborock.com", &["Roborock"], &[DeviceKind::Vacuum], Confidence::High);
    }

    #[test]
    fn the_network_tells_by_patterns() {
        let facts = Fingerprints::built_in();
        let host = |name: &str, vendor: Option<&str>| facts.host_name(name, vendor).map(|fact| fact.kinds[0]);
        assert_eq!(host("Tizen-TV", None), Some(DeviceKind::Tv));
        assert_eq!(host("HS110", Some("TP-Link")), Some(DeviceKind::Appliance));
        assert_eq!(host("HS110", None), None);
        assert_eq!(host("DESKTOP-AB12CD3", None), Some(DeviceKind::Computer));
        assert_eq!(host("desktop-ab12cd34", None), None);
        assert_eq!(host("", None), None);
        let class = |text: &str| facts.vendor_class(text).and_then(|fact| fact.system.clone());
        assert_eq!(class("MSFT 5.0").as_deref(), Some("Windows"));
        assert_eq!(class("android-dhcp-14").as_deref(), Some("Android"));
        assert_eq!(class("android"), None);
        let said = |key: &str, value: &str| vec![(key.to_owned(), value.to_owned())];
        let vendor = |service: &str, txt: &[(String, String)]| {
            let numbers = facts.announced(service, txt);
            numbers.first().and_then(|number| facts.service(*number)?.1.vendors.first().cloned())
        };
        assert_eq!(vendor("_airplay._tcp", &said("model", "AppleTV14,1")).as_deref(), Some("Apple"));
        assert_eq!(vendor("_airplay._tcp", &said("manufacturer", "Samsung")).as_deref(), Some("Samsung"));
        assert_eq!(vendor("_airplay._tcp", &said("model", "Mac")), None);
        assert_eq!(vendor("_SONOS._tcp", &[]).as_deref(), Some("Sonos"));
        let prefix = |mac: [u8; 6]| facts.prefix(MacAddress(mac)).map(|fact| fact.vendors[0].as_str());
        assert_eq!(prefix([0xd8, 0x1f, 0x12, 0, 0, 1]), Some("Tuya"));
        assert_eq!(prefix([0, 0, 0, 0, 0, 0]), None);
    }
}
