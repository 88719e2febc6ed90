//! Queries over time.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Household, Period,
    ledger::{Ledger, Meant},
};
use crate::{
    filter::Filter,
    journal::Journal,
    stats::{Bucket, Overview, Totals},
    time::UnixTime,
};

/// Queries over time.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SeriesPage {
    /// The range that was asked for, and its queries.
    #[serde(flatten)]
    pub span: SeriesSpan,
    /// As much time before, where that was asked for.
    #[schema(required)]
    pub before: Option<SeriesSpan>,
}

/// A time and the queries in it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SeriesSpan {
    /// The time.
    #[serde(flatten)]
    pub period: Period,
    /// All queries.
    pub totals: Totals,
    /// The length of a bucket, in seconds.
    pub bucket_seconds: u64,
    /// Queries over time, oldest first, without gaps.
    pub series: Vec<Bucket>,
}

impl SeriesSpan {
    /// Reads the queries of a time that `filter` means.
    #[must_use]
    pub fn read(journal: &Journal, period: Period, household: &Household, filter: &Filter) -> Self {
        let mut buckets = Buckets::new(&period);
        if filter.terms().is_empty() {
            journal.ends(period.from, period.to, period.grain, |at, totals| {
                if period.holds(at) {
                    let bucket = buckets.at(at);
                    *bucket = [*bucket, totals].into_iter().sum();
                }
            });
        } else {
            Ledger::new(household, Meant { filter, device: None }).read(journal, &period, |line| {
                buckets.at(line.at).add(line.verdict, line.queries);
            });
        }
        buckets.finish(period)
    }

    /// The queries of an overview, which is told more finely.
    #[must_use]
    pub fn of_overview(overview: Overview, period: Period) -> Self {
        let Overview { from, to, totals, bucket_seconds, series, .. } = overview;
        Self { period: Period { from, to, ..period }, totals, bucket_seconds, series }
    }
}

/// Buckets that are being filled.
pub(super) struct Buckets {
    start: u64,
    width: u64,
    totals: BTreeMap<u64, Totals>,
}

impl Buckets {
    pub(super) fn new(period: &Period) -> Self {
        Self { start: period.from.0, width: period.bucket(), totals: BTreeMap::new() }
    }

    /// The totals of the bucket that holds this time.
    pub(super) fn at(&mut self, at: UnixTime) -> &mut Totals {
        self.totals.entry(at.0.saturating_sub(self.start) / self.width).or_default()
    }

    pub(super) fn finish(self, period: Period) -> SeriesSpan {
        let last = (period.to.0.saturating_sub(self.start)) / self.width;
        let bucket = |number: u64| Bucket {
            at: UnixTime(self.start + number * self.width),
            totals: self.totals.get(&number).copied().unwrap_or_default(),
        };
        let series: Vec<Bucket> = (0..=last).map(bucket).collect();
        let totals = series.iter().map(|bucket| bucket.totals).sum();
        SeriesSpan { period, totals, bucket_seconds: self.width / 1000, series }
    }
}
