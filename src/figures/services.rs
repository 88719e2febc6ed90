//! The sums of the journal by device and by whose the names are, where nobody asks for the names themselves: read from far
//! less than the sums of all names.

use std::collections::HashMap;

use super::{
    Household, Period, TopSums,
    ledger::{Chosen, Ledger, Meant, chosen_device},
};
use crate::{
    catalog::{Catalog, Entry},
    clients::DeviceId,
    dns::Name,
    filter::{Filter, Test},
    journal::{Grain, Journal},
    stats::Attribution,
    time::UnixTime,
};

/// What a device asked of a service in a stretch of time.
#[derive(Debug)]
pub(super) struct ServiceLine {
    /// Where the stretch begins.
    pub(super) at: UnixTime,
    /// How long it is.
    pub(super) grain: Grain,
    /// The device; `None` where it is not kept.
    pub(super) device: Option<DeviceId>,
    /// Whose names they are, or whose they lead to.
    pub(super) entry: Option<&'static Entry>,
    pub(super) sums: TopSums,
}

/// Whether sums by device and service tell what a filter means.
pub(super) fn are_enough(period: &Period, filter: &Filter) -> bool {
    let is_told = |test: &Test| {
        matches!(
            test,
            Test::Device(_) | Test::Vendor(_) | Test::Service(_) | Test::Purpose(_) | Test::Class(_) | Test::Country(_)
        )
    };
    period.grain != Grain::Minute && filter.terms().iter().all(|term| is_told(&term.test))
}

/// Visits what devices asked of services in a time, whatever the filter means: where sums by service do not tell that, from
/// the sums of all names.
pub(super) fn read_any(
    journal: &Journal,
    period: &Period,
    household: &Household,
    meant: Meant<'_>,
    mut visit: impl FnMut(&ServiceLine),
) {
    if are_enough(period, meant.filter) {
        return read(journal, period, household, meant, visit);
    }
    Ledger::new(household, meant).read(journal, period, |line| {
        let mut sums = TopSums::default();
        sums.add(line);
        visit(&ServiceLine { at: line.at, grain: line.grain, device: line.device, entry: line.entry, sums });
    });
}

/// Visits what devices asked of services in a time, as far as it is meant and sums by service tell it.
pub(super) fn read(
    journal: &Journal,
    period: &Period,
    household: &Household,
    meant: Meant<'_>,
    mut visit: impl FnMut(&ServiceLine),
) {
    let catalog = Catalog::built_in();
    let mut owners: HashMap<Box<[u8]>, Option<&'static Entry>> = HashMap::new();
    journal.services((period.from, period.to, period.grain), catalog, |sheet| {
        if !period.holds(sheet.at) {
            return;
        }
        let mut devices: HashMap<u32, Chosen<Option<DeviceId>>> = HashMap::new();
        let mut entries: HashMap<u32, Chosen<Option<&'static Entry>>> = HashMap::new();
        for ([device, service], asked) in sheet.asked() {
            let asker = *devices.entry(device).or_insert_with(|| chosen_device(sheet.device(device), household, meant));
            let entry = *entries.entry(service).or_insert_with(|| {
                let entry = sheet.example(service).and_then(|wire| {
                    if let Some(known) = owners.get(wire) {
                        return *known;
                    }
                    let found = Name::from_wire(wire).ok().and_then(|name| catalog.find(&name));
                    owners.insert(wire.into(), found);
                    found
                });
                let whose = entry.map(Attribution::from);
                Chosen { is_meant: meant.filter.admits_name("", whose.as_ref()), it: entry }
            });
            if asker.is_meant && entry.is_meant {
                let (at, grain, device, entry) = (sheet.at, sheet.grain, asker.it, entry.it);
                let sums = TopSums { queries: asked.queries, stopped: asked.stopped };
                visit(&ServiceLine { at, grain, device, entry, sums });
            }
        }
    });
}
