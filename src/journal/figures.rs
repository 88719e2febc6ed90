//! Sums for whoever counts by other keys than the overview does: how often each device asked for each name, with which
//! end, one stretch of time after the other.

use std::{net::IpAddr, ops::ControlFlow, ops::Range, sync::Arc};

use super::{
    Journal,
    book::Book,
    chosen::Wanted,
    overview::HOUR,
    rollups::{DAY, HOURS, Progress, Rollups, Stretch},
    tally::{Count, Tally, Translation, counts},
    walk::Order,
    words::{KeptCause, Words},
};
use crate::{
    clients::Caller,
    dns::Name,
    policy::Verdict,
    stats::SourceKind,
    time::{Moment, UnixTime},
};

/// Milliseconds of a minute.
const MINUTE: u64 = 60_000;

/// How finely time is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// Minutes, from the queries themselves.
    Minute,
    /// Hours, which are kept for five weeks.
    Hour,
    /// Days where they lie within the time, hours at its ends.
    Day,
}

/// What was counted in a stretch of time; a stretch may have several sheets. Devices, names and causes are known by
/// numbers, which mean something on this sheet only.
#[derive(Debug)]
pub struct Sheet<'s> {
    /// Where the stretch begins.
    pub at: UnixTime,
    /// How long it is.
    pub grain: Grain,
    book: &'s Book,
    counts: &'s [u8],
}

/// One sum of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    /// The number of the device; 0: it is not kept.
    pub device: u32,
    /// The number of the name; 0: it is not kept.
    pub name: u32,
    /// The number of the cause; 0: there was none.
    pub cause: u32,
    /// How the queries ended.
    pub verdict: Verdict,
    /// How many there were.
    pub queries: u64,
}

impl Sheet<'_> {
    /// The sums.
    pub fn sums(&self) -> impl Iterator<Item = Sum> {
        counts(self.counts).into_iter().flatten().map(|count| {
            let Count { device, name, cause, verdict, queries } = count;
            Sum { device, name, cause, verdict, queries }
        })
    }

    /// A device by its number: the address that it asked from, and who that was.
    #[must_use]
    pub fn device(&self, number: u32) -> Option<(IpAddr, &Caller)> {
        self.book.device(number).map(|device| (device.address, &device.caller))
    }

    /// A name by its number, in wire form and lower case.
    #[must_use]
    pub fn name(&self, number: u32) -> Option<&[u8]> {
        self.book.name_wire(number)
    }

    /// The alias target that a cause decided on.
    #[must_use]
    pub fn via(&self, cause: u32) -> Option<Name> {
        self.book.cause(cause).and_then(KeptCause::via)
    }

    /// The id of the list that a cause names.
    #[must_use]
    pub fn list(&self, cause: u32) -> Option<&Arc<str>> {
        self.book.cause(cause).filter(|cause| cause.source == SourceKind::List)?.id.as_ref()
    }
}

impl Journal {
    /// Hands what was counted in the stretches of `grain` that hold the time from `from` to `to` to `visit`, roughly oldest
    /// first. Reads files: not for a thread that must not wait.
    pub fn figures(&self, from: UnixTime, to: UnixTime, grain: Grain, mut visit: impl FnMut(&Sheet<'_>)) {
        if grain == Grain::Minute {
            let times = (from.0 / MINUTE * MINUTE, to.0.saturating_add(1));
            return self.newest(times, 0, grain, &mut visit);
        }
        let now = self.clock().now().unix.0 / HOUR;
        let is_old = from.0 / HOUR < now.saturating_sub(HOURS);
        let start = if is_old || grain == Grain::Day { from.0 / HOUR / DAY * DAY } else { from.0 / HOUR };
        let hours = start..(to.0 / HOUR).saturating_add(1).max(start);
        let by_days = is_old || grain == Grain::Day;
        let progress = self.rolled_up(|rollups| read(rollups, &hours, by_days, &mut visit));
        let times = (hours.start * HOUR, hours.end.saturating_mul(HOUR));
        self.newest(times, progress.queries, Grain::Hour, &mut visit);
    }

    /// The queries behind the id `behind`, summed by minutes or hours.
    fn newest(&self, times: (u64, u64), behind: u64, grain: Grain, visit: &mut impl FnMut(&Sheet<'_>)) {
        let width = if grain == Grain::Minute { MINUTE } else { HOUR };
        let (from, until) = (Some(UnixTime(times.0)), Some(UnixTime(times.1)));
        let wanted = Wanted { from, until, after: Some(behind), ..Wanted::default() };
        let mut open = Open::new(0);
        self.walk(&wanted, Order::OldestFirst, Moment(u64::MAX), |cell, book| {
            let stretch = cell.at.0 / width;
            if open.stretch != stretch || open.is_full() {
                std::mem::replace(&mut open, Open::new(stretch)).tell(width, grain, visit);
            }
            open.tally.add(&Count::from(*cell), book, &mut open.translation, &mut open.words);
            ControlFlow::Continue(())
        });
        open.tell(width, grain, visit);
    }
}

/// A sheet in the making.
struct Open {
    stretch: u64,
    tally: Tally,
    translation: Translation,
    words: Words,
}

impl Open {
    fn new(stretch: u64) -> Self {
        Self { stretch, tally: Tally::default(), translation: Translation::default(), words: Words::new() }
    }

    fn is_full(&self) -> bool {
        self.tally.is_full() || self.words.is_full()
    }

    fn tell(self, width: u64, grain: Grain, visit: &mut impl FnMut(&Sheet<'_>)) {
        if !self.tally.is_empty() {
            let (book, counts) = (self.words.book(0), self.tally.encode());
            visit(&Sheet { at: UnixTime(self.stretch * width), grain, book: &book, counts: &counts });
        }
    }
}

/// Reads roll-ups: hours, or days where they lie within the time, and hours where they are in no day yet.
fn read(
    rollups: &Rollups,
    hours: &Range<u64>,
    by_days: bool,
    visit: &mut impl FnMut(&Sheet<'_>),
) -> rusqlite::Result<Progress> {
    let progress = rollups.progress()?;
    for (stretch, stretches, behind) in &progress.pieces(hours, by_days) {
        let (grain, length) = if *stretch == Stretch::Day { (Grain::Day, DAY * HOUR) } else { (Grain::Hour, HOUR) };
        rollups.parts(*stretch, stretches, *behind, |part| {
            let (at, book, counts) = (UnixTime(part.stretch * length), part.book, part.counts);
            visit(&Sheet { at, grain, book, counts });
            Ok(())
        })?;
    }
    Ok(progress)
}
