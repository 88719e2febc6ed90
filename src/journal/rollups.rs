//! The database of roll-ups: hours for five weeks, days for as long as the operator wants.
//!
//! Each hour or day is a part that is appended once it is over, made of the queries, or of the hours, that came since the
//! part before. So nothing is counted twice or left out, even by a clock that jumps: an hour that comes again gets
//! another part.

use std::{ops::Range, path::Path};

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{
    erase::from_part,
    file,
    tally::{Part, Tally, Translation, counts},
    words::Book,
};
use crate::{clients::DeviceId, stats::Totals};

/// Hours that are kept.
pub(super) const HOURS: u64 = 35 * 24;

/// Parts of a series that are held in memory at most.
const LONG: usize = 48;

/// How long a stretch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stretch {
    Hour,
    Day,
}

/// The open database.
#[derive(Debug)]
pub(super) struct Rollups(Connection);

/// A part as it is read: its words and its counts, as they were encoded.
#[derive(Debug)]
pub(super) struct ReadPart {
    /// The number of its hour or day.
    pub(super) stretch: u64,
    pub(super) words: Vec<u8>,
    pub(super) counts: Vec<u8>,
}

/// How far roll-ups go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// The id of the last query that is in an hour.
    pub(super) queries: u64,
    /// The number of the last hour part that is in a day.
    pub(super) hours: u64,
}

impl Stretch {
    fn table(self) -> &'static str {
        match self {
            Self::Hour => "hours",
            Self::Day => "days",
        }
    }
}

impl Rollups {
    /// Opens the database to write to it, made if need be.
    pub(super) fn write(path: &Path) -> rusqlite::Result<Self> {
        let columns = "part INTEGER PRIMARY KEY AUTOINCREMENT, stretch INTEGER NOT NULL,
            stopped INTEGER NOT NULL, allowed INTEGER NOT NULL, cached INTEGER NOT NULL,
            local INTEGER NOT NULL, failed INTEGER NOT NULL, words BLOB NOT NULL, counts BLOB NOT NULL";
        let tables = format!(
            "CREATE TABLE hours ({columns}) STRICT; CREATE TABLE days ({columns}) STRICT;
             CREATE TABLE progress (queries INTEGER NOT NULL, hours INTEGER NOT NULL) STRICT;
             INSERT INTO progress VALUES (0, 0)"
        );
        Ok(Self(file::open_to_write(path, &tables)?))
    }

    /// Opens the database that is there to read it, as it is at this moment.
    pub(super) fn read(path: &Path) -> rusqlite::Result<Self> {
        let connection = file::open_to_read(path)?;
        connection.execute_batch("BEGIN")?;
        Ok(Self(connection))
    }

    /// How far roll-ups go.
    pub(super) fn progress(&self) -> rusqlite::Result<Progress> {
        let progress = self.0.query_row("SELECT queries, hours FROM progress", [], |row| {
            Ok(Progress { queries: number(row, 0)?, hours: number(row, 1)? })
        });
        Ok(progress.optional()?.unwrap_or_default())
    }

    /// Appends hours, each with its number, that hold everything up to a query.
    pub(super) fn append_hours(&mut self, hours: &[(u64, Part)], queries: u64) -> rusqlite::Result<()> {
        let transaction = self.0.transaction()?;
        hours.iter().try_for_each(|(hour, part)| insert(&transaction, Stretch::Hour, *hour, part))?;
        transaction.execute("UPDATE progress SET queries = ?", [queries.cast_signed()])?;
        transaction.commit()
    }

    /// Appends the days that are over now that the running day is `today`.
    pub(super) fn append_days(&mut self, today: u64) -> rusqlite::Result<()> {
        let transaction = self.0.transaction()?;
        let select = "SELECT max(part) FROM hours WHERE stretch / 24 <> ?";
        let last: Option<i64> = transaction.query_row(select, [today.cast_signed()], |row| row.get(0))?;
        let done: i64 = transaction.query_row("SELECT hours FROM progress", [], |row| row.get(0))?;
        let Some(last) = last.filter(|last| *last > done) else { return Ok(()) };
        for (day, part) in &days(&transaction, done + 1, last)? {
            insert(&transaction, Stretch::Day, *day, part)?;
        }
        transaction.execute("UPDATE progress SET hours = ?", [last])?;
        transaction.commit()
    }

    /// Forgets hours and days that are too old when the running day is `today` and `keep` days are kept.
    pub(super) fn forget_old(&mut self, today: u64, keep: u64) -> rusqlite::Result<()> {
        let hour = (today * 24).saturating_sub(HOURS).cast_signed();
        self.0.execute("DELETE FROM hours WHERE stretch < ? AND part <= (SELECT hours FROM progress)", [hour])?;
        self.0.execute("DELETE FROM days WHERE stretch < ?", [today.saturating_sub(keep).cast_signed()])?;
        Ok(())
    }

    /// Erases a device from all parts, and overwrites what they were.
    pub(super) fn erase(&mut self, device: DeviceId) -> rusqlite::Result<()> {
        self.0.execute_batch("PRAGMA secure_delete = ON")?;
        let transaction = self.0.transaction()?;
        for stretch in [Stretch::Hour, Stretch::Day] {
            erase(&transaction, stretch, device)?;
        }
        transaction.commit()?;
        self.0.execute_batch(file::REBUILD)?;
        self.0.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA secure_delete = OFF")
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

    /// The parts of stretches, oldest first: those from `stretches`, parts behind the number `after`.
    pub(super) fn parts(
        &self,
        stretch: Stretch,
        stretches: &Range<u64>,
        after: u64,
        mut visit: impl FnMut(ReadPart),
    ) -> rusqlite::Result<()> {
        let table = stretch.table();
        let mut select = self.0.prepare_cached(&format!(
            "SELECT stretch, words, counts FROM {table}
             WHERE stretch >= ? AND stretch < ? AND part > ? ORDER BY part"
        ))?;
        let mut rows = select.query(bounds(stretches, after))?;
        while let Some(row) = rows.next()? {
            visit(ReadPart { stretch: number(row, 0)?, words: row.get(1)?, counts: row.get(2)? });
        }
        Ok(())
    }
}

/// The hours of the parts from one number to another, summed by their days.
fn days(transaction: &Transaction<'_>, first: i64, last: i64) -> rusqlite::Result<Vec<(u64, Part)>> {
    let mut select =
        transaction.prepare("SELECT stretch, words, counts FROM hours WHERE part BETWEEN ? AND ? ORDER BY part")?;
    let mut rows = select.query([first, last])?;
    let mut days = Series::default();
    while let Some(row) = rows.next()? {
        let (hour, words, octets): (i64, Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let day = hour.cast_unsigned() / 24;
        let mut book = Book::default();
        book.read(&words);
        let mut translation = Translation::default();
        for count in counts(&octets).into_iter().flatten() {
            days.at(day, &mut translation).add(&count, &book, &mut translation);
        }
    }
    Ok(days.finish())
}

fn erase(transaction: &Transaction<'_>, stretch: Stretch, device: DeviceId) -> rusqlite::Result<()> {
    let table = stretch.table();
    let numbers: Vec<i64> = transaction
        .prepare(&format!("SELECT part FROM {table}"))?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut select = transaction.prepare(&format!("SELECT words, counts FROM {table} WHERE part = ?"))?;
    let mut update = transaction.prepare(&format!(
        "UPDATE {table} SET stopped = ?, allowed = ?, cached = ?, local = ?, failed = ?, words = ?, counts = ?
         WHERE part = ?"
    ))?;
    for number in numbers {
        let (words, counts): (Vec<u8>, Vec<u8>) = select.query_row([number], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if let Some(part) = from_part(&words, &counts, device) {
            let Totals { stopped, allowed, cached, local, failed, .. } = part.totals;
            let [stopped, allowed, cached, local, failed] =
                [stopped, allowed, cached, local, failed].map(u64::cast_signed);
            update.execute(params![stopped, allowed, cached, local, failed, part.words, part.counts, number])?;
        }
    }
    Ok(())
}

/// Tallies of stretches one after the other; a stretch that comes again, or grows too large, gets another part.
#[derive(Debug, Default)]
pub(super) struct Series {
    done: Vec<(u64, Part)>,
    open: Option<(u64, Tally)>,
}

impl Series {
    /// The tally of a stretch; a new one makes `translation` void.
    pub(super) fn at(&mut self, stretch: u64, translation: &mut Translation) -> &mut Tally {
        if self.open.as_ref().is_some_and(|(open, tally)| *open != stretch || tally.is_full()) {
            self.close();
        }
        let (_, tally) = self.open.get_or_insert_with(|| {
            *translation = Translation::default();
            (stretch, Tally::new())
        });
        tally
    }

    /// Whether there are so many parts that they should be written before there are more.
    pub(super) fn is_long(&self) -> bool {
        self.done.len() >= LONG
    }

    /// The parts.
    pub(super) fn finish(mut self) -> Vec<(u64, Part)> {
        self.close();
        self.done
    }

    fn close(&mut self) {
        self.done.extend(
            self.open.take().filter(|(_, tally)| !tally.is_empty()).map(|(stretch, tally)| (stretch, tally.encode())),
        );
    }
}

fn insert(transaction: &Transaction<'_>, stretch: Stretch, number: u64, part: &Part) -> rusqlite::Result<()> {
    let table = stretch.table();
    let insert = format!(
        "INSERT INTO {table} (stretch, stopped, allowed, cached, local, failed, words, counts)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    );
    let Totals { stopped, allowed, cached, local, failed, .. } = part.totals;
    let [number, stopped, allowed, cached, local, failed] =
        [number, stopped, allowed, cached, local, failed].map(u64::cast_signed);
    transaction.prepare_cached(&insert)?.execute(params![
        number,
        stopped,
        allowed,
        cached,
        local,
        failed,
        part.words,
        part.counts
    ])?;
    Ok(())
}

fn bounds(stretches: &Range<u64>, after: u64) -> [i64; 3] {
    [stretches.start, stretches.end, after].map(u64::cast_signed)
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
