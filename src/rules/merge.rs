//! From the runs of all lists to the octets of a table.
//!
//! The order of hashes is the order of blocks, so that the runs are read side by side and the table is written front to
//! back: once to count, once to write. Memory depends on the number of chunks, not on the number of rules.

use std::io::{self, Seek, Write};

use super::{
    attributes::Interner,
    block::{self, Filler},
    claim::Claim,
    exact::ExactRules,
    hash::HashKey,
    order,
    pattern::{self, MAX_PATTERNS},
    rule::ListNumber,
    run::{ExactCursor, Run},
    sealed::{NUMBERS, ReadAt, Sealer},
    table::{
        ABOUT, BLOCKS, CLAIMS, EXACT_INDEX, EXACT_NAMES, FINGERPRINT, HOMES, KIND, PATTERNS, RULES, STARTS, TOP_LEVEL,
    },
};

/// Records that are brought into order at a time, on average: hashes are spread evenly.
const WINDOW: u64 = 16 << 10;

/// What merging gives beside the table.
#[derive(Debug)]
pub struct Merged<W> {
    /// The output.
    pub out: W,
    /// Lists of whose patterns some were left out, because a table holds 512, and how many.
    pub patterns_left_out: Vec<(ListNumber, u64)>,
}

/// Writes the table of several runs, made with `key`, to `out`; `about` is kept with it for whoever made it. Equal runs
/// give equal octets.
///
/// # Errors
/// When a run cannot be read or is out of order, or the table cannot be written.
pub fn merge<R: ReadAt, W: Write + Seek>(
    runs: &[(ListNumber, &Run<R>)],
    key: &HashKey,
    about: &[u8],
    out: W,
) -> io::Result<Merged<W>> {
    let singles = runs.iter().flat_map(|(list, run)| run.sayings().map(|saying| Claim::new(*list, saying)));
    let mut singles: Vec<Claim> = singles.collect();
    singles.sort_unstable();
    let mut interner = Interner::new(singles);
    let mut entries = 0;
    for_each_entry(runs, &mut interner, |_, attribute| {
        entries += u64::from(attribute.is_some());
        Ok(())
    })?;
    let homes = block::homes(entries);
    let (starts, claims) = interner.octets();
    let mut out = Sealer::new(out)?;
    for (section, octets) in [(ABOUT, about), (STARTS, &starts), (CLAIMS, &claims)] {
        out.begin(section)?;
        out.write(octets)?;
    }
    out.begin(PATTERNS)?;
    let patterns_left_out = write_patterns(runs, &mut out)?;
    write_exact_rules(runs, &mut out)?;
    out.begin(BLOCKS)?;
    let mut filler = Filler::new(homes);
    let mut on_block = |block: &[u8; 64]| out.write(block);
    for_each_entry(runs, &mut interner, |hash, attribute| match attribute {
        None => filler.mark(hash, &mut on_block),
        Some(attribute) => filler.push(hash, attribute, &mut on_block),
    })?;
    filler.finish(&mut on_block)?;
    let mut numbers = [0; NUMBERS];
    numbers[FINGERPRINT] = key.fingerprint();
    numbers[RULES] = runs.iter().map(|(_, run)| run.rules()).sum();
    numbers[HOMES] = u64::from(homes);
    numbers[TOP_LEVEL] = u64::from(runs.iter().any(|(_, run)| run.has_top_level_rules()));
    Ok(Merged { out: out.finish(KIND, numbers)?, patterns_left_out })
}

/// Calls `on_entry` with the attribute of each name, and before that without any when something lies below it, in the order
/// of the hashes.
fn for_each_entry<R: ReadAt>(
    runs: &[(ListNumber, &Run<R>)],
    interner: &mut Interner,
    mut on_entry: impl FnMut(u64, Option<u16>) -> io::Result<()>,
) -> io::Result<()> {
    let records = runs.iter().fold(0_u64, |sum, (_, run)| sum.saturating_add(run.records()));
    let mut cursors: Vec<_> =
        runs.iter().flat_map(|(list, run)| run.cursors().map(move |cursor| (*list, cursor))).collect();
    let step = u64::MAX / records.div_ceil(WINDOW).max(1);
    let (mut window, mut spare) = (Vec::<(u64, Option<Claim>)>::new(), Vec::new());
    let (mut claims, mut bound) = (Vec::new(), Some(0_u64));
    while let Some(lower) = bound {
        bound = lower.checked_add(step).filter(|&upper| upper < u64::MAX);
        window.clear();
        for (list, cursor) in &mut cursors {
            cursor.take_below(bound, |hash, saying| {
                window.push((hash, saying.map(|saying| Claim::new(*list, saying))));
            })?;
        }
        // Marks come before claims.
        order::sort(&mut window, &mut spare);
        if window.first().is_some_and(|(hash, _)| *hash < lower) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a run is out of order"));
        }
        for group in window.chunk_by(|one, next| one.0 == next.0) {
            let (hash, first) = group[0];
            if first.is_none() {
                on_entry(hash, None)?;
            }
            claims.clear();
            claims.extend(group.iter().filter_map(|(_, claim)| *claim));
            claims.dedup();
            if !claims.is_empty() {
                interner.for_each_number(&claims, |attribute| on_entry(hash, Some(attribute)))?;
            }
        }
    }
    Ok(())
}

/// Writes the first patterns of all lists, and tells what was left out.
fn write_patterns<R: ReadAt, W: Write + Seek>(
    runs: &[(ListNumber, &Run<R>)],
    out: &mut Sealer<W>,
) -> io::Result<Vec<(ListNumber, u64)>> {
    let (mut written, mut left_out) = (0, Vec::new());
    for (list, run) in runs {
        let mut more = 0;
        for (saying, text) in run.patterns() {
            if written == MAX_PATTERNS {
                more += 1;
                continue;
            }
            pattern::write_record(Claim::new(*list, saying).bits(), text, |octets| out.write(octets))?;
            written += 1;
        }
        if more > 0 {
            left_out.push((*list, more));
        }
    }
    Ok(left_out)
}

/// Writes the rules with names: their index, then their names.
fn write_exact_rules<R: ReadAt, W: Write + Seek>(
    runs: &[(ListNumber, &Run<R>)],
    out: &mut Sealer<W>,
) -> io::Result<()> {
    out.begin(EXACT_INDEX)?;
    let mut start = 0_u32;
    for_each_exact_rule(runs, |hash, claim, name| {
        out.write(&ExactRules::octets(hash, claim, start))?;
        let length = u32::try_from(name.len()).unwrap_or(u32::MAX);
        start = start.checked_add(length).ok_or_else(|| io::Error::other("too many allow rules"))?;
        Ok(())
    })?;
    out.begin(EXACT_NAMES)?;
    for_each_exact_rule(runs, |_, _, name| out.write(name))
}

fn for_each_exact_rule<R: ReadAt>(
    runs: &[(ListNumber, &Run<R>)],
    mut on_rule: impl FnMut(u64, Claim, &[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let with_names = runs.iter().filter(|(_, run)| run.exact_records() > 0);
    let mut cursors: Vec<_> =
        with_names.flat_map(|(list, run)| run.exact_cursors().map(move |cursor| (*list, cursor))).collect();
    while let Some((place, list)) = first(&mut cursors)? {
        let cursor = &mut cursors[place].1;
        if let Some(rule) = cursor.current()? {
            on_rule(rule.hash, Claim::new(list, rule.saying), &rule.name)?;
        }
        cursor.advance();
    }
    Ok(())
}

/// The cursor whose rule comes first: by hash, then list and what is said, as [`ExactRules`] looks it up.
fn first<R: ReadAt>(cursors: &mut [(ListNumber, ExactCursor<'_, R>)]) -> io::Result<Option<(usize, ListNumber)>> {
    let mut best: Option<(u64, Claim, usize)> = None;
    for (place, (list, cursor)) in cursors.iter_mut().enumerate() {
        if let Some(rule) = cursor.current()? {
            let this = (rule.hash, Claim::new(*list, rule.saying), place);
            if best.is_none_or(|best| this < best) {
                best = Some(this);
            }
        }
    }
    Ok(best.map(|(_, _, place)| (place, cursors[place].0)))
}
