//! The report of a device: what it needs, what it reports, to whom, how often, and what DNS cannot see of it.

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Household, Period, ReportName, ReportService, Sentence,
    ledger::{Ledger, Line, Meant},
    names::{Firsts, NameSums, ServiceSums, purposes, regions},
    places::{PlaceSums, ReportPlace},
    series::Buckets,
    top::TopSums,
};
use crate::{
    catalog::{Bypass, Class, Entry, Purpose, Way},
    devices::DeviceStatus,
    filter::Filter,
    journal::{Grain, Journal},
    stats::{Bucket, Gap, Rhythm, SourceKind, Stats, Totals},
    time::{Offset, UnixTime},
};

/// Names of each kind that are told; the others are counted.
const NAMES: usize = 100;
/// The longest time that is told by hours, in milliseconds: hours are kept for 35 days.
const BY_HOURS: u64 = 34 * 86_400_000;
/// A company is new for a week.
const NEW: u64 = 7 * 86_400_000;

/// The report of a device. Days are those of UTC. A query is a look-up, an attempt: it does not tell that or what
/// was sent.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DeviceReport {
    /// What is known of the device, and how.
    pub device: DeviceStatus,
    /// The time.
    #[serde(flatten)]
    pub period: Period,
    /// By how much the clocks of the house, which nights, weekdays and hours are of, differ from UTC now.
    #[schema(example = "UTC+01:00")]
    pub zone: String,
    /// Its queries.
    pub totals: Totals,
    /// The share that was stopped, 0 to 1.
    pub stopped_share: f64,
    /// Its queries a day.
    pub per_day: f64,
    /// The share that was asked at night, from 00 to 06, 0 to 1; `null` for a time that is told by days.
    #[schema(required)]
    pub night_share: Option<f64>,
    /// The length of a bucket of `series`, in seconds.
    pub bucket_seconds: u64,
    /// Its queries over time, oldest first, without gaps.
    pub series: Vec<Bucket>,
    /// Its queries by weekday, from Monday on, and hour; `null` for a time that is told by days.
    #[schema(required)]
    pub heat: Option<Vec<Vec<u64>>>,
    /// The companies whose names it asked for, those asked most first.
    pub vendors: Vec<ReportVendor>,
    /// Where what was answered is at home, as far as it is known, those asked most first.
    pub places: Vec<ReportPlace>,
    /// Queries for names that the catalogue does not know.
    pub unattributed: TopSums,
    /// What it needs to work, and was let through.
    pub needs: Vec<ReportName>,
    /// What it reports, and was stopped.
    pub reports: Vec<ReportName>,
    /// What is neither: known names that are not needed and were let through, needed ones that were stopped, and names that
    /// nobody knows which are stopped or asked for regularly.
    pub unclear: Vec<ReportName>,
    /// What stands out.
    pub findings: Vec<Sentence>,
    /// What DNS can neither see nor stop of these companies: addresses that are used without a look-up.
    pub unseen: Vec<Way>,
    /// Since when anything is kept of the device, in milliseconds since 1970 UTC; `null` when nothing is.
    #[schema(required, value_type = Option<u64>)]
    pub known_since: Option<UnixTime>,
}

/// A company in the report of a device.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReportVendor {
    /// The company.
    #[schema(value_type = String, example = "Xiaomi")]
    pub vendor: Arc<str>,
    /// Its home country: not where data would have gone.
    #[schema(required, value_type = Option<String>, example = "CN")]
    pub country: Option<Arc<str>>,
    /// Its services.
    pub services: Vec<ReportService>,
    /// What they are for.
    pub purposes: Vec<Purpose>,
    /// The regional variants whose names were asked for.
    pub regions: Vec<String>,
    /// How often its names were asked for.
    pub queries: u64,
    /// How often of these that was stopped.
    pub stopped: u64,
    /// The share that was stopped, 0 to 1.
    pub stopped_share: f64,
    /// Where what was answered for its names is at home, as far as any were let through.
    pub places: Vec<ReportPlace>,
    /// The gap between two askings for its busiest name, over the last day before ponor was started and since then.
    #[schema(required)]
    pub gap: Option<Gap>,
    /// The share that was asked at night, from 00 to 06 in `zone`; `null` for a time that is told by days.
    #[schema(required)]
    pub night_share: Option<f64>,
    /// When it was first seen, as far back as anything is kept, in milliseconds since 1970 UTC.
    #[schema(value_type = u64)]
    pub first_seen: UnixTime,
    /// When it was last seen in this time.
    #[schema(value_type = u64)]
    pub last_seen: UnixTime,
    /// Whether it was first seen in the last week, although more than a week is kept.
    pub is_new: bool,
    /// Its names, those asked most first.
    pub names: Vec<ReportName>,
}

#[derive(Default)]
struct VendorSum {
    country: Option<Arc<str>>,
    sums: TopSums,
    night: u64,
    services: ServiceSums,
    places: PlaceSums,
}

/// What is counted of a device.
struct Counted {
    offset: Offset,
    buckets: Buckets,
    heat: Vec<Vec<u64>>,
    night: u64,
    /// Whether some of it is told by days.
    has_days: bool,
    /// When anything was first asked.
    earliest: Option<UnixTime>,
    vendors: BTreeMap<Arc<str>, VendorSum>,
    places: PlaceSums,
    unattributed: TopSums,
    names: NameSums,
}

/// Reads the report of a device in a house whose clocks differ from UTC by `offset`. Reads files.
#[must_use]
pub fn device_report(
    journal: &Journal,
    stats: &Stats,
    household: &Household,
    device: DeviceStatus,
    period: Period,
    offset: Offset,
) -> DeviceReport {
    let filter = Filter::default();
    let mut ledger = Ledger::new(household, Meant { filter: &filter, device: Some(device.id) });
    // Nights and weekdays are worth the reading of all hours.
    let by_hours = period.to.0 - period.from.0 <= BY_HOURS && period.grain != Grain::Minute;
    let read = Period { grain: if by_hours { Grain::Hour } else { period.grain }, ..period };
    let mut counted = Counted::new(&period, offset);
    ledger.read(journal, &read, |line| counted.add(line));
    let mut firsts = Firsts::default();
    ledger.read(journal, &before(&period), |line| firsts.add(line));
    let rhythms = stats.rhythms(offset, |id| household.now(id) == device.id);
    counted.tell(device, period, &ledger, &firsts, &rhythms)
}

/// Everything that is kept from before a time.
pub(super) fn before(period: &Period) -> Period {
    Period { range: None, from: UnixTime(0), to: UnixTime(period.from.0.saturating_sub(1)), grain: Grain::Day }
}

impl Counted {
    fn new(period: &Period, offset: Offset) -> Self {
        Self {
            offset,
            buckets: Buckets::new(period),
            heat: vec![vec![0; 24]; 7],
            night: 0,
            has_days: false,
            earliest: None,
            vendors: BTreeMap::new(),
            places: PlaceSums::default(),
            unattributed: TopSums::default(),
            names: NameSums::default(),
        }
    }

    fn add(&mut self, line: &Line<'_>) {
        self.buckets.at(line.at).add(line.verdict, line.queries);
        self.has_days |= line.grain == Grain::Day;
        self.earliest = Some(self.earliest.map_or(line.at, |earliest| earliest.min(line.at)));
        let (day, hour) = (self.offset.weekday(line.at), self.offset.hour(line.at));
        if let Some(heat) = self.heat.get_mut(day).and_then(|day| day.get_mut(hour)) {
            *heat += line.queries;
        }
        let night = if self.offset.is_at_night(line.at) { line.queries } else { 0 };
        self.night += night;
        if !line.source.is_none_or(SourceKind::tells_of_owner) {
            return;
        }
        self.names.add(line);
        self.places.add(line);
        let Some(entry) = line.entry else { return self.unattributed.add(line) };
        let vendor = self.vendors.entry(Arc::clone(&entry.vendor)).or_default();
        vendor.country.clone_from(&entry.country);
        vendor.sums.add(line);
        vendor.night += night;
        vendor.services.add(entry, line);
        vendor.places.add(line);
    }

    fn tell(
        self,
        device: DeviceStatus,
        period: Period,
        ledger: &Ledger<'_>,
        firsts: &Firsts,
        rhythms: &[Rhythm],
    ) -> DeviceReport {
        let (has_hours, known_since) = (!self.has_days, firsts.earliest.or(self.earliest));
        let names = self.names.tell(ledger, firsts, rhythms);
        let span = self.buckets.finish(period);
        let share = |part: u64, whole: u64| has_hours.then(|| share(part, whole));
        let mut vendors: Vec<ReportVendor> = self
            .vendors
            .into_iter()
            .map(|(vendor, sum)| {
                let of_vendor =
                    |name: &&ReportName| name.attribution.as_ref().is_some_and(|whose| whose.vendor == vendor);
                let own: Vec<ReportName> = names.iter().filter(of_vendor).cloned().collect();
                let night_share = share(sum.night, sum.sums.queries);
                vendor_of(vendor, sum, own, night_share, &period, (firsts, known_since))
            })
            .collect();
        vendors.sort_by_key(|vendor| std::cmp::Reverse(vendor.queries));
        let unseen: Vec<Way> =
            vendors.iter().flat_map(|vendor| Bypass::built_in().unseen(&vendor.vendor)).cloned().collect();
        let findings = findings(&vendors, &names, &unseen);
        let (needs, reports, unclear) = sorted(names);
        DeviceReport {
            device,
            period,
            zone: self.offset.to_string(),
            totals: span.totals,
            stopped_share: span.totals.stopped_share(),
            per_day: per_day(span.totals.queries, &period),
            night_share: share(self.night, span.totals.queries),
            bucket_seconds: span.bucket_seconds,
            series: span.series,
            heat: has_hours.then_some(self.heat),
            vendors,
            places: self.places.tell(),
            unattributed: self.unattributed,
            needs,
            reports,
            unclear,
            findings,
            unseen,
            known_since,
        }
    }
}

fn vendor_of(
    vendor: Arc<str>,
    sum: VendorSum,
    mut names: Vec<ReportName>,
    night_share: Option<f64>,
    period: &Period,
    (firsts, known_since): (&Firsts, Option<UnixTime>),
) -> ReportVendor {
    let services = sum.services.tell();
    let in_period = names.iter().map(|name| name.first_seen).min().unwrap_or(period.from);
    let first_seen = firsts.vendors.get(&vendor).copied().unwrap_or(in_period);
    let week = UnixTime(period.to.0.saturating_sub(NEW));
    let regions = regions(&names);
    let gap = names.iter().find_map(|name| name.rhythm.as_ref()?.gap);
    let last_seen = names.iter().map(|name| name.last_seen).max().unwrap_or(period.to);
    names.truncate(NAMES);
    ReportVendor {
        country: sum.country,
        purposes: purposes(&services),
        services,
        regions,
        queries: sum.sums.queries,
        stopped: sum.sums.stopped,
        stopped_share: share(sum.sums.stopped, sum.sums.queries),
        places: sum.places.tell(),
        gap,
        night_share,
        first_seen,
        last_seen,
        is_new: first_seen >= week && known_since.is_some_and(|since| since < week),
        names,
        vendor,
    }
}

/// What is needed, what is reported, and what is neither.
fn sorted(names: Vec<ReportName>) -> (Vec<ReportName>, Vec<ReportName>, Vec<ReportName>) {
    let (mut needs, mut reports, mut unclear) = (Vec::new(), Vec::new(), Vec::new());
    for name in names {
        let stands_out = name.stopped > 0 || name.rhythm.as_ref().is_some_and(|rhythm| rhythm.regular);
        let place = match &name.attribution {
            Some(_) if name.is_needed() && !name.is_stopped() => &mut needs,
            Some(_) if !name.is_needed() && name.is_stopped() => &mut reports,
            None if !stands_out => continue,
            _ => &mut unclear,
        };
        if place.len() < NAMES {
            place.push(name);
        }
    }
    (needs, reports, unclear)
}

fn findings(vendors: &[ReportVendor], names: &[ReportName], unseen: &[Way]) -> Vec<Sentence> {
    let mut findings = Vec::new();
    for vendor in vendors {
        let (text, country) = (vendor.vendor.to_string(), vendor.country.as_deref().map(str::to_owned));
        if vendor.is_new {
            findings.push(Sentence::NewVendor { vendor: text.clone(), country, first_seen: vendor.first_seen });
        }
        if !vendor.regions.is_empty() {
            findings.push(Sentence::RegionalVariants { vendor: text.clone(), regions: vendor.regions.clone() });
        }
        let ways: Vec<&Way> = unseen.iter().filter(|way| way.vendor.as_ref() == Some(&vendor.vendor)).collect();
        if !ways.is_empty() {
            // A program that uses several networks is named once.
            let mut used_by: Vec<String> = Vec::new();
            for program in ways.iter().filter_map(|way| way.used_by.as_deref()) {
                if !used_by.iter().any(|named| named == program) {
                    used_by.push(program.to_owned());
                }
            }
            findings.push(Sentence::DnsCannotSee {
                vendor: text,
                used_by,
                addresses: ways.iter().map(|way| way.addresses.len()).sum(),
            });
        }
    }
    findings.extend(names.iter().take(NAMES).flat_map(findings_of));
    findings
}

/// What stands out of a name.
fn findings_of(name: &ReportName) -> Vec<Sentence> {
    let mut findings = Vec::new();
    let vendor = name.attribution.as_ref().map(|whose| whose.vendor.to_string());
    if let Some((rhythm, gap)) =
        name.rhythm.as_ref().filter(|rhythm| rhythm.regular).and_then(|all| Some((all, all.gap?)))
    {
        findings.push(Sentence::AsksRegularly {
            name: name.name.clone(),
            vendor: vendor.clone(),
            every_seconds: gap.median,
            since: rhythm.first_seen,
            day_and_night: rhythm.day_and_night,
        });
    }
    let (Some(vendor), Some(whose)) = (vendor, &name.attribution) else { return findings };
    let through = name.queries - name.stopped;
    if whose.class == Class::Block && through > 0 {
        findings.push(Sentence::GotThrough { name: name.name.clone(), vendor, tries: through });
    } else if whose.class == Class::Functional && name.stopped > 0 {
        findings.push(Sentence::NeededButStopped {
            name: name.name.clone(),
            vendor,
            breaks: name.breaks.clone(),
            tries: name.stopped,
        });
    }
    findings
}

#[expect(clippy::cast_precision_loss, reason = "a share of more than 2^53 queries may be off in its last digit")]
pub(super) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[expect(clippy::cast_precision_loss, reason = "a mean of more than 2^53 queries may be off in its last digit")]
fn per_day(queries: u64, period: &Period) -> f64 {
    (queries as f64 / period.days() * 10.0).round() / 10.0
}

/// Whether it is what no device needs: what reports count as a try.
pub(super) fn is_try(entry: &Entry) -> bool {
    entry.class != Class::Functional
}
