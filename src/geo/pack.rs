//! Makes the packed table from ranges of addresses. Not part of a running ponor: `geo/pack.rs` calls it when the snapshot
//! is renewed, and the tests.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap},
    hash::Hash,
};

use super::{
    table::{FORMAT, MAGIC, UNIT_V4, UNIT_V6},
    track::{BLOCK, Before, FIRST_VALUE, NO_VALUE, Recent, WRITTEN_OUT},
};

/// Sizes that occur so often get a number of their own.
const FREQUENT: usize = 6;
/// And a code for each kind of size before that they follow so often.
const FREQUENT_IN_CODE: usize = 2;
/// How many kinds of sizes before a size are told apart: for countries, and for networks, where it gains less.
const KINDS: [usize; 2] = [14, 1];

/// A range of addresses as numbers, both ends included, with what is known of it.
pub type Range<T> = (u128, u128, T);

/// What the table is made of. Ranges are in order and do not overlap.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// The day of the snapshot, as 20260617.
    pub date: u32,
    /// Whom to thank, a line each.
    pub attribution: String,
    /// Countries of IPv4 and of IPv6, two letters each.
    pub countries: [Vec<Range<[u8; 2]>>; 2],
    /// Networks of IPv4 and of IPv6 by AS number.
    pub networks: [Vec<Range<u32>>; 2],
    /// Names of networks.
    pub names: BTreeMap<u32, String>,
}

/// Packs a snapshot.
///
/// # Errors
/// When there are more than 65,000 different countries or networks, or a part is larger than 4 GiB.
pub fn pack(snapshot: &Snapshot) -> Result<Vec<u8>, TooMuch> {
    let countries = distinct(&snapshot.countries);
    let networks = distinct(&snapshot.networks);
    let name = |number: &u32| snapshot.names.get(number).map_or("", |name| name.lines().next().unwrap_or_default());
    let names: Vec<&str> = networks.iter().map(name).collect();
    let mut packed = MAGIC.to_vec();
    packed.push(FORMAT);
    packed.extend(snapshot.date.to_le_bytes());
    let parts = [
        snapshot.attribution.clone().into_bytes(),
        countries.concat(),
        networks.iter().flat_map(|number| number.to_le_bytes()).collect(),
        names.join("\n").into_bytes(),
        track(&snapshot.countries[0], &countries, UNIT_V4, KINDS[0])?,
        track(&snapshot.countries[1], &countries, UNIT_V6, KINDS[0])?,
        track(&snapshot.networks[0], &networks, UNIT_V4, KINDS[1])?,
        track(&snapshot.networks[1], &networks, UNIT_V6, KINDS[1])?,
    ];
    for part in parts {
        packed.extend(u32::try_from(part.len()).map_err(|_| TooMuch)?.to_le_bytes());
        packed.extend(part);
    }
    Ok(packed)
}

/// More than a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a table holds 65,000 countries and as many networks")]
pub struct TooMuch;

fn distinct<T: Copy + Ord>(ranges: &[Vec<Range<T>>; 2]) -> Vec<T> {
    let values: BTreeSet<T> = ranges.iter().flatten().map(|(_, _, value)| *value).collect();
    values.into_iter().collect()
}

/// A segment before it is packed: its size in units, and the place of its value.
type Cut = (u64, Option<u16>);

fn track<T: Copy + Ord>(ranges: &[Range<T>], values: &[T], unit: u32, kinds: usize) -> Result<Vec<u8>, TooMuch> {
    if values.len() > usize::from(u16::MAX - FIRST_VALUE) {
        return Err(TooMuch);
    }
    let cuts = cut(ranges, values, unit);
    let sizes = frequent(cuts.iter().map(|(size, _)| *size), FREQUENT);
    let codes = Codes::of(&cuts, &sizes, kinds);
    let (mut index, mut bits) = (Vec::new(), BitWriter::default());
    let width = if unit == UNIT_V4 { 3 } else { 6 };
    let mut start = 0_u64;
    for block in cuts.chunks(BLOCK) {
        index.extend(&start.to_le_bytes()[..width]);
        index.extend(u32::try_from(bits.length).map_err(|_| TooMuch)?.to_le_bytes());
        walk(block, |cut| codes.write(&mut bits, &cut, &sizes, kinds));
        start += block.iter().map(|(size, _)| size).sum::<u64>();
    }
    let narrow = |number: usize| u8::try_from(number).map_err(|_| TooMuch);
    let mut packed = vec![narrow(width)?, narrow(kinds)?];
    packed.extend(u16::try_from(sizes.len()).map_err(|_| TooMuch)?.to_le_bytes());
    packed.extend(u32::try_from(cuts.len()).map_err(|_| TooMuch)?.to_le_bytes());
    packed.extend(sizes.iter().flat_map(|size| size.to_le_bytes()));
    for code in codes.values.iter().chain(&codes.sizes) {
        code.describe(&mut packed)?;
    }
    packed.extend(index);
    packed.extend(bits.octets);
    Ok(packed)
}

/// The ranges as segments without gaps, equal neighbours joined. A unit that several ranges share goes to the first.
fn cut<T: Copy + Ord>(ranges: &[Range<T>], values: &[T], unit: u32) -> Vec<Cut> {
    let (mut cuts, mut end): (Vec<Cut>, u64) = (Vec::new(), 0);
    let position = |address: u128| u64::try_from(address >> unit).unwrap_or(u64::MAX);
    for (first, last, value) in ranges {
        let (start, behind) = (position(*first).max(end), position(*last) + 1);
        if behind <= start {
            continue;
        }
        if start > end {
            cuts.push((start - end, None));
        }
        let value = values.binary_search(value).ok().and_then(|place| u16::try_from(place).ok());
        match cuts.last_mut().filter(|cut| cut.1 == value) {
            Some(cut) => cut.0 += behind - start,
            None => cuts.push((behind - start, value)),
        }
        end = behind;
    }
    cuts
}

fn frequent<T: Copy + Ord + Hash>(items: impl Iterator<Item = T>, least: usize) -> Vec<T> {
    let mut counts: HashMap<T, usize> = HashMap::new();
    items.for_each(|item| *counts.entry(item).or_default() += 1);
    let mut frequent: Vec<T> = counts.into_iter().filter(|(_, count)| *count >= least).map(|(item, _)| item).collect();
    frequent.sort_unstable();
    frequent
}

/// A segment as it is written: the symbol of its value and its size, each with the code that it is written in.
struct Written {
    value_code: usize,
    value: u16,
    before: Before,
    size: u64,
}

/// Goes through the segments of a block as a reader will.
fn walk(block: &[Cut], mut write: impl FnMut(Written)) {
    let (mut recent, mut before) = (Recent::default(), Before::NONE);
    for (size, value) in block {
        let symbol = value.map_or(NO_VALUE, |value| {
            let rank = recent.rank(value).and_then(|rank| u16::try_from(rank + 1).ok());
            recent.use_value(value);
            rank.unwrap_or(FIRST_VALUE + value)
        });
        write(Written { value_code: usize::from(before.had_value), value: symbol, before, size: *size });
        before = Before { had_value: value.is_some(), size_bits: u64::BITS - size.leading_zeros() };
    }
}

/// The codes of a partition.
struct Codes {
    values: [Huffman; 2],
    sizes: Vec<Huffman>,
}

impl Codes {
    fn of(cuts: &[Cut], sizes: &[u64], kinds: usize) -> Self {
        let mut value_counts = [BTreeMap::new(), BTreeMap::new()];
        let mut size_counts = vec![BTreeMap::new(); kinds * 2];
        for block in cuts.chunks(BLOCK) {
            walk(block, |cut| {
                *value_counts[cut.value_code].entry(cut.value).or_insert(0_usize) += 1;
                let code = cut.before.size_code(kinds, cut.value != NO_VALUE);
                *size_counts[code].entry(size_symbol(cut.size, sizes)).or_insert(0_usize) += 1;
            });
        }
        for counts in &mut size_counts {
            let rare = counts.values().filter(|count| **count < FREQUENT_IN_CODE).count();
            counts.retain(|_, count| *count >= FREQUENT_IN_CODE);
            *counts.entry(WRITTEN_OUT).or_insert(0) += rare.max(1);
        }
        Self {
            values: value_counts.map(|counts| Huffman::of(&counts)),
            sizes: size_counts.iter().map(Huffman::of).collect(),
        }
    }

    fn write(&self, bits: &mut BitWriter, cut: &Written, sizes: &[u64], kinds: usize) {
        self.values[cut.value_code].write(bits, cut.value);
        let code = &self.sizes[cut.before.size_code(kinds, cut.value != NO_VALUE)];
        let symbol = size_symbol(cut.size, sizes);
        if symbol != WRITTEN_OUT && code.write(bits, symbol) {
            return;
        }
        code.write(bits, WRITTEN_OUT);
        let length = u64::BITS - cut.size.leading_zeros();
        bits.push(u64::from(length), 6);
        bits.push(cut.size & !(1 << (length - 1)), length - 1);
    }
}

fn size_symbol(size: u64, sizes: &[u64]) -> u16 {
    sizes.binary_search(&size).ok().and_then(|place| u16::try_from(place + 1).ok()).unwrap_or(WRITTEN_OUT)
}

/// A canonical Huffman code.
struct Huffman {
    /// Symbols in the order of their codes, with the length of each.
    symbols: Vec<(u32, u16)>,
    words: BTreeMap<u16, (u64, u32)>,
}

impl Huffman {
    fn of(counts: &BTreeMap<u16, usize>) -> Self {
        let mut symbols: Vec<(u32, u16)> =
            lengths(counts).into_iter().map(|(symbol, length)| (length, symbol)).collect();
        symbols.sort_unstable();
        let (mut words, mut word, mut before) = (BTreeMap::new(), 0_u64, 0_u32);
        for (length, symbol) in &symbols {
            word <<= length - before;
            words.insert(*symbol, (word, *length));
            word += 1;
            before = *length;
        }
        Self { symbols, words }
    }

    /// Writes a symbol, if it has a code.
    fn write(&self, bits: &mut BitWriter, symbol: u16) -> bool {
        self.words.get(&symbol).is_some_and(|(word, length)| {
            bits.push(*word, *length);
            true
        })
    }

    fn describe(&self, packed: &mut Vec<u8>) -> Result<(), TooMuch> {
        let longest = self.symbols.last().map_or(0, |(length, _)| *length);
        packed.push(u8::try_from(longest).map_err(|_| TooMuch)?);
        for length in 1..=longest {
            let count = self.symbols.iter().filter(|(other, _)| *other == length).count();
            packed.extend(u16::try_from(count).map_err(|_| TooMuch)?.to_le_bytes());
        }
        packed.extend(self.symbols.iter().flat_map(|(_, symbol)| symbol.to_le_bytes()));
        Ok(())
    }
}

/// How long the code of each symbol is (Huffman, 1952). Ties are broken by order, so that equal input gives equal files.
fn lengths(counts: &BTreeMap<u16, usize>) -> BTreeMap<u16, u32> {
    let mut groups: Vec<Vec<u16>> = counts.keys().map(|symbol| vec![*symbol]).collect();
    let mut lengths: BTreeMap<u16, u32> = counts.keys().map(|symbol| (*symbol, 0)).collect();
    let mut heap: BinaryHeap<_> = counts.values().enumerate().map(|(group, count)| Reverse((*count, group))).collect();
    if let (1, Some(only)) = (lengths.len(), lengths.values_mut().next()) {
        *only = 1;
    }
    while let (Some(Reverse((count, first))), Some(Reverse((other, second)))) = (heap.pop(), heap.pop()) {
        let joined = [std::mem::take(&mut groups[first]), std::mem::take(&mut groups[second])].concat();
        for symbol in &joined {
            *lengths.entry(*symbol).or_default() += 1;
        }
        groups.push(joined);
        heap.push(Reverse((count + other, groups.len() - 1)));
    }
    lengths
}

#[derive(Default)]
struct BitWriter {
    octets: Vec<u8>,
    length: usize,
}

impl BitWriter {
    /// Writes the lowest `count` bits of `word`, the highest of them first.
    fn push(&mut self, word: u64, count: u32) {
        for place in (0..count).rev() {
            if self.length.is_multiple_of(8) {
                self.octets.push(0);
            }
            if let (Some(octet), 1) = (self.octets.last_mut(), (word >> place) & 1) {
                *octet |= 0x80 >> (self.length % 8);
            }
            self.length += 1;
        }
    }
}
