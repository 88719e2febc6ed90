//! The table's memory: blocks of one cache line, each with nine entries.
//!
//! An entry stands in the block that its hash points to, its home, or when that was full in one of the next. The last
//! octet of a block says how far the entries at home there have been pushed, so that a lookup reads one line, seldom
//! two. Blocks are plain octets in a fixed order, ready to be a file.

/// Entries in a block.
const ENTRIES: usize = 9;
const ENTRY_SIZE: usize = 7;
const BLOCK_SIZE: usize = 64;
/// Where a block keeps the furthest distance, in blocks, of an entry at home in it.
const DISTANCE_AT: usize = ENTRIES * ENTRY_SIZE;
/// Of a hundred places, those that are filled; more make the table smaller and lookups longer.
const FILL_PERCENT: usize = 85;

const TAG_BITS: u32 = 40;
const ATTRIBUTE_BITS: u32 = 15;
const TAG_MASK: u64 = (1 << TAG_BITS) - 1;
const ENTRY_MASK: u64 = (1 << (TAG_BITS + ATTRIBUTE_BITS + 1)) - 1;
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
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Block([u8; BLOCK_SIZE]);

impl Block {
    const EMPTY: Self = Self([0; BLOCK_SIZE]);

    /// The bits of an entry; reads one octet of what comes behind it and masks that off.
    fn bits(&self, slot: usize) -> u64 {
        let mut octets = [0; 8];
        octets.copy_from_slice(&self.0[slot * ENTRY_SIZE..slot * ENTRY_SIZE + 8]);
        u64::from_le_bytes(octets) & ENTRY_MASK
    }

    fn put(&mut self, slot: usize, entry: Entry) {
        let start = slot * ENTRY_SIZE;
        self.0[start..start + ENTRY_SIZE].copy_from_slice(&entry.0.to_le_bytes()[..ENTRY_SIZE]);
    }

    fn distance(&self) -> usize {
        usize::from(self.0[DISTANCE_AT])
    }
}

/// All blocks.
pub(super) struct Blocks {
    /// How many blocks are home to entries; behind them stand those that the last ones were pushed into.
    homes: u32,
    blocks: Vec<Block>,
}

impl Blocks {
    /// Calls `visit` with every entry whose home and tag are those of `hash`. Nearly always that is none or one; two
    /// when a name's rules had to be split, or by chance.
    #[inline]
    pub(super) fn visit(&self, hash: u64, mut visit: impl FnMut(Entry)) {
        let home = home(hash, self.homes);
        let Some(block) = self.blocks.get(home) else { return };
        for block in self.blocks[home..].iter().take(1 + block.distance()) {
            for slot in 0..ENTRIES {
                let bits = block.bits(slot);
                if (bits ^ hash) & TAG_MASK == 0 && bits != 0 {
                    visit(Entry(bits));
                }
            }
        }
    }

    /// The octets that the blocks take.
    pub(super) fn size(&self) -> usize {
        self.blocks.len() * BLOCK_SIZE
    }
}

/// The block that a hash points to. Uses the upper half of the hash, the tag the lower 40 bits. Greater hashes have
/// greater homes, which lets [`Filler`] work through sorted entries.
fn home(hash: u64, homes: u32) -> usize {
    usize::try_from(((hash >> 32) * u64::from(homes)) >> 32).unwrap_or(usize::MAX)
}

/// Fills blocks front to back, from entries in the order of their hashes.
pub(super) struct Filler {
    blocks: Blocks,
    /// The block that is being filled, and its next free slot.
    at: usize,
    slot: usize,
}

impl Filler {
    /// Makes room for `entries`.
    pub(super) fn new(entries: usize) -> Self {
        let homes = (entries * 100).div_ceil(ENTRIES * FILL_PERCENT);
        let blocks = vec![Block::EMPTY; homes];
        Self { blocks: Blocks { homes: u32::try_from(homes).unwrap_or(u32::MAX), blocks }, at: 0, slot: 0 }
    }

    /// Adds the next entry. `hash` must not be smaller than the one before.
    pub(super) fn push(&mut self, hash: u64, entry: Entry) {
        let home = home(hash, self.blocks.homes);
        if self.slot == ENTRIES {
            (self.at, self.slot) = (self.at + 1, 0);
        }
        if self.at < home {
            (self.at, self.slot) = (home, 0);
        }
        let blocks = &mut self.blocks.blocks;
        if self.at >= blocks.len() {
            blocks.resize(self.at + 1, Block::EMPTY);
        }
        blocks[self.at].put(self.slot, entry);
        self.slot += 1;
        let distance = u8::try_from(self.at - home).unwrap_or(u8::MAX);
        let furthest = &mut blocks[home].0[DISTANCE_AT];
        *furthest = distance.max(*furthest);
    }

    pub(super) fn finish(self) -> Blocks {
        self.blocks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fills a table with hashes spread by multiplication, and asks for each.
    fn filled(hashes: &mut Vec<u64>) -> Blocks {
        hashes.sort_unstable();
        let mut filler = Filler::new(hashes.len());
        for &hash in &*hashes {
            filler.push(hash, Entry::new(hash, u16::try_from(hash % 32_767).unwrap() + 1, hash % 2 == 0));
        }
        filler.finish()
    }

    fn found(blocks: &Blocks, hash: u64) -> Vec<Entry> {
        let mut found = Vec::new();
        blocks.visit(hash, |entry| found.push(entry));
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
    fn a_block_is_a_cache_line() {
        assert_eq!((size_of::<Block>(), align_of::<Block>()), (64, 64));
    }
}
