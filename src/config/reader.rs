//! Finding out what is wrong: unknown keys, values that are no such thing, contradictions.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::{
    fault::{Fault, Origin, nearest},
    section::{Key, Kind, element_path, join},
    takes::Takes,
    written::{Entry, Value, Written, quoted},
};

/// What reading needs to know and what it finds wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reader {
    /// The folder that relative paths of the file are relative to.
    pub(super) folder: PathBuf,
    /// Every key, by its whole path.
    pub(super) known_paths: Vec<String>,
    /// The built-in lists.
    pub(super) builtin_lists: Vec<String>,
    /// How many of the faults are faults of syntax; with any, what is missing or contradictory may be a consequence.
    pub(super) syntax_faults: usize,
    /// The line of the file from which on nothing is certain.
    pub(super) lost_from: Option<usize>,
    /// What is wrong.
    pub(super) faults: Vec<Fault>,
    /// What the readers of keys take, by the paths of these, while that is asked for.
    pub(super) said: Option<BTreeMap<String, Takes>>,
}

impl Reader {
    /// Where a path leads that is written at `origin`: in the file, from the folder of the file.
    pub(super) fn resolve(&self, path: &Path, origin: &Origin) -> PathBuf {
        match origin {
            Origin::File { .. } | Origin::Default => self.folder.join(path),
            Origin::Variable { .. } | Origin::Flag { .. } | Origin::Setting => path.to_owned(),
        }
    }

    /// Reports a fault.
    pub(super) fn fault(&mut self, origin: &Origin, message: String, suggestion: Option<&str>) {
        let suggestion = suggestion.map(ToOwned::to_owned);
        self.faults.push(Fault { origin: origin.clone(), message, suggestion });
    }

    /// Reports something that is missing or contradicts something else; not when that may be for what could not be read.
    pub(super) fn contradiction(&mut self, origin: &Origin, message: String, suggestion: Option<&str>) {
        if self.syntax_faults == 0 {
            self.fault(origin, message, suggestion);
        }
    }

    /// Reports that a value is not what its key takes.
    pub(super) fn unexpected(&mut self, path: &str, written: &Written, expected: &str) {
        self.unexpected_because(path, written, expected, "", None);
    }

    /// Reports that a value is not what its key takes, with the reason when there is one.
    pub(super) fn unexpected_because(
        &mut self,
        path: &str,
        written: &Written,
        expected: &str,
        reason: &str,
        suggestion: Option<&str>,
    ) {
        let found = match &written.value {
            Value::Broken => return,
            Value::Text(text) => shortened(text),
            Value::Array(_) => "an array".to_owned(),
            Value::Table(_) => "a section".to_owned(),
            value => value.to_string(),
        };
        let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
        self.fault(&written.origin, format!("`{path}`: expected {expected}, found {found}{reason}"), suggestion);
    }

    /// What is wrong, in order. Without what may be a consequence of a fault of syntax: the rest of its line, and
    /// everything behind the point where the parser lost its place.
    pub(super) fn into_faults(mut self) -> Vec<Fault> {
        let syntax: Vec<Fault> = self.faults.drain(..self.syntax_faults).collect();
        let lines: Vec<Option<usize>> = syntax.iter().map(|fault| fault.origin.line()).collect();
        self.faults.retain(|fault| match fault.origin.line() {
            None => true,
            line => !lines.contains(&line) && self.lost_from.is_none_or(|lost| line < Some(lost)),
        });
        self.faults.extend(syntax);
        self.faults.sort();
        self.faults
    }

    /// Brings a table into the order of its keys: reports what is unknown, puts defaults where nothing is written, and
    /// breaks what is not the section it should be (`example`).
    pub(super) fn settle(&mut self, written: &mut Written, keys: &'static [Key], path: &str, example: &str) {
        let Value::Table(entries) = &mut written.value else {
            self.unexpected(path, written, &format!("a section {example}"));
            written.value = Value::Broken;
            return;
        };
        let mut found = std::mem::take(entries);
        for key in keys {
            let position = found.iter().position(|entry| entry.key == key.name);
            let entry = position.map(|position| found.remove(position)).or_else(|| unwritten(key));
            let Some(mut entry) = entry else { continue };
            let path = join(path, key.name);
            match key.kind {
                Kind::Value => {}
                Kind::Table(keys) => self.settle(&mut entry.value, keys, &path, &format!("`[{path}]`")),
                Kind::Tables(keys) => self.settle_all(&mut entry.value, keys, &path),
            }
            entries.push(entry);
        }
        for unknown in found {
            let suggestion = nearest(&unknown.key, keys.iter().map(|key| key.name));
            let elsewhere = self.known_paths.iter().find(|known| known.rsplit('.').next() == Some(&unknown.key));
            let suggestion = suggestion.map(ToOwned::to_owned).or_else(|| elsewhere.cloned());
            let message = format!("unknown key {}", shortened(&unknown.key));
            self.fault(&unknown.origin, message, suggestion.as_deref());
        }
    }

    fn settle_all(&mut self, written: &mut Written, keys: &'static [Key], path: &str) {
        let example = format!("`[[{path}]]`");
        let Value::Array(elements) = &mut written.value else {
            self.unexpected(path, written, &format!("sections {example}"));
            written.value = Value::Broken;
            return;
        };
        for (index, element) in elements.iter_mut().enumerate() {
            let path = element_path(path, index, element);
            self.settle(element, keys, &path, &example);
        }
    }
}

/// The entry that stands for a key when nobody wrote it.
fn unwritten(key: &Key) -> Option<Entry> {
    let value = match (key.kind, key.default) {
        (Kind::Table(_), _) => Written { value: Value::Table(Vec::new()), origin: Origin::Default },
        (_, Some(default)) => Written::parse(default, &Origin::Default)?,
        (_, None) => return None,
    };
    Some(Entry { key: key.name.to_owned(), origin: Origin::Default, value })
}

/// What somebody wrote, quoted, and cut to a readable length.
pub(super) fn shortened(text: &str) -> String {
    const READABLE: usize = 80;
    match text.char_indices().nth(READABLE) {
        Some((end, _)) => format!("{}...", quoted(&text[..end])),
        None => quoted(text),
    }
}
