//! The folder of the journal: a file for each day, and the roll-ups.

use std::{
    collections::BTreeMap,
    fs, io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use super::file::beside;
use crate::time::Day;

/// What follows the name of a file that was damaged.
const DAMAGED: &str = ".damaged";

/// The folder.
#[derive(Clone, Debug)]
pub(super) struct Folder(PathBuf);

/// What lies in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Content {
    /// The days with the octets that each takes.
    pub(super) days: BTreeMap<Day, u64>,
    /// Octets of everything.
    pub(super) octets: u64,
    /// The names of files that were set aside, and of folders that have the place of a day.
    pub(super) damaged: Vec<String>,
}

impl Folder {
    /// The folder at `path`, which need not be there.
    pub(super) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Makes it if need be, readable by its owner alone.
    pub(super) fn make(&self) -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.0)
    }

    /// The file of a day.
    pub(super) fn day(&self, day: Day) -> PathBuf {
        self.0.join(format!("{day}.db"))
    }

    /// The roll-ups.
    pub(super) fn rollups(&self) -> PathBuf {
        self.0.join("rollups.db")
    }

    /// What lies in it.
    pub(super) fn content(&self) -> io::Result<Content> {
        let mut content = Content::default();
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let day = name.get(..10).and_then(|day| day.parse::<Day>().ok());
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                // Whose it may be: nothing of ours is in it, and it is not for us to remove.
                content.damaged.extend(day.map(|_| name));
                continue;
            }
            // A file may go while the folder is read.
            let octets = entry.metadata().map_or(0, |metadata| metadata.len());
            content.octets += octets;
            // A day that was set aside is still one that takes space and grows old.
            if let Some(day) = day {
                *content.days.entry(day).or_default() += octets;
            }
            if name.ends_with(DAMAGED) {
                content.damaged.push(name);
            }
        }
        content.damaged.sort_unstable();
        Ok(content)
    }

    /// Removes a file by its name.
    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        remove(&self.0.join(name))
    }

    /// Removes a day, damaged files of it included.
    pub(super) fn remove_day(&self, day: Day) -> io::Result<()> {
        let path = self.day(day);
        for path in [path.clone(), damaged(&path)].iter().chain(&beside(&path)) {
            remove(path)?;
        }
        Ok(())
    }
}

/// Sets a damaged database aside, so that another can take its place; an earlier one of the same name goes.
pub(super) fn set_aside(path: &Path) -> io::Result<()> {
    fs::rename(path, damaged(path))?;
    beside(path).iter().try_for_each(|path| remove(path))
}

fn damaged(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(DAMAGED);
    name.into()
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        // A folder is none of ours.
        Err(error) if ![io::ErrorKind::NotFound, io::ErrorKind::IsADirectory].contains(&error.kind()) => Err(error),
        _ => Ok(()),
    }
}
