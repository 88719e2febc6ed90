//! The first sentences: what the devices tried, how much of it was stopped, who was most active, and what is new.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    FirstSeen, Household, New, Period, Sentence,
    ledger::Meant,
    report::{is_try, share},
    services,
    top::TopSums,
};
use crate::{
    catalog::{Catalog, Class, Entry},
    clients::DeviceId,
    filter::Filter,
    journal::{Grain, Journal},
    stats::{Overview, Rhythm, Stats},
    time::{Offset, UnixTime},
};

/// The first sentences of a page.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Headline {
    /// The time.
    #[serde(flatten)]
    pub period: Period,
    /// The sentences, the most important first.
    pub sentences: Vec<Sentence>,
    /// What was first seen in the last week, the newest first: as far as a week or more is kept to compare with.
    pub new: Vec<New>,
    /// Since when anything is kept, in milliseconds since 1970 UTC. `null` when that is less than a week, so that nothing
    /// can be called new.
    #[schema(required, value_type = Option<u64>)]
    pub compared_since: Option<UnixTime>,
}

/// What devices tried: by device and company, with the entry of the company.
#[derive(Default)]
struct Tries {
    pairs: HashMap<(DeviceId, &'static Arc<str>), Pair>,
    queries: u64,
    stopped: u64,
}

struct Pair {
    sums: TopSums,
    entry: &'static Entry,
    at_night: bool,
}

/// Reads the headline of a time from the journal, as it is told at `now` in a house whose clocks differ from UTC by
/// `offset`. Reads files.
#[must_use]
pub fn headline(
    journal: &Journal,
    stats: &Stats,
    firsts: &FirstSeen,
    household: &Household,
    period: Period,
    (now, offset): (UnixTime, Offset),
) -> Headline {
    let (filter, mut tries) = (Filter::default(), Tries::default());
    services::read(journal, &period, household, Meant { filter: &filter, device: None }, |line| {
        tries.queries += line.sums.queries;
        tries.stopped += line.sums.stopped;
        let (Some(device), Some(entry)) = (line.device, line.entry.filter(|entry| is_try(entry))) else { return };
        let pair = tries.pairs.entry((device, &entry.vendor)).or_insert_with(|| Pair {
            sums: TopSums::default(),
            entry,
            at_night: false,
        });
        pair.sums.add_sums(line.sums);
        pair.at_night |= line.grain != Grain::Day && offset.is_at_night(line.at);
    });
    let (new, compared_since) = firsts.news(journal, household, now);
    Headline { period, sentences: tries.sentences(stats, household, offset), new, compared_since }
}

/// The headline of an overview, which does not tell which device asked for what.
#[must_use]
pub fn headline_of_overview(overview: &Overview, period: Period) -> Headline {
    let period = Period { from: overview.from, to: overview.to, ..period };
    let sentence = if overview.totals.queries == 0 {
        Sentence::NothingAsked {}
    } else {
        Sentence::Stopped {
            share: overview.stopped_share,
            queries: overview.totals.queries,
            stopped: overview.totals.stopped,
        }
    };
    Headline { period, sentences: vec![sentence], new: Vec::new(), compared_since: None }
}

impl Tries {
    fn sentences(&self, stats: &Stats, household: &Household, offset: Offset) -> Vec<Sentence> {
        if self.queries == 0 {
            return vec![Sentence::NothingAsked {}];
        }
        let devices: HashSet<DeviceId> = self.pairs.keys().map(|(device, _)| *device).collect();
        let companies: HashSet<&Arc<str>> = self.pairs.keys().map(|(_, vendor)| *vendor).collect();
        let mut sums = TopSums::default();
        self.pairs.values().for_each(|pair| sums.add_sums(pair.sums));
        let told = Sentence::StoppedShare {
            share: share(self.stopped, self.queries),
            devices: devices.len(),
            all_devices: household.len().max(devices.len()),
            companies: companies.len(),
            tries: sums.queries,
            stopped: sums.stopped,
            through: sums.queries - sums.stopped,
        };
        let busiest = self.pairs.iter().max_by_key(|(key, pair)| (pair.sums.queries, std::cmp::Reverse(*key)));
        let active = busiest.map(|((device, vendor), pair)| {
            let rhythms = stats.rhythms(offset, |id| household.now(id) == *device);
            let rhythm = busiest_of(rhythms, vendor);
            Sentence::MostActive {
                device_id: *device,
                device: household.called(*device),
                vendor: vendor.to_string(),
                country: pair.entry.country.as_deref().map(str::to_owned),
                tries: pair.sums.queries,
                every_seconds: rhythm.as_ref().filter(|rhythm| rhythm.regular).and_then(|all| Some(all.gap?.median)),
                at_night: pair.at_night || rhythm.is_some_and(|rhythm| rhythm.night_share > 0.0),
            }
        });
        std::iter::once(told).chain(active).collect()
    }
}

/// The rhythm of the name of a vendor that was asked most.
fn busiest_of(rhythms: Vec<Rhythm>, vendor: &str) -> Option<Rhythm> {
    let whose = |name: &str| Catalog::built_in().find(&name.parse().ok()?);
    let is_tried = |rhythm: &Rhythm| {
        whose(&rhythm.name).is_some_and(|entry| *entry.vendor == *vendor && entry.class != Class::Functional)
    };
    rhythms.into_iter().filter(is_tried).max_by_key(|rhythm| rhythm.asked)
}
