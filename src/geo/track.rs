//! One packed partition: a line of positions cut into segments, each with a value or none; searched without unpacking.
//!
//! Segments lie in blocks. An index says where each block begins, on the line and in the bits; within a block a segment is
//! its value, then its size. Values that were seen a moment ago and sizes that are frequent take few bits; which code a
//! size is written in depends on whether the segment has a value and on the size before, because allocations of one kind
//! stand together.

use super::bits::{BitReader, Code, number, take, wide};

/// Segments in a block.
pub(super) const BLOCK: usize = 256;
/// How many of the latest different values are known by their rank.
pub(super) const RANKS: usize = 7;
/// The symbols of values: none, a rank, and from here on a value itself.
pub(super) const NO_VALUE: u16 = 0;
pub(super) const FIRST_VALUE: u16 = 8;
const _: () = assert!(FIRST_VALUE as usize == 1 + RANKS);
/// The symbol of sizes that are written out: how many bits they have in six, then those behind the first.
pub(super) const WRITTEN_OUT: u16 = 0;

/// A packed partition.
#[derive(Debug)]
pub(super) struct Track<'a> {
    /// Octets of a position in the index.
    width: usize,
    /// How many kinds of sizes before a size are told apart.
    kinds: usize,
    sizes: &'a [u8],
    /// Two for values: behind a segment without and with one.
    value_codes: [Code<'a>; 2],
    /// For sizes: first those of segments with a value, one for each kind; then those without.
    size_codes: Vec<Code<'a>>,
    segments: usize,
    index: &'a [u8],
    bits: &'a [u8],
}

impl<'a> Track<'a> {
    /// Reads what [`super::pack`] wrote; `None` when it is something else.
    pub(super) fn read(mut octets: &'a [u8]) -> Option<Self> {
        let head = take(&mut octets, 8)?;
        let (width, kinds) = (usize::from(head[0]), usize::from(head[1]));
        let (sizes, segments) = (usize::from(number(head, 1)?), usize::try_from(wide(&head[4..])).ok()?);
        let sizes = take(&mut octets, sizes * 8)?;
        let value_codes = [Code::take(&mut octets)?, Code::take(&mut octets)?];
        let size_codes = (0..kinds * 2).map(|_| Code::take(&mut octets)).collect::<Option<_>>()?;
        let index = take(&mut octets, segments.div_ceil(BLOCK).checked_mul(width + 4)?)?;
        let track = Self { width, kinds, sizes, value_codes, size_codes, segments, index, bits: octets };
        (1..=8).contains(&width).then_some(track)
    }

    /// The value of the segment that `position` lies in.
    pub(super) fn find(&self, position: u64) -> Option<u16> {
        let entry = self.width + 4;
        let (mut low, mut high) = (0, self.index.len() / entry);
        while low < high {
            let middle = low.midpoint(high);
            if self.block(middle)?.start > position { high = middle } else { low = middle + 1 }
        }
        let mut block = self.block(low.checked_sub(1)?)?;
        block.find_map(|segment| (segment.end > position).then_some(segment.value))?
    }

    /// All segments in order.
    #[cfg(test)]
    pub(super) fn segments(&self) -> impl Iterator<Item = Segment> {
        (0..self.index.len() / (self.width + 4)).filter_map(|number| self.block(number)).flatten()
    }

    fn block(&self, number: usize) -> Option<Block<'_, 'a>> {
        let entry = self.width + 4;
        let (start, bit) = self.index.get(number * entry..(number + 1) * entry)?.split_at(self.width);
        let bits = BitReader::new(self.bits, usize::try_from(wide(bit)).ok()?);
        let left = self.segments.saturating_sub(number * BLOCK).min(BLOCK);
        Some(Block { track: self, bits, start: wide(start), left, recent: Recent::default(), before: Before::NONE })
    }
}

/// A segment: from where the one before it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) start: u64,
    /// The first position behind it.
    pub(super) end: u64,
    pub(super) value: Option<u16>,
}

/// What of the segment before bears upon how the next one is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before {
    /// Whether it had a value: which code the next value is in.
    pub(super) had_value: bool,
    /// How many bits its size has.
    pub(super) size_bits: u32,
}

impl Before {
    /// At the start of a block.
    pub(super) const NONE: Self = Self { had_value: false, size_bits: 0 };

    /// Which of the codes for sizes the next size is in.
    pub(super) fn size_code(self, kinds: usize, has_value: bool) -> usize {
        let kind = usize::try_from(self.size_bits).unwrap_or(usize::MAX).min(kinds.saturating_sub(1));
        if has_value { kind } else { kinds + kind }
    }
}

/// The latest different values, the latest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Recent(Vec<u16>);

impl Recent {
    /// The value of rank `rank`, from 0.
    fn get(&self, rank: usize) -> Option<u16> {
        self.0.get(rank).copied()
    }

    /// The rank of a value.
    pub(super) fn rank(&self, value: u16) -> Option<usize> {
        self.0.iter().position(|known| *known == value)
    }

    /// Puts a value first.
    pub(super) fn use_value(&mut self, value: u16) {
        self.0.retain(|known| *known != value);
        self.0.insert(0, value);
        self.0.truncate(RANKS);
    }
}

/// The segments of a block.
struct Block<'t, 'a> {
    track: &'t Track<'a>,
    bits: BitReader<'a>,
    start: u64,
    left: usize,
    recent: Recent,
    before: Before,
}

impl Block<'_, '_> {
    #[expect(
        clippy::option_option,
        reason = "the outer one says whether it can be read, the inner one whether there is one"
    )]
    fn value(&mut self) -> Option<Option<u16>> {
        let symbol = self.bits.symbol(&self.track.value_codes[usize::from(self.before.had_value)])?;
        let value = match symbol {
            NO_VALUE => return Some(None),
            rank if rank < FIRST_VALUE => self.recent.get(usize::from(rank) - 1)?,
            value => value - FIRST_VALUE,
        };
        self.recent.use_value(value);
        Some(Some(value))
    }

    fn size(&mut self, has_value: bool) -> Option<u64> {
        let code = self.track.size_codes.get(self.before.size_code(self.track.kinds, has_value))?;
        match self.bits.symbol(code)? {
            WRITTEN_OUT => {
                let bits = u32::try_from(self.bits.number(6)?).ok()?.checked_sub(1)?;
                Some((1 << bits) | self.bits.number(bits)?)
            }
            known => {
                let start = (usize::from(known) - 1) * 8;
                self.track.sizes.get(start..start + 8).map(wide)
            }
        }
    }
}

impl Iterator for Block<'_, '_> {
    type Item = Segment;

    fn next(&mut self) -> Option<Segment> {
        self.left = self.left.checked_sub(1)?;
        let value = self.value()?;
        let size = self.size(value.is_some())?;
        self.before = Before { had_value: value.is_some(), size_bits: u64::BITS - size.leading_zeros() };
        let start = self.start;
        self.start = start.checked_add(size)?;
        Some(Segment { start, end: self.start, value })
    }
}
