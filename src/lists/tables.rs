//! The table of all lists on disk: mapped at the start, replaced whole, and the one before kept.
//!
//! A table is written under a name of its own and mapped before it is synced and renamed, so that its rules are in force
//! at once; a power cut in between leaves the table before it, or that of the time before in its place.

use std::{
    fs::{self, File},
    io::{self, Cursor},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{compile::Found, digest::Digest, mapped::map, runs::Octets};
use crate::rules::{HashKey, LineOptions, ListNumber, Merged, Run, Table, merge};

const FILE: &str = "rules.table";
const PREVIOUS: &str = "rules.table.previous";
const TEMPORARY: &str = "rules.table.new";

/// The files of the table.
#[derive(Clone, Debug)]
pub(super) struct Tables {
    directory: PathBuf,
    key: HashKey,
}

/// What a list in a table was made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Origin {
    /// The number of its rules.
    pub(super) number: ListNumber,
    /// Its id.
    pub(super) id: String,
    /// Stands for its text.
    pub(super) digest: Digest,
    /// How its lines were read.
    pub(super) options: LineOptions,
}

/// What a table was made of; kept in it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Provenance {
    program: String,
    /// The lists, with what was found in each.
    pub(super) lists: Vec<(Origin, Found)>,
}

impl Provenance {
    pub(super) fn new(lists: Vec<(Origin, Found)>) -> Self {
        Self { program: env!("CARGO_PKG_VERSION").to_owned(), lists }
    }
}

/// A table just made.
pub(super) struct NewTable {
    pub(super) table: Table,
    /// Its file, which is to take the place of the one before; `None` when it is in memory alone.
    pub(super) file: Option<Unsettled>,
    /// Why it is in memory alone.
    pub(super) unsaved: Option<String>,
    /// Lists of whose patterns some were left out.
    pub(super) patterns_left_out: Vec<(ListNumber, u64)>,
}

impl Tables {
    pub(super) fn new(data_dir: &Path, key: HashKey) -> Self {
        Self { directory: data_dir.to_owned(), key }
    }

    /// The last table, or the one before when that is damaged, with its file. What cannot be trusted is left for the next to
    /// replace.
    pub(super) fn load(&self) -> Option<(Table, File, Provenance)> {
        [FILE, PREVIOUS].iter().find_map(|name| {
            let path = self.directory.join(name);
            let refused = |why: &dyn std::fmt::Display| tracing::warn!("`{}` is not used: {why}", path.display());
            let file = match File::open(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
                file => file.inspect_err(|error| refused(error)).ok()?,
            };
            let table = self.open(&file).inspect_err(|error| refused(error)).ok()?;
            let provenance: Provenance =
                serde_json::from_slice(table.about()).inspect_err(|error| refused(error)).ok()?;
            (provenance.program == env!("CARGO_PKG_VERSION")).then_some((table, file, provenance))
        })
    }

    /// Makes the table of `runs`: in a file, or where that cannot be, in memory.
    ///
    /// # Errors
    /// When a run cannot be read.
    pub(super) fn make(&self, runs: &[(ListNumber, &Run<Octets>)], provenance: &Provenance) -> io::Result<NewTable> {
        let about = serde_json::to_vec(provenance)?;
        let path = self.directory.join(TEMPORARY);
        let error = match self.write(runs, &about, &path) {
            Ok((table, Merged { out: file, patterns_left_out })) => {
                let file = Some(Unsettled { file, path, settled: false });
                return Ok(NewTable { table, file, unsaved: None, patterns_left_out });
            }
            Err(error) => error,
        };
        let _ = fs::remove_file(&path);
        let unsaved = Some(format!("the rules are in memory alone: cannot write `{}`: {error}", path.display()));
        let Merged { out, patterns_left_out } = merge(runs, &self.key, &about, Cursor::new(Vec::new()))?;
        let table = Table::in_memory(out.into_inner(), self.key).map_err(io::Error::other)?;
        Ok(NewTable { table, file: None, unsaved, patterns_left_out })
    }

    fn write(
        &self,
        runs: &[(ListNumber, &Run<Octets>)],
        about: &[u8],
        path: &Path,
    ) -> io::Result<(Table, Merged<File>)> {
        // A file of this name may still be mapped; it is let go, never written.
        let _ = fs::remove_file(path);
        let file = File::options().read(true).write(true).create_new(true).open(path)?;
        let merged = merge(runs, &self.key, about, file)?;
        Ok((self.open(&merged.out)?, merged))
    }

    fn open(&self, file: &File) -> io::Result<Table> {
        Table::open_mapped(&map(file)?, file, self.key).map_err(io::Error::other)
    }
}

/// The file of a new table that has not taken its place yet; dropped, it is gone.
#[derive(Debug)]
pub(super) struct Unsettled {
    file: File,
    path: PathBuf,
    settled: bool,
}

impl Unsettled {
    /// The file.
    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Puts the file in its place, so that it is there after a power cut. The table before becomes the previous one.
    ///
    /// # Errors
    /// When that fails; the table before, or the previous one, is there then.
    pub(super) fn settle(mut self) -> io::Result<()> {
        let directory = self.path.parent().unwrap_or(Path::new("."));
        self.file.sync_all()?;
        match fs::rename(directory.join(FILE), directory.join(PREVIOUS)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fs::rename(&self.path, directory.join(FILE))?;
        self.settled = true;
        File::open(directory)?.sync_all()
    }
}

impl Drop for Unsettled {
    fn drop(&mut self) {
        if !self.settled {
            let _ = fs::remove_file(&self.path);
        }
    }
}
