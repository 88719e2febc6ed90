//! From the lists to one table: read what has changed, merge, and look what the result stops.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Cursor},
    path::PathBuf,
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use super::{
    runs::{Octets, Runs},
    status::ListWarning,
    tables::{NewTable, Origin, Provenance, Tables, Unsettled},
};
use crate::{
    catalog::Catalog,
    rules::{Action, ListKind, ListNumber, MAX_PATTERNS, Reject, Run, Table},
};

/// Warnings kept for a list.
const MOST_WARNINGS: usize = 20;

/// The rules of all enabled lists, and which lists there are.
#[derive(Debug)]
pub struct CompiledLists {
    /// The rules.
    pub table: Arc<Table>,
    /// All lists, those that are not enabled too.
    pub lists: Vec<ListInfo>,
    /// What the table was made of.
    pub(super) origins: Vec<Origin>,
    /// Where the texts of the lists are.
    pub(super) texts: Vec<Input>,
}

/// A list, as those who apply its rules need to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListInfo {
    /// The number of its rules in the table.
    pub number: ListNumber,
    /// Its id.
    pub id: Arc<str>,
    /// What its plain names mean.
    pub kind: ListKind,
    /// Whether it is used; if not, its rules do not count, should the table have any.
    pub enabled: bool,
}

/// Where the text of a list is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Text {
    /// In the program.
    Builtin(Arc<str>),
    /// In a file.
    File(PathBuf),
}

impl Text {
    /// Opens it for reading.
    pub(super) fn open(&self) -> io::Result<Box<dyn BufRead + Send>> {
        Ok(match self {
            Self::Builtin(text) => Box::new(Cursor::new(Arc::clone(text).as_bytes().to_vec())),
            Self::File(path) => Box::new(BufReader::with_capacity(64 << 10, File::open(path)?)),
        })
    }
}

/// A list that is to be compiled.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Input {
    /// What it is made of.
    pub(super) origin: Origin,
    /// Its text.
    pub(super) text: Text,
    /// Whether functional names that it stops are worth a warning: those of built-in lists are meant.
    pub(super) warn: bool,
}

/// What compiling needs.
#[derive(Clone, Debug)]
pub(super) struct Workshop {
    pub(super) runs: Runs,
    pub(super) tables: Tables,
    pub(super) catalog: &'static Catalog,
}

/// What compiling gives.
pub(super) struct Compiled {
    /// The table, with its file.
    pub(super) new: NewTable,
    /// What was found in each list, or why it could not be read.
    pub(super) found: Vec<(ListNumber, Result<Found, String>)>,
}

/// What was found in a list.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Found {
    /// Its rules.
    pub(super) rules: u64,
    /// Lines that gave no rule although they are no comments.
    pub(super) rejected: u64,
    /// The first of those.
    pub(super) rejects: Vec<Reject>,
    /// Names it stops that devices need.
    #[serde(skip)]
    pub(super) warnings: Vec<ListWarning>,
    /// How many such names there are in all.
    #[serde(skip)]
    pub(super) warned: u64,
    /// Why not all its rules are in force.
    #[serde(skip)]
    pub(super) left_out: Option<String>,
}

/// Compiles the lists to one table. A list that cannot be read is left out, and its error told. Blocks for as long as
/// reading the texts that have changed takes.
///
/// # Errors
/// When what was just read cannot be read again.
pub(super) fn compile(inputs: &[Input], workshop: &Workshop) -> io::Result<Compiled> {
    let (mut runs, mut lists, mut found) = (Vec::new(), Vec::new(), Vec::new());
    for input in inputs {
        let number = input.origin.number;
        match workshop.run(input) {
            Ok((run, of_list)) => {
                runs.push((number, run));
                lists.push((input.origin.clone(), of_list.clone()));
                found.push((number, Ok(of_list)));
            }
            Err(error) => found.push((number, Err(format!("cannot read the copy in use: {error}")))),
        }
    }
    let runs: Vec<_> = runs.iter().map(|(number, run)| (*number, run)).collect();
    let new = workshop.tables.make(&runs, &Provenance::new(lists))?;
    let file = new.file.as_ref().map(Unsettled::file);
    for (input, (number, found)) in inputs.iter().zip(&mut found) {
        let Ok(found) = found else { continue };
        let left_out = new.patterns_left_out.iter().find(|(other, _)| other == number);
        found.left_out = left_out
            .map(|(_, count)| format!("{count} of its patterns are left out: {MAX_PATTERNS} are the most in all"));
        if input.warn {
            found.warn(&new.table, file, *number, workshop.catalog);
        }
    }
    Ok(Compiled { new, found })
}

impl Workshop {
    /// The run of a list: the one that is there, or a new one when its text has changed.
    fn run(&self, input: &Input) -> io::Result<(Run<Octets>, Found)> {
        let Origin { id, digest, options, .. } = &input.origin;
        if let Some((run, about)) = self.runs.find(id, *digest, *options) {
            return Ok((run, about.found));
        }
        let mut made = self.runs.make(id, || input.text.open(), *options)?;
        if let Err(error) = made.keep() {
            tracing::debug!(list = id, %error, "what was read of the list is not kept");
        }
        let (run, about) = made.open(&self.runs.key)?;
        Ok((run, about.found))
    }
}

impl Found {
    /// Notes which names list `number` stops although devices need them. They are looked up in the `file` of the table if it has
    /// one: nobody asks for most of them again.
    pub(super) fn warn(&mut self, table: &Table, file: Option<&File>, number: ListNumber, catalog: &Catalog) {
        (self.warnings, self.warned) = warnings(table, file, number, catalog);
    }
}

/// The names that list `number` stops although devices need them: the first, and how many there are.
fn warnings(table: &Table, file: Option<&File>, number: ListNumber, catalog: &Catalog) -> (Vec<ListWarning>, u64) {
    let mask = table.mask(|other| other == number);
    let find = |name| file.map_or_else(|| table.find(name, &mask), |file| table.find_in(file, name, &mask));
    let (mut warnings, mut count) = (Vec::new(), 0);
    for (name, entry) in catalog.functional_names() {
        if find(name).is_none_or(|found| found.action != Action::Block) {
            continue;
        }
        count += 1;
        if warnings.len() < MOST_WARNINGS {
            warnings.push(ListWarning {
                name: name.to_string(),
                vendor: entry.vendor.to_string(),
                service: entry.service.to_string(),
                breaks: entry.breaks.as_ref().map(ToString::to_string),
            });
        }
    }
    (warnings, count)
}
