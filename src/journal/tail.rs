//! What was recorded and is not on disk yet, in the form in which it goes there, so that it can be read alike.

use std::collections::{HashMap, VecDeque};

use super::{
    block::{Block, Cell},
    book::Book,
    shortcuts::{Kept, Shortcuts},
    words::{Device, KeptCause, Mark, Words},
};
use crate::{
    clients::{DeviceSelector, Groups},
    config::Privacy,
    geo::{Geo, Place},
    stats::{KnownEvent, Spellings},
    time::{Day, UnixTime},
};

/// Queries of one block at most.
const BLOCK: u32 = 4096;
/// With so many queries waiting, the tail asks to be written before its time.
const MANY: u32 = 16_384;
/// Queries that wait at most, when nothing can be written: about a megabyte.
const MOST: u32 = 65_536;

/// Names of one epoch whose home is remembered in the next at most.
const HOMES: usize = 8_192;

/// What is kept of whom.
#[derive(Debug)]
pub(super) struct Keeps {
    privacy: Privacy,
    except: Groups,
}

/// Queries that wait to be written, oldest first.
#[derive(Debug, Default)]
pub(super) struct Tail {
    epochs: VecDeque<Epoch>,
    shortcuts: Shortcuts,
    is_sealed: bool,
    /// Whether the next query begins another epoch.
    is_ended: bool,
    rows: u32,
    lost: u64,
    /// The day that has its share of the space.
    full: Option<Day>,
    /// Where names of the epoch before are at home: what is remembered is answered without asking again.
    homes: HashMap<Box<[u8]>, Place>,
}

/// Queries that share their words and their day.
#[derive(Debug)]
struct Epoch {
    /// The id of its first query.
    id: u64,
    day: Day,
    words: Words,
    written: Mark,
    /// Each with the words that there were behind it.
    blocks: VecDeque<(Block, Mark)>,
}

/// A block on its way to the disk.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) day: Day,
    pub(super) epoch: u64,
    pub(super) ids: (u64, u64),
    pub(super) times: (UnixTime, UnixTime),
    pub(super) rows: u32,
    pub(super) words: Vec<u8>,
    pub(super) cells: Vec<u8>,
}

impl Keeps {
    /// Keeps what `privacy` lets be kept, of all devices but `except`.
    pub(super) fn new(privacy: Privacy, except: &[DeviceSelector]) -> Self {
        Self { privacy, except: Groups::new(&[except.to_vec()]) }
    }

    /// Whether nothing is kept of the device that asked.
    fn leaves_out(&self, known: &KnownEvent<'_>) -> bool {
        self.except.find(known.event.client(), None).is_some()
    }

    /// The number of the device that asked, among the words; 0 is none. `None` when nothing is kept of it.
    pub(super) fn device(&self, known: &KnownEvent<'_>, words: &mut Words) -> Option<u32> {
        if self.leaves_out(known) {
            return None;
        }
        let device = || Device { address: known.event.client(), caller: known.caller.clone() };
        Some(if self.privacy == Privacy::NoDevices { 0 } else { words.device(&device()) })
    }

    /// The number of the name that was asked for; 0 is none.
    pub(super) fn name(&self, known: &KnownEvent<'_>, words: &mut Words) -> u32 {
        if self.privacy == Privacy::NoNames {
            return 0;
        }
        words.name(known.spelled)
    }

    /// The number of what made it end so; 0 is none.
    pub(super) fn cause(&self, known: &KnownEvent<'_>, words: &mut Words) -> u32 {
        let Some(cause) = known.event.cause() else { return 0 };
        let cause = KeptCause::new(cause, known.event.via_wire(), known.source.cloned());
        words.cause(&if self.privacy == Privacy::NoNames { cause.without_names() } else { cause })
    }
}

impl Tail {
    /// Reads what is going to be looked at for queries for these names.
    pub(super) fn touch(&self, names: &Spellings) {
        if let Some(epoch) = self.epochs.back() {
            epoch.words.touch(names.iter().filter(|name| !self.shortcuts.has(*name)));
        }
    }

    /// Adds the query `id`; true when the tail wants to be written.
    pub(super) fn push(&mut self, id: u64, known: &KnownEvent<'_>, keeps: &Keeps, geo: &Geo) -> bool {
        let event = known.event;
        let day = Day::of(event.at());
        if self.full == Some(day) {
            self.lost += u64::from(!keeps.leaves_out(known));
            return false;
        }
        self.begin(id, day);
        let (Some(epoch), homes) = (self.epochs.back_mut(), &self.homes) else { return false };
        let words = &mut epoch.words;
        let known_names = words.mark().names();
        let Some(Kept { device, name, cause }) = self.shortcuts.at(epoch.id, known.meaning).find(known, keeps, words)
        else {
            return false;
        };
        words.settle(name, event.answered(), known_names, homes, geo);
        let is_sealed = std::mem::take(&mut self.is_sealed);
        let mark = words.mark();
        if is_sealed || epoch.blocks.back().is_none_or(|(block, _)| block.len() >= BLOCK) {
            epoch.blocks.push_back((Block::default(), mark));
        }
        if let Some((block, behind)) = epoch.blocks.back_mut() {
            block.push(&Cell {
                id,
                at: event.at(),
                device,
                name,
                cause,
                rtype: event.rtype(),
                rcode: event.rcode(),
                verdict: event.verdict(),
                transport: event.transport(),
                latency_us: event.latency_us(),
            });
            *behind = mark;
        }
        self.rows += 1;
        if self.rows > MOST {
            self.drop_oldest();
        }
        self.rows >= MANY
    }

    /// Takes no more queries of this day.
    pub(super) fn refuse(&mut self, day: Option<Day>) {
        self.full = day;
    }

    /// The id of the first query that waits; the greatest there is when none does.
    pub(super) fn first_id(&self) -> u64 {
        self.epochs.iter().find_map(|epoch| epoch.blocks.front()).map_or(u64::MAX, |(block, _)| block.ids().0)
    }

    /// Queries that wait.
    pub(super) fn rows(&self) -> u32 {
        self.rows
    }

    /// Queries that were given up because they could not be written.
    pub(super) fn lost(&self) -> u64 {
        self.lost
    }

    /// All that waits, ready to be written. It waits on until [`Self::was_written`].
    pub(super) fn prepare(&mut self) -> Vec<Prepared> {
        self.is_sealed = true;
        let mut prepared = Vec::new();
        for epoch in &self.epochs {
            let mut from = epoch.written;
            for (block, mark) in &epoch.blocks {
                prepared.push(Prepared {
                    day: epoch.day,
                    epoch: epoch.id,
                    ids: block.ids(),
                    times: block.times(),
                    rows: block.len(),
                    words: epoch.words.encode(from, *mark),
                    cells: block.encode(),
                });
                from = *mark;
            }
        }
        prepared
    }

    /// The same; the next query begins other words, so that none is added to those that are written, which can then be
    /// changed.
    pub(super) fn prepare_to_end(&mut self) -> Vec<Prepared> {
        self.is_ended = true;
        self.prepare()
    }

    /// Everything up to the query `id` is on disk.
    pub(super) fn was_written(&mut self, id: u64) {
        for epoch in &mut self.epochs {
            while let Some((block, mark)) = epoch.blocks.pop_front_if(|(block, _)| block.ids().1 <= id) {
                self.rows = self.rows.saturating_sub(block.len());
                epoch.written = mark;
            }
        }
        self.drop_empty();
    }

    /// Begins new words with the next query, because those that were written are gone.
    pub(super) fn renew_words(&mut self) {
        for epoch in &mut self.epochs {
            epoch.written = Mark::default();
        }
    }

    /// Lets go of words that no query which waits uses; the next query begins others.
    pub(super) fn forget_words(&mut self) {
        self.epochs.retain(|epoch| !epoch.blocks.is_empty());
    }

    /// The epochs with their words and blocks, newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = (Book, impl Iterator<Item = &Block>)> {
        let epochs = self.epochs.iter().rev().filter(|epoch| !epoch.blocks.is_empty());
        epochs.map(|epoch| (epoch.words.book(epoch.id), epoch.blocks.iter().rev().map(|(block, _)| block)))
    }

    /// Begins another epoch where a query needs one.
    fn begin(&mut self, id: u64, day: Day) {
        let is_ended = std::mem::take(&mut self.is_ended);
        if is_ended || self.epochs.back().is_none_or(|last| last.day != day || last.words.is_full()) {
            let mut names = 0;
            if let Some(last) = self.epochs.back() {
                let homes = last.words.homes().take(HOMES);
                self.homes = homes.map(|(name, place)| (name.into(), place.clone())).collect();
                // What follows a full epoch is as busy, as a rule.
                names = last.words.mark().names();
            }
            self.drop_empty();
            let (words, written) = (Words::with_room(names), Mark::default());
            self.epochs.push_back(Epoch { id, day, words, written, blocks: VecDeque::new() });
        }
    }

    /// Lets go of epochs that have nothing to write, but for the last, which may be added to.
    fn drop_empty(&mut self) {
        let last = self.epochs.back().map(|epoch| epoch.id);
        self.epochs.retain(|epoch| !epoch.blocks.is_empty() || Some(epoch.id) == last);
    }

    fn drop_oldest(&mut self) {
        if let Some((block, _)) = self.epochs.iter_mut().find_map(|epoch| epoch.blocks.pop_front()) {
            self.rows = self.rows.saturating_sub(block.len());
            self.lost += u64::from(block.len());
        }
        self.drop_empty();
    }
}
