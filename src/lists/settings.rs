//! The lists that were added while ponor ran: `lists.json` in the data directory.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;

use super::source::{parse_source, source_text};
use crate::{
    config,
    rules::{ListFormat, ListKind},
    state::{Form, Refused, unusable},
};

/// The form of the file that this program writes and reads.
const FORM: Form = Form(&[]);

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
        let read = FORM.read(&path).and_then(|file: Option<File>| {
            file.map_or(Ok(Vec::new()), File::into_lists).map_err(|reason| unusable(&path, &reason))
        });
        match read {
            Ok(lists) => Self { path, lists, fault: None },
            Err(fault) => {
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

    /// Writes `lists`, on a thread that may wait, and takes them over. When that fails, nothing has changed.
    pub(super) async fn replace(&mut self, lists: Vec<config::List>) -> Result<(), Refused> {
        if let Some(fault) = &self.fault {
            return Err(Refused::Failed(fault.clone()));
        }
        let (path, file) = (self.path.clone(), File::of(&lists));
        let written = spawn_blocking(move || FORM.write(&path, &file)).await;
        written.map_err(|died| Refused::Failed(died.to_string()))??;
        self.lists = lists;
        Ok(())
    }
}

#[derive(Serialize, Deserialize)]
struct File {
    lists: Vec<Entry>,
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

impl File {
    fn of(lists: &[config::List]) -> Self {
        Self { lists: lists.iter().map(Entry::from_list).collect() }
    }

    fn into_lists(self) -> Result<Vec<config::List>, String> {
        let mut ids = HashSet::new();
        if let Some(twice) = self.lists.iter().find(|list| !ids.insert(list.id.clone())) {
            return Err(format!("it has list `{}` twice", twice.id));
        }
        self.lists.into_iter().map(Entry::into_list).collect()
    }
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
    if id == "all" {
        return Err("`all` is no id of a list: the word stands for all lists".to_owned());
    }
    if config::is_id(id) {
        return Ok(());
    }
    Err(format!(
        "`{}` is no id of a list: expected 1 to 64 lower-case letters, digits, `-` and `_`",
        config::shown_id(id)
    ))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn to_bytes(lists: &[config::List]) -> Vec<u8> {
        FORM.to_bytes(&File::of(lists)).unwrap()
    }

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

    #[tokio::test]
    async fn lists_are_found_again() {
        let directory = tempfile::tempdir().unwrap();
        let mut settings = Settings::load(directory.path());
        assert_eq!((settings.lists(), settings.fault()), (&[][..], None));
        let lists = vec![list("a", "builtin:vendors"), list("b", "https://example.org/x")];
        settings.replace(lists.clone()).await.unwrap();
        assert_eq!(settings.lists(), lists);
        assert_eq!(Settings::load(directory.path()).lists(), lists);
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_read_is_left_alone() {
        let entry = String::from_utf8(to_bytes(&[list("a", "builtin:vendors")])).unwrap();
        let check = async |text: &str, expected: &str| {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("lists.json");
            fs::write(&path, text).unwrap();
            let mut settings = Settings::load(directory.path());
            assert!(settings.lists().is_empty());
            let fault = settings.fault().unwrap().to_owned();
            assert!(fault.contains(expected), "{fault}");
            assert!(settings.replace(Vec::new()).await.is_err());
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        };
        check("{\"version\": 2, \"anything\": 1}", "it has version 2, and this ponor reads version 1").await;
        check("", "EOF").await;
        check("[]", "invalid").await;
        check(&entry[..entry.len() - 4], "EOF").await;
        check(&entry.replace("\"a\"", "\"../a\""), "`../a` is no id").await;
        check(&entry.replace("builtin:vendors", "/etc/passwd"), "no source of a list").await;
        check(&entry.replace("\"tlds\"", "\"tldz\""), "unknown field `tldz`").await;
        let twice = to_bytes(&[list("a", "builtin:vendors"), list("a", "builtin:vendors")]);
        check(&String::from_utf8(twice).unwrap(), "it has list `a` twice").await;
    }

    #[tokio::test]
    async fn a_change_that_cannot_be_written_does_not_happen() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("file");
        fs::write(&file, "").unwrap();
        let mut settings =
            Settings { path: file.join("lists.json"), lists: vec![list("a", "builtin:vendors")], fault: None };
        assert!(settings.replace(Vec::new()).await.is_err());
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
        check("all", false);
        check("a b", false);
    }
}
