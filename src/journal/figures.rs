//! Sums for whoever counts by other keys than the overview does: how often each device asked for each name, with which
//! end, one stretch of time after the other.

use std::{net::IpAddr, ops::ControlFlow, sync::Arc};

use super::{
    Journal,
    book::Book,
    chosen::Wanted,
    digest::{Services, digest},
    overview::HOUR,
    rollups::{DAY, HOURS, Piece, Rollups, Stretch},
    tally::{Count, Tally, Translation, counts},
    walk::Order,
    words::{KeptCause, Words},
};
use crate::{
    catalog::Catalog,
    clients::Caller,
    dns::Name,
    geo::Place,
    policy::Verdict,
    stats::{Asked, SourceKind, Totals},
    time::{Moment, UnixTime},
};

/// Milliseconds of a minute.
const MINUTE: u64 = 60_000;

/// How finely time is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// Minutes, from the queries themselves.
    Minute,
    /// Hours, which are kept for five weeks; days where hours are forgotten before because of their size.
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
    /// Which set of words its numbers are of: sheets of one reading that have the same set follow each other.
    pub words: u64,
    book: &'s Book,
    counts: &'s [u8],
}

/// What each device asked of each service in a stretch of time; a stretch may have several sheets. It has every query in
/// it, but not its name. Devices and services are known by numbers, which mean something on this sheet only.
#[derive(Debug)]
pub struct ServiceSheet {
    /// Where the stretch begins.
    pub at: UnixTime,
    /// How long it is.
    pub grain: Grain,
    services: Services,
}

impl ServiceSheet {
    /// How often was asked: the number of the device, that of the service; 0 where it is not known.
    pub fn asked(&self) -> impl Iterator<Item = ([u32; 2], Asked)> {
        self.services.asked.iter().copied()
    }

    /// A device by its number: the address that it asked from, and who that was.
    #[must_use]
    pub fn device(&self, number: u32) -> Option<(IpAddr, &Caller)> {
        self.services.book.device(number).map(|device| (device.address, &device.caller))
    }

    /// One of the names of a service, in wire form and lower case.
    #[must_use]
    pub fn example(&self, number: u32) -> Option<&[u8]> {
        self.services.book.name_wire(number)
    }
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
    /// The sums of the devices that are looked for, by device; those of others are not read.
    pub fn sums(&self, mut is_looked_for: impl FnMut(u32) -> bool) -> impl Iterator<Item = Sum> {
        let mut counts = counts(self.counts);
        std::iter::from_fn(move || counts.as_mut()?.next_of(&mut is_looked_for)).map(|count| {
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

    /// Where what was answered for a name is at home: as it was first found out that day.
    #[must_use]
    pub fn home(&self, name: u32) -> Option<&Place> {
        self.book.home(name)
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

    /// Whose word a cause was.
    #[must_use]
    pub fn source(&self, cause: u32) -> Option<SourceKind> {
        Some(self.book.cause(cause)?.source)
    }
}

impl Journal {
    /// Hands what was counted in the stretches of `grain` that hold the time from `from` to `to` to `visit`, roughly oldest
    /// first. Reads files: not for a thread that must not wait.
    pub fn figures(&self, from: UnixTime, to: UnixTime, grain: Grain, mut visit: impl FnMut(&Sheet<'_>)) {
        let (mut sets, mut epoch) = (0, None);
        let behind = self.parts_of(from, to, grain, |rollups, (stretch, stretches, behind)| {
            rollups.parts(*stretch, stretches, *behind, |part| {
                if epoch.replace((*stretch, part.book.epoch)) != Some((*stretch, part.book.epoch)) {
                    sets += 1;
                }
                let (at, grain) = place(*stretch, part.stretch);
                visit(&Sheet { at, grain, words: sets, book: part.book, counts: part.counts });
                Ok(())
            })
        });
        self.newest(&behind, |at, grain, open| {
            let (book, counts) = (open.words.book(0), open.tally.encode());
            sets += 1;
            visit(&Sheet { at, grain, words: sets, book: &book, counts: &counts });
        });
    }

    /// Hands what each device asked of each service to `visit`, likewise. `catalog` says whose the newest names are.
    pub fn services(
        &self,
        (from, to, grain): (UnixTime, UnixTime, Grain),
        catalog: &Catalog,
        mut visit: impl FnMut(&ServiceSheet),
    ) {
        let (mut damaged, mut tell) = (0, |at, grain, octets: &[u8]| match Services::read(octets) {
            Some(services) => {
                visit(&ServiceSheet { at, grain, services });
                0
            }
            None => 1,
        });
        let behind = self.parts_of(from, to, grain, |rollups, (stretch, stretches, behind)| {
            rollups.digests(*stretch, stretches, *behind, |number, digest| {
                let (at, grain) = place(*stretch, number);
                damaged += tell(at, grain, digest);
            })
        });
        self.newest(&behind, |at, grain, open| {
            damaged += tell(at, grain, &digest(&open.tally, &open.words, catalog));
        });
        self.health_mut().unreadable += damaged;
    }

    /// Hands how queries ended in each stretch to `visit`, likewise.
    pub fn ends(&self, from: UnixTime, to: UnixTime, grain: Grain, mut visit: impl FnMut(UnixTime, Totals)) {
        let behind = self.parts_of(from, to, grain, |rollups, (stretch, stretches, behind)| {
            rollups.totals(*stretch, stretches, *behind, |number, totals| visit(place(*stretch, number).0, totals))
        });
        self.newest(&behind, |at, _, open| visit(at, open.tally.totals()));
    }

    /// Reads the roll-ups of a time piece by piece; what they leave to be read.
    fn parts_of(
        &self,
        from: UnixTime,
        to: UnixTime,
        grain: Grain,
        mut read: impl FnMut(&Rollups, &Piece) -> rusqlite::Result<()>,
    ) -> Left {
        if grain == Grain::Minute {
            return Left { times: (from.0 / MINUTE * MINUTE, to.0.saturating_add(1)), behind: 0, grain };
        }
        let now = self.clock().now().unix.0 / HOUR;
        let is_old = from.0 / HOUR < now.saturating_sub(HOURS);
        let by_days = is_old || grain == Grain::Day;
        let start = if by_days { from.0 / HOUR / DAY * DAY } else { from.0 / HOUR };
        let hours = start..(to.0 / HOUR).saturating_add(1).max(start);
        let progress = self.rolled_up(|rollups| {
            let progress = rollups.progress()?;
            progress.pieces(&hours, by_days).iter().try_for_each(|piece| read(rollups, piece))?;
            Ok(progress)
        });
        let times = (hours.start * HOUR, hours.end.saturating_mul(HOUR));
        Left { times, behind: progress.queries, grain: Grain::Hour }
    }

    /// Tells the queries that are in no roll-up, summed by minutes or hours.
    fn newest(&self, left: &Left, mut tell: impl FnMut(UnixTime, Grain, &Open)) {
        let Left { times, behind, grain } = *left;
        let width = if grain == Grain::Minute { MINUTE } else { HOUR };
        let (from, until) = (Some(UnixTime(times.0)), Some(UnixTime(times.1)));
        let wanted = Wanted { from, until, after: Some(behind), ..Wanted::default() };
        let mut open = Open::new(0);
        let mut tell = |open: &Open| {
            if !open.tally.is_empty() {
                tell(UnixTime(open.stretch * width), grain, open);
            }
        };
        self.walk(&wanted, Order::OldestFirst, Moment(u64::MAX), |cell, book| {
            let stretch = cell.at.0 / width;
            if open.stretch != stretch || open.is_full() {
                tell(&std::mem::replace(&mut open, Open::new(stretch)));
            }
            open.tally.add(&Count::from(*cell), book, &mut open.translation, &mut open.words);
            ControlFlow::Continue(())
        });
        tell(&open);
    }
}

/// The queries behind an id of a time, which are in no roll-up that was read; in milliseconds, and by what they are summed.
struct Left {
    times: (u64, u64),
    behind: u64,
    grain: Grain,
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
}

/// When a stretch begins, and how long it is.
fn place(stretch: Stretch, number: u64) -> (UnixTime, Grain) {
    let (grain, length) = if stretch == Stretch::Day { (Grain::Day, DAY * HOUR) } else { (Grain::Hour, HOUR) };
    (UnixTime(number * length), grain)
}
