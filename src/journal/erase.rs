//! Erasing what was recorded of a device: blocks and sums are written anew without it, and what they were is overwritten.

use std::path::Path;

use super::{
    block::{Block, Cells},
    file::{Change, DayFile, Place},
    tally::{Part, Tally, Translation, counts},
    words::{Book, Mark, Words},
};
use crate::clients::DeviceId;

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
fn from_epoch(file: &mut DayFile, places: &[Place], book: &Book, device: DeviceId) -> rusqlite::Result<usize> {
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

/// A part of the roll-ups without a device; `None` when it knows nothing of it.
pub(super) fn from_part(words: &[u8], octets: &[u8], device: DeviceId) -> Option<Part> {
    let mut book = Book::default();
    book.read(words);
    if !knows(&book, device) {
        return None;
    }
    let (mut tally, mut translation) = (Tally::new(), Translation::default());
    let kept = counts(octets).into_iter().flatten().filter(|count| !is(&book, count.device, device));
    kept.for_each(|count| tally.add(&count, &book, &mut translation));
    Some(tally.encode())
}

fn knows(book: &Book, device: DeviceId) -> bool {
    book.devices.iter().flatten().any(|known| known.is(device))
}

fn is(book: &Book, number: u32, device: DeviceId) -> bool {
    book.device(number).is_some_and(|known| known.is(device))
}
