//! Finding the entry of a name: the longest name of the catalogue that covers it decides.

use std::{
    collections::{HashMap, hash_map},
    sync::LazyLock,
};

use include_dir::{Dir, include_dir};

use super::{
    Class, Entry, FileFault, Reason,
    entry::{Pattern, PatternKind},
    file,
};
use crate::dns::Name;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/blocklists");

/// All that is known of whose names are whose.
#[derive(Debug, Default)]
pub struct Catalog {
    entries: Vec<Entry>,
    index: HashMap<Box<[u8]>, Slot>,
}

/// The entries whose patterns stand at one name; numbers are places in [`Catalog::entries`].
#[derive(Debug, Default)]
struct Slot {
    exact: Option<usize>,
    subdomains: Option<usize>,
    globs: Vec<(Pattern, usize)>,
}

impl Catalog {
    /// The catalogue that is embedded in the program.
    ///
    /// # Panics
    /// Never in a program whose tests passed: they read the same files.
    #[must_use]
    pub fn built_in() -> &'static Self {
        static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
            Catalog::read(shipped_files()).expect("the embedded files are those that the tests have read")
        });
        &CATALOG
    }

    /// Reads a catalogue from files, each given by its name and its text.
    ///
    /// # Errors
    /// All faults of all files.
    pub fn read<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Self, Vec<FileFault>> {
        let (mut catalog, mut faults) = (Self::default(), Vec::new());
        for (file, text) in files {
            let mut fault = |reason| faults.push(FileFault { file: file.to_owned(), reason });
            let start = catalog.entries.len();
            file::read(text, &mut catalog.entries, &mut fault);
            catalog.enter_from(start, &mut fault);
        }
        catalog.check_cover(&mut faults);
        if faults.is_empty() { Ok(catalog) } else { Err(faults) }
    }

    /// The entry of `name`: of the names of the catalogue that cover it, the longest decides; of equally long ones an
    /// exact name comes before one that stands for everything below it too, and that before a glob.
    #[must_use]
    pub fn find(&self, name: &Name) -> Option<&Entry> {
        let name = name.to_lowercase();
        let label = name.labels().next().unwrap_or_default();
        let number = name.suffixes().enumerate().find_map(|(depth, suffix)| {
            let slot = self.index.get(suffix)?;
            let exact = slot.exact.filter(|_| depth == 0);
            exact.or(slot.subdomains).or_else(|| slot.glob(label).filter(|_| depth == 1))
        });
        self.entries.get(number?)
    }

    /// All entries, vendor by vendor.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The names that devices need, each with what it is for; globs are left out.
    pub fn functional_names(&self) -> impl Iterator<Item = (&Name, &Entry)> {
        let functional = self.entries.iter().filter(|entry| entry.class == Class::Functional);
        let whole = |pattern: &&Pattern| !matches!(pattern.kind, PatternKind::Glob { .. });
        functional.flat_map(move |entry| entry.names.iter().filter(whole).map(move |pattern| (&pattern.name, entry)))
    }

    /// Enters the names of the entries from `start` into the index.
    fn enter_from(&mut self, start: usize, fault: &mut impl FnMut(Reason)) {
        for (number, entry) in self.entries.iter().enumerate().skip(start) {
            for pattern in &entry.names {
                let slot = match self.index.entry(pattern.name.wire().into()) {
                    hash_map::Entry::Vacant(vacant) => vacant.insert(Slot::default()),
                    hash_map::Entry::Occupied(occupied) => occupied.into_mut(),
                };
                if let Some(other) = slot.enter(pattern, number) {
                    let other = self.entries.get(other).map_or_else(String::new, |other| other.service.to_string());
                    fault(Reason::Twice { name: pattern.name.to_string(), other });
                }
            }
        }
    }

    /// A list can only stop everything below a name, not spare some of it: so no name that is to be spared may lie there.
    fn check_cover(&self, faults: &mut Vec<FileFault>) {
        for entry in &self.entries {
            for pattern in &entry.names {
                let above = match pattern.kind {
                    PatternKind::Glob { .. } => Some(pattern.name),
                    _ => pattern.name.parent(),
                };
                let by = above.and_then(|above| self.stopped_subtree(&above, entry.class));
                if let Some(by) = by {
                    let reason = Reason::Covered { name: pattern.name.to_string(), by };
                    faults.push(FileFault { file: entry.vendor.to_string(), reason });
                }
            }
        }
    }

    /// The name at or above `name` whose subdomains a list stops that spares names of `class`.
    fn stopped_subtree(&self, name: &Name, class: Class) -> Option<String> {
        name.suffixes().find_map(|suffix| {
            let above = self.entries.get(self.index.get(suffix)?.subdomains?)?;
            let name = Name::from_wire(suffix).ok()?;
            (above.class < class).then(|| name.to_string())
        })
    }
}

impl Slot {
    /// Enters a pattern; gives the entry that has it already.
    fn enter(&mut self, pattern: &Pattern, number: usize) -> Option<usize> {
        match pattern.kind {
            PatternKind::Exact => self.exact.replace(number).or(self.subdomains),
            PatternKind::Subdomains => self.subdomains.replace(number).or(self.exact),
            PatternKind::Glob { .. } => {
                let other = self.globs.iter().find(|(other, _)| other == pattern).map(|(_, number)| *number);
                self.globs.push((pattern.clone(), number));
                other
            }
        }
    }

    fn glob(&self, label: &[u8]) -> Option<usize> {
        let (_, number) = self.globs.iter().find(|(pattern, _)| match &pattern.kind {
            PatternKind::Glob { before, behind } => {
                label.len() > before.len() + behind.len() && label.starts_with(before) && label.ends_with(behind)
            }
            _ => false,
        })?;
        Some(*number)
    }
}

fn shipped_files() -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.files().filter_map(|file| {
        let is_catalog = file.path().extension().is_some_and(|extension| extension == "toml");
        Some((file.path().to_str().filter(|_| is_catalog)?, file.contents_utf8()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_files_are_good() {
        let faults = Catalog::read(shipped_files()).err().unwrap_or_default();
        let faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
