//! The overview of a time that is longer than memory: roll-ups, and the queries that are in none yet.

use std::{collections::BTreeMap, ops::ControlFlow, ops::Range};

use super::{
    Journal,
    rollups::{HOURS, Progress, Rollups, Stretch},
    tally::{Count, Tally, Translation, counts},
    walk::Order,
    words::Book,
};
use crate::{
    catalog::Catalog,
    policy::Verdict,
    stats::{Asked, Bucket, LastStop, Overview, RowFilter, SourceKind, Sums, Totals},
    time::{Moment, UnixTime},
};

/// Milliseconds of an hour.
pub(super) const HOUR: u64 = 3_600_000;
/// Hours of a day.
const DAY: u64 = 24;
/// Lengths of a bucket, in hours.
const BUCKETS: [u64; 6] = [1, 3, 6, 12, DAY, 7 * DAY];
/// Buckets that make a readable picture.
const READABLE: u64 = 60;

/// Sums of a stretch of time, and of the hours in it.
#[derive(Default)]
struct Found {
    sums: Sums,
    hours: BTreeMap<u64, Totals>,
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
        let mut found = Found::default();
        // Before the first hour is over there are no roll-ups.
        let progress = Rollups::read(&self.folder().rollups()).map_or_else(
            |_| Progress::default(),
            |rollups| {
                found.read(&rollups, &hours, is_old).unwrap_or_else(|_| {
                    self.health_mut().unreadable += 1;
                    Progress::default()
                })
            },
        );
        self.add_newest(&hours, progress.queries, &mut found);
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
        found.sums.overview(frame, catalog)
    }

    /// Adds the queries behind this id, which are in no roll-up yet.
    fn add_newest(&self, hours: &Range<u64>, behind: u64, found: &mut Found) {
        let (from, until) = (UnixTime(hours.start * HOUR), UnixTime(hours.end.saturating_mul(HOUR)));
        let filter = RowFilter { from: Some(from), until: Some(until), after: Some(behind), ..RowFilter::default() };
        let (mut tally, mut translation) = (Tally::new(), Translation::default());
        self.walk(&filter, Order::OldestFirst, Moment(u64::MAX), |cell, book| {
            found.hours.entry(cell.at.0 / HOUR).or_default().add(cell.verdict, 1);
            if tally.is_full() {
                found.tally(&std::mem::replace(&mut tally, Tally::new()));
                translation = Translation::default();
            }
            tally.add(&Count::from(*cell), book, &mut translation);
            ControlFlow::Continue(())
        });
        found.tally(&tally);
    }
}

impl Found {
    /// Reads roll-ups: days where they lie within the time, hours at its ends and where they are in no day yet.
    fn read(&mut self, rollups: &Rollups, hours: &Range<u64>, is_old: bool) -> rusqlite::Result<Progress> {
        let progress = rollups.progress()?;
        let days = hours.start.div_ceil(DAY)..hours.end / DAY;
        let mut pieces = vec![(Stretch::Hour, hours.clone(), 0)];
        if !days.is_empty() {
            let (first, last) = (days.start * DAY, days.end * DAY);
            pieces = vec![
                (Stretch::Hour, hours.start..first, 0),
                (Stretch::Day, days, 0),
                (Stretch::Hour, first..last, progress.hours),
                (Stretch::Hour, last..hours.end, 0),
            ];
        }
        for (stretch, stretches, behind) in &pieces {
            rollups.parts(*stretch, stretches, *behind, |part| self.part(&part.words, &part.counts))?;
        }
        let pieces = if is_old { pieces } else { vec![(Stretch::Hour, hours.clone(), 0)] };
        for (stretch, stretches, behind) in &pieces {
            let length = if *stretch == Stretch::Day { DAY } else { 1 };
            rollups.totals(*stretch, stretches, *behind, |number, totals| {
                let hour = self.hours.entry(number * length).or_default();
                *hour = [*hour, totals].into_iter().sum();
            })?;
        }
        Ok(progress)
    }

    fn tally(&mut self, tally: &Tally) {
        let part = tally.encode();
        self.part(&part.words, &part.counts);
    }

    /// Adds a part: first by number, so that each word is looked up once.
    fn part(&mut self, words: &[u8], octets: &[u8]) {
        let mut book = Book::default();
        book.read(words);
        let mut names: Vec<(Asked, Option<u32>)> = Vec::new();
        let (mut devices, mut causes): (Vec<Asked>, Vec<u64>) = (Vec::new(), Vec::new());
        for count in counts(octets).into_iter().flatten() {
            let stopped = if count.verdict == Verdict::Stopped { count.queries } else { 0 };
            let asked = Asked { queries: count.queries, stopped };
            let name = at(&mut names, count.name);
            name.0.add(asked);
            at(&mut devices, count.device).add(asked);
            if stopped > 0 {
                name.1 = Some(count.cause);
                *at(&mut causes, count.cause) += stopped;
            }
        }
        for ((asked, cause), number) in names.into_iter().zip(0..) {
            let Some(name) = book.name_wire(number).filter(|_| asked.queries > 0) else { continue };
            let last = cause.map(|cause| last_stop(&book, cause));
            self.sums.name(name, asked, last);
        }
        for (asked, number) in devices.into_iter().zip(0..) {
            if let Some(device) = book.device(number) {
                self.sums.device(device.address, &device.caller, asked);
            }
        }
        for (stopped, number) in causes.into_iter().zip(0..) {
            let cause = book.cause(number).filter(|cause| cause.source == SourceKind::List);
            if let Some(id) = cause.and_then(|cause| cause.id.as_ref()) {
                self.sums.list(id, stopped);
            }
        }
    }
}

fn last_stop(book: &Book, cause: u32) -> LastStop {
    let cause = book.cause(cause);
    let list = cause.filter(|cause| cause.source == SourceKind::List).and_then(|cause| cause.id.clone());
    LastStop { list, via: cause.and_then(super::words::KeptCause::via) }
}

/// The place of a number, made if need be.
fn at<T: Clone + Default>(all: &mut Vec<T>, number: u32) -> &mut T {
    let place = usize::try_from(number).unwrap_or(usize::MAX);
    if all.len() <= place {
        all.resize(place + 1, T::default());
    }
    &mut all[place]
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
