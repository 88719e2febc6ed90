//! Queries counted by device, vendor, service, purpose, home country, registration of what was answered, name, list or
//! end.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Household, Period,
    counts::{Counts, Key, are_told_by_services, word},
    ledger::{Ledger, Line, Meant},
    services,
};
use crate::{
    catalog::Purpose,
    filter::{Filter, Grouping},
    journal::Journal,
    policy::Verdict,
    stats::{Overview, SourceKind},
};

/// Queries counted by something.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TopPage {
    /// The time.
    #[serde(flatten)]
    pub period: Period,
    /// What they are counted by. By `registered` and `network` only those are that were let through.
    pub group: Grouping,
    /// All queries that are meant, and how many of them were stopped.
    pub totals: TopSums,
    /// As many as were wanted, those with most queries first.
    pub lines: Vec<TopLine>,
    /// How many more lines there would be.
    pub more: usize,
    /// The time that `before` is of, where the time before was asked for.
    #[schema(required)]
    pub compared_with: Option<Period>,
    /// All queries of that time.
    #[schema(required)]
    pub totals_before: Option<TopSums>,
}

/// How many queries there were, and how many of them were stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct TopSums {
    /// All of them.
    pub queries: u64,
    /// Those that were stopped.
    pub stopped: u64,
}

/// The queries of one device, vendor, service, purpose, country, network, name, list or end.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TopLine {
    /// Which one: the id of a device or list, a name, the word for a purpose or an end; `null` for queries of which it is
    /// not known, or about which no list decided: these are told apart by their labels.
    #[schema(required, example = "Xiaomi")]
    pub key: Option<String>,
    /// What it is called.
    #[schema(example = "Xiaomi")]
    pub label: String,
    /// Of a vendor or service, the home country of the vendor: not where data would have gone.
    #[schema(required, example = "CN")]
    pub country: Option<String>,
    /// How many queries.
    pub queries: u64,
    /// How many of them were stopped.
    pub stopped: u64,
    /// The same of the time before, where that was asked for.
    #[schema(required)]
    pub before: Option<TopSums>,
}

/// Which figures are wanted.
pub struct Wanted<'w> {
    /// Of which time.
    pub period: Period,
    /// What queries are counted by.
    pub group: Grouping,
    /// Which queries are meant.
    pub filter: &'w Filter,
    /// Whether as much time before is told too.
    pub compare: bool,
    /// Lines at most.
    pub limit: usize,
}

impl TopPage {
    /// Counts the queries of a time.
    #[must_use]
    pub fn read(journal: &Journal, household: &Household, wanted: &Wanted<'_>) -> Self {
        let Wanted { period, group, filter, compare, limit } = wanted;
        let meant = Meant { filter, device: None };
        let mut ledger = Ledger::new(household, meant);
        let mut count = |period: &Period| {
            let mut counts = Counts::new(*group);
            if are_told_by_services(*group) && services::are_enough(period, filter) {
                services::read(journal, period, household, meant, |line| counts.add_service(line));
            } else {
                ledger.read(journal, period, |line| counts.add(line));
            }
            counts.finish()
        };
        let sums = count(period);
        let before = compare.then(|| (period.before(), count(&period.before())));
        let totals = total(sums.values());
        let lines = lines(sums, before.as_ref().map(|(_, sums)| sums), household, &ledger);
        Self {
            period: *period,
            group: *group,
            totals,
            more: lines.len().saturating_sub(*limit),
            lines: lines.into_iter().take(*limit).collect(),
            totals_before: before.as_ref().map(|(_, sums)| total(sums.values())),
            compared_with: before.map(|(period, _)| period),
        }
    }

    /// The tables of an overview, where they tell of `group`: each has twenty lines at most.
    #[must_use]
    pub fn of_overview(overview: &Overview, household: &Household, wanted: &Wanted<'_>) -> Option<Self> {
        let meant = Meant { filter: wanted.filter, device: None };
        let mut sums: HashMap<Key, TopSums> = HashMap::new();
        for (key, queries, stopped) in counted(overview, household, wanted.group)? {
            sums.entry(key).or_default().add_sums(TopSums { queries, stopped });
        }
        let lines = lines(sums, None, household, &Ledger::new(household, meant));
        Some(Self {
            period: Period { from: overview.from, to: overview.to, ..wanted.period },
            group: wanted.group,
            totals: TopSums { queries: overview.totals.queries, stopped: overview.totals.stopped },
            more: lines.len().saturating_sub(wanted.limit),
            lines: lines.into_iter().take(wanted.limit).collect(),
            compared_with: None,
            totals_before: None,
        })
    }
}

impl TopSums {
    pub(super) fn add(&mut self, line: &Line<'_>) {
        let stopped = if line.verdict == Verdict::Stopped { line.queries } else { 0 };
        self.add_sums(Self { queries: line.queries, stopped });
    }

    pub(super) fn add_sums(&mut self, other: Self) {
        self.queries += other.queries;
        self.stopped += other.stopped;
    }
}

/// What an overview counts by `group`: under which key, how many queries, how many of them stopped.
fn counted(overview: &Overview, household: &Household, group: Grouping) -> Option<Vec<(Key, u64, u64)>> {
    let Overview { devices, vendors, purposes, names, lists, totals, .. } = overview;
    let home = |country: &Option<Arc<str>>| country.clone().map_or(Key::Unknown, Key::Country);
    Some(match group {
        Grouping::Device => devices
            .iter()
            .map(|line| (Key::Device(household.now(line.device_id)), line.queries, line.stopped))
            .collect(),
        Grouping::Vendor => {
            let key = |vendor: &Arc<str>, country: &Option<Arc<str>>| Key::Vendor(Arc::clone(vendor), country.clone());
            vendors.iter().map(|line| (key(&line.vendor, &line.country), line.queries, line.stopped)).collect()
        }
        Grouping::Country => vendors.iter().map(|line| (home(&line.country), line.queries, line.stopped)).collect(),
        Grouping::Purpose => {
            purposes.iter().map(|line| (Key::Purpose(line.purpose), line.queries, line.stopped)).collect()
        }
        Grouping::Name => {
            names.iter().map(|line| (Key::Name(Arc::clone(&line.name)), line.queries, line.stopped)).collect()
        }
        Grouping::List => {
            lists.iter().map(|line| (Key::List(Arc::clone(&line.list)), line.stopped, line.stopped)).collect()
        }
        Grouping::Verdict => {
            let ends = [
                (Verdict::Stopped, totals.stopped, totals.stopped),
                (Verdict::Allowed, totals.allowed, 0),
                (Verdict::Cached, totals.cached, 0),
                (Verdict::Local, totals.local, 0),
                (Verdict::Failed, totals.failed, 0),
            ];
            let ends = ends.into_iter().filter(|(_, queries, _)| *queries > 0);
            ends.map(|(verdict, queries, stopped)| (Key::Verdict(word(verdict)), queries, stopped)).collect()
        }
        Grouping::Service | Grouping::Registered | Grouping::Network | Grouping::Type => return None,
    })
}

fn total<'s>(sums: impl Iterator<Item = &'s TopSums>) -> TopSums {
    sums.fold(TopSums::default(), |mut total, sum| {
        total.add_sums(*sum);
        total
    })
}

/// What decided in place of a list.
fn without_list(source: Option<SourceKind>) -> &'static str {
    match source {
        None => "no rule",
        Some(SourceKind::List) => "a list whose name is not known",
        Some(SourceKind::OwnRules) => "own rules",
        Some(SourceKind::GroupRules) => "rules of groups",
        Some(SourceKind::Canary) => "canary names",
        Some(SourceKind::Rebinding) => "private addresses from outside",
        Some(SourceKind::Exception) => "exceptions",
        Some(SourceKind::NoAddress) => "servers that were asked",
        Some(SourceKind::SafeSearch) => "safe search",
        Some(SourceKind::Offline) => "offline hours",
    }
}

/// The lines, those with most queries first, equal ones in the order of what they are called.
fn lines(
    sums: HashMap<Key, TopSums>,
    before: Option<&HashMap<Key, TopSums>>,
    household: &Household,
    ledger: &Ledger<'_>,
) -> Vec<TopLine> {
    let mut sorted: BTreeMap<(std::cmp::Reverse<u64>, String, Option<String>), TopLine> = BTreeMap::new();
    for (group, TopSums { queries, stopped }) in sums {
        let before = before.map(|sums| sums.get(&group).copied().unwrap_or_default());
        let (key, label, country) = words(group, household, ledger);
        let line = TopLine { key: key.clone(), label: label.clone(), country, queries, stopped, before };
        sorted.insert((std::cmp::Reverse(queries), label, key), line);
    }
    sorted.into_values().collect()
}

/// The key, what it is called, and the home country of the vendor.
fn words(key: Key, household: &Household, ledger: &Ledger<'_>) -> (Option<String>, String, Option<String>) {
    let plain = |text: String| (Some(text.clone()), text, None);
    match key {
        Key::Unknown => (None, "not known".to_owned(), None),
        Key::Device(id) => (Some(id.to_string()), household.called(id), None),
        Key::Vendor(vendor, country) => {
            (Some(vendor.to_string()), vendor.to_string(), country.map(|country| country.to_string()))
        }
        Key::Service(vendor, country, service) => {
            (Some(service.to_string()), format!("{vendor}: {service}"), country.map(|country| country.to_string()))
        }
        Key::Purpose(purpose) => {
            let word = Purpose::WORDS.iter().find(|(_, known)| *known == purpose).map(|(word, _)| (*word).to_owned());
            (word, purpose.title().to_owned(), None)
        }
        Key::Country(country) => plain(country.to_string()),
        Key::Registered(country) => plain(country.to_string()),
        Key::Network(asn, called) => {
            let number = format!("AS{asn}");
            let label = called.map_or_else(|| number.clone(), |called| format!("{called} ({number})"));
            (Some(number), label, None)
        }
        Key::Name(name) => plain(name.to_string()),
        Key::NameNumber(number) => plain(ledger.name(number).map(|name| name.to_string()).unwrap_or_default()),
        Key::Verdict(word) => plain(word.to_owned()),
        Key::List(list) => plain(list.to_string()),
        Key::NoList(source) => (None, without_list(source).to_owned(), None),
    }
}
