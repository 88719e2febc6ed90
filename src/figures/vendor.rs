//! The report of a vendor: which devices asked for its names.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Household, Period, ReportName, ReportService,
    ledger::{Ledger, Meant},
    names::{Firsts, NameSums, ServiceSums, purposes, regions},
    places::{PlaceSums, ReportPlace},
    report::{before, share},
    series::Buckets,
    top::TopSums,
};
use crate::{
    catalog::Purpose,
    clients::DeviceId,
    filter::Filter,
    journal::Journal,
    stats::{Bucket, Totals},
    time::UnixTime,
};

/// Names that are told at most.
const NAMES: usize = 200;

/// What devices asked of a vendor. Times are of UTC. A query is a look-up, an attempt: it does not tell that or what was
/// sent.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct VendorFigures {
    /// The time.
    #[serde(flatten)]
    pub period: Period,
    /// Queries for its names.
    pub totals: Totals,
    /// The share that was stopped, 0 to 1.
    pub stopped_share: f64,
    /// The length of a bucket of `series`, in seconds.
    pub bucket_seconds: u64,
    /// Queries over time, oldest first, without gaps.
    pub series: Vec<Bucket>,
    /// The devices that asked, those that asked most first.
    pub devices: Vec<VendorDevice>,
    /// Where what was answered for its names is at home, as far as any were let through.
    pub places: Vec<ReportPlace>,
    /// Its services that were asked for.
    pub services: Vec<ReportService>,
    /// What they are for.
    pub purposes: Vec<Purpose>,
    /// The regional variants whose names were asked for.
    pub regions: Vec<String>,
    /// The names that were asked for, those asked most first. Their rhythm is told in the reports of devices.
    pub names: Vec<ReportName>,
    /// When it was first seen, as far back as anything is kept, in milliseconds since 1970 UTC; `null` when it was not.
    #[schema(required, value_type = Option<u64>)]
    pub first_seen: Option<UnixTime>,
}

/// A device that asked for names of a vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct VendorDevice {
    /// What the device is known by.
    #[schema(value_type = String)]
    pub device_id: DeviceId,
    /// What it is called.
    pub device_name: String,
    /// How often it asked.
    pub queries: u64,
    /// How often of these it was stopped.
    pub stopped: u64,
    /// When it first did in this time, in milliseconds since 1970 UTC: the minute, hour or day of it.
    #[schema(value_type = u64)]
    pub first_seen: UnixTime,
    /// When it last did.
    #[schema(value_type = u64)]
    pub last_seen: UnixTime,
}

/// Reads what devices asked of a vendor, given as the catalogue writes it. Reads files.
#[must_use]
pub fn vendor_figures(journal: &Journal, household: &Household, vendor: &str, period: Period) -> VendorFigures {
    let filter = Filter::default();
    let mut ledger = Ledger::new(household, Meant { filter: &filter, device: None });
    let (mut buckets, mut names, mut services) = (Buckets::new(&period), NameSums::default(), ServiceSums::default());
    let mut places = PlaceSums::default();
    let mut devices: HashMap<DeviceId, (TopSums, UnixTime, UnixTime)> = HashMap::new();
    ledger.read(journal, &period, |line| {
        let Some(entry) = line.entry.filter(|entry| *entry.vendor == *vendor) else { return };
        buckets.at(line.at).add(line.verdict, line.queries);
        names.add(line);
        services.add(entry, line);
        places.add(line);
        if let Some(device) = line.device {
            let (sums, first, last) = devices.entry(device).or_insert((TopSums::default(), line.at, line.at));
            sums.add(line);
            (*first, *last) = ((*first).min(line.at), (*last).max(line.at));
        }
    });
    let mut firsts = Firsts::default();
    ledger.read(journal, &before(&period), |line| {
        if line.entry.is_some_and(|entry| *entry.vendor == *vendor) {
            firsts.add(line);
        }
    });
    let mut names = names.tell(&ledger, &firsts, &[]);
    let (span, services, regions) = (buckets.finish(period), services.tell(), regions(&names));
    let first_seen = firsts.earliest.or_else(|| names.iter().map(|name| name.first_seen).min());
    names.truncate(NAMES);
    VendorFigures {
        period,
        totals: span.totals,
        stopped_share: share(span.totals.stopped, span.totals.queries),
        bucket_seconds: span.bucket_seconds,
        series: span.series,
        devices: devices_of(devices, household),
        places: places.tell(),
        purposes: purposes(&services),
        services,
        regions,
        names,
        first_seen,
    }
}

fn devices_of(devices: HashMap<DeviceId, (TopSums, UnixTime, UnixTime)>, household: &Household) -> Vec<VendorDevice> {
    let device = |(device_id, (sums, first_seen, last_seen)): (DeviceId, (TopSums, UnixTime, UnixTime))| VendorDevice {
        device_id,
        device_name: household.called(device_id),
        queries: sums.queries,
        stopped: sums.stopped,
        first_seen,
        last_seen,
    };
    let mut devices: Vec<VendorDevice> = devices.into_iter().map(device).collect();
    devices.sort_by_key(|device| (std::cmp::Reverse(device.queries), device.device_id));
    devices
}
