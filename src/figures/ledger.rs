//! The sums of the journal in words: which device, which name and whose, of those that a filter means.

use std::{
    cell::Cell,
    collections::HashMap,
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use super::Period;
use crate::{
    catalog::{Catalog, Entry},
    clients::{Caller, DeviceId},
    devices::DeviceList,
    dns::Name,
    filter::Filter,
    geo::{Country, Place},
    journal::{Grain, Journal, Sheet, Sum},
    policy::Verdict,
    stats::{Attribution, Dictionary, SourceKind},
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
    #[must_use]
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
    #[must_use]
    pub fn now(&self, id: DeviceId) -> DeviceId {
        self.now.get(&id).copied().unwrap_or(id)
    }

    /// Whether there is a device that is known by this, or was.
    #[must_use]
    pub fn knows(&self, id: DeviceId) -> bool {
        self.now.contains_key(&id)
    }

    /// What a device is called now; what it is known by when nobody knows a name.
    #[must_use]
    pub fn called(&self, id: DeviceId) -> String {
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
    pub(super) name: Option<u32>,
    /// Whose name it is, or whose it leads to.
    pub(super) entry: Option<&'static Entry>,
    /// The list that decided.
    pub(super) list: Option<&'l Arc<str>>,
    /// Whose word decided; `None`: nobody had a word in it.
    pub(super) source: Option<SourceKind>,
    /// Where what was answered is at home; `None` where it is not known and where the query was not let through.
    pub(super) home: Option<&'l Place>,
    pub(super) verdict: Verdict,
    pub(super) queries: u64,
}

impl Line<'_> {
    /// Whether the queries were let through: asked for elsewhere, or remembered from there.
    pub(super) fn is_let_through(&self) -> bool {
        is_let_through(self.verdict)
    }
}

/// Whether a query that ended so was let through: asked for elsewhere, or remembered from there.
pub(super) fn is_let_through(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Allowed | Verdict::Cached)
}

/// What is meant, and the names that were met, by number.
pub(super) struct Ledger<'l> {
    household: &'l Household,
    meant: Meant<'l>,
    names: Dictionary<Box<[u8]>, Option<&'static Entry>>,
    /// What was found out about the numbers of the set of words that was read last.
    page: (u64, Page),
}

impl<'l> Ledger<'l> {
    /// No names yet.
    pub(super) fn new(household: &'l Household, meant: Meant<'l>) -> Self {
        Self { household, meant, names: Dictionary::new(), page: (0, Page::default()) }
    }

    /// Visits the sums of a time that are meant.
    pub(super) fn read(&mut self, journal: &Journal, period: &Period, mut visit: impl FnMut(&Line<'_>)) {
        self.page = (0, Page::default());
        journal.figures(period.from, period.to, period.grain, |sheet| {
            if period.holds(sheet.at) {
                self.sheet(sheet, &mut visit);
            }
        });
    }

    /// A name by its number.
    pub(super) fn name(&self, number: u32) -> Option<Name> {
        Name::from_wire(self.names.get(number)?.0).ok()
    }

    fn sheet(&mut self, sheet: &Sheet<'_>, visit: &mut impl FnMut(&Line<'_>)) {
        if self.page.0 != sheet.words {
            self.page = (sheet.words, Page::default());
        }
        let (household, meant, all_names) = (self.household, self.meant, &mut self.names);
        let Page { devices, names, causes } = &mut self.page.1;
        let asker = Cell::new(None);
        let asks_for_places = meant.filter.is_about_places();
        let sums = sheet.sums(|number| {
            let found = *slot(devices, number).get_or_insert_with(|| device(number, sheet, household, meant));
            asker.set(found.it);
            found.is_meant
        });
        for Sum { name, cause, verdict, queries, .. } in sums {
            let filter = meant.filter;
            let whose = *slot(names, name).get_or_insert_with(|| whose(sheet.name(name), filter, all_names));
            let of_cause = *slot(causes, cause).get_or_insert_with(|| Chosen {
                is_meant: filter.admits_cause(sheet.source(cause), sheet.list(cause).map(|list| &**list)),
                it: sheet.via(cause).and_then(|via| Catalog::built_in().find(&via)),
            });
            // An alias target is asked for only where the name itself is nobody's.
            let source = sheet.source(cause);
            let (is_meant, entry) = match (whose.it.entry, of_cause.it) {
                _ if !source.is_none_or(SourceKind::tells_of_owner) => {
                    (is_name_meant(filter, sheet.name(name), None), None)
                }
                (None, Some(via)) => (is_name_meant(filter, sheet.name(name), Some(via)), Some(via)),
                (entry, _) => (whose.is_meant, entry),
            };
            if is_meant && of_cause.is_meant && filter.admits_verdict(verdict) {
                let home = if is_let_through(verdict) { sheet.home(name) } else { None };
                if asks_for_places && !is_place_meant(filter, home) {
                    continue;
                }
                let (at, grain) = (sheet.at, sheet.grain);
                visit(&Line {
                    at,
                    grain,
                    device: asker.get(),
                    name: whose.it.number,
                    entry,
                    list: sheet.list(cause),
                    source,
                    home,
                    verdict,
                    queries,
                });
            }
        }
    }
}

/// What was found out about the numbers of a set of words.
#[derive(Default)]
struct Page {
    devices: Vec<Option<Chosen<Option<DeviceId>>>>,
    names: Vec<Option<Chosen<Whose>>>,
    causes: Vec<Option<Chosen<Option<&'static Entry>>>>,
}

/// Something, and whether the filter means it.
#[derive(Clone, Copy)]
pub(super) struct Chosen<T> {
    pub(super) is_meant: bool,
    pub(super) it: T,
}

#[derive(Clone, Copy)]
struct Whose {
    number: Option<u32>,
    entry: Option<&'static Entry>,
}

fn device(number: u32, sheet: &Sheet<'_>, household: &Household, meant: Meant<'_>) -> Chosen<Option<DeviceId>> {
    chosen_device(sheet.device(number), household, meant)
}

/// Who asked, as it is known now, and whether that is meant.
pub(super) fn chosen_device(
    found: Option<(IpAddr, &Caller)>,
    household: &Household,
    Meant { filter, device: only }: Meant<'_>,
) -> Chosen<Option<DeviceId>> {
    let found = found.map(|(address, caller)| (address, household.now(caller.id)));
    let address = found.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |(address, _)| address);
    let called = found.map(|(_, id)| household.called(id)).unwrap_or_default();
    let it = found.map(|(_, id)| id);
    let is_meant = only.is_none_or(|only| it == Some(only)) && filter.admits_device(address, &called);
    Chosen { is_meant, it }
}

/// Whose a name is, and whether it is meant; looked up once for each name.
fn whose(
    wire: Option<&[u8]>,
    filter: &Filter,
    all: &mut Dictionary<Box<[u8]>, Option<&'static Entry>>,
) -> Chosen<Whose> {
    let find = || wire.and_then(|wire| Catalog::built_in().find(&Name::from_wire(wire).ok()?));
    let (number, entry) = match wire {
        Some(known) if all.len() < NAMES => {
            let (number, entry) = all.enter(known, || (known.into(), find()));
            (Some(number), *entry)
        }
        _ => (None, find()),
    };
    Chosen { is_meant: is_name_meant(filter, wire, entry), it: Whose { number, entry } }
}

fn is_place_meant(filter: &Filter, place: Option<&Place>) -> bool {
    let country = place.and_then(|place| place.country.as_ref()).map(Country::as_str);
    let network = place.and_then(|place| Some((place.asn?, place.as_name.as_deref().unwrap_or_default())));
    filter.admits_place(country, network)
}

fn is_name_meant(filter: &Filter, wire: Option<&[u8]>, entry: Option<&Entry>) -> bool {
    if filter.terms().is_empty() {
        return true;
    }
    let text = wire.and_then(|wire| Name::from_wire(wire).ok()).map(|name| name.to_string()).unwrap_or_default();
    filter.admits_name(&text, entry.map(Attribution::from).as_ref())
}

/// The place of a number, made if need be.
pub(super) fn slot<T: Clone + Default>(all: &mut Vec<T>, number: u32) -> &mut T {
    let place = usize::try_from(number).unwrap_or(usize::MAX);
    if all.len() <= place {
        all.resize(place + 1, T::default());
    }
    &mut all[place]
}
