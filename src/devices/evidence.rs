//! How we know: what points to what a device is, and what it comes to.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::fingerprints::Fact;
use crate::{catalog::Confidence, clients::DeviceKind};

/// Names of one kind that count; more of them say no more.
const MOST_COUNTED: usize = 3;

/// Something that points to what a device is or is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DeviceEvidence)]
pub struct Evidence {
    /// Where it is known from.
    pub source: EvidenceSource,
    /// What is known, as a sentence without its full stop.
    #[schema(example = "asked for 12 names that Samsung TVs ask for")]
    pub text: String,
    /// How well it is known.
    pub confidence: Confidence,
    /// How much it counts.
    #[serde(skip)]
    weight: u32,
    #[serde(skip)]
    pub(super) vendors: Vec<String>,
    #[serde(skip)]
    pub(super) kinds: Vec<DeviceKind>,
    #[serde(skip)]
    pub(super) system: Option<String>,
}

/// Where something is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeviceEvidenceSource)]
pub enum EvidenceSource {
    /// `config.toml`.
    Configuration,
    /// Somebody said so on the page.
    Operator,
    /// Own records and hosts files.
    LocalRecords,
    /// The hardware address.
    HardwareAddress,
    /// The lease file of a DHCP server.
    LeaseFile,
    /// What the device says by multicast DNS.
    MulticastDns,
    /// The reverse name that the router gives.
    ReverseName,
    /// The names that it asks for.
    QueriedNames,
}

/// What a device probably is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Guess {
    /// The company that made it, or several between which nothing decides.
    pub(super) vendor: Option<(String, Confidence)>,
    /// What kind of device it is.
    pub(super) kind: Option<(DeviceKind, Confidence)>,
    /// The system on it.
    pub(super) system: Option<String>,
}

impl Evidence {
    /// Evidence that a thing is called something, which points to nothing else.
    pub(super) fn of_name(source: EvidenceSource, text: String, confidence: Confidence) -> Self {
        Self { source, text, confidence, weight: 0, vendors: Vec::new(), kinds: Vec::new(), system: None }
    }

    /// What a fact points to.
    pub(super) fn of_fact(source: EvidenceSource, text: String, fact: &Fact) -> Self {
        let vendors = if fact.software { Vec::new() } else { fact.vendors.clone() };
        let (kinds, system, confidence) = (fact.kinds.clone(), fact.system.clone(), fact.confidence);
        Self { source, text, confidence, weight: weight(confidence), vendors, kinds, system }
    }

    /// What hardware addresses, so many of them, tell of their maker.
    pub(super) fn of_maker(count: usize, vendor: &str, confidence: Confidence) -> Self {
        let text = match count {
            1 => format!("the hardware address is one of {vendor} (IEEE)"),
            _ => format!("{count} hardware addresses are those of {vendor} (IEEE)"),
        };
        let vendors = vec![vendor.to_owned()];
        let (source, weight) = (EvidenceSource::HardwareAddress, times(weight(confidence), count));
        Self { source, text, confidence, weight, vendors, kinds: Vec::new(), system: None }
    }

    /// What the names point to that were asked for, each fact with how many of its own: once for all facts that point to
    /// the same. One name of many can have another reason; several are surer.
    pub(super) fn of_asked(facts: Vec<(usize, &Fact)>) -> Vec<Self> {
        let mut told: Vec<(usize, Self)> = Vec::new();
        for (count, fact) in facts {
            let one = Self::of_fact(EvidenceSource::QueriedNames, whose(fact), fact);
            let one = Self { weight: times(one.weight, count.min(MOST_COUNTED)), ..one };
            match told.iter_mut().find(|(_, other)| other.says_the_same_as(&one)) {
                Some((sum, other)) => {
                    *sum += count;
                    other.add(&one);
                }
                None => told.push((count, one)),
            }
        }
        let sentence = |(count, one): (usize, Self)| {
            let names = if count == 1 { "a name".to_owned() } else { format!("{count} names") };
            Self { text: format!("asked for {names} that {} ask for", one.text), ..one }
        };
        told.into_iter().map(sentence).collect()
    }

    /// The same with each thing said once, and weighing as much as all that say it.
    pub(super) fn each_once(evidence: Vec<Self>) -> Vec<Self> {
        let mut told: Vec<Self> = Vec::new();
        for one in evidence {
            match told.iter_mut().find(|other| other.says_the_same_as(&one)) {
                Some(other) => other.add(&one),
                None => told.push(one),
            }
        }
        told
    }

    fn says_the_same_as(&self, other: &Self) -> bool {
        let said =
            |one: &Self| (one.source, one.text.clone(), one.vendors.clone(), one.kinds.clone(), one.system.clone());
        said(self) == said(other)
    }

    /// Adds the weight of something that says the same.
    fn add(&mut self, other: &Self) {
        self.weight += other.weight;
        self.confidence = self.confidence.max(other.confidence);
    }
}

/// Those of whom a fact speaks, in words: `Samsung TVs`, `Xiaomi phones and tablets (MIUI or HyperOS)`.
fn whose(fact: &Fact) -> String {
    let kinds: Vec<&str> = fact.kinds.iter().map(|kind| kind.noun(true)).collect();
    let vendors = if fact.software { String::new() } else { fact.vendors.join(" or ") };
    let devices = format!("{vendors} {}", kinds.join(" or ")).trim_start().to_owned();
    match &fact.system {
        Some(system) => format!("{devices} ({system})"),
        None if fact.software => format!("{devices} (software of {})", fact.vendors.join(" or ")),
        None => devices,
    }
}

/// Weighs all evidence: what most and surest of it points to.
pub(super) fn guess(evidence: &[Evidence]) -> Guess {
    let (mut vendors, mut kinds, mut systems) = (Votes::new(), Votes::new(), Votes::new());
    for one in evidence {
        let weight = one.weight;
        one.vendors.iter().for_each(|vendor| *vendors.entry(vendor.clone()).or_default() += weight);
        one.kinds.iter().for_each(|kind| *kinds.entry(*kind).or_default() += weight);
        one.system.iter().for_each(|system| *systems.entry(system.clone()).or_default() += weight);
    }
    let (firsts, margin) = leaders(vendors);
    let vendor = (!firsts.is_empty()).then(|| (firsts.join(" or "), sureness(margin)));
    let (firsts, margin) = leaders(kinds);
    // Kinds between which nothing decides: the first is the most usual one.
    let sure = if firsts.len() > 1 { Confidence::Low } else { sureness(margin) };
    let kind = firsts.first().map(|kind| (*kind, sure));
    let (firsts, _) = leaders(systems);
    Guess { vendor, kind, system: firsts.into_iter().next() }
}

type Votes<T> = BTreeMap<T, u32>;

fn weight(confidence: Confidence) -> u32 {
    match confidence {
        Confidence::High => 4,
        Confidence::Medium => 2,
        Confidence::Low => 1,
    }
}

/// The weight of several that weigh the same.
fn times(weight: u32, count: usize) -> u32 {
    weight.saturating_mul(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Whoever has most votes, and by how many more than the next.
fn leaders<T: Ord>(votes: Votes<T>) -> (Vec<T>, u32) {
    let most = votes.values().copied().max().unwrap_or_default();
    let next = votes.values().copied().filter(|count| *count < most).max().unwrap_or_default();
    (votes.into_iter().filter(|(_, count)| *count == most).map(|(value, _)| value).collect(), most - next)
}

/// Two sure signs, or a sure one and a fair one, make it sure; one sure sign, or two fair ones, make it likely.
fn sureness(margin: u32) -> Confidence {
    match margin {
        6.. => Confidence::High,
        3..6 => Confidence::Medium,
        _ => Confidence::Low,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        devices::fingerprints::{AskedNames, Fingerprints},
        dns::Name,
    };

    /// The evidence of somebody who asks for these names.
    fn asked(names: &[&str]) -> Vec<Evidence> {
        let (facts, mut asked) = (Fingerprints::built_in(), AskedNames::default());
        let number = |name: &&str| facts.name(name.parse::<Name>().unwrap().to_lowercase().wire());
        names.iter().filter_map(number).for_each(|number| asked.insert(number));
        Evidence::of_asked(facts.asked(&asked))
    }

    #[test]
    fn several_names_say_what_a_device_is() {
        let check = |names: &[&str], vendor: Option<(&str, Confidence)>, kind: Option<(DeviceKind, Confidence)>| {
            let found = guess(&asked(names));
            let found_vendor = found.vendor.as_ref().map(|(vendor, sure)| (vendor.as_str(), *sure));
            assert_eq!((found_vendor, found.kind), (vendor, kind), "{names:?}");
        };
        let (low, medium, high) = (Confidence::Low, Confidence::Medium, Confidence::High);
        check(&[], None, None);
        check(&["www.example.org"], None, None);
        // An app with the kit of Xiaomi proves no Xiaomi phone.
        check(&["data.mistat.intl.xiaomi.com"], Some(("Xiaomi", low)), Some((DeviceKind::Phone, low)));
        check(
            &["connect.rom.miui.com", "update.intl.miui.com", "data.mistat.intl.xiaomi.com"],
            Some(("Xiaomi", high)),
            Some((DeviceKind::Phone, high)),
        );
        check(&["time.samsungcloudsolution.com"], Some(("Samsung", medium)), Some((DeviceKind::Tv, medium)));
        check(
            &["time.samsungcloudsolution.com", "log-ingestion-eu.samsungacr.com"],
            Some(("Samsung", high)),
            Some((DeviceKind::Tv, high)),
        );
        check(&["time-macos.apple.com", "swscan.apple.com"], Some(("Apple", high)), Some((DeviceKind::Computer, high)));
        check(&["time-ios.apple.com", "captive.apple.com"], Some(("Apple", high)), Some((DeviceKind::Phone, medium)));
        check(
            &["conn1.oppomobile.com"],
            Some(("OPPO or OnePlus or realme", medium)),
            Some((DeviceKind::Phone, medium)),
        );
        // Software says nothing about who built the computer.
        check(&["ctldl.windowsupdate.com", "dns.msftncsi.com"], None, Some((DeviceKind::Computer, high)));
        check(&["detectportal.firefox.com"], None, Some((DeviceKind::Phone, low)));
    }

    #[test]
    fn contradiction_makes_it_less_sure() {
        let found = guess(&asked(&["time.samsungcloudsolution.com", "us.lgtvsdp.com"]));
        assert_eq!(found.vendor, Some(("LG or Samsung".to_owned(), Confidence::Medium)));
        let found = guess(&asked(&["time.samsungcloudsolution.com", "acr-eu-prd.samsungcloud.tv", "us.lgtvsdp.com"]));
        assert_eq!(found.vendor, Some(("Samsung".to_owned(), Confidence::Medium)));
    }

    #[test]
    fn evidence_reads_as_a_sentence() {
        let check = |names: &[&str], expected: &str| assert_eq!(asked(names)[0].text, expected);
        check(&["us.lgtvsdp.com", "us.rdx2.lgtvsdp.com"], "asked for 2 names that LG TVs (webOS) ask for");
        check(&["ctldl.windowsupdate.com"], "asked for a name that computers (Windows) ask for");
        check(&["nmcheck.gnome.org"], "asked for a name that computers (Linux with NetworkManager) ask for");
        check(&["appboot.netflix.com"], "asked for a name that TVs or consoles ask for");
    }

    #[test]
    fn facts_that_point_to_the_same_are_told_once() {
        let names = ["time.samsungcloudsolution.com", "log-ingestion-eu.samsungacr.com", "us.lgtvsdp.com"];
        let told: Vec<String> = asked(&names).into_iter().map(|one| one.text).collect();
        assert_eq!(
            told,
            ["asked for 2 names that Samsung TVs (Tizen) ask for", "asked for a name that LG TVs (webOS) ask for"]
        );
        // What is said of others tells what differs.
        let xiaomi = asked(&["connect.rom.miui.com", "data.mistat.intl.xiaomi.com", "update.intl.miui.com"]);
        let mut told: Vec<&str> = xiaomi.iter().map(|one| one.text.as_str()).collect();
        told.sort_unstable();
        told.dedup();
        assert_eq!(told.len(), xiaomi.len(), "{told:?}");
        let maker = |count| Evidence::of_maker(count, "Samsung", Confidence::High);
        assert_eq!(maker(2).text, "2 hardware addresses are those of Samsung (IEEE)");
        let name = |text: &str| Evidence::of_name(EvidenceSource::LeaseFile, text.to_owned(), Confidence::Medium);
        let once = Evidence::each_once(vec![maker(1), name("tv"), maker(1), name("tv"), name("telly")]);
        assert_eq!(once, [Evidence { weight: 8, ..maker(1) }, name("tv"), name("telly")]);
    }
}
