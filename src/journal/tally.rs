//! How often each device asked for each name with each end, in a stretch of time.

use std::collections::HashMap;

use super::{
    block::{Cell, verdict},
    octets::{Reader, put, seal, unseal},
    words::{Book, KeptCause, Mark, Words},
};
use crate::{policy::Verdict, rules::Reach, stats::Totals};

/// Different counts of one part at most; what comes then begins another part of the same stretch.
const MOST: usize = 65_536;

/// Counts with words of their own.
#[derive(Debug)]
pub(super) struct Tally {
    words: Words,
    counts: HashMap<Key, u64>,
    totals: Totals,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Key {
    device: u32,
    name: u32,
    cause: u32,
    verdict: u8,
}

/// One count of a tally, its words by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) device: u32,
    pub(super) name: u32,
    pub(super) cause: u32,
    pub(super) verdict: Verdict,
    pub(super) queries: u64,
}

/// A tally on its way to the disk.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) totals: Totals,
    pub(super) words: Vec<u8>,
    pub(super) counts: Vec<u8>,
}

/// The numbers that the words of a book have in a tally; 0 where that is not known yet.
#[derive(Debug, Default)]
pub(super) struct Translation {
    epoch: u64,
    names: Vec<u32>,
    devices: Vec<u32>,
    causes: Vec<u32>,
}

impl Tally {
    /// Nothing was counted.
    pub(super) fn new() -> Self {
        Self { words: Words::new(), counts: HashMap::new(), totals: Totals::default() }
    }

    /// Whether nothing was counted.
    pub(super) fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Whether no more is to be counted.
    pub(super) fn is_full(&self) -> bool {
        self.words.is_full() || self.counts.len() >= MOST
    }

    /// Adds a count whose words are those of `book`; `translation` is kept for the next count.
    pub(super) fn add(&mut self, count: &Count, book: &Book, translation: &mut Translation) {
        translation.begin(book);
        let device = translation.device(count.device, book, &mut self.words);
        let name = translation.name(count.name, book, &mut self.words);
        let cause = translation.cause(count.cause, book, &mut self.words, KeptCause::without_rule);
        let key = Key { device, name, cause, verdict: count.verdict as u8 };
        *self.counts.entry(key).or_default() += count.queries;
        self.totals.add(count.verdict, count.queries);
    }

    /// The tally as octets.
    pub(super) fn encode(&self) -> Part {
        let mut sorted: Vec<(&Key, &u64)> = self.counts.iter().collect();
        sorted.sort_unstable();
        let mut octets = Vec::new();
        let mut last = (0, 0);
        for (key, queries) in sorted {
            if key.device != last.0 {
                last.1 = 0;
            }
            put(&mut octets, u64::from(key.device - last.0));
            put(&mut octets, u64::from(key.name - last.1));
            put(&mut octets, key.cause.into());
            octets.push(key.verdict);
            put(&mut octets, *queries);
            last = (key.device, key.name);
        }
        Part { totals: self.totals, words: self.words.encode(Mark::default(), self.words.mark()), counts: seal(octets) }
    }
}

impl Translation {
    /// The same query in other words.
    pub(super) fn cell(&mut self, cell: &Cell, book: &Book, words: &mut Words) -> Cell {
        self.begin(book);
        Cell {
            device: self.device(cell.device, book, words),
            name: self.name(cell.name, book, words),
            cause: self.cause(cell.cause, book, words, |cause| cause),
            ..*cell
        }
    }

    /// Forgets the numbers of another book.
    fn begin(&mut self, book: &Book) {
        if self.epoch != book.epoch {
            *self = Self { epoch: book.epoch, ..Self::default() };
        }
    }

    fn device(&mut self, number: u32, book: &Book, words: &mut Words) -> u32 {
        translate(&mut self.devices, number, || Some(words.device(book.device(number)?)))
    }

    fn name(&mut self, number: u32, book: &Book, words: &mut Words) -> u32 {
        translate(&mut self.names, number, || Some(words.name(book.name_wire(number)?)))
    }

    fn cause(&mut self, number: u32, book: &Book, words: &mut Words, keep: impl FnOnce(KeptCause) -> KeptCause) -> u32 {
        translate(&mut self.causes, number, || Some(words.cause(&keep(book.cause(number)?.clone()))))
    }
}

/// The number of a word in a tally, looked up once.
fn translate(known: &mut Vec<u32>, number: u32, enter: impl FnOnce() -> Option<u32>) -> u32 {
    if number == 0 {
        return 0;
    }
    let place = usize::try_from(number).unwrap_or(usize::MAX);
    if known.len() <= place {
        known.resize(place + 1, 0);
    }
    if known[place] == 0 {
        known[place] = enter().unwrap_or(0);
    }
    known[place]
}

/// The counts that [`Tally::encode`] wrote; `None` when they are damaged.
pub(super) fn counts(octets: &[u8]) -> Option<Counts<'_>> {
    Some(Counts { reader: Reader(unseal(octets)?), last: (0, 0) })
}

/// Counts that are read one after the other.
#[derive(Debug)]
pub(super) struct Counts<'a> {
    reader: Reader<'a>,
    last: (u32, u32),
}

impl Iterator for Counts<'_> {
    type Item = Count;

    fn next(&mut self) -> Option<Count> {
        let reader = &mut self.reader;
        let step = reader.small()?;
        if step > 0 {
            self.last = (self.last.0.checked_add(step)?, 0);
        }
        self.last.1 = self.last.1.checked_add(reader.small()?)?;
        let (device, name) = self.last;
        let cause = reader.small()?;
        Some(Count { device, name, cause, verdict: verdict(reader.octet()?)?, queries: reader.number()? })
    }
}

impl From<Cell> for Count {
    fn from(cell: Cell) -> Self {
        let Cell { device, name, cause, verdict, .. } = cell;
        Self { device, name, cause, verdict, queries: 1 }
    }
}

impl KeptCause {
    /// The cause without the rule: whose word it was, and what the name leads to.
    fn without_rule(self) -> Self {
        Self { reach: Reach::Exact, labels: 0, ..self }
    }
}
