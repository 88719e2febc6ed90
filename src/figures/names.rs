//! Names and services in a report.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    ledger::{Ledger, Line},
    top::TopSums,
};
use crate::{
    catalog::{Class, Entry, Purpose},
    stats::{Attribution, Rhythm},
    time::UnixTime,
};

const HOUR: u64 = 3_600_000;

/// A name that was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReportName {
    /// The name, in lower case.
    #[schema(example = "tracking.rus.miui.com")]
    pub name: String,
    /// Whose it is, or whose it leads to.
    #[schema(required)]
    pub attribution: Option<Attribution>,
    /// The regional variant that it is of.
    #[schema(required, example = "Russia")]
    pub region: Option<String>,
    /// What is sent there, where a source says so.
    #[schema(required)]
    pub sent: Option<String>,
    /// What breaks when it is stopped.
    #[schema(required)]
    pub breaks: Option<String>,
    /// How often it was asked.
    pub queries: u64,
    /// How often of these it was stopped.
    pub stopped: u64,
    /// When it was first seen, as far back as anything is kept, in milliseconds since 1970 UTC: the hour or day of it where
    /// it was before ponor was started.
    #[schema(value_type = u64)]
    pub first_seen: UnixTime,
    /// When it was last seen in this time, likewise.
    #[schema(value_type = u64)]
    pub last_seen: UnixTime,
    /// How regularly it is asked, over the last day before ponor was started and since then.
    #[schema(required)]
    pub rhythm: Option<Rhythm>,
}

/// A service that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReportService {
    /// What it is called.
    #[schema(value_type = String)]
    pub service: Arc<str>,
    /// What it is for.
    pub purpose: Purpose,
    /// What stopping it costs.
    pub class: Class,
    /// How often it was asked.
    pub queries: u64,
    /// How often of these it was stopped.
    pub stopped: u64,
}

/// What was counted of names, by their numbers in a ledger.
#[derive(Debug, Default)]
pub(super) struct NameSums(HashMap<u32, NameSum>);

#[derive(Debug)]
struct NameSum {
    entry: Option<&'static Entry>,
    sums: TopSums,
    first: UnixTime,
    last: UnixTime,
}

/// When names and vendors were first seen before a time.
#[derive(Debug, Default)]
pub(super) struct Firsts {
    pub(super) names: HashMap<u32, UnixTime>,
    pub(super) vendors: HashMap<Arc<str>, UnixTime>,
    /// When anything was.
    pub(super) earliest: Option<UnixTime>,
}

impl Firsts {
    pub(super) fn add(&mut self, line: &Line<'_>) {
        let keep = |first: &mut UnixTime| *first = line.at.min(*first);
        line.name.into_iter().for_each(|name| keep(self.names.entry(name).or_insert(line.at)));
        line.entry.into_iter().for_each(|entry| {
            keep(self.vendors.entry(Arc::clone(&entry.vendor)).or_insert(line.at));
        });
        self.earliest = Some(self.earliest.map_or(line.at, |earliest| earliest.min(line.at)));
    }
}

impl NameSums {
    pub(super) fn add(&mut self, line: &Line<'_>) {
        let Some(name) = line.name else { return };
        let sum = self.0.entry(name).or_insert_with(|| NameSum {
            entry: line.entry,
            sums: TopSums::default(),
            first: line.at,
            last: line.at,
        });
        sum.entry = sum.entry.or(line.entry);
        sum.sums.add(line);
        sum.first = sum.first.min(line.at);
        sum.last = sum.last.max(line.at);
    }

    /// The names, those that were asked most first.
    pub(super) fn tell(self, ledger: &Ledger<'_>, firsts: &Firsts, rhythms: &[Rhythm]) -> Vec<ReportName> {
        let rhythms: HashMap<&str, &Rhythm> = rhythms.iter().map(|rhythm| (&*rhythm.name, rhythm)).collect();
        let mut names: Vec<ReportName> = self
            .0
            .into_iter()
            .filter_map(|(number, sum)| {
                let name = ledger.name(number)?;
                let text = name.to_string();
                let rhythm = rhythms.get(&*text).copied();
                let NameSum { entry, sums, first, last } = sum;
                let seen = rhythm.filter(|rhythm| rhythm.last_seen >= last);
                // What began with this run is known to the millisecond.
                let exact = rhythm.filter(|rhythm| rhythm.first_seen.since(first).as_secs() < HOUR / 1000);
                Some(ReportName {
                    attribution: entry.map(Attribution::from),
                    region: entry.and_then(|entry| entry.region(&name)).map(str::to_owned),
                    sent: entry.and_then(|entry| entry.sent.as_deref()).map(str::to_owned),
                    breaks: entry.and_then(|entry| entry.breaks.as_deref()).map(str::to_owned),
                    queries: sums.queries,
                    stopped: sums.stopped,
                    first_seen: match firsts.names.get(&number) {
                        Some(before) => *before,
                        None => exact.map_or(first, |rhythm| rhythm.first_seen.max(first)),
                    },
                    last_seen: seen.map_or(last, |rhythm| rhythm.last_seen),
                    rhythm: rhythm.cloned(),
                    name: text,
                })
            })
            .collect();
        names.sort_by(|one, other| other.queries.cmp(&one.queries).then_with(|| one.name.cmp(&other.name)));
        names
    }
}

impl ReportName {
    /// Whether a device needs it, as far as the catalogue knows.
    pub(super) fn is_needed(&self) -> bool {
        self.attribution.as_ref().is_some_and(|whose| whose.class == Class::Functional)
    }

    /// Whether it was stopped as a rule.
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped * 2 >= self.queries.max(1)
    }
}

/// What was counted of services.
#[derive(Debug, Default)]
pub(super) struct ServiceSums(BTreeMap<Arc<str>, (Purpose, Class, TopSums)>);

impl ServiceSums {
    pub(super) fn add(&mut self, entry: &Entry, line: &Line<'_>) {
        let sums = self.0.entry(Arc::clone(&entry.service)).or_insert((entry.purpose, entry.class, TopSums::default()));
        sums.2.add(line);
    }

    /// The services, those that were asked most first.
    pub(super) fn tell(self) -> Vec<ReportService> {
        let mut services: Vec<ReportService> = self
            .0
            .into_iter()
            .map(|(service, (purpose, class, sums))| ReportService {
                service,
                purpose,
                class,
                queries: sums.queries,
                stopped: sums.stopped,
            })
            .collect();
        services.sort_by_key(|service| std::cmp::Reverse(service.queries));
        services
    }
}

/// The purposes of services, each once, that of the busiest first.
pub(super) fn purposes(services: &[ReportService]) -> Vec<Purpose> {
    let mut purposes: Vec<Purpose> = Vec::new();
    for service in services {
        if !purposes.contains(&service.purpose) {
            purposes.push(service.purpose);
        }
    }
    purposes
}

/// The regional variants of names, in their order.
pub(super) fn regions<'n>(names: impl IntoIterator<Item = &'n ReportName>) -> Vec<String> {
    let mut regions: Vec<String> = names.into_iter().filter_map(|name| name.region.clone()).collect();
    regions.sort_unstable();
    regions.dedup();
    regions
}
