//! The table's memory: blocks of one cache line, each with eight entries, and marks of names that something lies below.
//!
//! An entry stands in the block that its hash points to, its home, or when that was full in one of the next. The last
//! octet of a block says how far the entries at home there have been pushed, so that a lookup reads one line, seldom
//! two. Blocks are plain octets in a fixed order, in memory as in a file: first one octet of the tag of each entry, so that
//! all are compared at once, and few entries are looked at any further.
//!
//! A mark stands at home, always, as a few bits among those of other names (a Bloom filter): a name that nothing lies below
//! is taken for one that has something, now and then, which costs a look at the next name and nothing else.

use std::{collections::VecDeque, hint::black_box, io};

use bytes::Bytes;

use super::sealed::ReadAt;

/// Entries in a block.
const ENTRIES: usize = 8;
/// The octets of an entry behind the first of its tag, which stands apart.
const REST_SIZE: usize = 6;
const BLOCK_SIZE: usize = 64;
/// Where a block keeps its marks, and behind them the furthest distance, in blocks, of an entry at home in it.
const MARKS_AT: usize = ENTRIES * (1 + REST_SIZE);
const DISTANCE_AT: usize = BLOCK_SIZE - 1;
/// Bits that marks share in a block, and those of one mark, which may fall together.
const MARK_BITS: u64 = 8 * (DISTANCE_AT - MARKS_AT) as u64;
const BITS_OF_A_MARK: u32 = 3;
/// Of a hundred places, those that are filled; more make the table smaller and lookups longer.
const FILL_PERCENT: u64 = 85;

const TAG_BITS: u32 = 40;
const TAG_MASK: u64 = (1 << TAG_BITS) - 1;

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
    std::iter::from_fn(move || {
        let slot = (equal != 0).then(|| equal.trailing_zeros() as usize / 8)?;
        equal &= equal - 1;
        Some(slot)
    })
}

/// What is known about a name, 40 bits of its hash and the number of an attribute behind them; all zero when a slot is empty, for
/// no entry has the attribute 0.
#[inline]
fn entry(block: &Block, slot: usize) -> u64 {
    // The two octets before it are read with it, and shifted out.
    let start = ENTRIES + slot * REST_SIZE - 2;
    let rest = block.get(start..).and_then(<[u8]>::first_chunk).map_or(0, |octets| u64::from_le_bytes(*octets) >> 16);
    rest << 8 | u64::from(block[slot])
}

/// The bits that mark a name in its home. All come from the lower half of the hash: names at home in one block share bits of the
/// upper half.
#[inline]
fn mark(hash: u64) -> u64 {
    (0..BITS_OF_A_MARK).fold(0, |mark, bit| mark | 1 << (((hash >> (10 * bit) & 0x3FF) * MARK_BITS) >> 10))
}

/// The marks in the home of a name.
#[derive(Clone, Copy, Default)]
pub(super) struct Marks(u64);

impl Marks {
    #[inline]
    fn of(home: &Block) -> Self {
        Self(home.last_chunk().map_or(0, |octets| u64::from_le_bytes(*octets)))
    }

    /// Whether something may lie below the name of `hash`, whose home it is.
    #[inline]
    pub(super) fn have(self, hash: u64) -> bool {
        !self.0 & mark(hash) == 0
    }
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
    /// Calls `visit` with the attribute of every entry whose home and tag are those of `hash`, and gives the marks that say
    /// whether something may lie below. Nearly always that is no entry or one; two when a name's rules had to be split, or by
    /// chance.
    fn visit(&self, hash: u64, visit: impl FnMut(u16)) -> Marks;
}

impl Look for Blocks {
    #[inline]
    fn visit(&self, hash: u64, mut visit: impl FnMut(u16)) -> Marks {
        let (blocks, _) = self.octets.as_chunks::<BLOCK_SIZE>();
        let home = home(hash, self.homes);
        let Some(block) = blocks.get(home) else { return Marks::default() };
        for block in blocks[home..].iter().take(1 + usize::from(block[DISTANCE_AT])) {
            visit_block(block, hash, &mut visit);
        }
        Marks::of(block)
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
    fn visit(&self, hash: u64, mut visit: impl FnMut(u16)) -> Marks {
        let home = home(hash, self.blocks.homes);
        let (mut at, mut last, mut marks) = (home, home, Marks::default());
        while at <= last {
            let (mut block, offset) = ([0; BLOCK_SIZE], self.start + (at * BLOCK_SIZE) as u64);
            if self.file.read_exact_at(&mut block, offset).is_err() {
                return marks;
            }
            if at == home {
                (last, marks) = (home + usize::from(block[DISTANCE_AT]), Marks::of(&block));
            }
            visit_block(&block, hash, &mut visit);
            at += 1;
        }
        marks
    }
}

/// Calls `visit` with the attributes of those entries of a block that have the tag of `hash`.
#[inline]
fn visit_block(block: &Block, hash: u64, visit: &mut impl FnMut(u16)) {
    for slot in candidates(block, hash) {
        let entry = entry(block, slot);
        // The tags alone: a shift compares them.
        if (entry ^ hash) << (u64::BITS - TAG_BITS) == 0 && entry != 0 {
            visit(u16::try_from(entry >> TAG_BITS).unwrap_or_default());
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

    /// Marks that something lies below a name. `hash` must not be smaller than the one before.
    ///
    /// # Errors
    /// When a block cannot be handed on.
    pub(super) fn mark(&mut self, hash: u64, on_block: &mut impl FnMut(&[u8; 64]) -> io::Result<()>) -> io::Result<()> {
        let home = home(hash, self.homes);
        self.close_before(home, on_block)?;
        let bits = mark(hash).to_le_bytes();
        self.open_up_to(home)[MARKS_AT..].iter_mut().zip(bits).for_each(|(octet, bits)| *octet |= bits);
        Ok(())
    }

    /// Adds the next entry, whose attribute is not 0. `hash` must not be smaller than the one before.
    ///
    /// # Errors
    /// When a block cannot be handed on.
    pub(super) fn push(
        &mut self,
        hash: u64,
        attribute: u16,
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
        let entry = hash & TAG_MASK | u64::from(attribute) << TAG_BITS;
        let [first, rest @ .., _] = entry.to_le_bytes();
        let (slot, start) = (self.slot, ENTRIES + self.slot * REST_SIZE);
        let block = self.open_up_to(self.at);
        block[slot] = first;
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

    /// A block that is not done, which those before it are not then either.
    fn open_up_to(&mut self, block: usize) -> &mut Block {
        let place = block - self.first;
        while self.open.len() <= place {
            self.open.push_back([0; BLOCK_SIZE]);
        }
        &mut self.open[place]
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

    fn attribute(hash: u64) -> u16 {
        u16::try_from(hash % 65_535).unwrap() + 1
    }

    /// Blocks with an entry for each hash, and a mark for each that is even.
    fn filled(hashes: &mut Vec<u64>) -> Blocks {
        hashes.sort_unstable();
        let homes = homes(hashes.len() as u64);
        let (mut filler, mut octets) = (Filler::new(homes), Vec::new());
        let mut keep = |block: &[u8; 64]| {
            octets.extend_from_slice(block);
            Ok(())
        };
        for &hash in &*hashes {
            if hash % 2 == 0 {
                filler.mark(hash, &mut keep).unwrap();
            }
            filler.push(hash, attribute(hash), &mut keep).unwrap();
        }
        filler.finish(&mut keep).unwrap();
        Blocks::new(homes, octets.into())
    }

    /// What is found in memory, and alike in a file in which something stands before the blocks.
    fn found(blocks: &Blocks, hash: u64) -> (Vec<u16>, bool) {
        let (mut found, mut in_file) = (Vec::new(), Vec::new());
        let below = blocks.visit(hash, |attribute| found.push(attribute)).have(hash);
        let (whole, _) = blocks.octets.as_chunks::<BLOCK_SIZE>();
        let file = [&[7; 3][..], whole.as_flattened()].concat();
        let marks = BlocksInFile { blocks, file: &file, start: 3 }.visit(hash, |attribute| in_file.push(attribute));
        assert_eq!((&found, below), (&in_file, marks.have(hash)));
        (found, below)
    }

    #[test]
    fn every_entry_is_found() {
        for count in [0_u64, 1, 8, 9, 10, 1000, 20_000] {
            let mut hashes: Vec<u64> = (1..=count).map(|n| n.wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect();
            let blocks = filled(&mut hashes);
            let mut by_chance = 0;
            for &hash in &hashes {
                let (attributes, below) = found(&blocks, hash);
                assert_eq!(attributes, [attribute(hash)], "{hash:x} of {count}");
                assert!(below || hash % 2 == 1, "{hash:x} of {count}");
                by_chance += u64::from(below && hash % 2 == 1);
            }
            assert!(by_chance <= count / 50, "{by_chance} of {count}");
            assert_eq!(found(&blocks, 12_345), (vec![], false));
        }
    }

    #[test]
    fn entries_pushed_over_several_blocks_are_found() {
        let mut hashes: Vec<u64> = (0..100).map(|n| u64::MAX - n).collect();
        let blocks = filled(&mut hashes);
        assert!(hashes.iter().all(|&hash| found(&blocks, hash).0 == [attribute(hash)]));
    }

    #[test]
    fn equal_hashes_are_all_found() {
        let blocks = filled(&mut vec![77; 25]);
        assert_eq!(found(&blocks, 77).0.len(), 25);
    }

    #[test]
    fn any_octets_are_survived() {
        let blocks = Blocks::new(1000, vec![0xFF; 64 * 3 + 5].into());
        for hash in [0, 1 << 40, 77 << 32, u64::MAX] {
            found(&blocks, hash);
        }
        assert_eq!(found(&Blocks::new(0, Bytes::new()), 5), (vec![], false));
    }
}
