//! The table: from a name to the rule that decides about it.
//!
//! # How sure a match is
//!
//! A plain block rests on a hash: a name that is on no list is taken for one that is when its home and its 40-bit tag
//! agree. A lookup compares with at most nine entries a block and mostly reads one block, so that happens to about one
//! name in 10^11 (9 / 2^40), and nobody can look for such a name without the key. Allow rules and important rules are
//! compared with the name itself: no accident lets through what is to be stopped.

use std::cmp::Reverse;

use crate::dns::Name;

use super::{
    attributes::Attributes,
    block::Blocks,
    claim::Claim,
    exact::ExactRules,
    hash::{HashKey, Suffix, Suffixes},
    mask::ProfileMask,
    rule::{Action, ListNumber, Reach},
};

/// The rules of all lists, packed; made by [`TableBuilder`](super::TableBuilder), never changed.
pub struct Table {
    pub(super) key: HashKey,
    pub(super) blocks: Blocks,
    pub(super) attributes: Attributes,
    pub(super) exact: ExactRules,
    /// Whether there are rules for names of a single label. Without any, no lookup asks for top-level domains.
    pub(super) has_top_level_rules: bool,
    pub(super) rules: u64,
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
    /// How many labels its name has: the last so many of the name that was asked for.
    pub labels: u8,
}

impl Table {
    /// Prepares a choice of lists for [`Self::find`].
    #[must_use]
    pub fn mask(&self, enabled: impl Fn(ListNumber) -> bool) -> ProfileMask {
        ProfileMask::new(&self.attributes, enabled)
    }

    /// The rule of the lists in `mask` that decides about `name`: important beats plain, then allow beats block, then
    /// the rule with the most labels wins, then the list with the lowest number. Allocates nothing.
    #[must_use]
    pub fn find(&self, name: &Name, mask: &ProfileMask) -> Option<Match> {
        let mut best: Option<Match> = None;
        self.visit(name, mask, |found| {
            if best.is_none_or(|best| found.rank() > best.rank()) {
                best = Some(found);
            }
        });
        best
    }

    /// All rules of the lists in `mask` that cover `name`, the deciding one first.
    #[must_use]
    pub fn find_all(&self, name: &Name, mask: &ProfileMask) -> Vec<Match> {
        let mut all = Vec::new();
        self.visit(name, mask, |found| all.push(found));
        all.sort_unstable_by_key(|found| Reverse(found.rank()));
        all
    }

    /// How many rules were added, repetitions included.
    #[must_use]
    pub fn rules(&self) -> u64 {
        self.rules
    }

    /// The octets of memory that the table takes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.blocks.size() + self.attributes.size() + self.exact.size()
    }

    /// Walks from the top-level domain down to `name`, as long as something lies below, and calls `visit` with each
    /// rule that covers it.
    fn visit(&self, name: &Name, mask: &ProfileMask, mut visit: impl FnMut(Match)) {
        for suffix in Suffixes::new(&self.key, name) {
            let is_top = suffix.labels == 1;
            if is_top && !self.has_top_level_rules && !suffix.is_whole {
                continue;
            }
            // Top-level domains carry no markers: nearly all of them would.
            let mut below = is_top;
            self.blocks.visit(suffix.hash, |entry| {
                below |= entry.something_lies_below();
                if mask.touches(entry.attribute(), suffix.is_whole) {
                    self.visit_claims(entry.attribute(), &suffix, mask, &mut visit);
                }
            });
            if !below {
                return;
            }
        }
    }

    fn visit_claims(&self, attribute: u16, at: &Suffix<'_>, mask: &ProfileMask, visit: &mut impl FnMut(Match)) {
        for &claim in self.attributes.claims(attribute) {
            if mask.admits(claim) && claim.covers(at.is_whole) && self.is_certain(at, claim) {
                visit(Match::new(claim, at.labels));
            }
        }
    }

    fn is_certain(&self, at: &Suffix<'_>, claim: Claim) -> bool {
        !claim.must_be_exact() || self.exact.hold(at, claim)
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
        Self { list, action, important: claim.is_important(), reach, labels }
    }

    /// What decides between rules; the greater wins.
    fn rank(self) -> (bool, bool, u8, Reverse<(ListNumber, Reach)>) {
        (self.important, self.action == Action::Allow, self.labels, Reverse((self.list, self.reach)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules::{Rule, TableBuilder, parse_rule};

    /// Builds a table from `(list, rule in AdGuard's words)`.
    fn table(rules: &[(u16, &str)]) -> Table {
        let mut builder = TableBuilder::with_key(HashKey::new([1, 2]));
        for (list, text) in rules {
            builder.add(ListNumber(*list), &parse_rule(text).unwrap());
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
        check(".", None);
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
    fn expected(rules: &[(ListNumber, Rule)], enabled: u8, name: &Name) -> Vec<Match> {
        let mut all: Vec<Match> = rules
            .iter()
            .filter(|(list, rule)| enabled >> list.0 & 1 == 1 && rule.covers(name))
            .map(|(list, rule)| Match {
                list: *list,
                action: rule.action,
                important: rule.important,
                reach: rule.reach,
                labels: u8::try_from(rule.name.label_count()).unwrap(),
            })
            .collect();
        all.sort_by_key(|found| Reverse(found.rank()));
        all.dedup();
        all
    }

    fn any_name() -> impl Strategy<Value = Name> {
        "[ab](\\.[abA]){0,4}".prop_map(|text| text.parse().unwrap())
    }

    fn any_rule() -> impl Strategy<Value = (ListNumber, Rule)> {
        let reach = prop_oneof![Just(Reach::Exact), Just(Reach::Subtree), Just(Reach::Below)];
        let action = prop_oneof![3 => Just(Action::Block), 1 => Just(Action::Allow)];
        (0_u16..8, any_name(), reach, action, prop::bool::weighted(0.2)).prop_map(
            |(list, name, reach, action, important)| (ListNumber(list), Rule { name, reach, action, important }),
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]
        #[test]
        fn the_table_agrees_with_asking_every_rule(
            rules in prop::collection::vec(any_rule(), 0..40),
            names in prop::collection::vec(any_name(), 1..20),
            enabled: u8,
            key: [u64; 2],
        ) {
            let mut builder = TableBuilder::with_key(HashKey::new(key));
            for (list, rule) in &rules {
                builder.add(*list, rule);
            }
            let table = builder.build();
            let mask = table.mask(|list| enabled >> list.0 & 1 == 1);
            for name in &names {
                let expected = expected(&rules, enabled, name);
                prop_assert_eq!(table.find(name, &mask), expected.first().copied());
                prop_assert_eq!(table.find_all(name, &mask), expected);
            }
        }
    }
}
