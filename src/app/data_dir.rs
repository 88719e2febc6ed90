//! The state folder and its lock: one ponor on one folder.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Read, Seek, Write},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use super::owner::Owner;

/// The file whose lock is held for as long as a ponor works on the folder; it holds the id of that process.
const LOCK: &str = "lock";

/// The state folder, ours for as long as this value lives.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    owner: Owner,
    _lock: File,
}

/// Why the state folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// It cannot be made or written.
    #[error("cannot use the state folder `{}`: {error}; name another one by --data-dir or `data_dir`", path.display())]
    Unusable {
        /// The folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Another ponor works on it.
    #[error("another ponor{holder} already works on `{}`; stop it, or name another folder by --data-dir", path.display())]
    Taken {
        /// The folder.
        path: PathBuf,
        /// ` (process 123)`, where it is known.
        holder: String,
    },
}

impl DataDir {
    /// Makes the folder if need be, readable by its owner alone, and takes its lock.
    ///
    /// # Errors
    /// When it cannot be had.
    pub fn take(path: &Path) -> Result<Self, DataDirError> {
        let unusable = |error| DataDirError::Unusable { path: path.to_owned(), error };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(unusable)?;
        let mut lock = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path.join(LOCK))
            .map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
            Err(TryLockError::WouldBlock) => {
                return Err(DataDirError::Taken { path: path.to_owned(), holder: holder(&mut lock) });
            }
        }
        // The id only helps people; a full disk must not keep ponor from starting.
        note_holder(&mut lock).ok();
        let about = |of: io::Result<fs::Metadata>| of.map_err(unusable);
        let owner = Owner::of(&about(fs::metadata(path))?, &about(lock.metadata())?);
        Ok(Self { path: path.to_owned(), owner, _lock: lock })
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// What was written is its owner's.
impl Drop for DataDir {
    fn drop(&mut self) {
        if let Err(error) = self.owner.hand_over(&self.path) {
            tracing::error!(folder = %self.path.display(), %error, "files of root's may be left in the state folder");
        }
    }
}

fn note_holder(lock: &mut File) -> io::Result<()> {
    lock.set_len(0)?;
    lock.rewind()?;
    write!(lock, "{}", std::process::id())
}

fn holder(lock: &mut File) -> String {
    let mut text = String::new();
    let read = Read::take(lock, 20).read_to_string(&mut text).is_ok();
    match text.trim().parse::<u32>() {
        Ok(id) if read => format!(" (process {id})"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_ponor() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("deep/data");
        let first = DataDir::take(&path).unwrap();
        let error = DataDir::take(&path).unwrap_err().to_string();
        assert!(error.contains(&format!("another ponor (process {}) already works on", std::process::id())), "{error}");
        drop(first);
        assert!(DataDir::take(&path).is_ok());
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let error = DataDir::take(Path::new("/proc/no/such")).unwrap_err().to_string();
        assert!(error.starts_with("cannot use the state folder `/proc/no/such`"), "{error}");
    }
}
