//! The rules of one list, sorted: what reading a list leaves behind, so that it need not be read again when another
//! list changes.
//!
//! A run is a file or memory of sorted chunks, each of bounded size; [`merge`](super::merge) brings the chunks of all
//! lists together. It holds hashes instead of names, but for allow and important rules, whose names are compared in
//! full; so it is of use only with the key that made it.

use std::{
    io::{self, Seek, Write},
    ops::Range,
};

use super::{
    claim::Saying,
    hash::{HashKey, HashedName, NameHashes},
    line::RuleSink,
    order, pattern,
    rule::{PatternRule, Reach, Rule},
    sealed::{Damage, Header, Kind, NUMBERS, ReadAt, Sealer, u64_at},
};

/// What a run begins with; another form of it, or another way of reading lines, is another version.
const KIND: Kind = Kind { magic: *b"ponorRUN", version: 2 };
// The sections of a run, and the numbers of its header.
const ABOUT: usize = 0;
const CHUNKS: usize = 1;
const INDEX: usize = 2;
const PATTERNS: usize = 3;
const FINGERPRINT: usize = 0;
const RULES: usize = 1;
const SAYINGS: usize = 2;
const TOP_LEVEL: usize = 3;

/// Rules and marks that are sorted at a time: 32 octets of memory and 9 of the run each.
const CHUNK: usize = 64 << 10;
/// Octets of names of allow and important rules that are sorted at a time.
const CHUNK_NAMES: usize = 1 << 20;
/// The octets of a rule or mark in a run: its hash and what it says.
const RECORD: usize = 9;
/// What a mark says: that something lies below. Rules have the uppermost bit set.
const MARK: u8 = 0;
const RULE: u8 = 0x80;
/// The octets of an entry of the index: where the records of a chunk begin, how many they are, and the same for rules
/// with names.
const INDEX_ENTRY: usize = 32;
/// The longest sections beside the chunks that are believed.
const LONGEST: u64 = 4 << 20;
/// Records, or octets of rules with names, that are read at a time from each chunk.
const BUFFERED: usize = 4096;
/// Ancestors remembered so as not to enter them again: neighbours in a list share theirs.
const RECENT_MARKS: usize = 1024;

/// Writes the rules of one list as a run.
pub struct RunWriter<W> {
    key: HashKey,
    out: Sealer<W>,
    records: Vec<(u64, u8)>,
    /// Room to sort them.
    spare: Vec<(u64, u8)>,
    exact: Vec<Exact>,
    names: Vec<u8>,
    recent_marks: Box<[u64; RECENT_MARKS]>,
    index: Vec<u8>,
    patterns: Vec<u8>,
    rules: u64,
    sayings: u64,
    has_top_level_rules: bool,
    /// Why writing failed, until [`Self::finish`] tells.
    failed: Option<io::Error>,
}

/// A rule whose name is kept.
#[derive(Clone, Copy)]
struct Exact {
    hash: u64,
    saying: u8,
    length: u8,
    start: u32,
}

impl<W: Write + Seek> RunWriter<W> {
    /// Begins a run.
    ///
    /// # Errors
    /// When writing fails.
    pub fn new(key: HashKey, out: W) -> io::Result<Self> {
        let mut out = Sealer::new(out)?;
        out.begin(CHUNKS)?;
        Ok(Self {
            key,
            out,
            records: Vec::new(),
            spare: Vec::new(),
            exact: Vec::new(),
            names: Vec::new(),
            recent_marks: Box::new([0; RECENT_MARKS]),
            index: Vec::new(),
            patterns: Vec::new(),
            rules: 0,
            sayings: 0,
            has_top_level_rules: false,
            failed: None,
        })
    }

    /// Adds a rule. One for the root is ignored.
    pub fn add(&mut self, rule: &Rule) {
        let saying = Saying::from(rule);
        let key = self.key;
        for suffix in HashedName::new(&key, &rule.name, &mut NameHashes::default()).suffixes() {
            if !suffix.is_whole {
                self.mark(suffix.hash);
                continue;
            }
            self.records.push((suffix.hash, RULE | saying.bits()));
            if saying.must_be_exact() {
                let start = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
                let length = u8::try_from(suffix.wire().len()).unwrap_or(u8::MAX);
                self.exact.push(Exact { hash: suffix.hash, saying: saying.bits(), length, start });
                self.names.extend(suffix.wire().iter().map(u8::to_ascii_lowercase));
            }
            self.has_top_level_rules |= suffix.labels == 1;
            self.count(saying);
        }
        if self.records.len() >= CHUNK || self.names.len() >= CHUNK_NAMES {
            let ended = self.end_chunk();
            self.failed = self.failed.take().or(ended.err());
        }
    }

    /// Adds a pattern.
    pub fn add_pattern(&mut self, rule: &PatternRule) {
        let saying = Saying::new(Reach::Pattern, rule.action, rule.important);
        let patterns = &mut self.patterns;
        let written = pattern::write_record(u32::from(saying.bits()), &rule.text, |octets| {
            patterns.extend_from_slice(octets);
            Ok(())
        });
        self.failed = self.failed.take().or(written.err());
        self.count(saying);
    }

    /// How many rules were added, repetitions included.
    #[must_use]
    pub fn rules(&self) -> u64 {
        self.rules
    }

    /// Ends the run; `about` is kept with it for whoever made it.
    ///
    /// # Errors
    /// When writing failed, now or before.
    pub fn finish(mut self, about: &[u8]) -> io::Result<W> {
        self.end_chunk()?;
        if let Some(failed) = self.failed {
            return Err(failed);
        }
        for (section, octets) in [(INDEX, &self.index[..]), (PATTERNS, &self.patterns), (ABOUT, about)] {
            self.out.begin(section)?;
            self.out.write(octets)?;
        }
        let mut numbers = [0; NUMBERS];
        numbers[FINGERPRINT] = self.key.fingerprint();
        numbers[RULES] = self.rules;
        numbers[SAYINGS] = self.sayings;
        numbers[TOP_LEVEL] = u64::from(self.has_top_level_rules);
        self.out.finish(KIND, numbers)
    }

    fn count(&mut self, saying: Saying) {
        self.rules += 1;
        self.sayings |= 1 << saying.bits();
    }

    fn mark(&mut self, hash: u64) {
        let at = usize::try_from(hash % RECENT_MARKS as u64).unwrap_or_default();
        if self.recent_marks[at] != hash {
            self.recent_marks[at] = hash;
            self.records.push((hash, MARK));
        }
    }

    /// Sorts what was gathered and writes it.
    fn end_chunk(&mut self) -> io::Result<()> {
        if self.records.is_empty() {
            return Ok(());
        }
        order::sort(&mut self.records, &mut self.spare);
        self.records.dedup();
        let name = |rule: &Exact| &self.names[rule.start as usize..][..usize::from(rule.length)];
        let place = |rule: &Exact| (rule.hash, rule.saying);
        self.exact.sort_unstable_by(|one, two| place(one).cmp(&place(two)).then_with(|| name(one).cmp(name(two))));
        self.exact.dedup_by(|one, two| place(one) == place(two) && name(one) == name(two));
        let counts = [self.records.len() as u64, self.exact.len() as u64];
        let [records, exact] = counts;
        let start = self.out.position();
        for &(hash, said) in &self.records {
            self.out.write(&record(hash, said))?;
        }
        let exact_start = self.out.position();
        for rule in &self.exact {
            self.out.write(&record(rule.hash, rule.saying))?;
            self.out.write(&[rule.length])?;
            self.out.write(name(rule))?;
        }
        for number in [start, records, exact_start, exact] {
            self.index.extend_from_slice(&number.to_le_bytes());
        }
        self.records.clear();
        self.exact.clear();
        self.names.clear();
        Ok(())
    }
}

impl<W: Write + Seek> RuleSink for RunWriter<W> {
    fn rule(&mut self, rule: &Rule) {
        self.add(rule);
    }

    fn pattern(&mut self, rule: &PatternRule) {
        self.add_pattern(rule);
    }
}

fn record(hash: u64, said: u8) -> [u8; RECORD] {
    let mut octets = [said; RECORD];
    octets[..8].copy_from_slice(&hash.to_le_bytes());
    octets
}

/// A run that was believed.
pub struct Run<R> {
    from: R,
    about: Vec<u8>,
    chunks: Vec<Chunk>,
    patterns: Vec<u8>,
    numbers: [u64; NUMBERS],
}

#[derive(Clone, Copy)]
struct Chunk {
    records: u64,
    count: u64,
    exact: u64,
    exact_count: u64,
    /// Where the octets end that may be read.
    end: u64,
}

impl Chunk {
    /// Reads an entry of the index; `None` when the chunk would not lie in its section.
    fn read(entry: &[u8; INDEX_ENTRY], section: &Range<u64>) -> Option<Self> {
        let [records, count, exact, exact_count] = [0, 8, 16, 24].map(|at| u64_at(entry, at));
        let (records, exact, end) =
            (section.start.checked_add(records)?, section.start.checked_add(exact)?, section.end);
        let record = RECORD as u64;
        let fits = records.checked_add(count.checked_mul(record)?)? <= end
            && exact.checked_add(exact_count.checked_mul(record + 1)?)? <= end;
        fits.then_some(Self { records, count, exact, exact_count, end })
    }
}

impl<R: ReadAt> Run<R> {
    /// Opens a run that was made with `key`, and reads it once to see that it is whole.
    ///
    /// # Errors
    /// When reading fails; [`Damage`] when it is not one to be used.
    pub fn open(from: R, key: &HashKey) -> io::Result<Result<Self, Damage>> {
        let header = match Header::read(&from, KIND)? {
            Ok(header) => header,
            Err(damage) => return Ok(Err(damage)),
        };
        if header.numbers[FINGERPRINT] != key.fingerprint() {
            return Ok(Err(Damage::Key));
        }
        if let Err(damage) = header.check(&from, CHUNKS)? {
            return Ok(Err(damage));
        }
        let (index, patterns, about) = (
            header.load(&from, INDEX, LONGEST)?,
            header.load(&from, PATTERNS, LONGEST)?,
            header.load(&from, ABOUT, LONGEST)?,
        );
        let (Ok(index), Ok(patterns), Ok(about)) = (index, patterns, about) else { return Ok(Err(Damage::Damaged)) };
        let section = header.section(CHUNKS);
        let (entries, _) = index.as_chunks::<INDEX_ENTRY>();
        let chunks: Option<Vec<Chunk>> = entries.iter().map(|entry| Chunk::read(entry, &section)).collect();
        let Some(chunks) = chunks else { return Ok(Err(Damage::Damaged)) };
        Ok(Ok(Self { from, about, chunks, patterns, numbers: header.numbers }))
    }

    /// What whoever made it kept with it.
    #[must_use]
    pub fn about(&self) -> &[u8] {
        &self.about
    }

    /// How many rules were added, repetitions included.
    #[must_use]
    pub fn rules(&self) -> u64 {
        self.numbers[RULES]
    }

    /// How many records its chunks have together.
    pub(super) fn records(&self) -> u64 {
        self.chunks.iter().fold(0, |sum, chunk| sum.saturating_add(chunk.count))
    }

    /// How many rules with names it has.
    pub(super) fn exact_records(&self) -> u64 {
        self.chunks.iter().fold(0, |sum, chunk| sum.saturating_add(chunk.exact_count))
    }

    /// What its rules with names of their own say, each once.
    pub(super) fn sayings(&self) -> impl Iterator<Item = Saying> {
        let sayings = self.numbers[SAYINGS];
        (0..super::claim::SAYINGS).filter(move |bits| sayings >> bits & 1 == 1).map(Saying::from_bits)
    }

    pub(super) fn has_top_level_rules(&self) -> bool {
        self.numbers[TOP_LEVEL] != 0
    }

    /// Its patterns: what is said, and the text.
    pub(super) fn patterns(&self) -> impl Iterator<Item = (Saying, &str)> {
        let saying = |said: u32| Saying::from_bits(u8::try_from(said).unwrap_or_default());
        pattern::records(&self.patterns).map(move |(said, text)| (saying(said), text))
    }

    /// The records of each chunk, in order.
    pub(super) fn cursors(&self) -> impl Iterator<Item = Cursor<'_, R>> {
        self.chunks.iter().map(|chunk| Cursor::new(&self.from, chunk.records, chunk.count))
    }

    /// The rules with names of each chunk, in order.
    pub(super) fn exact_cursors(&self) -> impl Iterator<Item = ExactCursor<'_, R>> {
        self.chunks.iter().map(|chunk| ExactCursor {
            from: &self.from,
            at: chunk.exact,
            end: chunk.end,
            left: chunk.exact_count,
            buffer: Vec::new(),
            done: 0,
            current: None,
        })
    }
}

/// Reads the records of one chunk in order.
pub(super) struct Cursor<'a, R> {
    from: &'a R,
    /// Where the next records are read, and how many are left there.
    at: u64,
    left: u64,
    buffer: Vec<u8>,
    /// How much of the buffer was handed out.
    done: usize,
}

impl<'a, R: ReadAt> Cursor<'a, R> {
    fn new(from: &'a R, at: u64, left: u64) -> Self {
        Self { from, at, left, buffer: Vec::new(), done: 0 }
    }

    /// Hands out the records whose hash is below `bound`, or all that are left.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(super) fn take_below(
        &mut self,
        bound: Option<u64>,
        mut on_record: impl FnMut(u64, Option<Saying>),
    ) -> io::Result<()> {
        loop {
            let (records, _) = self.buffer[self.done..].as_chunks::<RECORD>();
            for record in records {
                let hash = u64_at(record, 0);
                if bound.is_some_and(|bound| hash >= bound) {
                    return Ok(());
                }
                on_record(hash, (record[8] != MARK).then(|| Saying::from_bits(record[8])));
                self.done += RECORD;
            }
            if self.left == 0 {
                return Ok(());
            }
            self.refill()?;
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        let count = usize::try_from(self.left).unwrap_or(BUFFERED).min(BUFFERED);
        self.buffer.resize(count * RECORD, 0);
        self.from.read_exact_at(&mut self.buffer, self.at)?;
        self.at += self.buffer.len() as u64;
        self.left -= count as u64;
        self.done = 0;
        Ok(())
    }
}

/// Reads the rules with names of one chunk in order.
pub(super) struct ExactCursor<'a, R> {
    from: &'a R,
    /// Where more octets are read, and where they end.
    at: u64,
    end: u64,
    /// Rules that were not read yet.
    left: u64,
    buffer: Vec<u8>,
    /// How much of the buffer was taken.
    done: usize,
    current: Option<ExactRule>,
}

/// A rule with its name.
pub(super) struct ExactRule {
    pub(super) hash: u64,
    pub(super) saying: Saying,
    pub(super) name: Vec<u8>,
}

impl<R: ReadAt> ExactCursor<'_, R> {
    /// The rule at which it stands; reads it when need be.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn current(&mut self) -> io::Result<Option<&ExactRule>> {
        if self.current.is_none() && self.left > 0 {
            self.left -= 1;
            let head = self.take(RECORD + 1)?;
            let (hash, said, length) = (u64_at(head, 0), head[8], usize::from(head[RECORD]));
            let name = self.take(length)?.to_vec();
            self.current = Some(ExactRule { hash, saying: Saying::from_bits(said), name });
        }
        Ok(self.current.as_ref())
    }

    /// The next octets.
    fn take(&mut self, count: usize) -> io::Result<&[u8]> {
        if self.buffer.len() - self.done < count {
            self.buffer.drain(..self.done);
            self.done = 0;
            let (held, more) = (self.buffer.len(), self.end.saturating_sub(self.at).min(BUFFERED as u64));
            self.buffer.resize(held + usize::try_from(more).unwrap_or_default(), 0);
            self.from.read_exact_at(&mut self.buffer[held..], self.at)?;
            self.at += more;
        }
        let taken = self.buffer.get(self.done..self.done + count).ok_or(io::ErrorKind::UnexpectedEof)?;
        self.done += count;
        Ok(taken)
    }

    /// Goes on to the next rule.
    pub(super) fn advance(&mut self) {
        self.current = None;
    }
}

const _: () = assert!(u32::MAX as usize > CHUNK_NAMES + 256, "names of a chunk are found by 32 bits");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Action, parse_rule};

    fn run(rules: &[&str], key: HashKey) -> Vec<u8> {
        let mut writer = RunWriter::new(key, io::Cursor::new(Vec::new())).unwrap();
        for rule in rules {
            writer.add(&parse_rule(rule).unwrap());
        }
        writer.add_pattern(&PatternRule { text: "/ads/".into(), action: Action::Allow, important: false });
        writer.finish(b"about").unwrap().into_inner()
    }

    #[test]
    fn what_was_written_is_read_in_order() {
        let key = HashKey::new([1, 2]);
        let octets = run(&["||a.b.example^", "@@||c.b.example^", "||a.b.example^", "||zip^$important"], key);
        let run = Run::open(octets, &key).unwrap().unwrap();
        assert_eq!((run.about(), run.rules(), run.has_top_level_rules()), (&b"about"[..], 5, true));
        assert_eq!(run.sayings().count(), 4);
        let mut hashes = Vec::new();
        for mut cursor in run.cursors() {
            cursor.take_below(None, |hash, said| hashes.push((hash, said))).unwrap();
        }
        assert_eq!(hashes.len(), 4, "three names, one mark");
        assert!(hashes.is_sorted());
        let (mut names, mut cursors) = (Vec::new(), run.exact_cursors());
        let mut cursor = cursors.next().unwrap();
        while let Some(rule) = cursor.current().unwrap() {
            names.push(rule.name.clone());
            cursor.advance();
        }
        names.sort();
        assert_eq!(names, [&b"\x01c\x01b\x07example\0"[..], b"\x03zip\0"]);
        assert_eq!(run.patterns().map(|(_, text)| text).collect::<Vec<_>>(), ["/ads/"]);
    }

    #[test]
    fn a_run_of_another_key_or_with_damage_is_refused() {
        let (key, other) = (HashKey::new([1, 2]), HashKey::new([1, 3]));
        let whole = run(&["||a.b.example^", "@@||c.b.example^"], key);
        assert_eq!(Run::open(whole.clone(), &other).unwrap().err(), Some(Damage::Key));
        for length in 0..whole.len() {
            let opened = Run::open(whole[..length].to_vec(), &key);
            assert!(opened.is_err() || opened.unwrap().is_err(), "{length}");
        }
    }
}
