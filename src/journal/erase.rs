//! Erasing what was recorded of a device: blocks and sums are written anew without it, and what they were is overwritten.

use std::path::Path;

use super::{
    block::{Block, Cells},
    book::Book,
    digest::digest,
    file::{BlockPlace, Change, DayFile},
    tally::{Tally, Translation, counts},
    words::{Mark, Words},
};
use crate::{catalog::Catalog, clients::DeviceId, stats::Totals};

/// Erases a device from the file of a day; true when nothing is left of the day.
pub(super) fn from_day(path: &Path, device: DeviceId) -> rusqlite::Result<bool> {
    let mut file = DayFile::write(path)?;
    let places = file.places()?;
    let (mut left, mut is_changed) = (places.len(), false);
    for epoch in places.chunk_by(|one, other| one.epoch == other.epoch) {
        let Some(number) = epoch.first().map(|place| place.epoch) else { continue };
        let (book, _) = file.book(number)?;
        if knows(&book, device) {
            left -= from_epoch(&mut file, epoch, &book, device)?;
            is_changed = true;
        }
    }
    if is_changed {
        file.rebuild()?;
    }
    file.finish()?;
    Ok(left == 0)
}

/// Writes the blocks of one set of words anew; returns how many are gone.
fn from_epoch(file: &mut DayFile, places: &[BlockPlace], book: &Book, device: DeviceId) -> rusqlite::Result<usize> {
    let (mut words, mut translation, mut from, mut gone) = (Words::new(), Translation::default(), Mark::default(), 0);
    let mut changes = Vec::new();
    for place in places {
        let octets = file.cells(place)?;
        let mut block = Block::default();
        let kept = Cells::decode(&octets).into_iter().flatten().filter(|cell| !is(book, cell.device, device));
        kept.for_each(|cell| block.push(&translation.cell(&cell, book, &mut words)));
        let mark = words.mark();
        gone += usize::from(block.is_empty());
        changes.push(Change { first_id: place.ids.0, words: words.encode(from, mark), block });
        from = mark;
    }
    file.change(&changes)?;
    Ok(gone)
}

/// Parts of the roll-ups without a device, one after the other.
#[derive(Debug)]
pub(super) struct Erased {
    device: DeviceId,
    epoch: u64,
    words: Words,
    written: Mark,
    translation: Translation,
}

impl Erased {
    /// Nothing was seen of any part yet.
    pub(super) fn new(device: DeviceId) -> Self {
        let (words, written, translation) = (Words::new(), Mark::default(), Translation::default());
        Self { device, epoch: 0, words, written, translation }
    }

    /// The next part, given by the words up to it and its counts: its totals, and its digest, words and counts.
    pub(super) fn part(&mut self, book: &Book, octets: &[u8], catalog: &Catalog) -> (Totals, [Vec<u8>; 3]) {
        if self.epoch != book.epoch {
            *self = Self { epoch: book.epoch, ..Self::new(self.device) };
        }
        let mut tally = Tally::default();
        if let Some(mut counts) = counts(octets) {
            while let Some(count) = counts.next_of(|device| !is(book, device, self.device)) {
                tally.add(&count, book, &mut self.translation, &mut self.words);
            }
        }
        let mark = self.words.mark();
        let words = self.words.encode(self.written, mark);
        self.written = mark;
        (tally.totals(), [digest(&tally, &self.words, catalog), words, tally.encode()])
    }
}

/// Whether a device is among the words.
pub(super) fn knows(book: &Book, device: DeviceId) -> bool {
    book.devices().iter().flatten().any(|known| known.is(device))
}

fn is(book: &Book, number: u32, device: DeviceId) -> bool {
    book.device(number).is_some_and(|known| known.is(device))
}
