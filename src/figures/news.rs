//! Who was first seen asking whose names when: read from all that is kept once, and from then on continued.

use std::{
    collections::{HashMap, hash_map::Entry as Place},
    sync::{Arc, Mutex, PoisonError},
};

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Household, Period,
    ledger::Meant,
    report::is_try,
    services::{self, ServiceLine},
};
use crate::{
    clients::DeviceId,
    filter::Filter,
    journal::{Grain, Journal},
    time::UnixTime,
};

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;
/// A company or a device is new for a week.
const NEW: u64 = 7 * DAY;
/// New ones that are told at most.
const NEWEST: usize = 20;
/// Pairs of a device and a company that are known at most; those beyond are never called new.
const PAIRS: usize = 16_384;

/// Something that was first seen in the last week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct New {
    /// The device.
    #[schema(value_type = String)]
    pub device_id: DeviceId,
    /// What it is called.
    pub device: String,
    /// The company whose names it asked for; `null` when the device itself is new.
    #[schema(required, value_type = Option<String>, example = "Xiaomi")]
    pub vendor: Option<Arc<str>>,
    /// The home country of the company.
    #[schema(required, value_type = Option<String>, example = "CN")]
    pub country: Option<Arc<str>>,
    /// The hour in which it was first seen, in milliseconds since 1970 UTC.
    #[schema(value_type = u64)]
    pub first_seen: UnixTime,
}

/// When each device, and each device with each company, was first seen; clones share it.
#[derive(Clone, Debug, Default)]
pub struct FirstSeen(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    firsts: HashMap<(DeviceId, Option<Arc<str>>), First>,
    /// Everything before this time was read.
    until: UnixTime,
}

#[derive(Debug)]
struct First {
    at: UnixTime,
    country: Option<Arc<str>>,
}

impl FirstSeen {
    /// Forgets what was read, because something was erased from the journal.
    pub fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Seen::default();
    }

    /// What was first seen in the week before `now`, the newest first, and since when anything is kept, if that is longer
    /// than a week. Reads files.
    pub(super) fn news(&self, journal: &Journal, household: &Household, now: UnixTime) -> (Vec<New>, Option<UnixTime>) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.read_on(journal, household, now);
        let week = UnixTime(now.0.saturating_sub(NEW));
        let Some(since) = seen.firsts.values().map(|first| first.at).min().filter(|since| *since < week) else {
            return (Vec::new(), None);
        };
        let new = seen.firsts.iter().filter(|(_, first)| first.at >= week);
        let mut new: Vec<New> = new
            .map(|((device_id, vendor), first)| New {
                device_id: *device_id,
                device: household.called(*device_id),
                vendor: vendor.clone(),
                country: first.country.clone(),
                first_seen: first.at,
            })
            .collect();
        new.sort_by(|one, other| {
            let key = |new: &New| (std::cmp::Reverse(new.first_seen), new.device_id, new.vendor.clone());
            key(one).cmp(&key(other))
        });
        new.truncate(NEWEST);
        (new, Some(since))
    }
}

impl Seen {
    /// Reads what was not read yet: by hours what may be new, by days what was before.
    fn read_on(&mut self, journal: &Journal, household: &Household, now: UnixTime) {
        let by_hours = UnixTime((now.0 / DAY * DAY).saturating_sub(NEW)).max(self.until);
        let days = (self.until, UnixTime(by_hours.0.saturating_sub(1)), Grain::Day);
        let hours = (by_hours, now, Grain::Hour);
        let filter = Filter::default();
        for (from, to, grain) in [days, hours].into_iter().filter(|(from, to, _)| from < to) {
            let period = Period { range: None, from, to, grain };
            let meant = Meant { filter: &filter, device: None };
            services::read(journal, &period, household, meant, |line| self.add(line));
        }
        // What belongs to the hour before may still be on its way.
        self.until = UnixTime((now.0 / HOUR * HOUR).saturating_sub(HOUR));
    }

    fn add(&mut self, line: &ServiceLine) {
        let Some(device) = line.device else { return };
        let entry = line.entry.filter(|entry| is_try(entry));
        let company = entry.map(|entry| (Some(Arc::clone(&entry.vendor)), entry.country.clone()));
        let is_full = self.firsts.len() >= PAIRS;
        for (vendor, country) in [Some((None, None)), company].into_iter().flatten() {
            match self.firsts.entry((device, vendor)) {
                Place::Occupied(mut known) => known.get_mut().at = known.get().at.min(line.at),
                Place::Vacant(place) if !is_full => {
                    place.insert(First { at: line.at, country });
                }
                Place::Vacant(_) => {}
            }
        }
    }
}
