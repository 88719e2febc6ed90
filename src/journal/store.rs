//! What the journal has on disk, as its writer keeps it: the tail goes to the file of its day, hours that are over to the
//! roll-ups; what is too old or too much is forgotten.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    ops::ControlFlow,
    path::Path,
    time::Duration,
};

use rusqlite::ErrorCode;

use super::{
    Journal,
    chosen::Wanted,
    erase,
    file::{BlockPlace, DayFile, beside},
    folder::set_aside,
    overview::HOUR,
    rollups::Rollups,
    shared::Erasure,
    tail::{Prepared, Tail},
    tally::Count,
    walk::Order,
};
use crate::{
    catalog::Catalog,
    clients::DeviceId,
    config,
    time::{Day, Moment, Now, UnixTime},
};

/// A day takes at most this part of the space, so that a flood of queries does not cost all days before.
const SHARE: u64 = 4;
/// The sums take at most this part of the space, whatever their age: what asks for ever new names makes sums of days as
/// large as their queries, and would take all room from those otherwise.
const SUMS_SHARE: u64 = 2;
/// For so long the clock must have been steady before anything is forgotten for its age.
const STEADY: Duration = Duration::from_hours(1);
/// What a steady clock may be off, in milliseconds.
const LEEWAY: u64 = 60_000;

/// How much is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Days of queries.
    keep: u64,
    /// Days of sums.
    keep_sums: u64,
    /// Octets of everything.
    max_size: u64,
}

/// What is open, and what was done.
#[derive(Debug)]
pub(super) struct Store {
    journal: Journal,
    limits: Limits,
    /// Days of which is not known yet what they hold; `None` before the folder was looked at.
    unknown: Option<BTreeSet<Day>>,
    day: Option<(Day, DayFile)>,
    rollups: Option<Rollups>,
    /// The hour in which roll-ups were last made.
    rolled: Option<u64>,
    /// Between the clocks, and since when it has been so.
    steady: Option<(u64, Moment)>,
}

/// Why something cannot be written.
#[derive(Debug, thiserror::Error)]
enum WriteError {
    #[error("the folder of the journal cannot be used: {0}")]
    Folder(#[from] io::Error),
    #[error("the journal cannot be written: {0}")]
    Database(#[from] rusqlite::Error),
}

impl Limits {
    /// The limits of the configuration.
    pub(super) fn new(config: &config::Journal, stats: &config::Stats) -> Self {
        let days = |duration: Duration| duration.as_secs() / 86_400;
        Self { keep: days(config.keep), keep_sums: days(stats.keep), max_size: config.max_size }
    }
}

impl Store {
    /// Nothing is open yet.
    pub(super) fn new(journal: Journal, limits: Limits) -> Self {
        Self { journal, limits, unknown: None, day: None, rollups: None, rolled: None, steady: None }
    }

    /// Writes what waits, and does what else is due.
    pub(super) fn work(&mut self) {
        let now = self.journal.clock().now();
        let result = self.write(now);
        for Erasure { device, done } in self.journal.erasures() {
            let erased = self.erase(device).map_err(|error| error.to_string());
            // Whoever asked may have gone.
            let _ = done.send(erased);
        }
        self.tell(now.unix, result);
    }

    fn write(&mut self, now: Now) -> Result<(), WriteError> {
        self.journal.folder().make()?;
        self.look_around()?;
        self.flush(Tail::prepare)?;
        self.roll_up(now)?;
        self.forget(now)
    }

    /// Finds out what is there. A day that cannot be looked at keeps back no other: it stays where it is, and is tried again.
    fn look_around(&mut self) -> Result<(), WriteError> {
        let is_first = self.unknown.is_none();
        let days = match self.unknown.take() {
            Some(unknown) => unknown,
            None => self.journal.folder().content()?.days.into_keys().collect(),
        };
        let mut unknown = BTreeSet::new();
        for day in days {
            let Err(error) = self.look_at(day) else { continue };
            unknown.insert(day);
            if is_first {
                tracing::warn!(%error, %day, "a day of the journal cannot be read");
                self.journal.health_mut().unreadable += 1;
            }
        }
        self.unknown = Some(unknown);
        Ok(())
    }

    /// Finds out the ids of a day; a log that an end without farewell left behind is taken in.
    fn look_at(&self, day: Day) -> Result<(), WriteError> {
        let path = self.journal.folder().day(day);
        // Of a day that was set aside there is no file, unless it was begun anew.
        let Ok(metadata) = fs::metadata(&path) else { return Ok(()) };
        match places(&path, metadata.len()) {
            Ok(places) => {
                let ids = places.first().zip(places.last()).map(|(first, last)| (first.ids.0, last.ids.1));
                self.journal.spans().extend(ids.map(|ids| (day, ids)));
            }
            Err(error) if is_damage(&error) => {
                tracing::warn!(%error, file = %path.display(), "a damaged file of the journal is set aside");
                set_aside(&path)?;
                self.journal.tail().renew_words();
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Writes what `prepare` takes of the tail.
    fn flush(&mut self, prepare: fn(&mut Tail) -> Vec<Prepared>) -> Result<(), WriteError> {
        let mut retries = 1;
        loop {
            let prepared = prepare(&mut self.journal.tail());
            match self.append(&prepared) {
                Err(WriteError::Database(error)) if is_damage(&error) && retries > 0 => {
                    retries -= 1;
                    self.give_up_file(&error)?;
                }
                result => return result,
            }
        }
    }

    /// Appends blocks to the files of their days.
    fn append(&mut self, prepared: &[Prepared]) -> Result<(), WriteError> {
        for blocks in prepared.chunk_by(|one, other| one.day == other.day) {
            let (Some(first), Some(last)) = (blocks.first(), blocks.last()) else { continue };
            let journal = self.journal.clone();
            self.file(first.day)?.append(blocks)?;
            let mut spans = journal.spans();
            let span = spans.entry(first.day).or_insert(first.ids);
            *span = (span.0.min(first.ids.0), span.1.max(last.ids.1));
            drop(spans);
            journal.tail().was_written(last.ids.1);
        }
        Ok(())
    }

    /// The file of a day, which stays open until another day's is wanted.
    fn file(&mut self, day: Day) -> Result<&mut DayFile, WriteError> {
        let open = match self.day.take() {
            Some((open, file)) if open == day => file,
            other => {
                other.map_or(Ok(()), |(_, file)| file.finish())?;
                let path = self.journal.folder().day(day);
                if path.is_dir() {
                    tracing::warn!(folder = %path.display(), "a folder where the journal has a file is set aside");
                    set_aside(&path)?;
                }
                DayFile::write(&path)?
            }
        };
        Ok(&mut self.day.insert((day, open)).1)
    }

    /// Sets the file aside that was to be written to.
    fn give_up_file(&mut self, error: &rusqlite::Error) -> Result<(), WriteError> {
        let waiting = self.journal.tail().prepare().first().map(|block| block.day);
        let Some(day) = self.day.take().map(|(day, _)| day).or(waiting) else { return Ok(()) };
        let path = self.journal.folder().day(day);
        tracing::warn!(%error, file = %path.display(), "a damaged file of the journal is set aside");
        set_aside(&path)?;
        self.journal.spans().remove(&day);
        self.journal.tail().renew_words();
        Ok(())
    }
}

impl Store {
    /// Erases a device from everything that is on disk. What waits is written before, so that it is erased too; what comes
    /// meanwhile has words of its own, because those on disk are numbered anew.
    fn erase(&mut self, device: DeviceId) -> Result<(), WriteError> {
        self.flush(Tail::prepare_to_end)?;
        self.journal.tail().forget_words();
        if let Some((_, file)) = self.day.take() {
            file.finish()?;
        }
        let folder = self.journal.folder().clone();
        let content = folder.content()?;
        for day in content.days.into_keys().filter(|day| folder.day(*day).exists()) {
            if erase::from_day(&folder.day(day), device)? {
                folder.remove_day(day)?;
                self.journal.spans().remove(&day);
            }
        }
        // What cannot be read cannot be searched.
        content.damaged.iter().try_for_each(|name| folder.remove(name))?;
        let rollups = self.rollups.take().map_or_else(|| Rollups::write(&folder.rollups()), Ok)?;
        self.rollups.insert(rollups).erase(device, Catalog::built_in())?;
        Ok(())
    }

    /// Makes the hours that are over, and the days, once an hour.
    fn roll_up(&mut self, now: Now) -> Result<(), WriteError> {
        let hour = now.unix.0 / HOUR;
        if self.rolled == Some(hour) {
            return Ok(());
        }
        let (path, is_steady) = (self.journal.folder().rollups(), self.is_steady(now));
        let rolled = self.rollups.take().map_or_else(|| Rollups::write(&path), Ok).and_then(|mut rollups| {
            roll_up(&self.journal, &mut rollups, hour)?;
            if is_steady {
                rollups.forget_old(hour / 24, self.limits.keep_sums)?;
            }
            let days = rollups.shrink_to(self.limits.max_size / SUMS_SHARE)?;
            if days > 0 {
                tracing::warn!(days, "the sums took more than half of `journal.max_size`: the oldest are forgotten");
            }
            Ok(rollups)
        });
        match rolled {
            Ok(rollups) => self.rollups = Some(rollups),
            Err(error) if is_damage(&error) => {
                tracing::warn!(%error, "the damaged roll-ups of the journal are set aside");
                set_aside(&path)?;
                self.rollups = Some(Rollups::write(&path)?);
            }
            Err(error) => return Err(error.into()),
        }
        self.rolled = Some(hour);
        Ok(())
    }

    /// Removes days that are too old, and the oldest ones when all together take too much.
    fn forget(&mut self, now: Now) -> Result<(), WriteError> {
        let mut content = self.journal.folder().content()?;
        let today = Day::of(now.unix);
        if self.is_steady(now) {
            while let Some(day) = content.days.keys().next().copied().filter(|day| day.0 + self.limits.keep < today.0) {
                content.octets -= self.remove(day, &mut content.days)?;
            }
        }
        while content.octets > self.limits.max_size && content.days.len() > 1 {
            let Some(day) = content.days.keys().next().copied() else { break };
            content.octets -= self.remove(day, &mut content.days)?;
        }
        let newest = content.days.last_key_value();
        let full = newest.filter(|(_, octets)| **octets > self.limits.max_size / SHARE).map(|(day, _)| *day);
        self.journal.tail().refuse(full);
        let mut health = self.journal.health_mut();
        health.octets = content.octets;
        health.oldest_day = content.days.keys().next().map(ToString::to_string);
        health.damaged = content.damaged;
        Ok(())
    }

    /// Removes a day; returns the octets that it took.
    fn remove(&mut self, day: Day, days: &mut BTreeMap<Day, u64>) -> Result<u64, WriteError> {
        if self.day.as_ref().is_some_and(|(open, _)| *open == day) {
            self.day = None;
            self.journal.tail().renew_words();
        }
        self.journal.folder().remove_day(day)?;
        self.journal.spans().remove(&day);
        Ok(days.remove(&day).unwrap_or(0))
    }

    /// Whether the clock of the wall has long gone along with the one that never jumps. A wrong one must not cost days.
    fn is_steady(&mut self, now: Now) -> bool {
        let between = now.unix.0.wrapping_sub(now.moment.0 / 1000);
        let known = self.steady.filter(|(known, _)| known.abs_diff(between) <= LEEWAY);
        let (_, since) = *self.steady.insert(known.unwrap_or((between, now.moment)));
        now.moment.since(since) >= STEADY
    }

    /// Says how it went, in the log when that is news.
    fn tell(&self, now: UnixTime, result: Result<(), WriteError>) {
        let mut health = self.journal.health_mut();
        match result {
            Ok(()) => {
                if health.fault.take().is_some() {
                    tracing::info!("the journal is written again");
                }
                health.fault_since = None;
                health.written_at = Some(now);
            }
            Err(error) => {
                let error = error.to_string();
                if health.fault.is_none() {
                    tracing::warn!(error, "the journal cannot be written; queries are answered nevertheless");
                    health.fault_since = Some(now);
                }
                health.fault = Some(error);
            }
        }
    }
}

/// Where the blocks of a file lie. A log that an end without farewell left beside it is taken in.
fn places(path: &Path, octets: u64) -> rusqlite::Result<Vec<BlockPlace>> {
    let has_log = beside(path).iter().any(|path| path.exists());
    if !has_log && octets > 0 {
        return DayFile::read(path)?.places();
    }
    let file = DayFile::write(path)?;
    let places = file.places()?;
    file.finish()?;
    Ok(places)
}

/// Appends the hours that are over now that the running hour is `hour`, and the days.
fn roll_up(journal: &Journal, rollups: &mut Rollups, hour: u64) -> rusqlite::Result<()> {
    let (forever, catalog) = (Moment(u64::MAX), Catalog::built_in());
    let mut new = Wanted { after: Some(rollups.progress()?.queries), ..Wanted::default() };
    // What comes behind the last query of another hour may still be joined by others of its own.
    let mut last = None;
    journal.walk(&new, Order::NewestFirst, forever, |cell, _| {
        if cell.at.0 / HOUR == hour {
            return ControlFlow::Continue(());
        }
        last = Some(cell.id);
        ControlFlow::Break(())
    });
    if let Some(last) = last {
        new.before = Some(last + 1);
        let mut hours = rollups.hours(catalog)?;
        let mut written = Ok(());
        journal.walk(&new, Order::OldestFirst, forever, |cell, book| {
            hours.begin(cell.at.0 / HOUR, cell.id);
            hours.add(&Count::from(*cell), book);
            if hours.is_long() {
                written = rollups.append_hours(&hours.take());
            }
            if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        written?;
        rollups.append_hours(&hours.finish(last))?;
    }
    rollups.append_days(hour / 24, catalog)
}

/// Whether a file is not what it was, so that nothing more can be written to it.
fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error, rusqlite::Error::InvalidQuery)
        || matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}
