//! The database of roll-ups: hours for five weeks, days for as long as the operator wants.
//!
//! Each hour or day is a part that is appended once it is over, made of the queries, or of the hours, that came since the
//! part before. So nothing is counted twice or left out, even by a clock that jumps: an hour that comes again gets
//! another part.
//!
//! Parts of one day that follow each other share their words: each has those that are new. They have the number of the
//! first of them as their epoch. What is forgotten is forgotten by whole days.

use std::{collections::BTreeSet, ops::Range, path::Path};

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{
    Journal,
    book::Book,
    erase::{Erased, knows},
    file,
    series::{Part, Series},
    tally::counts,
};
use crate::{catalog::Catalog, clients::DeviceId, stats::Totals};

/// Hours of a day.
pub(super) const DAY: u64 = 24;
/// Hours that are kept.
pub(super) const HOURS: u64 = 35 * 24;

/// The greatest number that the database has.
const EVER: u64 = i64::MAX.cast_unsigned();

/// Has a new database know where each page is used, so that those that are free can be given back without a copy of all.
const SHRINKABLE: &str = "PRAGMA auto_vacuum = INCREMENTAL;";

/// How long a stretch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stretch {
    Hour,
    Day,
}

/// The open database.
#[derive(Debug)]
pub(super) struct Rollups(Connection);

/// A part as it is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReadPart<'r> {
    pub(super) number: u64,
    pub(super) stretch: u64,
    /// All words up to this part; a part before may have more of them than this one uses.
    pub(super) book: &'r Book,
    /// For [`counts`].
    pub(super) counts: &'r [u8],
}

/// How far roll-ups go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// The id of the last query that is in an hour.
    pub(super) queries: u64,
    /// The number of the last hour part that is in a day.
    pub(super) hours: u64,
    /// The hour from which on no hours are forgotten whose days are there.
    pub(super) whole_from: u64,
}

/// Roll-ups to be read: of this length, of these hours or days, parts behind this number.
pub(super) type Piece = (Stretch, Range<u64>, u64);

impl Progress {
    /// What to read of `hours`. By days: days where they lie within the time, hours at its ends and where they are in no day
    /// yet. Otherwise hours, and days where those are forgotten.
    pub(super) fn pieces(self, hours: &Range<u64>, by_days: bool) -> Vec<Piece> {
        let middle = if by_days { hours.end } else { self.whole_from.clamp(hours.start, hours.end.max(hours.start)) };
        let days = hours.start.div_ceil(DAY)..middle / DAY;
        if days.is_empty() {
            return vec![(Stretch::Hour, hours.clone(), 0)];
        }
        let (first, last) = (days.start * DAY, days.end * DAY);
        vec![
            (Stretch::Hour, hours.start..first, 0),
            (Stretch::Day, days, 0),
            (Stretch::Hour, first..last, self.hours),
            (Stretch::Hour, last..hours.end, 0),
        ]
    }
}

impl Journal {
    /// Reads roll-ups; how far they go. Before the first hour is over there are none; that they cannot be read is counted.
    pub(super) fn rolled_up(&self, read: impl FnOnce(&Rollups) -> rusqlite::Result<Progress>) -> Progress {
        let Ok(rollups) = Rollups::read(&self.folder().rollups()) else { return Progress::default() };
        read(&rollups).unwrap_or_else(|_| {
            self.health_mut().unreadable += 1;
            Progress::default()
        })
    }
}

impl Stretch {
    fn table(self) -> &'static str {
        match self {
            Self::Hour => "hours",
            Self::Day => "days",
        }
    }

    /// The day that a stretch is in.
    pub(super) fn day(self, stretch: u64) -> u64 {
        stretch / self.of_a_day()
    }

    /// How many make a day.
    fn of_a_day(self) -> u64 {
        match self {
            Self::Hour => DAY,
            Self::Day => 1,
        }
    }
}

impl Rollups {
    /// Opens the database to write to it, made if need be.
    pub(super) fn write(path: &Path) -> rusqlite::Result<Self> {
        // What is read most stands first: a row is read no further than it is asked for.
        let columns =
            "part INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, stretch INTEGER NOT NULL, behind INTEGER NOT NULL,
            stopped INTEGER NOT NULL, allowed INTEGER NOT NULL, cached INTEGER NOT NULL,
            local INTEGER NOT NULL, failed INTEGER NOT NULL,
            digest BLOB NOT NULL, words BLOB NOT NULL, counts BLOB NOT NULL";
        let tables = format!("CREATE TABLE hours ({columns}) STRICT; CREATE TABLE days ({columns}) STRICT");
        Ok(Self(file::open_to_write(path, SHRINKABLE, &tables)?))
    }

    /// Opens the database that is there to read it, as it is at this moment.
    pub(super) fn read(path: &Path) -> rusqlite::Result<Self> {
        let connection = file::open_to_read(path)?;
        connection.execute_batch("BEGIN")?;
        Ok(Self(connection))
    }

    /// How far roll-ups go.
    pub(super) fn progress(&self) -> rusqlite::Result<Progress> {
        let (queries, hours) = (behind(&self.0, Stretch::Hour)?, behind(&self.0, Stretch::Day)?);
        // A day that lies ahead of the newest hour is of a clock that jumped, and would make days of all hours before it.
        let select = "SELECT max(stretch) FROM days WHERE behind < (SELECT min(part) FROM hours)
                      AND stretch <= (SELECT stretch / 24 FROM hours ORDER BY part DESC LIMIT 1)";
        let last: Option<i64> = self.0.query_row(select, [], |row| row.get(0))?;
        let whole_from = last.map_or(0, |day| day.cast_unsigned().saturating_add(1).saturating_mul(DAY));
        Ok(Progress { queries, hours, whole_from })
    }

    /// The hours that go on from the last one that was appended.
    pub(super) fn hours(&self, catalog: &'static Catalog) -> rusqlite::Result<Series> {
        series(&self.0, Stretch::Hour, catalog)
    }

    /// Appends hours. Each part says up to which query it goes.
    pub(super) fn append_hours(&mut self, hours: &[Part]) -> rusqlite::Result<()> {
        let transaction = self.0.transaction()?;
        insert_all(&transaction, Stretch::Hour, hours)?;
        transaction.commit()
    }

    /// Appends the days that are over now that the running day is `today`.
    pub(super) fn append_days(&mut self, today: u64, catalog: &'static Catalog) -> rusqlite::Result<()> {
        let transaction = self.0.unchecked_transaction()?;
        let select = "SELECT max(part) FROM hours WHERE stretch / 24 <> ?";
        let last: Option<i64> = transaction.query_row(select, [today.cast_signed()], |row| row.get(0))?;
        let (done, last) = (behind(&transaction, Stretch::Day)?, last.unwrap_or_default().cast_unsigned());
        if last <= done {
            return Ok(());
        }
        let mut days = series(&transaction, Stretch::Day, catalog)?;
        self.parts(Stretch::Hour, &(0..EVER), done, |part| {
            for count in counts(part.counts).into_iter().flatten().filter(|_| part.number <= last) {
                days.begin(Stretch::Hour.day(part.stretch), part.number);
                days.add(&count, part.book);
            }
            if days.is_long() { insert_all(&transaction, Stretch::Day, &days.take()) } else { Ok(()) }
        })?;
        insert_all(&transaction, Stretch::Day, &days.finish(last))?;
        transaction.commit()
    }

    /// Forgets hours and days that are too old when the running day is `today` and `keep` days are kept. The last part
    /// stays, because it tells how far roll-ups go.
    pub(super) fn forget_old(&mut self, today: u64, keep: u64) -> rusqlite::Result<()> {
        let hour = today.saturating_sub(HOURS / 24) * 24;
        self.0.execute(
            "DELETE FROM hours WHERE stretch < ? AND epoch < (SELECT max(epoch) FROM hours)
             AND part <= coalesce((SELECT max(behind) FROM days), 0)",
            [hour.cast_signed()],
        )?;
        self.0.execute(
            "DELETE FROM days WHERE stretch < ? AND epoch < (SELECT max(epoch) FROM days)",
            [today.saturating_sub(keep).cast_signed()],
        )?;
        Ok(())
    }

    /// Forgets the oldest days, whatever their age, while more than `octets` are in use: hours that are in days first, then
    /// days. Returns how many went. The last day of each stays, because it tells how far roll-ups go, and no day is
    /// forgotten in part. What is free is given back to the disk where the file takes more with its log.
    pub(super) fn shrink_to(&mut self, octets: u64) -> rusqlite::Result<u64> {
        let mut gone = 0;
        while file::octets_in_use(&self.0)? > octets {
            if !self.forget_oldest(Stretch::Hour)? && !self.forget_oldest(Stretch::Day)? {
                break;
            }
            gone += 1;
        }
        if file::octets_with_log(&self.0)? > octets {
            file::give_back(&self.0)?;
            file::empty_log(&self.0)?;
        }
        Ok(gone)
    }

    /// Forgets the oldest day of a table, all epochs of it; false where there is none that may go.
    fn forget_oldest(&self, stretch: Stretch) -> rusqlite::Result<bool> {
        let (table, length) = (stretch.table(), stretch.of_a_day());
        // A day that comes again, as by a clock that jumps, is another one here: words are shared by parts in a row.
        let next = format!(
            "SELECT part FROM {table} WHERE stretch / {length} <> (SELECT stretch / {length} FROM {table} ORDER BY part LIMIT 1)
             ORDER BY part LIMIT 1"
        );
        let Some(next) = self.0.query_row(&next, [], |row| number(row, 0)).optional()? else { return Ok(false) };
        if stretch == Stretch::Hour && next.saturating_sub(1) > behind(&self.0, Stretch::Day)? {
            return Ok(false);
        }
        Ok(self.0.execute(&format!("DELETE FROM {table} WHERE part < ?"), [next.cast_signed()])? > 0)
    }

    /// Erases a device from all parts, and overwrites what they were.
    pub(super) fn erase(&mut self, device: DeviceId, catalog: &Catalog) -> rusqlite::Result<()> {
        self.0.execute_batch("PRAGMA secure_delete = ON")?;
        let transaction = self.0.unchecked_transaction()?;
        for stretch in [Stretch::Hour, Stretch::Day] {
            self.erase_from(stretch, device, catalog)?;
        }
        transaction.commit()?;
        self.0.execute_batch(file::REBUILD)?;
        file::empty_log(&self.0)?;
        self.0.execute_batch("PRAGMA secure_delete = OFF")
    }

    fn erase_from(&self, stretch: Stretch, device: DeviceId, catalog: &Catalog) -> rusqlite::Result<()> {
        let mut knowing = BTreeSet::new();
        self.parts(stretch, &(0..EVER), 0, |part| {
            knowing.extend(Some(part.book.epoch).filter(|_| knows(part.book, device)));
            Ok(())
        })?;
        let mut update = self.0.prepare(&format!(
            "UPDATE {} SET stopped = ?, allowed = ?, cached = ?, local = ?, failed = ?, digest = ?, words = ?, counts = ?
             WHERE part = ?",
            stretch.table()
        ))?;
        let mut erased = Erased::new(device);
        self.parts(stretch, &(0..EVER), 0, |part| {
            if !knowing.contains(&part.book.epoch) {
                return Ok(());
            }
            let (totals, [digest, words, counts]) = erased.part(part.book, part.counts, catalog);
            let [stopped, allowed, cached, local, failed] = numbers(totals);
            let number = part.number.cast_signed();
            update.execute(params![stopped, allowed, cached, local, failed, digest, words, counts, number])?;
            Ok(())
        })
    }

    /// How often queries ended how in stretches: those from `stretches`, parts behind the number `after`.
    pub(super) fn totals(
        &self,
        stretch: Stretch,
        stretches: &Range<u64>,
        after: u64,
        mut visit: impl FnMut(u64, Totals),
    ) -> rusqlite::Result<()> {
        let table = stretch.table();
        let mut select = self.0.prepare_cached(&format!(
            "SELECT stretch, stopped, allowed, cached, local, failed FROM {table}
             WHERE stretch >= ? AND stretch < ? AND part > ?"
        ))?;
        let mut rows = select.query(bounds(stretches, after))?;
        while let Some(row) = rows.next()? {
            visit(number(row, 0)?, totals(row)?);
        }
        Ok(())
    }

    /// The digests of stretches, oldest first, likewise.
    pub(super) fn digests(
        &self,
        stretch: Stretch,
        stretches: &Range<u64>,
        after: u64,
        mut visit: impl FnMut(u64, &[u8]),
    ) -> rusqlite::Result<()> {
        let table = stretch.table();
        let mut select = self.0.prepare_cached(&format!(
            "SELECT stretch, digest FROM {table} WHERE stretch >= ? AND stretch < ? AND part > ? ORDER BY part"
        ))?;
        let mut rows = select.query(bounds(stretches, after))?;
        while let Some(row) = rows.next()? {
            visit(number(row, 0)?, row.get_ref(1)?.as_blob()?);
        }
        Ok(())
    }

    /// The parts of stretches, oldest first, likewise: each with all words up to it, and its counts as they were encoded.
    pub(super) fn parts(
        &self,
        stretch: Stretch,
        stretches: &Range<u64>,
        after: u64,
        mut visit: impl FnMut(&ReadPart<'_>) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        let table = stretch.table();
        let mut select = self.0.prepare_cached(&format!(
            "SELECT part, epoch, stretch, words, counts FROM {table}
             WHERE stretch >= ? AND stretch < ? AND part > ? ORDER BY part"
        ))?;
        let mut between = self.0.prepare_cached(&format!(
            "SELECT words FROM {table} WHERE part > ? AND part < ? AND epoch = ? ORDER BY part"
        ))?;
        let mut rows = select.query(bounds(stretches, after))?;
        let (mut book, mut read) = (Book::default(), 0);
        while let Some(row) = rows.next()? {
            let (part, epoch, stretch) = (number(row, 0)?, number(row, 1)?, number(row, 2)?);
            if book.epoch != epoch {
                (book, read) = (Book::new(epoch), epoch.saturating_sub(1));
            }
            if read + 1 < part {
                let mut passed = between.query([read, part, epoch].map(u64::cast_signed))?;
                while let Some(row) = passed.next()? {
                    book.read(row.get_ref(0)?.as_blob()?);
                }
            }
            book.read(row.get_ref(3)?.as_blob()?);
            read = part;
            visit(&ReadPart { number: part, stretch, book: &book, counts: row.get_ref(4)?.as_blob()? })?;
        }
        Ok(())
    }
}

/// The series that goes on from the last part.
fn series(connection: &Connection, stretch: Stretch, catalog: &'static Catalog) -> rusqlite::Result<Series> {
    let select = format!("SELECT part, epoch, stretch FROM {} ORDER BY part DESC LIMIT 1", stretch.table());
    let last = connection.query_row(&select, [], |row| Ok((number(row, 0)?, number(row, 1)?, number(row, 2)?)));
    let Some((part, epoch, last)) = last.optional()? else { return Ok(Series::new(stretch, 1, catalog)) };
    let mut series = Series::new(stretch, part + 1, catalog);
    let mut select = connection.prepare(&format!("SELECT words FROM {} WHERE part >= ?", stretch.table()))?;
    let mut rows = select.query([epoch.cast_signed()])?;
    let mut book = Book::new(epoch);
    let mut is_whole = true;
    while let Some(row) = rows.next()? {
        is_whole &= book.read(row.get_ref(0)?.as_blob()?);
    }
    // The words that are damaged would have other numbers.
    if is_whole {
        series.resume(stretch.day(last), &book);
    }
    Ok(series)
}

/// Up to where the parts of a table go: ids of queries for hours, numbers of hours for days.
fn behind(connection: &Connection, stretch: Stretch) -> rusqlite::Result<u64> {
    let select = format!("SELECT behind FROM {} ORDER BY part DESC LIMIT 1", stretch.table());
    Ok(connection.query_row(&select, [], |row| number(row, 0)).optional()?.unwrap_or_default())
}

fn insert_all(transaction: &Transaction<'_>, stretch: Stretch, parts: &[Part]) -> rusqlite::Result<()> {
    parts.iter().try_for_each(|part| insert(transaction, stretch, part))
}

fn insert(transaction: &Transaction<'_>, stretch: Stretch, part: &Part) -> rusqlite::Result<()> {
    let insert = format!("INSERT INTO {} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", stretch.table());
    let head = [part.number, part.epoch, part.stretch, part.behind].map(u64::cast_signed);
    let ([number, epoch, stretch, behind], [stopped, allowed, cached, local, failed]) = (head, numbers(part.totals));
    let [digest, words, counts] = &part.content;
    let values =
        params![number, epoch, stretch, behind, stopped, allowed, cached, local, failed, digest, words, counts];
    transaction.prepare_cached(&insert)?.execute(values)?;
    Ok(())
}

fn numbers(totals: Totals) -> [i64; 5] {
    let Totals { stopped, allowed, cached, local, failed, .. } = totals;
    [stopped, allowed, cached, local, failed].map(u64::cast_signed)
}

fn bounds(stretches: &Range<u64>, after: u64) -> [i64; 3] {
    [stretches.start, stretches.end, after].map(|bound| bound.min(EVER).cast_signed())
}

fn totals(row: &rusqlite::Row<'_>) -> rusqlite::Result<Totals> {
    let (stopped, allowed, cached) = (number(row, 1)?, number(row, 2)?, number(row, 3)?);
    let (local, failed) = (number(row, 4)?, number(row, 5)?);
    let queries = stopped.wrapping_add(allowed).wrapping_add(cached).wrapping_add(local).wrapping_add(failed);
    Ok(Totals { queries, stopped, allowed, cached, local, failed })
}

fn number(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(i64::cast_unsigned)
}
