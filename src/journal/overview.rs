//! The overview of a time that is longer than memory: roll-ups, and the queries that are in none yet.

use std::{collections::BTreeMap, ops::ControlFlow, ops::Range};

use super::{
    Journal,
    chosen::Wanted,
    digest::{Digests, digest},
    rollups::{DAY, HOURS, Progress, Rollups, Stretch},
    tally::{Count, Tally, Translation},
    walk::Order,
    words::Words,
};
use crate::{
    catalog::Catalog,
    stats::{Bucket, Overview, Totals},
    time::{Moment, UnixTime},
};

/// Milliseconds of an hour.
pub(super) const HOUR: u64 = 3_600_000;
/// Lengths of a bucket, in hours.
const BUCKETS: [u64; 6] = [1, 3, 6, 12, DAY, 7 * DAY];
/// Buckets that make a readable picture.
const READABLE: u64 = 60;

/// Sums of a stretch of time, and of the hours in it.
struct Found<'c> {
    digests: Digests<'c>,
    hours: BTreeMap<u64, Totals>,
    /// Parts that could not be read.
    damaged: u64,
}

impl Journal {
    /// The figures of the hours that hold the time from `from` to `to`; of days, where that is longer ago than hours are
    /// kept. Reads files: not for a thread that must not wait.
    #[must_use]
    pub fn overview(&self, from: UnixTime, to: UnixTime, catalog: &Catalog) -> Overview {
        let now = self.clock().now().unix.0 / HOUR;
        let is_old = from.0 / HOUR < now.saturating_sub(HOURS);
        let start = if is_old { from.0 / HOUR / DAY * DAY } else { from.0 / HOUR };
        let hours = start..(to.0 / HOUR).saturating_add(1).max(start);
        let mut found = Found { digests: Digests::new(catalog), hours: BTreeMap::new(), damaged: 0 };
        let progress = self.rolled_up(|rollups| found.read(rollups, &hours, is_old));
        self.add_newest(&hours, progress.queries, catalog, &mut found);
        self.health_mut().unreadable += found.damaged;
        let totals: Totals = found.hours.values().copied().sum();
        let bucket = bucket(hours.end - hours.start);
        let frame = Overview {
            from: UnixTime(hours.start * HOUR),
            to,
            totals,
            stopped_share: totals.stopped_share(),
            bucket_seconds: bucket * HOUR / 1000,
            series: series(&hours, bucket, &found.hours),
            ..Overview::default()
        };
        found.digests.sums().overview(frame, catalog)
    }

    /// Adds the queries behind this id, which are in no roll-up yet.
    fn add_newest(&self, hours: &Range<u64>, behind: u64, catalog: &Catalog, found: &mut Found<'_>) {
        let (from, until) = (UnixTime(hours.start * HOUR), UnixTime(hours.end.saturating_mul(HOUR)));
        let wanted = Wanted { from: Some(from), until: Some(until), after: Some(behind), ..Wanted::default() };
        let (mut tally, mut translation, mut words) = (Tally::default(), Translation::default(), Words::new());
        self.walk(&wanted, Order::OldestFirst, Moment(u64::MAX), |cell, book| {
            found.hours.entry(cell.at.0 / HOUR).or_default().add(cell.verdict, 1);
            if tally.is_full() || words.is_full() {
                found.add(&digest(&tally, &words, catalog));
                (tally, translation, words) = (Tally::default(), Translation::default(), Words::new());
            }
            tally.add(&Count::from(*cell), book, &mut translation, &mut words);
            ControlFlow::Continue(())
        });
        found.add(&digest(&tally, &words, catalog));
    }
}

impl Found<'_> {
    /// Reads roll-ups: days where they lie within the time, hours at its ends and where they are in no day yet.
    fn read(&mut self, rollups: &Rollups, hours: &Range<u64>, is_old: bool) -> rusqlite::Result<Progress> {
        let progress = rollups.progress()?;
        for (stretch, stretches, behind) in &progress.pieces(hours, true) {
            rollups.digests(*stretch, stretches, *behind, |_, digest| self.add(digest))?;
        }
        for (stretch, stretches, behind) in &progress.pieces(hours, is_old) {
            let length = if *stretch == Stretch::Day { DAY } else { 1 };
            rollups.totals(*stretch, stretches, *behind, |number, totals| {
                let hour = self.hours.entry(number * length).or_default();
                *hour = [*hour, totals].into_iter().sum();
            })?;
        }
        Ok(progress)
    }

    fn add(&mut self, digest: &[u8]) {
        self.damaged += u64::from(self.digests.add(digest).is_none());
    }
}

/// The length of the buckets for so many hours, in hours.
fn bucket(hours: u64) -> u64 {
    let readable = BUCKETS.into_iter().find(|bucket| hours.div_ceil(*bucket) <= READABLE);
    readable.unwrap_or(hours.div_ceil(READABLE).next_multiple_of(DAY))
}

/// The hours in buckets without gaps.
fn series(hours: &Range<u64>, bucket: u64, totals: &BTreeMap<u64, Totals>) -> Vec<Bucket> {
    let starts = hours.clone().step_by(usize::try_from(bucket).unwrap_or(usize::MAX));
    let bucket = |start: u64| Bucket {
        at: UnixTime(start * HOUR),
        totals: totals.range(start..start + bucket).map(|(_, totals)| *totals).sum(),
    };
    starts.map(bucket).collect()
}
