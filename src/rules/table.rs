//! The table: from a name to the rule that decides about it.
//!
//! # How sure a match is
//!
//! A plain block rests on a hash: a name that is on no list is taken for one that is when its home and its 40-bit tag
//! agree. A lookup compares with at most eight entries a block and mostly reads one block, so that happens to about one
//! name in 10^11 (8 / 2^40), and nobody can look for such a name without the key. Allow rules and important rules are
//! compared with the name itself: no accident lets through what is to be stopped.
//!
//! # What it is made of
//!
//! A table is one piece of octets: a file that was mapped, or memory. [`merge`](super::merge) writes it, [`Table::open`]
//! believes it when it is whole. What stands in it is looked at where it stands; only patterns are made ready at once.

use std::{cmp::Reverse, sync::Arc};

use bytes::Bytes;

use crate::dns::Name;

use super::{
    attributes::Attributes,
    block::{Blocks, BlocksInFile, Look},
    claim::Claim,
    exact::ExactRules,
    hash::{HashKey, HashedName, NameHashes, Suffix},
    mask::ProfileMask,
    pattern::Patterns,
    rule::{Action, ListNumber, Reach},
    sealed::{Damage, Header, Kind, ReadAt, aligned},
};

/// What a table begins with; another form of it is another version.
pub(super) const KIND: Kind = Kind { magic: *b"ponorTBL", version: 4 };
// The sections of a table, and the numbers of its header.
pub(super) const ABOUT: usize = 0;
pub(super) const STARTS: usize = 1;
pub(super) const CLAIMS: usize = 2;
pub(super) const PATTERNS: usize = 3;
pub(super) const EXACT_INDEX: usize = 4;
pub(super) const EXACT_NAMES: usize = 5;
pub(super) const BLOCKS: usize = 6;
pub(super) const FINGERPRINT: usize = 0;
pub(super) const RULES: usize = 1;
pub(super) const HOMES: usize = 2;
pub(super) const TOP_LEVEL: usize = 3;

/// Blocks that are read ahead together.
const TOUCHED: usize = 64;

/// The rules of all lists, packed; made by [`merge`](super::merge) or [`TableBuilder`](super::TableBuilder), never
/// changed.
pub struct Table {
    key: HashKey,
    about: Bytes,
    blocks: Blocks,
    /// Where they begin in the octets of the table.
    blocks_at: u64,
    attributes: Attributes,
    exact: ExactRules,
    patterns: Patterns,
    /// Whether there are rules for names of a single label. Without any, no lookup asks for top-level domains.
    has_top_level_rules: bool,
    rules: u64,
}

/// A rule that covers a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// The list that the rule is from; the lowest number when several lists have it.
    pub list: ListNumber,
    /// What it does.
    pub action: Action,
    /// Whether it beats rules without `$important`.
    pub important: bool,
    /// Which names it covers.
    pub reach: Reach,
    /// How many labels its name has: the last so many of the name that was asked for; 0 for a pattern.
    pub labels: u8,
    /// The number of the pattern in this table, when it is one; see [`Table::pattern`].
    pub pattern: Option<u16>,
}

impl Table {
    /// Takes a table that was made with `key` out of its octets, once every checksum in them agrees.
    ///
    /// # Errors
    /// [`Damage`] when they are not those of a table that this program made with that key.
    pub fn open(octets: &Bytes, key: HashKey) -> Result<Self, Damage> {
        Self::open_mapped(octets, &octets[..], key)
    }

    /// The same for the octets of a file that is mapped. Its blocks, nearly all of it, are checked by reading `file`, so
    /// that only those parts of the mapping take memory that queries look at.
    ///
    /// # Errors
    /// As [`Self::open`]; a file that cannot be read is damaged.
    pub fn open_mapped(octets: &Bytes, file: &(impl ReadAt + ?Sized), key: HashKey) -> Result<Self, Damage> {
        let header = Header::read(&octets[..], KIND).unwrap_or(Err(Damage::Damaged))?;
        if header.numbers[FINGERPRINT] != key.fingerprint() {
            return Err(Damage::Key);
        }
        let part = |section| header.take(octets, section);
        header.check(file, BLOCKS).unwrap_or(Err(Damage::Damaged))?;
        Ok(Self {
            key,
            about: part(ABOUT)?,
            blocks: Blocks::new(
                u32::try_from(header.numbers[HOMES]).map_err(|_| Damage::Damaged)?,
                header.slice(octets, BLOCKS)?,
            ),
            blocks_at: header.section(BLOCKS).start,
            attributes: Attributes::new(part(STARTS)?, part(CLAIMS)?),
            exact: ExactRules::new(part(EXACT_INDEX)?, part(EXACT_NAMES)?),
            patterns: Patterns::read(&part(PATTERNS)?).map_err(|_| Damage::Damaged)?,
            has_top_level_rules: header.numbers[TOP_LEVEL] != 0,
            rules: header.numbers[RULES],
        })
    }

    /// Takes a table that was made in memory, as [`Self::open`] does.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn in_memory(octets: Vec<u8>, key: HashKey) -> Result<Self, Damage> {
        Self::open(&aligned(octets), key)
    }

    /// What whoever had it made kept with it.
    #[must_use]
    pub fn about(&self) -> &[u8] {
        &self.about
    }

    /// The text of a pattern, as [`Match::pattern`] names it.
    #[must_use]
    pub fn pattern(&self, number: u16) -> Option<&Arc<str>> {
        self.patterns.text(number)
    }

    /// Prepares a choice of lists for [`Self::find`].
    #[must_use]
    pub fn mask(&self, enabled: impl Fn(ListNumber) -> bool) -> ProfileMask {
        ProfileMask::new(&self.attributes, self.patterns.claims(), enabled)
    }

    /// The rule of the lists in `mask` that decides about `name`: important beats plain, then allow beats block, then
    /// the rule with the most labels wins, of which a pattern has none, then the list with the lowest number. Allocates
    /// nothing.
    #[must_use]
    pub fn find(&self, name: &Name, mask: &ProfileMask) -> Option<Match> {
        let mut known = NameHashes::default();
        self.find_hashed(&mut HashedName::new(&self.key, name, &mut known), mask)
    }

    /// The same for a name that other tables are asked about as well: those of one key share its hashes.
    #[must_use]
    pub fn find_hashed(&self, name: &mut HashedName<'_>, mask: &ProfileMask) -> Option<Match> {
        let mut best = None;
        self.visit(name, mask, |found| keep_better(&mut best, found));
        best
    }

    /// The same as [`Self::find`], but blocks are read from the `file` that the table is mapped from, so that whoever looks up
    /// names once has no part of the mapping stay in memory. What cannot be read holds no rules.
    #[must_use]
    pub fn find_in(&self, file: &(impl ReadAt + ?Sized), name: &Name, mask: &ProfileMask) -> Option<Match> {
        let blocks = BlocksInFile { blocks: &self.blocks, file, start: self.blocks_at };
        let mut best = None;
        let mut known = NameHashes::default();
        let mut name = HashedName::new(&self.key, name, &mut known);
        self.visit_in(&blocks, &mut name, mask, |found| keep_better(&mut best, found));
        best
    }

    /// Reads what [`Self::find_hashed`] is going to look at for these names, hashed by the key of this table, as far as it goes
    /// down so many `steps`: all wait for the memory at once then, and not one after the other.
    pub fn touch<'n>(&self, names: impl IntoIterator<Item = HashedName<'n>>, steps: usize) {
        let (mut hashes, mut count) = ([0; TOUCHED], 0);
        for mut name in names {
            for suffix in name.suffixes().take(steps) {
                hashes[count] = suffix.hash;
                count = (count + 1) % TOUCHED;
                if count == 0 {
                    self.blocks.touch(&hashes);
                }
            }
        }
        self.blocks.touch(&hashes[..count]);
    }

    /// All rules of the lists in `mask` that cover `name`, the deciding one first.
    #[must_use]
    pub fn find_all(&self, name: &Name, mask: &ProfileMask) -> Vec<Match> {
        let mut all = Vec::new();
        let mut known = NameHashes::default();
        self.visit(&mut HashedName::new(&self.key, name, &mut known), mask, |found| all.push(found));
        all.sort_unstable_by_key(|found| Reverse(found.rank()));
        all
    }

    /// The key of its hashes.
    #[must_use]
    pub fn key(&self) -> &HashKey {
        &self.key
    }

    /// How many rules were added, repetitions included.
    #[must_use]
    pub fn rules(&self) -> u64 {
        self.rules
    }

    /// The octets of memory that the table takes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.blocks.size() + self.attributes.size() + self.exact.size() + self.patterns.size()
    }

    /// Calls `visit` with each rule of the lists in `mask` that covers `name`, in any order. Allocates nothing.
    //
    // It walks from the top-level domain down to the name, as long as something lies below; then it tries the patterns.
    #[inline]
    pub fn visit(&self, name: &mut HashedName<'_>, mask: &ProfileMask, visit: impl FnMut(Match)) {
        self.visit_in(&self.blocks, name, mask, visit);
    }

    #[inline]
    fn visit_in(
        &self,
        blocks: &impl Look,
        name: &mut HashedName<'_>,
        mask: &ProfileMask,
        mut visit: impl FnMut(Match),
    ) {
        if self.rules == 0 {
            return;
        }
        if name.is_by(&self.key) {
            self.visit_names(blocks, name, mask, &mut visit);
        } else {
            let mut known = NameHashes::default();
            self.visit_names(blocks, &mut HashedName::new(&self.key, name.name(), &mut known), mask, &mut visit);
        }
        self.patterns.visit(name.name(), mask, |claim, number| {
            visit(Match { pattern: Some(number), ..Match::new(claim, 0) });
        });
    }

    #[inline]
    fn visit_names(
        &self,
        blocks: &impl Look,
        name: &mut HashedName<'_>,
        mask: &ProfileMask,
        mut visit: impl FnMut(Match),
    ) {
        if self.blocks.is_empty() {
            return;
        }
        if self.has_top_level_rules
            && let Some(top) = name.top_level_domain()
        {
            self.visit_entries(blocks, &top, mask, &mut visit);
        }
        for suffix in name.suffixes() {
            if !self.visit_entries(blocks, &suffix, mask, &mut visit) {
                return;
            }
        }
    }

    /// Calls `visit` with the rules for one name; returns whether there may be others for names below. Top-level domains carry
    /// no such marks: nearly all of them would.
    #[inline]
    fn visit_entries(
        &self,
        blocks: &impl Look,
        at: &Suffix<'_>,
        mask: &ProfileMask,
        visit: &mut impl FnMut(Match),
    ) -> bool {
        let marks = blocks.visit(at.hash, |attribute| {
            if mask.touches(attribute, at.is_whole) {
                self.visit_claims(attribute, at, mask, visit);
            }
        });
        !at.is_whole && marks.have(at.hash)
    }

    fn visit_claims(&self, attribute: u16, at: &Suffix<'_>, mask: &ProfileMask, visit: &mut impl FnMut(Match)) {
        for claim in self.attributes.claims(attribute) {
            if mask.admits(claim) && claim.covers(at.is_whole) && self.is_certain(at, claim) {
                visit(Match::new(claim, at.labels));
            }
        }
    }

    fn is_certain(&self, at: &Suffix<'_>, claim: Claim) -> bool {
        !claim.must_be_exact() || self.exact.hold(at, claim)
    }
}

/// Keeps the rule that decides.
#[inline]
fn keep_better(best: &mut Option<Match>, found: Match) {
    if best.is_none_or(|best| found.rank() > best.rank()) {
        *best = Some(found);
    }
}

impl std::fmt::Debug for Table {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Table").field("rules", &self.rules).field("size", &self.size()).finish_non_exhaustive()
    }
}

impl Match {
    fn new(claim: Claim, labels: u8) -> Self {
        let (list, action, reach) = (claim.list(), claim.action(), claim.reach());
        Self { list, action, important: claim.is_important(), reach, labels, pattern: None }
    }

    /// What decides between rules; the greater wins.
    fn rank(self) -> impl Ord {
        (self.important, self.action == Action::Allow, self.labels, Reverse((self.list, self.reach, self.pattern)))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;
    use crate::rules::{OwnRule, PatternRule, Rule, Run, RunWriter, TableBuilder, merge, parse_own_rule, reseal};

    /// Builds a table from `(list, rule in AdGuard's words)`.
    fn table(rules: &[(u16, &str)]) -> Table {
        let mut builder = TableBuilder::with_key(HashKey::new([1, 2]));
        for (list, text) in rules {
            match parse_own_rule(text).unwrap() {
                OwnRule::Name(rule) => builder.add(ListNumber(*list), &rule),
                OwnRule::Pattern(rule) => builder.add_pattern(ListNumber(*list), &rule),
            }
        }
        builder.build()
    }

    #[test]
    fn who_decides() {
        let rules = [
            (1, "||example.org^"),
            (1, "@@||good.example.org^"),
            (2, "||bad.good.example.org^"),
            (2, "||worst.good.example.org^$important"),
            (3, "@@||saved.worst.good.example.org^$important"),
            (4, "|exact.example.net^"),
            (5, "||*.below.example.net^"),
            (7, "||both.example.net^"),
            (6, "||both.example.net^"),
            (8, "||zip^"),
            (9, "||ads*.example.net^"),
            (9, "|ads-ok.example.net^"),
            (10, "@@/^ads-fine[0-9]/"),
            (10, "@@||adsense*.example.net^"),
            (11, "/^adsense-bad/$important"),
        ];
        let table = table(&rules);
        let check = |name: &str, expected: Option<(u16, Action, u8)>| {
            let found = table.find(&name.parse().unwrap(), &table.mask(|_| true));
            assert_eq!(found.map(|found| (found.list.0, found.action, found.labels)), expected, "{name}");
        };
        check("org", None);
        check("EXAMPLE.org", Some((1, Action::Block, 2)));
        check("a.b.c.example.org", Some((1, Action::Block, 2)));
        check("xexample.org", None);
        check("good.example.org", Some((1, Action::Allow, 3)));
        check("bad.good.example.org", Some((1, Action::Allow, 3)));
        check("x.worst.good.example.org", Some((2, Action::Block, 4)));
        check("saved.worst.good.example.org", Some((3, Action::Allow, 5)));
        check("exact.example.net", Some((4, Action::Block, 3)));
        check("x.exact.example.net", None);
        check("below.example.net", None);
        check("x.y.below.example.net", Some((5, Action::Block, 3)));
        check("both.example.net", Some((6, Action::Block, 3)));
        check("zip", Some((8, Action::Block, 1)));
        check("a.b.zip", Some((8, Action::Block, 1)));
        check("x.ADS7.example.net", Some((9, Action::Block, 0)));
        check("ads-ok.example.net", Some((9, Action::Block, 3)));
        check("ads-fine7.example.net", Some((10, Action::Allow, 0)));
        check("adsense.example.net", Some((10, Action::Allow, 0)));
        check("adsense-bad.example.net", Some((11, Action::Block, 0)));
        check(".", None);
    }

    #[test]
    fn what_is_read_from_the_file_decides_alike() {
        let rules = [(1, "||example.org^"), (1, "@@||good.example.org^"), (8, "||zip^"), (9, "/^ads[0-9]/")];
        let mut writer = RunWriter::new(HashKey::new([1, 2]), Cursor::new(Vec::new())).unwrap();
        for (_, text) in rules {
            match parse_own_rule(text).unwrap() {
                OwnRule::Name(rule) => writer.add(&rule),
                OwnRule::Pattern(rule) => writer.add_pattern(&rule),
            }
        }
        let key = HashKey::new([1, 2]);
        let run = Run::open(writer.finish(&[]).unwrap().into_inner(), &key).unwrap().unwrap();
        let file = merge(&[(ListNumber(1), &run)], &key, b"about", Cursor::new(Vec::new())).unwrap().out.into_inner();
        let table = Table::in_memory(file.clone(), key).unwrap();
        let mask = table.mask(|_| true);
        for (name, expected) in
            [("x.example.org", 2), ("good.example.org", 3), ("a.zip", 1), ("ads7.example.net", 0), ("example.net", 9)]
        {
            let name = name.parse().unwrap();
            let found = table.find_in(&file, &name, &mask);
            assert_eq!(found.map_or(9, |found| found.labels), expected, "{name}");
            assert_eq!(found, table.find(&name, &mask), "{name}");
            assert_eq!(
                table.find_in(&file[..100], &name, &mask).map(|found| found.labels),
                (expected == 0).then_some(0)
            );
        }
    }

    #[test]
    fn any_names_can_be_looked_ahead_for() {
        let names = [".", "org", "a.b.c.d.e.example.org"].iter().cycle().take(300).map(|name| name.parse().unwrap());
        let names: Vec<Name> = names.collect();
        for rules in [&[][..], &[(1, "||example.org^")], &[(1, "||zip^"), (2, "|x.a.example^")]] {
            let table = table(rules);
            let (mut known, mask) = (vec![NameHashes::default(); names.len()], table.mask(|_| true));
            table.touch(names.iter().zip(&mut known).map(|(name, known)| HashedName::new(table.key(), name, known)), 3);
            let found = names.iter().zip(&mut known).filter_map(|(name, known)| {
                let found = table.find_hashed(&mut HashedName::new(table.key(), name, known), &mask);
                assert_eq!(found, table.find(name, &mask), "{name}");
                found
            });
            let found = found.count();
            assert_eq!(found, if rules.len() == 1 { 100 } else { 0 });
        }
    }

    #[test]
    fn masks_choose_lists() {
        let table = table(&[(1, "||a.example^"), (2, "@@||a.example^"), (300, "|x.a.example^")]);
        let check = |lists: &[u16], name: &str, expected: Option<u16>| {
            let mask = table.mask(|list| lists.contains(&list.0));
            assert_eq!(table.find(&name.parse().unwrap(), &mask).map(|found| found.list.0), expected, "{lists:?}");
        };
        check(&[1, 2, 300], "x.a.example", Some(2));
        check(&[1, 300], "x.a.example", Some(300));
        check(&[1], "x.a.example", Some(1));
        check(&[300], "x.a.example", Some(300));
        check(&[300], "a.example", None);
        check(&[], "a.example", None);
    }

    #[test]
    fn a_table_without_rules() {
        let table = TableBuilder::new().build();
        assert_eq!((table.rules(), table.size() > 64), (0, false));
        assert_eq!(table.find(&"a.example".parse().unwrap(), &table.mask(|_| true)), None);
        assert_eq!(table.find(&"a.example".parse().unwrap(), &ProfileMask::default()), None);
    }

    #[test]
    fn equal_rules_give_equal_tables() {
        let rules = [(1, "||a.example^"), (2, "b.example"), (1, "@@c.example")];
        let size = table(&rules).size();
        assert_eq!(table(&[rules[2], rules[0], rules[1], rules[0]]).size(), size);
    }

    /// What [`Table::find_all`] should find, by asking every rule.
    fn expected(rules: &[(ListNumber, OwnRule)], enabled: u8, name: &Name) -> Vec<Match> {
        let enabled = |list: ListNumber| enabled >> list.0 & 1 == 1;
        let mut numbers: Vec<_> = rules.iter().filter(|(_, rule)| matches!(rule, OwnRule::Pattern(_))).collect();
        numbers.sort_by_key(|(list, _)| *list);
        let patterns = (0..).zip(numbers).filter_map(|(number, (list, rule))| match rule {
            OwnRule::Pattern(rule) if rule.covers(name) => Some(Match {
                list: *list,
                action: rule.action(),
                important: rule.is_important(),
                reach: Reach::Pattern,
                labels: 0,
                pattern: Some(number),
            }),
            _ => None,
        });
        let names = rules.iter().filter_map(|(list, rule)| match rule {
            OwnRule::Name(rule) if rule.covers(name) => Some(Match {
                list: *list,
                action: rule.action,
                important: rule.important,
                reach: rule.reach,
                labels: u8::try_from(rule.name.label_count()).unwrap(),
                pattern: None,
            }),
            _ => None,
        });
        let mut all: Vec<Match> = names.chain(patterns).filter(|found| enabled(found.list)).collect();
        all.sort_by_key(|found| Reverse(found.rank()));
        all.dedup();
        all
    }

    fn any_name() -> impl Strategy<Value = Name> {
        "[ab](\\.[abA]){0,4}|(aaa|bbb|abab)(\\.[ab]){0,2}".prop_map(|text| text.parse().unwrap())
    }

    fn any_rule() -> impl Strategy<Value = (ListNumber, OwnRule)> {
        let reach = prop_oneof![Just(Reach::Exact), Just(Reach::Subtree), Just(Reach::Below)];
        let action = prop_oneof![3 => Just(Action::Block), 1 => Just(Action::Allow)];
        let name = (any_name(), reach, action.clone(), prop::bool::weighted(0.2))
            .prop_map(|(name, reach, action, important)| OwnRule::Name(Rule { name, reach, action, important }));
        let text = "\\|\\|?(aaa|bbb)\\*[ab]?\\^|/\\^?(aaa|bbb|aba)[ab.]{0,3}(b\\$)?/";
        let pattern = (text, action, prop::bool::weighted(0.2)).prop_map(|(text, action, important)| {
            OwnRule::Pattern(PatternRule::new(&text, action, important).unwrap())
        });
        (0_u16..8, prop_oneof![6 => name, 1 => pattern]).prop_map(|(list, rule)| (ListNumber(list), rule))
    }

    /// The octets of a table of these rules, by way of runs.
    fn octets(rules: &[(ListNumber, OwnRule)], key: HashKey) -> Vec<u8> {
        let runs: Vec<_> = (0..8)
            .map(|list| {
                let mut writer = RunWriter::new(key, std::io::Cursor::new(Vec::new())).unwrap();
                for (_, rule) in rules.iter().filter(|(of, _)| of.0 == list) {
                    match rule {
                        OwnRule::Name(rule) => writer.add(rule),
                        OwnRule::Pattern(rule) => writer.add_pattern(rule),
                    }
                }
                let run = writer.finish(b"run").unwrap().into_inner();
                (ListNumber(list), Run::open(run, &key).unwrap().unwrap())
            })
            .collect();
        let runs: Vec<_> = runs.iter().map(|(list, run)| (*list, run)).collect();
        merge(&runs, &key, b"about", std::io::Cursor::new(Vec::new())).unwrap().out.into_inner()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(192))]
        #[test]
        fn the_table_agrees_with_asking_every_rule(
            rules in prop::collection::vec(any_rule(), 0..40),
            names in prop::collection::vec(any_name(), 1..20),
            enabled: u8,
            key: [u64; 2],
        ) {
            let key = HashKey::new(key);
            let mut builder = TableBuilder::with_key(key);
            for (list, rule) in &rules {
                match rule {
                    OwnRule::Name(rule) => builder.add(*list, rule),
                    OwnRule::Pattern(rule) => builder.add_pattern(*list, rule),
                }
            }
            let octets = octets(&rules, key);
            let from_file = Table::in_memory(octets.clone(), key).unwrap();
            prop_assert_eq!(from_file.about(), b"about");
            for table in [builder.build(), from_file] {
                let mask = table.mask(|list| enabled >> list.0 & 1 == 1);
                for name in &names {
                    let expected = expected(&rules, enabled, name);
                    prop_assert_eq!(table.find(name, &mask), expected.first().copied());
                    for key in [key, HashKey::new([7, 8])] {
                        let mut known = NameHashes::default();
                        let mut hashed = HashedName::new(&key, name, &mut known);
                        for _ in 0..2 {
                            prop_assert_eq!(table.find_hashed(&mut hashed, &mask), expected.first().copied());
                        }
                    }
                    prop_assert_eq!(table.find_all(name, &mask), expected);
                }
            }
            prop_assert!(octets == self::octets(&rules, key), "equal rules and keys give equal octets");
        }

        #[test]
        fn a_damaged_table_is_refused_or_harmless(
            rules in prop::collection::vec(any_rule(), 1..40),
            names in prop::collection::vec(any_name(), 1..10),
            flips in prop::collection::vec((any::<prop::sample::Index>(), 1_u8..), 1..8),
            cut in any::<prop::sample::Index>(),
        ) {
            let key = HashKey::new([3, 4]);
            let whole = octets(&rules, key);
            prop_assert!(Table::in_memory(whole[..cut.index(whole.len())].to_vec(), key).is_err());
            let mut flipped = whole.clone();
            for (at, bits) in &flips {
                flipped[at.index(whole.len())] ^= bits;
            }
            // Octets between the sections are zero and mean nothing.
            let is_seen = whole.iter().zip(&flipped).any(|(before, after)| before != after && *before != 0);
            prop_assert!(!is_seen || Table::in_memory(flipped.clone(), key).is_err());
            // Behind checksums that agree, anything may stand.
            reseal(&mut flipped);
            if let Ok(table) = Table::in_memory(flipped, key) {
                let mask = table.mask(|_| true);
                for name in &names {
                    let all = table.find_all(name, &mask);
                    prop_assert_eq!(table.find(name, &mask), all.first().copied());
                }
            }
        }
    }

    #[test]
    fn a_damaged_table_that_counts_no_rules_has_none_whoever_asks() {
        let key = HashKey::new([3, 4]);
        let mut octets = octets(&[(ListNumber(1), parse_own_rule("||a.example^").unwrap())], key);
        // The second number of the header.
        octets[40..48].fill(0);
        reseal(&mut octets);
        let table = Table::in_memory(octets.clone(), key).unwrap();
        let (name, mask) = ("x.a.example".parse().unwrap(), table.mask(|_| true));
        assert_eq!((table.rules(), table.find(&name, &mask)), (0, None));
        assert_eq!((table.find_in(&octets, &name, &mask), table.find_all(&name, &mask)), (None, vec![]));
    }

    #[test]
    fn runs_of_many_chunks_and_lists_become_one_table() {
        const NAMES: u32 = 300_000;
        let key = HashKey::new([5, 6]);
        let name = |number: u32| -> Name { format!("n{number}.d{}.example", number / 3).parse().unwrap() };
        let rule = |number, action| Rule { name: name(number), reach: Reach::Exact, action, important: false };
        let run = |numbers: std::ops::Range<u32>, action| {
            let mut writer = RunWriter::new(key, std::io::Cursor::new(Vec::new())).unwrap();
            for number in numbers {
                writer.add(&rule(number, action));
            }
            Run::open(writer.finish(&[]).unwrap().into_inner(), &key).unwrap().unwrap()
        };
        let blocks = [run(0..NAMES, Action::Block), run(NAMES / 2..NAMES + 10, Action::Block)];
        let allows = run(0..NAMES / 10, Action::Allow);
        let runs = [(ListNumber(4), &blocks[0]), (ListNumber(1), &blocks[1]), (ListNumber(2), &allows)];
        let table = merge(&runs, &key, &[], std::io::Cursor::new(Vec::new())).unwrap().out.into_inner();
        let table = Table::in_memory(table, key).unwrap();
        assert_eq!(table.rules(), u64::from(NAMES + NAMES / 2 + 10 + NAMES / 10));
        let mask = table.mask(|_| true);
        for number in 0..NAMES + 20 {
            let list = match number {
                _ if number < NAMES / 10 => Some(2),
                _ if number >= NAMES + 10 => None,
                _ if number >= NAMES / 2 => Some(1),
                _ => Some(4),
            };
            assert_eq!(table.find(&name(number), &mask).map(|found| found.list.0), list, "{number}");
        }
        assert_eq!(table.find(&"d7.example".parse().unwrap(), &mask), None);
    }

    #[test]
    fn a_run_whose_records_are_out_of_order_becomes_no_table() {
        const NAMES: usize = 40_000;
        let key = HashKey::new([1, 2]);
        let mut writer = RunWriter::new(key, Cursor::new(Vec::new())).unwrap();
        for number in 0..NAMES {
            let name = format!("n{number}.example").parse().unwrap();
            writer.add(&Rule { name, reach: Reach::Exact, action: Action::Block, important: false });
        }
        let whole = writer.finish(&[]).unwrap().into_inner();
        // The last record, behind the header and those of the other names, gets the least of all hashes; once it is a mark.
        for said in [None, Some(0x80), Some(0)] {
            let mut octets = whole.clone();
            if let Some(said) = said {
                octets[256 + 9 * (NAMES - 1)..][..9].copy_from_slice(&[0, 0, 0, 0, 0, 0, 0, 0, said]);
                reseal(&mut octets);
            }
            let run = Run::open(octets, &key).unwrap().unwrap();
            let merged = merge(&[(ListNumber(1), &run)], &key, &[], Cursor::new(Vec::new()));
            assert_eq!(merged.is_ok(), said.is_none(), "{said:?}");
        }
    }

    #[test]
    fn a_rule_takes_less_than_ten_octets_although_its_name_has_ancestors_of_its_own() {
        let names = (0..20_000).map(|number| format!("||n{number}.of.d{}.example^", number / 2));
        let names: Vec<_> = names.collect();
        let rules: Vec<_> = names.iter().map(|name| (1, name.as_str())).collect();
        let table = table(&rules);
        assert!(table.size() < 10 * rules.len(), "{} octets", table.size());
        // A name that nothing lies below is hardly ever taken for one that has something.
        let below = |name: &str| {
            let mut known = NameHashes::default();
            let name = name.parse().unwrap();
            let mut name = HashedName::new(&table.key, &name, &mut known);
            name.suffixes().take_while(|suffix| table.blocks.visit(suffix.hash, |_| ()).have(suffix.hash)).count()
        };
        let by_chance =
            (0..20_000).filter(|number| below(&format!("x.n{number}.of.d{}.example", number / 2)) > 2).count();
        assert!(by_chance < 20_000 / 20, "{by_chance}");
        assert_eq!(below("n7.of.d3.example"), 2);
    }

    #[test]
    fn more_patterns_than_a_table_holds_are_counted() {
        let builder = |count: u32, list: &str| {
            let mut writer = RunWriter::new(HashKey::new([1, 2]), std::io::Cursor::new(Vec::new())).unwrap();
            for number in 0..count {
                writer.add_pattern(&PatternRule::new(&format!("|{list}{number}-*^"), Action::Block, false).unwrap());
            }
            Run::open(writer.finish(&[]).unwrap().into_inner(), &HashKey::new([1, 2])).unwrap().unwrap()
        };
        let (one, two) = (builder(500, "one"), builder(20, "two"));
        let runs = [(ListNumber(1), &one), (ListNumber(2), &two)];
        let merged = merge(&runs, &HashKey::new([1, 2]), &[], std::io::Cursor::new(Vec::new())).unwrap();
        assert_eq!(merged.patterns_left_out, [(ListNumber(2), 8)]);
        let table = Table::in_memory(merged.out.into_inner(), HashKey::new([1, 2])).unwrap();
        assert!(table.find(&"two11-x.example".parse().unwrap(), &table.mask(|_| true)).is_some());
        assert!(table.find(&"two12-x.example".parse().unwrap(), &table.mask(|_| true)).is_none());
    }
}
