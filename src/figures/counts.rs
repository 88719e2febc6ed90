//! Queries counted under one key each, while they are read: millions of sums, so that a key is a number or an address until
//! all are counted.

use std::{collections::HashMap, sync::Arc};

use super::{
    TopSums,
    ledger::{Line, slot},
    services::ServiceLine,
};
use crate::{
    catalog::{Entry, Purpose},
    clients::DeviceId,
    filter::Grouping,
    geo::{Country, Place},
    policy::Verdict,
    stats::SourceKind,
};

/// What a query is counted under.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Key {
    Unknown,
    Device(DeviceId),
    /// With the home country.
    Vendor(Arc<str>, Option<Arc<str>>),
    /// The vendor, its home country, the service.
    Service(Arc<str>, Option<Arc<str>>, Arc<str>),
    Purpose(Purpose),
    Country(Arc<str>),
    Registered(Country),
    /// Its number and what it is called.
    Network(u32, Option<String>),
    Name(Arc<str>),
    NameNumber(u32),
    Verdict(&'static str),
    List(Arc<str>),
    /// Something else than a list decided; `None`: nothing did.
    NoList(Option<SourceKind>),
}

/// Counts that are being made.
pub(super) struct Counts {
    group: Grouping,
    devices: HashMap<Option<DeviceId>, TopSums>,
    /// By the place of the entry in memory: each stands there once.
    entries: HashMap<usize, (Option<&'static Entry>, TopSums)>,
    /// By the number of the name in the ledger.
    names: Vec<TopSums>,
    nameless: TopSums,
    registered: HashMap<Option<Country>, TopSums>,
    /// By number, each with what it is called.
    networks: HashMap<Option<u32>, (Option<String>, TopSums)>,
    others: HashMap<Key, TopSums>,
}

/// Whether sums by device and service tell it.
pub(super) fn are_told_by_services(group: Grouping) -> bool {
    group == Grouping::Device || is_of_entry(group)
}

fn is_of_entry(group: Grouping) -> bool {
    matches!(group, Grouping::Vendor | Grouping::Service | Grouping::Purpose | Grouping::Country)
}

impl Counts {
    pub(super) fn new(group: Grouping) -> Self {
        Self {
            group,
            devices: HashMap::new(),
            entries: HashMap::new(),
            names: Vec::new(),
            nameless: TopSums::default(),
            registered: HashMap::new(),
            networks: HashMap::new(),
            others: HashMap::new(),
        }
    }

    /// Adds the queries of a name.
    pub(super) fn add(&mut self, line: &Line<'_>) {
        let mut sums = TopSums::default();
        sums.add(line);
        let place = match self.group {
            Grouping::Name => self.name(line.name),
            Grouping::Verdict => self.others.entry(Key::Verdict(word(line.verdict))).or_default(),
            Grouping::List => {
                let key = line.list.cloned().map_or(Key::NoList(line.source), Key::List);
                self.others.entry(key).or_default()
            }
            Grouping::Registered | Grouping::Network if !line.is_let_through() => return,
            Grouping::Registered => self.registered.entry(line.home.and_then(|home| home.country)).or_default(),
            Grouping::Network => self.network(line.home),
            _ => return self.add_asked(line.device, line.entry, sums),
        };
        place.add_sums(sums);
    }

    /// Adds the queries for a service.
    pub(super) fn add_service(&mut self, line: &ServiceLine) {
        self.add_asked(line.device, line.entry, line.sums);
    }

    fn add_asked(&mut self, device: Option<DeviceId>, entry: Option<&'static Entry>, sums: TopSums) {
        if self.group == Grouping::Device {
            self.devices.entry(device).or_default().add_sums(sums);
        } else {
            let place = entry.map_or(0, |entry| std::ptr::from_ref(entry).addr());
            self.entries.entry(place).or_insert((entry, TopSums::default())).1.add_sums(sums);
        }
    }

    fn network(&mut self, home: Option<&Place>) -> &mut TopSums {
        let (called, sums) = self.networks.entry(home.and_then(|home| home.asn)).or_default();
        if called.is_none() {
            *called = home.and_then(|home| home.as_name.clone());
        }
        sums
    }

    fn name(&mut self, number: Option<u32>) -> &mut TopSums {
        match number {
            Some(number) => slot(&mut self.names, number),
            None => &mut self.nameless,
        }
    }

    /// What was counted, by keys for people.
    pub(super) fn finish(self) -> HashMap<Key, TopSums> {
        let Self { group, devices, entries, names, nameless, registered, networks, others: mut sums } = self;
        let mut add = |key: Key, more: TopSums| sums.entry(key).or_default().add_sums(more);
        for (device, sums) in devices {
            add(device.map_or(Key::Unknown, Key::Device), sums);
        }
        for (entry, sums) in entries.into_values() {
            add(entry.and_then(|entry| of_entry(group, entry)).unwrap_or(Key::Unknown), sums);
        }
        for (country, sums) in registered {
            add(country.map_or(Key::Unknown, Key::Registered), sums);
        }
        for (asn, (called, sums)) in networks {
            add(asn.map_or(Key::Unknown, |asn| Key::Network(asn, called)), sums);
        }
        let named = (0..).zip(names).map(|(number, sums)| (Key::NameNumber(number), sums));
        let named = named.chain([(Key::Unknown, nameless)]);
        named.filter(|(_, sums)| sums.queries > 0).for_each(|(key, sums)| add(key, sums));
        sums
    }
}

fn of_entry(group: Grouping, entry: &Entry) -> Option<Key> {
    let (vendor, country) = (Arc::clone(&entry.vendor), entry.country.clone());
    match group {
        Grouping::Vendor => Some(Key::Vendor(vendor, country)),
        Grouping::Service => Some(Key::Service(vendor, country, Arc::clone(&entry.service))),
        Grouping::Purpose => Some(Key::Purpose(entry.purpose)),
        Grouping::Country => country.map(Key::Country),
        _ => None,
    }
}

/// The word for an end.
pub(super) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Stopped => "stopped",
        Verdict::Allowed => "allowed",
        Verdict::Cached => "cached",
        Verdict::Local => "local",
        Verdict::Failed => "failed",
    }
}
