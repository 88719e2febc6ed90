//! Devices as people see them: what is it, how do we know, how sure.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    sync::Arc,
};

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    directory::Members,
    evidence::{Evidence, EvidenceSource, guess},
    fingerprints::Fingerprints,
    mac,
    registry::{Part, Registry},
};
use crate::{
    catalog::Confidence,
    clients::{Called, DeviceId, DeviceKind, MacAddress},
    time::UnixTime,
};

/// The share of all queries from which on one device is said to ask for others.
const DOMINANT: f64 = 0.9;
/// The fewest queries, in one to two hours, of which a share says anything.
const ENOUGH: u64 = 500;

/// A device as people see it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Device)]
pub struct DeviceStatus {
    /// What it is known by: its hardware address, or an address.
    #[schema(value_type = String, example = "aa:bb:cc:dd:ee:ff")]
    pub id: DeviceId,
    /// What it is called.
    #[schema(required, value_type = Option<String>, example = "living-room-tv")]
    pub name: Option<Arc<str>>,
    /// Who says so.
    #[schema(required)]
    pub named_by: Option<NameSource>,
    /// Its addresses.
    #[schema(value_type = Vec<String>)]
    pub addresses: Vec<IpAddr>,
    /// Its hardware addresses.
    pub macs: Vec<HardwareAddress>,
    /// What kind of device it is.
    #[schema(required)]
    pub kind: Option<DeviceKind>,
    /// How sure that is; `null` when somebody said so.
    #[schema(required)]
    pub kind_confidence: Option<Confidence>,
    /// The company that made it.
    #[schema(required, example = "Samsung")]
    pub vendor: Option<String>,
    /// How sure that is.
    #[schema(required)]
    pub vendor_confidence: Option<Confidence>,
    /// The system on it.
    #[schema(required, example = "Tizen")]
    pub system: Option<String>,
    /// The id of the group that governs it.
    #[schema(required, value_type = Option<String>)]
    pub group: Option<Arc<str>>,
    /// The hours in which that is offline, while they hold for this device; `null` otherwise.
    #[schema(required)]
    pub offline: Option<OfflineNow>,
    /// What `config.toml` says of it, so that it can only be changed there.
    pub fixed: Vec<FixedPart>,
    /// When it was seen first since ponor was started, in milliseconds since 1970 UTC; 0 when it was not.
    #[schema(value_type = u64)]
    pub first_seen: UnixTime,
    /// When it was seen last.
    #[schema(value_type = u64)]
    pub last_seen: UnixTime,
    /// Queries since ponor was started.
    pub queries: u64,
    /// How all this is known.
    pub evidence: Vec<Evidence>,
}

/// That a device is offline by the hours of its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OfflineNow {
    /// Until when, in milliseconds since 1970 UTC; `null`: always.
    #[schema(required, value_type = Option<u64>)]
    pub until: Option<UnixTime>,
}

/// A hardware address and what it tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HardwareAddress {
    /// The address.
    #[schema(example = "aa:bb:cc:dd:ee:ff")]
    pub address: String,
    /// Whose it is by the listing of the IEEE, if it is a usual maker's.
    #[schema(required)]
    pub vendor: Option<&'static str>,
    /// Whether the device made it up; it may then change, and has no maker.
    pub private: bool,
}

/// Who says what a device is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeviceNameSource)]
pub enum NameSource {
    /// `config.toml`.
    Configuration,
    /// Somebody, on the page or the command line.
    Operator,
    /// Own records and hosts files.
    LocalRecords,
    /// The lease file of a DHCP server.
    LeaseFile,
    /// The device itself, by multicast DNS.
    MulticastDns,
    /// The router.
    ReverseName,
}

/// What cannot be changed while ponor runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeviceFixedPart)]
pub enum FixedPart {
    /// Its name.
    Name,
    /// What kind of device it is.
    Kind,
    /// The group that it is in.
    Group,
}

/// Something about devices that somebody should look at.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DeviceWarning {
    /// One device makes nearly all queries: probably a router that asks for all others, which then cannot be told
    /// apart.
    #[schema(title = "OneDeviceAsksForAll")]
    OneDeviceAsksForAll {
        /// The device.
        #[schema(value_type = String)]
        device: DeviceId,
        /// What it is called.
        #[schema(required, value_type = Option<String>)]
        name: Option<Arc<str>>,
        /// Its share of the queries of this hour and the one before, 0 to 1.
        share: f64,
        /// The queries of this hour and the one before.
        queries: u64,
        /// Other devices that were seen in that time.
        others: usize,
    },
}

/// All devices.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DeviceList {
    /// The devices, those that were seen last first.
    pub devices: Vec<DeviceStatus>,
    /// What somebody should look at.
    pub warnings: Vec<DeviceWarning>,
}

impl DeviceList {
    /// What the devices are called.
    #[must_use]
    pub fn called(&self) -> Called {
        let names = self.devices.iter().flat_map(|device| {
            let addresses = device.addresses.iter().map(|address| DeviceId::at(*address));
            let macs = device.macs.iter().filter_map(|mac| mac.address.parse().ok());
            addresses.chain(macs).chain([device.id]).map(|id| (id, device.name.clone()))
        });
        names.collect()
    }
}

impl Registry {
    /// All devices, those that were seen last first; their groups and hours are left open.
    pub(super) fn list(&self, now: UnixTime) -> DeviceList {
        let statuses = self.devices().iter().map(|(id, members)| self.status(*id, members)).collect();
        let mut devices: Vec<DeviceStatus> = statuses;
        devices.sort_by_key(|device| (std::cmp::Reverse(device.last_seen), device.id));
        DeviceList { devices, warnings: self.dominant(now).into_iter().collect() }
    }

    /// One device; its group and hours are left open.
    pub(super) fn status_of(&self, id: DeviceId) -> Option<DeviceStatus> {
        let id = self.resolve(id)?;
        Some(self.status(id, &self.members_of(id)))
    }

    fn status(&self, id: DeviceId, members: &Members) -> DeviceStatus {
        let parts: Vec<&Part> = members.parts().filter_map(|part| self.parts.get(&part)).collect();
        let (name, named_by) = self.name(id, members).unzip();
        let evidence = self.evidence(id, members);
        let guess = guess(&evidence);
        let said = self.said_kind(id, members).map(|(kind, _)| kind);
        let guessed = guess.kind.filter(|_| said.is_none());
        DeviceStatus {
            id,
            name,
            named_by,
            addresses: members.addresses.iter().copied().collect(),
            macs: members.macs.iter().map(|mac| hardware(*mac)).collect(),
            kind: said.or(guessed.map(|(kind, _)| kind)),
            kind_confidence: guessed.map(|(_, sure)| sure),
            vendor: guess.vendor.as_ref().map(|(vendor, _)| vendor.clone()),
            vendor_confidence: guess.vendor.map(|(_, sure)| sure),
            system: guess.system,
            group: None,
            offline: None,
            fixed: self.fixed_parts(id, members),
            first_seen: parts.iter().map(|p| p.first_seen).filter(|at| at.0 > 0).min().unwrap_or_default(),
            last_seen: parts.iter().map(|part| part.last_seen).max().unwrap_or_default(),
            queries: parts.iter().map(|part| part.queries).sum(),
            evidence,
        }
    }

    fn fixed_parts(&self, id: DeviceId, members: &Members) -> Vec<FixedPart> {
        let named = self.fixed.get(id);
        let parts = [
            (FixedPart::Name, named.is_some()),
            (FixedPart::Kind, named.is_some_and(|named| named.kind.is_some())),
            (FixedPart::Group, members.parts().any(|part| self.fixed.is_grouped(part))),
        ];
        parts.into_iter().filter(|(_, fixed)| *fixed).map(|(part, _)| part).collect()
    }

    /// What kind of device somebody said that it is.
    fn said_kind(&self, id: DeviceId, members: &Members) -> Option<(DeviceKind, EvidenceSource)> {
        let fixed = self.fixed.get(id).and_then(|named| named.kind);
        let told = || self.told_of(id, members, |told| told.kind);
        let fixed = fixed.map(|kind| (kind, EvidenceSource::Configuration));
        fixed.or_else(|| told().map(|kind| (kind, EvidenceSource::Operator)))
    }

    fn evidence(&self, id: DeviceId, members: &Members) -> Vec<Evidence> {
        let mut evidence = Vec::new();
        if let Some((kind, source)) = self.said_kind(id, members) {
            let text = format!("somebody said that it is a {}", kind.noun(false));
            evidence.push(Evidence::of_name(source, text, Confidence::High));
        }
        if let Some((name, source)) = self.name(id, members).and_then(|(name, by)| Some((name, said_by(by)?))) {
            let text = format!("the operator calls it `{name}`");
            evidence.push(Evidence::of_name(source, text, Confidence::High));
        }
        let mac_vendor = members.macs.iter().find_map(|mac| mac::vendor(*mac));
        evidence.extend(of_macs(&members.macs));
        for part in members.parts().filter_map(|part| self.parts.get(&part)) {
            evidence.extend(of_part(part, mac_vendor));
        }
        let mut asked = super::fingerprints::AskedNames::default();
        members.parts().filter_map(|part| self.parts.get(&part)).for_each(|part| asked.extend(&part.asked));
        evidence.extend(Evidence::of_asked(Fingerprints::built_in().asked(&asked)));
        Evidence::each_once(evidence)
    }

    /// The device that makes nearly all queries, if one does.
    fn dominant(&self, now: UnixTime) -> Option<DeviceWarning> {
        let all = self.recent.sum(now);
        if all < ENOUGH {
            return None;
        }
        let devices = self.devices();
        let recent = |members: &Members| -> u64 {
            members.parts().filter_map(|part| self.parts.get(&part)).map(|part| part.recent.sum(now)).sum()
        };
        let (id, members, queries) =
            devices.iter().map(|(id, members)| (*id, members, recent(members))).max_by_key(|(_, _, count)| *count)?;
        let share = share(queries, all);
        if share <= DOMINANT {
            return None;
        }
        let since = UnixTime(now.0.saturating_sub(2 * 3_600_000));
        let seen = |members: &Members| {
            members.parts().filter_map(|part| self.parts.get(&part)).any(|part| part.last_seen >= since)
        };
        let others = devices.iter().filter(|(other, members)| **other != id && seen(members)).count();
        let name = self.name(id, members).map(|(name, _)| name);
        Some(DeviceWarning::OneDeviceAsksForAll { device: id, name, share, queries: all, others })
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share of more than 2^53 queries may be off in its last digit")]
fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

fn hardware(mac: MacAddress) -> HardwareAddress {
    HardwareAddress { address: mac.to_string(), vendor: mac::vendor(mac), private: mac::is_private(mac) }
}

/// Where a name that the operator gave is known from.
fn said_by(source: NameSource) -> Option<EvidenceSource> {
    match source {
        NameSource::Configuration => Some(EvidenceSource::Configuration),
        NameSource::Operator => Some(EvidenceSource::Operator),
        NameSource::LocalRecords => Some(EvidenceSource::LocalRecords),
        NameSource::LeaseFile | NameSource::MulticastDns | NameSource::ReverseName => None,
    }
}

/// What the hardware addresses of a device point to.
fn of_macs(macs: &BTreeSet<MacAddress>) -> Vec<Evidence> {
    let source = EvidenceSource::HardwareAddress;
    let mut evidence = Vec::new();
    let (private, public): (Vec<MacAddress>, Vec<MacAddress>) = macs.iter().partition(|mac| mac::is_private(**mac));
    let text = match private.len() {
        0 => None,
        1 => Some(
            "the hardware address is a private one, made up by the device; it tells no maker and may change".to_owned(),
        ),
        count => Some(format!(
            "{count} hardware addresses are private ones, made up by the device; they tell no maker and may change"
        )),
    };
    evidence.extend(text.map(|text| Evidence::of_name(source, text, Confidence::High)));
    let mut makers: BTreeMap<&str, usize> = BTreeMap::new();
    public.iter().filter_map(|mac| mac::vendor(*mac)).for_each(|vendor| *makers.entry(vendor).or_default() += 1);
    for (vendor, count) in makers {
        let sure = if mac::makes_parts(vendor) { Confidence::Low } else { Confidence::High };
        evidence.push(Evidence::of_maker(count, vendor, sure));
    }
    for fact in public.iter().filter_map(|mac| Fingerprints::built_in().prefix(*mac)) {
        let kinds: Vec<&str> = fact.kinds.iter().map(|kind| kind.noun(true)).collect();
        let text = format!("hardware addresses like it are those of {}", kinds.join(" or "));
        evidence.push(Evidence::of_fact(source, text, fact));
    }
    evidence
}

fn of_part(part: &Part, mac_vendor: Option<&str>) -> Vec<Evidence> {
    let facts = Fingerprints::built_in();
    let mut evidence = Vec::new();
    let mut add = |source, text: String, fact: Option<&super::fingerprints::Fact>, otherwise| {
        evidence.push(match fact {
            Some(fact) => Evidence::of_fact(source, text, fact),
            None => Evidence::of_name(source, text, otherwise),
        });
    };
    let (lease, mdns) = (EvidenceSource::LeaseFile, EvidenceSource::MulticastDns);
    if let Some(name) = &part.lease_name {
        let fact = facts.host_name(name, mac_vendor);
        add(lease, format!("DHCP host name `{name}` (lease file)"), fact, Confidence::Medium);
    }
    if let Some(class) = &part.vendor_class {
        let text = format!("DHCP vendor class `{class}` (lease file)");
        add(lease, text, facts.vendor_class(class), Confidence::Low);
    }
    if let Some(name) = &part.mdns_name {
        add(mdns, format!("calls itself `{name}` (multicast DNS)"), None, Confidence::Medium);
    }
    for number in (0..64).filter(|number| part.services >> number & 1 == 1) {
        if let Some((service, fact)) = facts.service(number) {
            add(mdns, format!("announces `{service}` (multicast DNS)"), Some(fact), Confidence::High);
        }
    }
    if let Some(name) = &part.reverse_name {
        let text = format!("the router calls it `{name}`");
        add(EvidenceSource::ReverseName, text, None, Confidence::Low);
    }
    evidence
}
