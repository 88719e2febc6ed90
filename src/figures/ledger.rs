//! The sums of the journal in words: which device, which name and whose, of those that a filter means.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use super::Period;
use crate::{
    catalog::{Catalog, Entry},
    clients::DeviceId,
    devices::DeviceList,
    dns::Name,
    filter::Filter,
    journal::{Grain, Journal, Sheet, Sum},
    policy::Verdict,
    stats::Attribution,
    time::UnixTime,
};

/// Names that are told apart at most; all others are one.
const NAMES: usize = 65_536;

/// The devices as they are known now, by all that they were ever known by.
#[derive(Debug, Default)]
pub struct Household {
    now: HashMap<DeviceId, DeviceId>,
    called: HashMap<DeviceId, Arc<str>>,
}

impl Household {
    /// The devices of a list.
    pub fn new(list: &DeviceList) -> Self {
        let mut household = Self::default();
        for device in &list.devices {
            let addresses = device.addresses.iter().map(|address| DeviceId::at(*address));
            let macs = device.macs.iter().filter_map(|mac| mac.address.parse().ok());
            household.now.extend(addresses.chain(macs).chain([device.id]).map(|id| (id, device.id)));
            household.called.extend(device.name.iter().map(|name| (device.id, Arc::clone(name))));
        }
        household
    }

    /// What a device is known by now.
    pub fn now(&self, id: DeviceId) -> DeviceId {
        self.now.get(&id).copied().unwrap_or(id)
    }

    /// What a device is called now; what it is known by when nobody knows a name.
    pub(super) fn called(&self, id: DeviceId) -> String {
        self.called.get(&id).map_or_else(|| id.to_string(), ToString::to_string)
    }

    /// How many devices there are.
    pub(super) fn len(&self) -> usize {
        let mut ids: Vec<&DeviceId> = self.now.values().collect();
        ids.sort_unstable();
        ids.dedup();
        ids.len()
    }
}

/// Which queries are meant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meant<'f> {
    pub(super) filter: &'f Filter,
    /// Only those of this device, named by what it is known by now.
    pub(super) device: Option<DeviceId>,
}

/// One sum in words.
#[derive(Debug)]
pub(super) struct Line<'l> {
    /// Where its stretch begins.
    pub(super) at: UnixTime,
    /// How long that is.
    pub(super) grain: Grain,
    /// The device; `None` where it is not kept.
    pub(super) device: Option<DeviceId>,
    /// The number of the name in the ledger; `None` where it is not kept, or one of too many.
    pub(super) name: Option<usize>,
    /// Whose name it is, or whose it leads to.
    pub(super) entry: Option<&'static Entry>,
    /// The list that stopped it.
    pub(super) list: Option<&'l Arc<str>>,
    pub(super) verdict: Verdict,
    pub(super) queries: u64,
}

/// Names that were met, by number.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    numbers: HashMap<Box<[u8]>, usize>,
    names: Vec<Box<[u8]>>,
}

impl Ledger {
    /// Visits the sums of a time that are meant.
    pub(super) fn read(
        &mut self,
        journal: &Journal,
        period: &Period,
        household: &Household,
        meant: Meant<'_>,
        mut visit: impl FnMut(&Line<'_>),
    ) {
        journal.figures(period.from, period.to, period.grain, |sheet| {
            if period.holds(sheet.at) {
                Page { sheet, household, meant, devices: Vec::new(), names: Vec::new(), causes: Vec::new() }
                    .read(self, &mut visit);
            }
        });
    }

    /// A name by its number.
    pub(super) fn name(&self, number: usize) -> Option<Name> {
        Name::from_wire(self.names.get(number)?).ok()
    }

    fn number(&mut self, wire: &[u8]) -> Option<usize> {
        if let Some(number) = self.numbers.get(wire) {
            return Some(*number);
        }
        let number = self.names.len();
        (number < NAMES).then(|| {
            self.names.push(wire.into());
            self.numbers.insert(wire.into(), number);
            number
        })
    }
}

/// A sheet, and what was found out about its numbers.
struct Page<'s> {
    sheet: &'s Sheet<'s>,
    household: &'s Household,
    meant: Meant<'s>,
    devices: Vec<Option<Chosen<Option<DeviceId>>>>,
    names: Vec<Option<Chosen<Whose>>>,
    causes: Vec<Option<Chosen<Option<&'static Entry>>>>,
}

/// Something, and whether the filter means it.
#[derive(Clone, Copy)]
struct Chosen<T> {
    is_meant: bool,
    it: T,
}

#[derive(Clone, Copy)]
struct Whose {
    number: Option<usize>,
    entry: Option<&'static Entry>,
}

impl Page<'_> {
    fn read(&mut self, ledger: &mut Ledger, visit: &mut impl FnMut(&Line<'_>)) {
        for Sum { device, name, cause, verdict, queries } in self.sheet.sums() {
            let (filter, sheet) = (self.meant.filter, self.sheet);
            let asker = self.device(device);
            if !asker.is_meant {
                continue;
            }
            let whose = self.name(name, ledger);
            let of_cause = self.cause(cause);
            // An alias target is asked for only where the name itself is nobody's.
            let (is_meant, entry) = match (whose.it.entry, of_cause.it) {
                (None, Some(via)) => (is_name_meant(filter, sheet.name(name), Some(via)), Some(via)),
                (entry, _) => (whose.is_meant, entry),
            };
            if is_meant && of_cause.is_meant && filter.admits_verdict(verdict) {
                let (at, grain, list) = (sheet.at, sheet.grain, sheet.list(cause));
                visit(&Line { at, grain, device: asker.it, name: whose.it.number, entry, list, verdict, queries });
            }
        }
    }

    fn device(&mut self, number: u32) -> Chosen<Option<DeviceId>> {
        let (sheet, household, Meant { filter, device: only }) = (self.sheet, self.household, self.meant);
        *slot(&mut self.devices, number).get_or_insert_with(|| {
            let found = sheet.device(number).map(|(address, caller)| (address, household.now(caller.id)));
            let address = found.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |(address, _)| address);
            let called = found.map(|(_, id)| household.called(id)).unwrap_or_default();
            let it = found.map(|(_, id)| id);
            let is_meant = only.is_none_or(|only| it == Some(only)) && filter.admits_device(address, &called);
            Chosen { is_meant, it }
        })
    }

    fn name(&mut self, number: u32, ledger: &mut Ledger) -> Chosen<Whose> {
        let (sheet, filter) = (self.sheet, self.meant.filter);
        *slot(&mut self.names, number).get_or_insert_with(|| {
            let wire = sheet.name(number);
            let entry = wire.and_then(|wire| Catalog::built_in().find(&Name::from_wire(wire).ok()?));
            let is_meant = is_name_meant(filter, wire, entry);
            // What is not meant need not be remembered.
            let number = wire.filter(|_| is_meant || entry.is_none()).and_then(|wire| ledger.number(wire));
            Chosen { is_meant, it: Whose { number, entry } }
        })
    }

    fn cause(&mut self, number: u32) -> Chosen<Option<&'static Entry>> {
        let (sheet, filter) = (self.sheet, self.meant.filter);
        *slot(&mut self.causes, number).get_or_insert_with(|| Chosen {
            is_meant: filter.admits_list(sheet.list(number).map(|list| &**list)),
            it: sheet.via(number).and_then(|via| Catalog::built_in().find(&via)),
        })
    }
}

fn is_name_meant(filter: &Filter, wire: Option<&[u8]>, entry: Option<&Entry>) -> bool {
    if filter.terms().is_empty() {
        return true;
    }
    let text = wire.and_then(|wire| Name::from_wire(wire).ok()).map(|name| name.to_string()).unwrap_or_default();
    filter.admits_name(&text, entry.map(Attribution::from).as_ref())
}

/// The place of a number, made if need be.
fn slot<T: Clone>(all: &mut Vec<Option<T>>, number: u32) -> &mut Option<T> {
    let place = usize::try_from(number).unwrap_or(usize::MAX);
    if all.len() <= place {
        all.resize(place + 1, None);
    }
    &mut all[place]
}
