//! The file of a day: an SQLite database with one table of blocks.

use std::{
    ffi::CStr,
    fs,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, ErrorCode, OpenFlags, params};

use super::{block::Block, book::Book, tail::Prepared};
use crate::time::UnixTime;

/// Marks a database as one of ours: "Pono".
const APPLICATION: i64 = 0x506F_6E6F;
/// The form of the tables.
const VERSION: u64 = 2;

/// Only this process has the files open, so that what its connections share about the log is in memory instead of in
/// another file that each flush would change.
const ALONE: &CStr = c"unix-excl";

/// Small pages, so that a flush of a few hundred queries changes few octets beside its own, and a cache of 256 KiB.
const SETTINGS: &str = "PRAGMA page_size = 2048; PRAGMA cache_size = -256; PRAGMA temp_store = MEMORY;";
/// A log beside the file takes each change first, so that a flush writes few pages, in order, and an interrupted one
/// leaves nothing half done. It is synchronised when its content moves into the file: what a loss of power may cost is
/// the flushes since then, not the file.
const LOG: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;";

/// The copy that a database is built anew from may be large, so that it is not made in memory.
pub(super) const REBUILD: &str = "PRAGMA temp_store = FILE; VACUUM; PRAGMA temp_store = MEMORY;";

/// Gives back so few pages at once that the log, which takes what moves into their places, stays short.
const GIVE_BACK: &str = "PRAGMA incremental_vacuum(1000)";

/// An open database of a day.
#[derive(Debug)]
pub(super) struct DayFile(Connection);

/// Where a block lies, without its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BlockPlace {
    pub(super) ids: (u64, u64),
    pub(super) times: (UnixTime, UnixTime),
    pub(super) epoch: u64,
    pub(super) rows: u64,
}

/// A block that takes the place of another; an empty one takes it away.
#[derive(Debug)]
pub(super) struct Change {
    /// The first id of the block that was.
    pub(super) first_id: u64,
    pub(super) words: Vec<u8>,
    pub(super) block: Block,
}

impl DayFile {
    /// Opens a file to write to it, made if need be.
    pub(super) fn write(path: &Path) -> rusqlite::Result<Self> {
        let connection = open_to_write(
            path,
            "",
            "CREATE TABLE IF NOT EXISTS blocks (
                 first_id INTEGER PRIMARY KEY, last_id INTEGER NOT NULL,
                 first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
                 epoch INTEGER NOT NULL, rows INTEGER NOT NULL,
                 words BLOB NOT NULL, cells BLOB NOT NULL
             ) STRICT",
        )?;
        Ok(Self(connection))
    }

    /// Opens a file that is there to read it.
    pub(super) fn read(path: &Path) -> rusqlite::Result<Self> {
        Ok(Self(open_to_read(path)?))
    }

    /// Adds blocks, all or none.
    pub(super) fn append<'p>(&mut self, blocks: impl IntoIterator<Item = &'p Prepared>) -> rusqlite::Result<()> {
        let transaction = self.0.transaction()?;
        {
            let mut insert = transaction.prepare("INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?)")?;
            for block in blocks {
                let number = |number: u64| number.cast_signed();
                insert.execute(params![
                    number(block.ids.0),
                    number(block.ids.1),
                    number(block.times.0.0),
                    number(block.times.1.0),
                    number(block.epoch),
                    block.rows,
                    block.words,
                    block.cells,
                ])?;
            }
        }
        transaction.commit()
    }

    /// Where the blocks lie, oldest first.
    pub(super) fn places(&self) -> rusqlite::Result<Vec<BlockPlace>> {
        let mut select =
            self.0.prepare("SELECT first_id, last_id, first_at, last_at, epoch, rows FROM blocks ORDER BY first_id")?;
        let places = select.query_map([], |row| {
            let number = |column: usize| row.get::<_, i64>(column).map(i64::cast_unsigned);
            Ok(BlockPlace {
                ids: (number(0)?, number(1)?),
                times: (UnixTime(number(2)?), UnixTime(number(3)?)),
                epoch: number(4)?,
                rows: number(5)?,
            })
        })?;
        places.collect()
    }

    /// The id of the last query; 0 when there is none.
    pub(super) fn last_id(&self) -> rusqlite::Result<u64> {
        let select = "SELECT max(last_id) FROM (SELECT last_id FROM blocks ORDER BY first_id DESC LIMIT 1)";
        self.0.query_row(select, [], |row| Ok(row.get::<_, Option<i64>>(0)?.unwrap_or(0).cast_unsigned()))
    }

    /// The content of a block.
    pub(super) fn cells(&self, place: &BlockPlace) -> rusqlite::Result<Vec<u8>> {
        let mut select = self.0.prepare_cached("SELECT cells FROM blocks WHERE first_id = ?")?;
        select.query_row([place.ids.0.cast_signed()], |row| row.get(0))
    }

    /// The words of an epoch, as far as they are not damaged; with how many parts of them are.
    pub(super) fn book(&self, epoch: u64) -> rusqlite::Result<(Book, u64)> {
        let mut select = self.0.prepare_cached("SELECT words FROM blocks WHERE epoch = ? ORDER BY first_id")?;
        let mut rows = select.query([epoch.cast_signed()])?;
        let (mut book, mut damaged) = (Book::new(epoch), 0);
        while let Some(row) = rows.next()? {
            let words = row.get_ref(0)?.as_blob().unwrap_or_default();
            damaged += u64::from(!book.read(words));
        }
        Ok((book, damaged))
    }

    /// Changes blocks, all or none, and overwrites what they were.
    pub(super) fn change(&mut self, changes: &[Change]) -> rusqlite::Result<()> {
        self.0.execute_batch("PRAGMA secure_delete = ON")?;
        let transaction = self.0.transaction()?;
        for Change { first_id, words, block } in changes {
            let old = first_id.cast_signed();
            if block.is_empty() {
                transaction.execute("DELETE FROM blocks WHERE first_id = ?", [old])?;
                continue;
            }
            let (ids, times) = (block.ids(), block.times());
            let [first, last, from, to] = [ids.0, ids.1, times.0.0, times.1.0].map(u64::cast_signed);
            transaction.execute(
                "UPDATE blocks SET first_id = ?, last_id = ?, first_at = ?, last_at = ?, rows = ?, words = ?, cells = ?
                 WHERE first_id = ?",
                params![first, last, from, to, block.len(), words, block.encode(), old],
            )?;
        }
        transaction.commit()
    }

    /// Builds the file anew, so that nothing is left of what was there: places that are free keep it otherwise.
    pub(super) fn rebuild(&self) -> rusqlite::Result<()> {
        self.0.execute_batch(REBUILD)
    }

    /// Moves the log into the file and does without it from now on: nothing will be added. While somebody reads the file,
    /// the log stays until it is opened the next time.
    pub(super) fn finish(self) -> rusqlite::Result<()> {
        match self.0.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(()),
            finished => finished,
        }
    }
}

/// Opens a database of ours to write to it; a new one gets `tables`. What `settings` say of the form of the file must be
/// said before anything is in it.
pub(super) fn open_to_write(path: &Path, settings: &str, tables: &str) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags_and_vfs(path, flags, ALONE)?;
    connection.execute_batch(SETTINGS)?;
    connection.execute_batch(settings)?;
    connection.execute_batch(LOG)?;
    if pragma(&connection, "user_version")? == 0 {
        let make =
            format!("BEGIN; {tables}; PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT");
        connection.execute_batch(&make)?;
    }
    check(connection)
}

/// Opens a database of ours to read it.
pub(super) fn open_to_read(path: &Path) -> rusqlite::Result<Connection> {
    // Not read-only: the log of a file that is being written to is shared by all who have it open.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags_and_vfs(path, flags, ALONE)?;
    connection.execute_batch("PRAGMA cache_size = -256; PRAGMA query_only = ON")?;
    check(connection)
}

/// Passes on a database in the form that this program reads.
fn check(connection: Connection) -> rusqlite::Result<Connection> {
    if pragma(&connection, "user_version")? == VERSION { Ok(connection) } else { Err(rusqlite::Error::InvalidQuery) }
}

/// Gives the pages that are free back to the disk, in place; a file that was not made for that keeps them for itself.
pub(super) fn give_back(connection: &Connection) -> rusqlite::Result<()> {
    let mut giving = connection.prepare_cached(GIVE_BACK)?;
    loop {
        let (mut rows, mut given) = (giving.query([])?, 0);
        // Each row that is asked for gives one page back.
        while rows.next()?.is_some() {
            given += 1;
        }
        if given == 0 {
            return Ok(());
        }
    }
}

/// Moves the log into the file and makes it empty: it stays as long as the greatest change ever was otherwise. While
/// somebody reads, it is left as it is.
pub(super) fn empty_log(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
}

/// What a database takes on the disk with its log.
pub(super) fn octets_with_log(connection: &Connection) -> rusqlite::Result<u64> {
    let [log, _] = beside(Path::new(connection.path().unwrap_or_default()));
    let log = fs::metadata(log).map_or(0, |metadata| metadata.len());
    Ok(pragma(connection, "page_count")? * pragma(connection, "page_size")? + log)
}

/// What a database takes without the pages that are free.
pub(super) fn octets_in_use(connection: &Connection) -> rusqlite::Result<u64> {
    let used = pragma(connection, "page_count")?.saturating_sub(pragma(connection, "freelist_count")?);
    Ok(used * pragma(connection, "page_size")?)
}

/// A number that SQLite tells of a database.
fn pragma(connection: &Connection, name: &str) -> rusqlite::Result<u64> {
    connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).map(i64::cast_unsigned)
}

/// The files that SQLite keeps beside a database while it is open.
pub(super) fn beside(path: &Path) -> [PathBuf; 2] {
    ["-wal", "-shm"].map(|ending| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        name.into()
    })
}
