//! The table's memory: blocks of one cache line, each with nine entries.
//!
//! An entry stands in the block that its hash points to, its home, or when that was full in one of the next. The last
//! octet of a block says how far the entries at home there have been pushed, so that a lookup reads one line, seldom
//! two. Blocks are plain octets in a fixed order, in memory as in a file: first one octet of the tag of each entry, so that
//! eight of them are compared at once, and few entries are looked at any further.

use std::{collections::VecDeque, hint::black_box, io};

use bytes::Bytes;

use super::sealed::ReadAt;

/// Entries in a block.
const ENTRIES: usize = 9;
/// The octets of an entry behind the first of its tag, which stands apart.
const REST_SIZE: usize = 6;
const BLOCK_SIZE: usize = 64;
/// Where a block keeps the furthest distance, in blocks, of an entry at home in it.
const DISTANCE_AT: usize = ENTRIES * (1 + REST_SIZE);
/// Of a hundred places, those that are filled; more make the table smaller and lookups longer.
const FILL_PERCENT: u64 = 85;

const TAG_BITS: u32 = 40;
const ATTRIBUTE_BITS: u32 = 15;
const TAG_MASK: u64 = (1 << TAG_BITS) - 1;
/// The greatest attribute number.
pub(super) const MAX_ATTRIBUTE: u16 = (1 << ATTRIBUTE_BITS) - 1;

/// What is known about a name: 40 bits of its hash, 15 of attribute, and whether something lies below it.
/// All zero is no entry, for one of the latter two is set in every entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry(u64);

impl Entry {
    pub(super) fn new(hash: u64, attribute: u16, below: bool) -> Self {
        let attribute = u64::from(attribute.min(MAX_ATTRIBUTE));
        Self(hash & TAG_MASK | attribute << TAG_BITS | u64::from(below) << (TAG_BITS + ATTRIBUTE_BITS))
    }

    /// Which rules there are at the name; 0 for none.
    pub(super) fn attribute(self) -> u16 {
        u16::try_from(self.0 >> TAG_BITS).unwrap_or(u16::MAX) & MAX_ATTRIBUTE
    }

    /// Whether there are rules at names below.
    pub(super) fn something_lies_below(self) -> bool {
        self.0 >> (TAG_BITS + ATTRIBUTE_BITS) != 0
    }
}

/// One cache line.
type Block = [u8; BLOCK_SIZE];

/// The slots of a block whose entries may have the tag of `hash`: all that have it, and others by chance.
#[inline]
fn candidates(block: &Block, hash: u64) -> impl Iterator<Item = usize> {
    const EACH: u64 = u64::MAX / 0xFF;
    let first = hash & 0xFF;
    // An octet that is equal becomes zero, and its high bit is set by taking 1 from it; that of an octet which keeps its own
    // high bit is not.
    let differ = block.first_chunk().map_or(0, |octets| u64::from_le_bytes(*octets)) ^ (first * EACH);
    let mut equal = differ.wrapping_sub(EACH) & !differ & EACH << 7;
    let eight = std::iter::from_fn(move || {
        let slot = (equal != 0).then(|| equal.trailing_zeros() as usize / 8)?;
        equal &= equal - 1;
        Some(slot)
    });
    let is_last_equal = u64::from(block[ENTRIES - 1]) == first;
    eight.chain(is_last_equal.then_some(ENTRIES - 1))
}

/// The entry in a slot; all zero when there is none.
#[inline]
fn entry(block: &Block, slot: usize) -> Entry {
    // The two octets before it are read with it, and shifted out.
    let start = ENTRIES + slot * REST_SIZE - 2;
    let rest = block.get(start..).and_then(<[u8]>::first_chunk).map_or(0, |octets| u64::from_le_bytes(*octets) >> 16);
    Entry(rest << 8 | u64::from(block[slot]))
}

/// All blocks, as they lie in a file or in memory. Any octets will do: what they lead to is bounded.
pub(super) struct Blocks {
    /// How many blocks are home to entries; behind them stand those that the last ones were pushed into.
    homes: u32,
    octets: Bytes,
}

impl Blocks {
    pub(super) fn new(homes: u32, octets: Bytes) -> Self {
        Self { homes, octets }
    }

    /// Reads the homes of hashes, so that what [`Look::visit`] looks at is in the caches of the processor afterwards. Nothing
    /// hangs on what is read, so that the processor waits for many of them at once.
    pub(super) fn touch(&self, hashes: &[u64]) {
        let (blocks, _) = self.octets.as_chunks::<BLOCK_SIZE>();
        let homes = hashes.iter().map(|&hash| blocks.get(home(hash, self.homes)).map_or(0, |block| block[DISTANCE_AT]));
        black_box(homes.fold(0, u8::wrapping_add));
    }

    /// Whether there are no entries.
    pub(super) fn is_empty(&self) -> bool {
        self.homes == 0
    }

    /// The octets that the blocks take.
    pub(super) fn size(&self) -> usize {
        self.octets.len()
    }
}

/// Something that entries are looked for in.
pub(super) trait Look {
    /// Calls `visit` with every entry whose home and tag are those of `hash`. Nearly always that is none or one; two
    /// when a name's rules had to be split, or by chance.
    fn visit(&self, hash: u64, visit: impl FnMut(Entry));
}

impl Look for Blocks {
    #[inline]
    fn visit(&self, hash: u64, mut visit: impl FnMut(Entry)) {
        let (blocks, _) = self.octets.as_chunks::<BLOCK_SIZE>();
        let home = home(hash, self.homes);
        let Some(block) = blocks.get(home) else { return };
        for block in blocks[home..].iter().take(1 + usize::from(block[DISTANCE_AT])) {
            visit_block(block, hash, &mut visit);
        }
    }
}

/// The same blocks in their file, each read when it is looked at. One that cannot be read has no entries.
pub(super) struct BlocksInFile<'f, F: ?Sized> {
    pub(super) blocks: &'f Blocks,
    pub(super) file: &'f F,
    /// Where the first of them begins.
    pub(super) start: u64,
}

impl<F: ReadAt + ?Sized> Look for BlocksInFile<'_, F> {
    fn visit(&self, hash: u64, mut visit: impl FnMut(Entry)) {
        let home = home(hash, self.blocks.homes);
        let (mut at, mut last) = (home, home);
        while at <= last {
            let (mut block, offset) = ([0; BLOCK_SIZE], self.start + (at * BLOCK_SIZE) as u64);
            if self.file.read_exact_at(&mut block, offset).is_err() {
                return;
            }
            if at == home {
                last = home + usize::from(block[DISTANCE_AT]);
            }
            visit_block(&block, hash, &mut visit);
            at += 1;
        }
    }
}

/// Calls `visit` with the entries of a block that have the tag of `hash`.
#[inline]
fn visit_block(block: &Block, hash: u64, visit: &mut impl FnMut(Entry)) {
    for slot in candidates(block, hash) {
        let entry = entry(block, slot);
        // The tags alone: a shift compares them.
        if (entry.0 ^ hash) << (u64::BITS - TAG_BITS) == 0 && entry.0 != 0 {
            visit(entry);
        }
    }
}

/// The block that a hash points to. Uses the upper half of the hash, the tag the lower 40 bits. Greater hashes have
/// greater homes, which lets [`Filler`] work through sorted entries.
#[inline]
fn home(hash: u64, homes: u32) -> usize {
    usize::try_from(((hash >> 32) * u64::from(homes)) >> 32).unwrap_or(usize::MAX)
}

/// How many blocks are to be home to so many entries.
pub(super) fn homes(entries: u64) -> u32 {
    let homes = (entries * 100).div_ceil(ENTRIES as u64 * FILL_PERCENT);
    u32::try_from(homes).unwrap_or(u32::MAX)
}

/// Fills blocks front to back, from entries in the order of their hashes, and hands on each block that is done.
pub(super) struct Filler {
    homes: u32,
    /// Blocks that are not done: from the home of the last entry to the block that is being filled.
    open: VecDeque<Block>,
    /// The number of the first of those.
    first: usize,
    /// The block that is being filled, and its next free slot.
    at: usize,
    slot: usize,
}

impl Filler {
    pub(super) fn new(homes: u32) -> Self {
        Self { homes, open: VecDeque::new(), first: 0, at: 0, slot: 0 }
    }

    /// Adds the next entry. `hash` must not be smaller than the one before.
    ///
    /// # Errors
    /// When a block cannot be handed on.
    pub(super) fn push(
        &mut self,
        hash: u64,
        entry: Entry,
        on_block: &mut impl FnMut(&[u8; 64]) -> io::Result<()>,
    ) -> io::Result<()> {
        let home = home(hash, self.homes);
        if self.slot == ENTRIES {
            (self.at, self.slot) = (self.at + 1, 0);
        }
        if self.at < home {
            (self.at, self.slot) = (home, 0);
        }
        self.close_before(home, on_block)?;
        while self.first + self.open.len() <= self.at {
            self.open.push_back([0; BLOCK_SIZE]);
        }
        let [first, rest @ .., _] = entry.0.to_le_bytes();
        let (block, start) = (&mut self.open[self.at - self.first], ENTRIES + self.slot * REST_SIZE);
        block[self.slot] = first;
        block[start..start + REST_SIZE].copy_from_slice(&rest);
        self.slot += 1;
        let distance = u8::try_from(self.at - home).unwrap_or(u8::MAX);
        let furthest = &mut self.open[home - self.first][DISTANCE_AT];
        *furthest = distance.max(*furthest);
        Ok(())
    }

    /// Hands on the last blocks, down to the last home.
    ///
    /// # Errors
    /// When a block cannot be handed on.
    pub(super) fn finish(mut self, on_block: &mut impl FnMut(&[u8; 64]) -> io::Result<()>) -> io::Result<()> {
        let homes = usize::try_from(self.homes).unwrap_or(usize::MAX);
        let end = homes.max(self.first + self.open.len());
        self.close_before(end, on_block)
    }

    fn close_before(&mut self, block: usize, on_block: &mut impl FnMut(&[u8; 64]) -> io::Result<()>) -> io::Result<()> {
        while self.first < block {
            on_block(&self.open.pop_front().unwrap_or([0; BLOCK_SIZE]))?;
            self.first += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fills a table with hashes spread by multiplication, and asks for each.
    fn filled(hashes: &mut Vec<u64>) -> Blocks {
        hashes.sort_unstable();
        let homes = homes(hashes.len() as u64);
        let (mut filler, mut octets) = (Filler::new(homes), Vec::new());
        let mut keep = |block: &[u8; 64]| {
            octets.extend_from_slice(block);
            Ok(())
        };
        for &hash in &*hashes {
            let entry = Entry::new(hash, u16::try_from(hash % 32_767).unwrap() + 1, hash % 2 == 0);
            filler.push(hash, entry, &mut keep).unwrap();
        }
        filler.finish(&mut keep).unwrap();
        Blocks::new(homes, octets.into())
    }

    /// What is found in memory, and alike in a file in which something stands before the blocks.
    fn found(blocks: &Blocks, hash: u64) -> Vec<Entry> {
        let (mut found, mut in_file) = (Vec::new(), Vec::new());
        blocks.visit(hash, |entry| found.push(entry));
        let (whole, _) = blocks.octets.as_chunks::<BLOCK_SIZE>();
        let file = [&[7; 3][..], whole.as_flattened()].concat();
        BlocksInFile { blocks, file: &file, start: 3 }.visit(hash, |entry| in_file.push(entry));
        assert_eq!(found, in_file);
        found
    }

    #[test]
    fn every_entry_is_found() {
        for count in [0_u64, 1, 8, 9, 10, 1000, 20_000] {
            let mut hashes: Vec<u64> = (1..=count).map(|n| n.wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect();
            let blocks = filled(&mut hashes);
            for &hash in &hashes {
                let entries = found(&blocks, hash);
                assert_eq!(entries.len(), 1, "{hash:x} of {count}");
                assert_eq!(u64::from(entries[0].attribute()), hash % 32_767 + 1);
                assert_eq!(entries[0].something_lies_below(), hash % 2 == 0);
            }
            assert!(found(&blocks, 12_345).is_empty());
        }
    }

    #[test]
    fn entries_pushed_over_several_blocks_are_found() {
        let mut hashes: Vec<u64> = (0..100).map(|n| u64::MAX - n).collect();
        let blocks = filled(&mut hashes);
        assert!(hashes.iter().all(|&hash| found(&blocks, hash).len() == 1));
    }

    #[test]
    fn equal_hashes_are_all_found() {
        let blocks = filled(&mut vec![77; 25]);
        assert_eq!(found(&blocks, 77).len(), 25);
    }

    #[test]
    fn any_octets_are_survived() {
        let blocks = Blocks::new(1000, vec![0xFF; 64 * 3 + 5].into());
        for hash in [0, 1 << 40, 77 << 32, u64::MAX] {
            found(&blocks, hash);
        }
        assert_eq!(found(&Blocks::new(0, Bytes::new()), 5), []);
    }
}
