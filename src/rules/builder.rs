//! From rules in any order to a table: hash, sort, number the combinations, fill the blocks front to back.

use std::collections::BTreeSet;

use super::{
    attributes::{Interner, NO_RULE},
    block::{Entry, Filler},
    claim::Claim,
    exact::ExactRules,
    hash::{HashKey, Suffixes},
    rule::{ListNumber, Rule},
    table::Table,
};

/// Ancestors remembered so as not to enter them again: neighbours in a list share theirs.
const RECENT_MARKERS: usize = 4096;

/// Gathers rules for a [`Table`]. Takes 16 octets a rule until it is built; names are not kept, but for those of allow
/// and important rules.
pub struct TableBuilder {
    key: HashKey,
    pending: Vec<Pending>,
    exact: ExactRules,
    /// Each claim that occurs, for a number of its own.
    claims: BTreeSet<Claim>,
    recent_markers: Vec<Option<u64>>,
    has_top_level_rules: bool,
    rules: u64,
}

/// A claim at the name with this hash, or the mark that something lies below it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Pending {
    hash: u64,
    claim: Option<Claim>,
}

impl TableBuilder {
    /// Begins a table with a random key.
    #[must_use]
    pub fn new() -> Self {
        Self::with_key(HashKey::random())
    }

    /// Begins a table with a key, so that equal rules give equal bytes.
    #[must_use]
    pub fn with_key(key: HashKey) -> Self {
        Self {
            key,
            pending: Vec::new(),
            exact: ExactRules::default(),
            claims: BTreeSet::new(),
            recent_markers: vec![None; RECENT_MARKERS],
            has_top_level_rules: false,
            rules: 0,
        }
    }

    /// Adds a rule of a list. Rules for the root are ignored.
    pub fn add(&mut self, list: ListNumber, rule: &Rule) {
        let claim = Claim::new(list, rule);
        let key = self.key;
        for suffix in Suffixes::new(&key, &rule.name) {
            if !suffix.is_whole {
                if suffix.labels > 1 {
                    self.mark(suffix.hash);
                }
                continue;
            }
            self.pending.push(Pending { hash: suffix.hash, claim: Some(claim) });
            if claim.must_be_exact() {
                self.exact.push(&suffix, claim);
            }
            self.has_top_level_rules |= suffix.labels == 1;
            self.claims.insert(claim);
            self.rules += 1;
        }
    }

    /// Packs the rules.
    #[must_use]
    pub fn build(mut self) -> Table {
        self.pending.sort_unstable();
        self.exact.sort();
        let mut interner = Interner::new(self.claims);
        // Twice the same walk, so that the entries need not be kept beside the blocks.
        let mut entries = 0;
        for_each_entry(&self.pending, &mut interner, |_, _| entries += 1);
        let mut filler = Filler::new(entries);
        for_each_entry(&self.pending, &mut interner, |hash, entry| filler.push(hash, entry));
        Table {
            key: self.key,
            blocks: filler.finish(),
            attributes: interner.finish(),
            exact: self.exact,
            has_top_level_rules: self.has_top_level_rules,
            rules: self.rules,
        }
    }

    fn mark(&mut self, hash: u64) {
        let at = usize::try_from(hash % RECENT_MARKERS as u64).unwrap_or_default();
        if self.recent_markers[at] != Some(hash) {
            self.recent_markers[at] = Some(hash);
            self.pending.push(Pending { hash, claim: None });
        }
    }
}

impl Default for TableBuilder {
    fn default() -> Self {
        Self::new()
    }
}

/// Calls `on_entry` with what the table holds for each name, in the order of the hashes.
fn for_each_entry(pending: &[Pending], interner: &mut Interner, mut on_entry: impl FnMut(u64, Entry)) {
    let mut claims = Vec::new();
    for group in pending.chunk_by(|one, next| one.hash == next.hash) {
        let hash = group[0].hash;
        // The mark sorts before all claims.
        let below = group[0].claim.is_none();
        claims.clear();
        claims.extend(group.iter().filter_map(|pending| pending.claim));
        claims.dedup();
        if claims.is_empty() {
            on_entry(hash, Entry::new(hash, NO_RULE, below));
        } else {
            interner.for_each_number(&claims, |number| on_entry(hash, Entry::new(hash, number, below)));
        }
    }
}
