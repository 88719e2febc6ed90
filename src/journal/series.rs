//! Tallies of stretches one after the other, on their way to the roll-ups.

use super::{
    book::Book,
    digest::digest,
    rollups::Stretch,
    tally::{Count, Tally, Translation},
    words::{Mark, Words},
};
use crate::{catalog::Catalog, stats::Totals};

/// Octets from which on parts should be written before there are more.
const LONG: usize = 1 << 20;

/// A tally on its way to the disk.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) number: u64,
    /// The number of the first part that it shares words with.
    pub(super) epoch: u64,
    pub(super) stretch: u64,
    /// What it goes up to, that included: a query by its id, or an hour by the number of its part.
    pub(super) behind: u64,
    pub(super) totals: Totals,
    /// Digest, words that are new, and counts.
    pub(super) content: [Vec<u8>; 3],
}

/// Tallies of stretches one after the other; a stretch that comes again, or grows too large, gets another part.
#[derive(Debug)]
pub(super) struct Series {
    length: Stretch,
    catalog: &'static Catalog,
    /// Of the next part, and of the first that shares its words.
    number: u64,
    epoch: u64,
    /// The day of the words.
    day: u64,
    words: Words,
    written: Mark,
    translation: Translation,
    open: Option<(u64, Tally)>,
    done: Vec<Part>,
    /// Octets of what is done.
    octets: usize,
}

impl Series {
    /// A series whose first part has this number.
    pub(super) fn new(length: Stretch, number: u64, catalog: &'static Catalog) -> Self {
        Self {
            length,
            catalog,
            number,
            epoch: number,
            day: 0,
            words: Words::new(),
            written: Mark::default(),
            translation: Translation::default(),
            open: None,
            done: Vec::new(),
            octets: 0,
        }
    }

    /// Goes on with the words of the parts before, which are of this day.
    pub(super) fn resume(&mut self, day: u64, book: &Book) {
        (self.epoch, self.day) = (book.epoch, day);
        self.words = Words::of(book);
        self.written = self.words.mark();
    }

    /// Counts in this stretch from now on. What was counted before goes up to what lies before `next`.
    pub(super) fn begin(&mut self, stretch: u64, next: u64) {
        let is_full = self.words.is_full();
        if is_full || self.open.as_ref().is_some_and(|(open, tally)| *open != stretch || tally.is_full()) {
            self.close(next.saturating_sub(1));
        }
        let day = self.length.day(stretch);
        if is_full || self.day != day {
            (self.epoch, self.day) = (self.number, day);
            (self.words, self.written) = (Words::new(), Mark::default());
            self.translation = Translation::default();
        }
        self.open.get_or_insert_with(|| (stretch, Tally::default()));
    }

    /// Adds a count to the stretch that was begun, in words of `book`.
    pub(super) fn add(&mut self, count: &Count, book: &Book) {
        if let Some((_, tally)) = &mut self.open {
            tally.add(count, book, &mut self.translation, &mut self.words);
        }
    }

    /// Whether what is made takes so much that it should be written before there is more.
    pub(super) fn is_long(&self) -> bool {
        self.octets >= LONG
    }

    /// The parts that are made, all of which go up to something; the series goes on.
    pub(super) fn take(&mut self) -> Vec<Part> {
        self.octets = 0;
        std::mem::take(&mut self.done)
    }

    /// The parts that are left, when all was counted up to this.
    pub(super) fn finish(mut self, behind: u64) -> Vec<Part> {
        self.close(behind);
        self.done
    }

    fn close(&mut self, behind: u64) {
        let Some((stretch, tally)) = self.open.take().filter(|(_, tally)| !tally.is_empty()) else { return };
        let mark = self.words.mark();
        let digest = digest(&tally, &self.words, self.catalog);
        let words = self.words.encode(self.written, mark);
        let (number, epoch) = (self.number, self.epoch);
        let content = [digest, words, tally.encode()];
        self.octets += content.iter().map(Vec::len).sum::<usize>();
        self.done.push(Part { number, epoch, stretch, behind, totals: tally.totals(), content });
        self.number += 1;
        self.written = mark;
    }
}
