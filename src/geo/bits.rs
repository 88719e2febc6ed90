//! Bits in a row, and canonical codes over them, so that what is frequent takes few.

/// Longest code that is read; codes of the packer are far shorter.
const LONGEST: u8 = 32;

/// Reads bits, the highest of each octet first.
#[derive(Clone, Copy, Debug)]
pub(super) struct BitReader<'a> {
    octets: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    /// A reader of `octets` from the bit `at`.
    pub(super) fn new(octets: &'a [u8], at: usize) -> Self {
        Self { octets, at }
    }

    fn bit(&mut self) -> Option<u32> {
        let octet = *self.octets.get(self.at / 8)?;
        let bit = (octet >> (7 - self.at % 8)) & 1;
        self.at += 1;
        Some(u32::from(bit))
    }

    /// The next `count` bits as a number, 63 at most.
    pub(super) fn number(&mut self, count: u32) -> Option<u64> {
        (0..count).try_fold(0_u64, |number, _| Some((number << 1) | u64::from(self.bit()?)))
    }

    /// The next symbol in `code`.
    pub(super) fn symbol(&mut self, code: &Code<'_>) -> Option<u16> {
        let (mut word, mut first, mut index) = (0_u32, 0_u32, 0_usize);
        for count in code.counts.chunks_exact(2) {
            word |= self.bit()?;
            let count = u32::from(u16::from_le_bytes([count[0], count[1]]));
            if let Some(place) = word.checked_sub(first).filter(|place| *place < count) {
                return number(code.symbols, index + usize::try_from(place).ok()?);
            }
            index += usize::try_from(count).ok()?;
            first = (first + count) << 1;
            word <<= 1;
        }
        None
    }
}

/// A canonical prefix code: how many symbols have codes of 1, 2, 3, ... bits, and the symbols in the order of their codes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Code<'a> {
    counts: &'a [u8],
    symbols: &'a [u8],
}

impl<'a> Code<'a> {
    /// Takes a code off the front of `octets`: the longest length, the count for each length, the symbols.
    pub(super) fn take(octets: &mut &'a [u8]) -> Option<Self> {
        let longest = *take(octets, 1)?.first()?;
        let counts = take(octets, usize::from(longest.min(LONGEST)) * 2)?;
        let total = counts.chunks_exact(2).map(|count| usize::from(u16::from_le_bytes([count[0], count[1]]))).sum();
        Some(Self { counts, symbols: take(octets, usize::checked_mul(total, 2)?)? })
    }
}

/// Takes `count` octets off the front of `octets`.
pub(super) fn take<'a>(octets: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (front, rest) = octets.split_at_checked(count)?;
    *octets = rest;
    Some(front)
}

/// The number of two octets, lowest first, at place `index`.
pub(super) fn number(octets: &[u8], index: usize) -> Option<u16> {
    let start = index.checked_mul(2)?;
    octets.get(start..start + 2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
}

/// The number that up to eight octets write, lowest first.
pub(super) fn wide(octets: &[u8]) -> u64 {
    octets.iter().rev().fold(0, |number, octet| (number << 8) | u64::from(*octet))
}
