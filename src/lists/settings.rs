//! The lists that were added while ponor ran: `lists.json` in the data directory.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{
    ListsError,
    source::{parse_source, source_text},
    store::write_atomically,
};
use crate::{
    config,
    rules::{ListFormat, ListKind},
};

/// The form of the file that this program writes and reads.
const VERSION: u32 = 1;

/// The lists that were added while ponor ran, and the file that keeps them.
#[derive(Debug)]
pub(super) struct Settings {
    path: PathBuf,
    lists: Vec<config::List>,
    /// Why the file cannot be read. It is then left alone, and nothing can be added.
    fault: Option<String>,
}

impl Settings {
    /// Reads the file. One that is missing is empty; one that cannot be read costs the lists in it, not the others.
    pub(super) fn load(data_dir: &Path) -> Self {
        let path = data_dir.join("lists.json");
        let read = match fs::read(&path) {
            Ok(bytes) => parse(&bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error.to_string()),
        };
        match read {
            Ok(lists) => Self { path, lists, fault: None },
            Err(reason) => {
                let fault = format!("`{}` cannot be used and is left as it is: {reason}", path.display());
                tracing::error!("{fault}");
                Self { path, lists: Vec::new(), fault: Some(fault) }
            }
        }
    }

    /// The lists.
    pub(super) fn lists(&self) -> &[config::List] {
        &self.lists
    }

    /// What the page made of `list`, if ponor's defaults gave it; what the configuration says cannot be changed here.
    pub(super) fn instead_of(&self, list: &config::List) -> Option<&config::List> {
        self.lists.iter().find(|other| !list.fixed && other.id == list.id && other.source == list.source)
    }

    /// Why the file cannot be read.
    pub(super) fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    /// Writes `lists` and takes them over. When that fails, nothing has changed. Blocks for a small file.
    pub(super) fn replace(&mut self, lists: Vec<config::List>) -> Result<(), ListsError> {
        if let Some(fault) = &self.fault {
            return Err(ListsError::Failed(fault.clone()));
        }
        let failed = |error| ListsError::Failed(format!("cannot write `{}`: {error}", self.path.display()));
        write_atomically(&self.path, &to_bytes(&lists)).map_err(failed)?;
        self.lists = lists;
        Ok(())
    }
}

#[derive(Serialize, Deserialize)]
struct File {
    version: u32,
    lists: Vec<Entry>,
}

#[derive(Deserialize)]
struct VersionOnly {
    version: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    enabled: bool,
    source: String,
    kind: ListKind,
    format: ListFormat,
    subdomains: bool,
    tlds: bool,
    update_every_seconds: u64,
}

fn parse(bytes: &[u8]) -> Result<Vec<config::List>, String> {
    let VersionOnly { version } = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if version != VERSION {
        return Err(format!("it has version {version}, and this ponor reads version {VERSION}"));
    }
    let file: File = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let mut ids = HashSet::new();
    if let Some(twice) = file.lists.iter().find(|list| !ids.insert(list.id.clone())) {
        return Err(format!("it has list `{}` twice", twice.id));
    }
    file.lists.into_iter().map(Entry::into_list).collect()
}

fn to_bytes(lists: &[config::List]) -> Vec<u8> {
    let file = File { version: VERSION, lists: lists.iter().map(Entry::from_list).collect() };
    let mut bytes = serde_json::to_vec_pretty(&file).expect("structs with string keys always have a JSON form");
    bytes.push(b'\n');
    bytes
}

impl Entry {
    fn from_list(list: &config::List) -> Self {
        Self {
            id: list.id.clone(),
            enabled: list.enabled,
            source: source_text(&list.source),
            kind: list.kind,
            format: list.format,
            subdomains: list.subdomains,
            tlds: list.tlds,
            update_every_seconds: list.update_every.as_secs(),
        }
    }

    fn into_list(self) -> Result<config::List, String> {
        check_id(&self.id)?;
        Ok(config::List {
            source: parse_source(&self.source)?,
            id: self.id,
            enabled: self.enabled,
            kind: self.kind,
            format: self.format,
            subdomains: self.subdomains,
            tlds: self.tlds,
            update_every: Duration::from_secs(self.update_every_seconds),
            fixed: false,
        })
    }
}

/// Checks an id: it names a directory too.
pub(super) fn check_id(id: &str) -> Result<(), String> {
    let allowed = |octet: u8| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'-' || octet == b'_';
    if (1..=64).contains(&id.len()) && id.bytes().all(allowed) {
        return Ok(());
    }
    Err(format!("`{}` is no id of a list: expected 1 to 64 lower-case letters, digits, `-` and `_`", id.escape_debug()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(id: &str, source: &str) -> config::List {
        config::List {
            id: id.into(),
            enabled: true,
            source: parse_source(source).unwrap(),
            kind: ListKind::Allow,
            format: ListFormat::Hosts,
            subdomains: true,
            tlds: false,
            update_every: Duration::from_hours(12),
            fixed: false,
        }
    }

    #[test]
    fn lists_are_found_again() {
        let directory = tempfile::tempdir().unwrap();
        let mut settings = Settings::load(directory.path());
        assert_eq!((settings.lists(), settings.fault()), (&[][..], None));
        let lists = vec![list("a", "builtin:vendors"), list("b", "https://example.org/x")];
        settings.replace(lists.clone()).unwrap();
        assert_eq!(settings.lists(), lists);
        assert_eq!(Settings::load(directory.path()).lists(), lists);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_left_alone() {
        let entry = String::from_utf8(to_bytes(&[list("a", "builtin:vendors")])).unwrap();
        let check = |text: &str, expected: &str| {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("lists.json");
            fs::write(&path, text).unwrap();
            let mut settings = Settings::load(directory.path());
            assert!(settings.lists().is_empty());
            let fault = settings.fault().unwrap().to_owned();
            assert!(fault.contains(expected), "{fault}");
            assert!(settings.replace(Vec::new()).is_err());
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        };
        check("{\"version\": 2, \"anything\": 1}", "it has version 2, and this ponor reads version 1");
        check("", "EOF");
        check("[]", "invalid");
        check(&entry[..entry.len() - 4], "EOF");
        check(&entry.replace("\"a\"", "\"../a\""), "`../a` is no id");
        check(&entry.replace("builtin:vendors", "/etc/passwd"), "no source of a list");
        check(&entry.replace("\"tlds\"", "\"tldz\""), "unknown field `tldz`");
        let twice = to_bytes(&[list("a", "builtin:vendors"), list("a", "builtin:vendors")]);
        check(&String::from_utf8(twice).unwrap(), "it has list `a` twice");
    }

    #[test]
    fn a_change_that_cannot_be_written_does_not_happen() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("file");
        fs::write(&file, "").unwrap();
        let mut settings =
            Settings { path: file.join("lists.json"), lists: vec![list("a", "builtin:vendors")], fault: None };
        assert!(settings.replace(Vec::new()).is_err());
        assert_eq!(settings.lists().len(), 1);
    }

    #[test]
    fn ids_are_checked() {
        let check = |id: &str, good: bool| assert_eq!(check_id(id).is_ok(), good, "{id}");
        check("ads", true);
        check("a-b_9", true);
        check(&"x".repeat(64), true);
        check(&"x".repeat(65), false);
        check("", false);
        check(".", false);
        check("..", false);
        check("a/b", false);
        check("Ads", false);
        check("a b", false);
    }
}
