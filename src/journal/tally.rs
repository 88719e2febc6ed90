//! How often each device asked for each name with each end, in a stretch of time.

use std::collections::HashMap;

use super::{
    block::{Cell, verdict},
    book::Book,
    octets::{Reader, put, put_octets, seal, unseal},
    words::{KeptCause, Words},
};
use crate::{policy::Verdict, rules::Reach, stats::Totals};

/// Different counts of one part at most; what comes then begins another part of the same stretch.
const MOST: usize = 65_536;

/// Counts, their words by number.
#[derive(Debug, Default)]
pub(super) struct Tally {
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

/// Marks of an entry beside its verdict: the cause follows, unless it is none; it is that of the entry before; so many
/// queries less one, or as many as follow.
const HAS_CAUSE: u8 = 0x08;
const SAME_CAUSE: u8 = 0x10;
const QUERIES: u8 = 5;
const MANY: u8 = 7;

/// One count of a tally, its words by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) device: u32,
    pub(super) name: u32,
    pub(super) cause: u32,
    pub(super) verdict: Verdict,
    pub(super) queries: u64,
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
    /// Whether nothing was counted.
    pub(super) fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Whether no more is to be counted.
    pub(super) fn is_full(&self) -> bool {
        self.counts.len() >= MOST
    }

    /// How queries ended.
    pub(super) fn totals(&self) -> Totals {
        self.totals
    }

    /// Adds a count whose words are those of `book`, in the words of this tally; `translation` is kept for the next
    /// count.
    pub(super) fn add(&mut self, count: &Count, book: &Book, translation: &mut Translation, words: &mut Words) {
        translation.begin(book);
        let device = translation.device(count.device, book, words);
        let name = translation.name(count.name, book, words);
        words.locate_as(name, book, count.name);
        let cause = translation.cause(count.cause, book, words, KeptCause::without_rule);
        let key = Key { device, name, cause, verdict: count.verdict as u8 };
        *self.counts.entry(key).or_default() += count.queries;
        self.totals.add(count.verdict, count.queries);
    }

    /// The counts, by device, then by name.
    pub(super) fn counts(&self) -> impl Iterator<Item = Count> {
        let mut sorted: Vec<(&Key, &u64)> = self.counts.iter().collect();
        sorted.sort_unstable();
        sorted.into_iter().filter_map(|(key, queries)| {
            let Key { device, name, cause, verdict } = *key;
            Some(Count { device, name, cause, verdict: self::verdict(verdict)?, queries: *queries })
        })
    }

    /// The counts as octets: what each device asked stands behind its length, so that it can be passed over.
    pub(super) fn encode(&self) -> Vec<u8> {
        let (mut octets, mut stretch) = (Vec::new(), Vec::new());
        let (mut device, mut last, mut name, mut cause) = (None, 0, 0, 0);
        let mut finish = |device: u32, stretch: &mut Vec<u8>| {
            put(&mut octets, u64::from(device - last));
            put_octets(&mut octets, stretch);
            last = device;
            stretch.clear();
        };
        for count in self.counts() {
            if let Some(device) = device.replace(count.device).filter(|device| *device != count.device) {
                finish(device, &mut stretch);
                (name, cause) = (0, 0);
            }
            put_entry(&mut stretch, &count, name, cause);
            (name, cause) = (count.name, count.cause);
        }
        if let Some(device) = device {
            finish(device, &mut stretch);
        }
        seal(octets)
    }
}

/// Writes a count behind one with this name and this cause.
fn put_entry(octets: &mut Vec<u8>, count: &Count, name: u32, cause: u32) {
    let few = u8::try_from(count.queries.wrapping_sub(1)).ok().filter(|few| *few < MANY);
    let mut flags = count.verdict as u8 | few.unwrap_or(MANY) << QUERIES;
    flags |= match count.cause {
        0 => 0,
        same if same == cause => SAME_CAUSE,
        _ => HAS_CAUSE,
    };
    put(octets, u64::from(count.name - name));
    octets.push(flags);
    if flags & HAS_CAUSE != 0 {
        put(octets, count.cause.into());
    }
    if few.is_none() {
        put(octets, count.queries);
    }
}

impl Translation {
    /// The same query in other words.
    pub(super) fn cell(&mut self, cell: &Cell, book: &Book, words: &mut Words) -> Cell {
        self.begin(book);
        let name = self.name(cell.name, book, words);
        words.locate_as(name, book, cell.name);
        Cell {
            device: self.device(cell.device, book, words),
            name,
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
        translate(&mut self.names, number, || Some(words.name_of(book.name_wire(number)?)))
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
    Some(Counts { devices: Reader(unseal(octets)?), stretch: Reader(&[]), device: 0, name: 0, cause: 0 })
}

/// Counts that are read one after the other.
#[derive(Debug)]
pub(super) struct Counts<'a> {
    devices: Reader<'a>,
    /// What is left of those of `device`.
    stretch: Reader<'a>,
    device: u32,
    name: u32,
    cause: u32,
}

impl Counts<'_> {
    /// The next count of a device that is looked for; those of others are not read.
    pub(super) fn next_of(&mut self, mut is_looked_for: impl FnMut(u32) -> bool) -> Option<Count> {
        while self.stretch.0.is_empty() {
            self.device = self.device.checked_add(self.devices.small()?)?;
            let stretch = self.devices.octets()?;
            if is_looked_for(self.device) {
                self.stretch = Reader(stretch);
                (self.name, self.cause) = (0, 0);
            }
        }
        let stretch = &mut self.stretch;
        self.name = self.name.checked_add(stretch.small()?)?;
        let flags = stretch.octet()?;
        self.cause = match flags & (HAS_CAUSE | SAME_CAUSE) {
            0 => 0,
            HAS_CAUSE => stretch.small()?,
            _ => self.cause,
        };
        let queries = if flags >> QUERIES == MANY { stretch.number()? } else { u64::from(flags >> QUERIES) + 1 };
        let Self { device, name, cause, .. } = *self;
        Some(Count { device, name, cause, verdict: verdict(flags & 7)?, queries })
    }
}

impl Iterator for Counts<'_> {
    type Item = Count;

    fn next(&mut self) -> Option<Count> {
        self.next_of(|_| true)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_counted_is_read_whole_and_device_by_device(
            counts in prop::collection::btree_map((0..6_u32, 0..400_u32, 0..4_u32, 0..5_u8), 1..100_000_u64, 0..200),
            device in 0..6_u32,
        ) {
            let mut tally = Tally::default();
            let mut expected = Vec::new();
            for ((device, name, cause, verdict), queries) in counts {
                let queries = if queries % 3 == 0 { queries } else { queries % 10 + 1 };
                tally.counts.insert(Key { device, name, cause, verdict }, queries);
                expected.push(Count { device, name, cause, verdict: self::verdict(verdict).unwrap(), queries });
            }
            let octets = tally.encode();
            prop_assert_eq!(super::counts(&octets).unwrap().collect::<Vec<_>>(), expected.clone());
            let mut some = super::counts(&octets).unwrap();
            let some: Vec<_> = std::iter::from_fn(|| some.next_of(|other| other == device)).collect();
            expected.retain(|count| count.device == device);
            prop_assert_eq!(some, expected);
        }

        #[test]
        fn no_octets_panic(octets: Vec<u8>) {
            if let Some(counts) = counts(&seal(octets.clone())) {
                prop_assert!(counts.count() <= octets.len());
            }
        }
    }
}
