//! The small files of the state folder: JSON with a version, read as a whole, and written as a whole or not at all; why
//! what they keep was not changed; and what a file of the operator's must be to be read.
//!
//! Leaves what stands in them to those whose files they are.

mod refused;
mod regular;

use std::{
    fs::{self, File, Permissions},
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

pub use refused::Refused;
pub use regular::{open_regular_file, regular_file};

/// What half-written files of [`write_atomically`] end with.
pub const TEMPORARY: &str = ".new";

/// Brings what a file says from one version to the next; the version itself is changed by [`Form::parse`].
///
/// # Errors
/// Why what the file says makes no sense.
pub type Migration = fn(Value) -> Result<Value, String>;

/// The form of a file that this program writes, and how older forms become it: the first migration leads from version 1
/// to version 2, and so on.
#[derive(Clone, Copy, Debug)]
pub struct Form(pub &'static [Migration]);

#[derive(Deserialize)]
struct VersionOnly {
    version: usize,
}

#[derive(Serialize)]
struct Versioned<'v, T> {
    version: usize,
    #[serde(flatten)]
    value: &'v T,
}

impl Form {
    /// The version that is written.
    #[must_use]
    pub fn version(self) -> usize {
        self.0.len() + 1
    }

    /// Reads a file; `None` when there is none.
    ///
    /// # Errors
    /// A sentence on why the file cannot be used. It should then be left alone.
    pub fn read<T: DeserializeOwned>(self, path: &Path) -> Result<Option<T>, String> {
        let read = match fs::read(path) {
            Ok(bytes) => self.parse(&bytes).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.to_string()),
        };
        read.map_err(|reason| unusable(path, &reason))
    }

    /// Takes the text of a file apart, after bringing it to the form of today.
    ///
    /// # Errors
    /// Why that cannot be done.
    pub fn parse<T: DeserializeOwned>(self, bytes: &[u8]) -> Result<T, String> {
        let VersionOnly { version } = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let current = self.version();
        if version == current {
            return serde_json::from_slice(bytes).map_err(|error| error.to_string());
        }
        let steps = version.checked_sub(1).and_then(|done| self.0.get(done..)).filter(|steps| !steps.is_empty());
        let steps = steps.ok_or_else(|| format!("it has version {version}, and this ponor reads version {current}"))?;
        let mut value: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        for step in steps {
            value = step(value)?;
        }
        value["version"] = current.into();
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    /// What [`Self::write`] writes of `value`, which must be a struct or a map.
    ///
    /// # Errors
    /// When it is something else.
    pub fn to_bytes<T: Serialize>(self, value: &T) -> io::Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec_pretty(&Versioned { version: self.version(), value })?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Writes a file with its version. Blocks for a small file.
    ///
    /// # Errors
    /// When the system refuses; the former file is then still there.
    pub fn write<T: Serialize>(self, path: &Path, value: &T) -> Result<(), Refused> {
        let written = self.to_bytes(value).and_then(|bytes| write_atomically(path, &bytes));
        written.map_err(|error| Refused::Failed(format!("cannot write `{}`: {error}", path.display())))
    }
}

/// Says that a file is of no use, and that nobody touches it.
#[must_use]
pub fn unusable(path: &Path, reason: &str) -> String {
    format!("`{}` cannot be used and is left as it is: {reason}", path.display())
}

/// Writes a small file so that after a power cut at any moment either the former or the new one is there. Its owner alone may
/// read it, whoever may look into the folder: it tells of devices, or of what people ordered.
///
/// # Errors
/// When the system refuses; the former file is then still there.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_whole_and(path, bytes, File::sync_all)?;
    // The rename itself lasts once its directory is synced; where directories cannot be, it lasts a little later.
    let _ = File::open(directory_of(path)).and_then(|directory| directory.sync_all());
    Ok(())
}

/// Writes as [`write_atomically`] does, but waits for no disk: after a power cut the file may be empty or gone. For what can
/// be made again.
///
/// # Errors
/// When the system refuses; the former file is then still there.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_whole_and(path, bytes, |_| Ok(()))
}

/// Writes a file beside the former one, does `then` with it, and puts it in the place of the former.
fn write_whole_and(path: &Path, bytes: &[u8], then: impl FnOnce(&File) -> io::Result<()>) -> io::Result<()> {
    fs::create_dir_all(directory_of(path))?;
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(TEMPORARY);
    let temporary = PathBuf::from(temporary);
    let written = File::create(&temporary).and_then(|mut file| {
        file.set_permissions(Permissions::from_mode(0o600))?;
        file.write_all(bytes)?;
        then(&file)
    });
    let renamed = written.and_then(|()| fs::rename(&temporary, path));
    renamed.inspect_err(|_| drop(fs::remove_file(&temporary)))
}

fn directory_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
    struct House {
        rooms: u32,
        windows: u32,
    }

    /// Version 1 counted the rooms only, version 2 called them chambers.
    const HOUSE: Form = Form(&[
        |mut value| {
            value["chambers"] = value["rooms"].take();
            Ok(value)
        },
        |mut value| {
            value["rooms"] = value["chambers"].as_u64().ok_or("it has no chambers")?.into();
            value["windows"] = 2.into();
            Ok(value)
        },
    ]);

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/house.json");
        assert_eq!(HOUSE.read::<House>(&path), Ok(None));
        HOUSE.write(&path, &House { rooms: 4, windows: 6 }).unwrap();
        assert_eq!(HOUSE.read(&path), Ok(Some(House { rooms: 4, windows: 6 })));
        assert!(fs::read_to_string(&path).unwrap().contains("\"version\": 3"));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(HOUSE.write(&path.join("no-folder"), &House { rooms: 1, windows: 1 }).is_err());
        assert_eq!(HOUSE.read(&path), Ok(Some(House { rooms: 4, windows: 6 })));
    }

    #[test]
    fn a_file_that_cannot_take_its_place_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("taken");
        fs::create_dir_all(path.join("by a folder")).unwrap();
        for write in [write_whole, write_atomically] {
            assert!(write(&path, b"rooms").is_err());
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
            write(&folder.path().join("free"), b"rooms").unwrap();
            assert_eq!(fs::read(folder.path().join("free")).unwrap(), b"rooms");
            fs::remove_file(folder.path().join("free")).unwrap();
        }
    }

    #[test]
    fn older_forms_become_the_one_of_today_and_others_are_refused() {
        let check = |text: &str, expected: Result<u32, &str>| match (HOUSE.parse::<House>(text.as_bytes()), expected) {
            (Ok(house), Ok(rooms)) => assert_eq!(house, House { rooms, windows: 2 }, "{text}"),
            (Err(found), Err(reason)) => assert!(found.contains(reason), "{text}: {found}"),
            (found, expected) => panic!("{text}: {found:?}, expected {expected:?}"),
        };
        check(r#"{"version":1,"rooms":4}"#, Ok(4));
        check(r#"{"version":2,"chambers":5}"#, Ok(5));
        check(r#"{"version":3,"rooms":6,"windows":2}"#, Ok(6));
        check(r#"{"version":2,"rooms":5}"#, Err("it has no chambers"));
        check(r#"{"version":4,"rooms":5}"#, Err("it has version 4, and this ponor reads version 3"));
        check(r#"{"version":0,"rooms":5}"#, Err("it has version 0"));
        check(r#"{"version":3}"#, Err("missing field"));
        check("", Err("EOF"));
    }
}
