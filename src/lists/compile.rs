//! From the texts of all enabled lists to one table.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Cursor, Read},
    path::PathBuf,
    sync::Arc,
};

use tokio_util::sync::CancellationToken;

use super::{digest::Digest, status::ListWarning};
use crate::{
    catalog::Catalog,
    rules::{self, Action, LineOptions, ListKind, ListNumber, Reject, Table, TableBuilder},
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
    /// Whether it is used; if not, the table has no rule of it.
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
    /// Its number.
    pub(super) number: ListNumber,
    /// Its text.
    pub(super) text: Text,
    /// Stands for the text.
    pub(super) digest: Digest,
    /// How its lines are read.
    pub(super) options: LineOptions,
}

/// What compiling gives.
#[derive(Debug)]
pub(super) struct Compiled {
    /// The table.
    pub(super) table: Table,
    /// What was found in each list, or why it could not be read.
    pub(super) found: Vec<(ListNumber, Result<Found, String>)>,
}

/// What was found in a list.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// Its rules.
    pub(super) rules: u64,
    /// Lines that gave no rule although they are no comments.
    pub(super) rejected: u64,
    /// The first of those.
    pub(super) rejects: Vec<Reject>,
    /// Names it stops that devices need.
    pub(super) warnings: Vec<ListWarning>,
    /// How many such names there are in all.
    pub(super) warned: u64,
}

/// Compiles the lists to one table. A list that cannot be read is left out, and its error told. `None` when `cancel`
/// was cancelled meanwhile. Blocks for as long as reading the texts takes.
pub(super) fn compile(inputs: &[Input], catalog: &Catalog, cancel: &CancellationToken) -> Option<Compiled> {
    let mut builder = TableBuilder::new();
    let mut found = Vec::with_capacity(inputs.len());
    for input in inputs {
        let read = input.text.open().and_then(|text| {
            let text = BufReader::new(Cancellable { text, cancel });
            rules::parse_list(text, &input.options, |rule| builder.add(input.number, rule))
        });
        if cancel.is_cancelled() {
            return None;
        }
        let read = read.map_err(|error| format!("cannot read the copy in use: {error}")).map(|summary| Found {
            rules: summary.rules,
            rejected: summary.rejected,
            rejects: summary.rejects,
            ..Found::default()
        });
        found.push((input.number, read));
    }
    let table = builder.build();
    for (input, (_, found)) in inputs.iter().zip(&mut found) {
        if let (Text::File(_), Ok(found)) = (&input.text, found) {
            (found.warnings, found.warned) = warnings(&table, input.number, catalog);
        }
    }
    Some(Compiled { table, found })
}

/// The names that list `number` stops although devices need them: the first, and how many there are.
fn warnings(table: &Table, number: ListNumber, catalog: &Catalog) -> (Vec<ListWarning>, u64) {
    let mask = table.mask(|other| other == number);
    let (mut warnings, mut count) = (Vec::new(), 0);
    for (name, entry) in catalog.functional_names() {
        if table.find(name, &mask).is_none_or(|found| found.action != Action::Block) {
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

/// A text whose reading ends with an error once it is cancelled.
struct Cancellable<'a> {
    text: Box<dyn BufRead + Send>,
    cancel: &'a CancellationToken,
}

impl Read for Cancellable<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.cancel.is_cancelled() { Err(io::Error::other("cancelled")) } else { self.text.read(buffer) }
    }
}
