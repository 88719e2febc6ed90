//! Which lists govern somebody, turned into bits that a lookup can test without knowing lists.

use std::collections::BTreeSet;

use super::{
    attributes::Attributes,
    claim::Claim,
    rule::{Action, ListNumber},
};

/// The lists that are enabled for a profile, for one table: four bitmaps over its attribute numbers (stop or allow, at
/// the name itself or from an ancestor), side by side. Groups change without anything being compiled.
///
/// Made by [`Table::mask`](super::Table::mask); a mask means nothing to another table.
#[derive(Clone, Debug, Default)]
pub struct ProfileMask {
    /// One bit a list number.
    lists: Vec<u64>,
    /// Four bits an attribute number, in the lower half of an octet.
    touches: Vec<u8>,
}

impl ProfileMask {
    /// `patterns` are the claims of the table's patterns, which have no attributes.
    pub(super) fn new(
        attributes: &Attributes,
        patterns: impl Iterator<Item = Claim>,
        enabled: impl Fn(ListNumber) -> bool,
    ) -> Self {
        let mut mask = Self::default();
        let lists: BTreeSet<ListNumber> = attributes.iter().flatten().chain(patterns).map(Claim::list).collect();
        for list in lists.into_iter().filter(|list| enabled(*list)) {
            mask.enable(list);
        }
        mask.touches = attributes.iter().map(|claims| mask.bits(claims)).collect();
        mask
    }

    /// Whether an attribute holds a claim of an enabled list that covers the name itself, or else names below.
    pub(super) fn touches(&self, attribute: u16, is_whole: bool) -> bool {
        let bits = self.touches.get(usize::from(attribute)).copied().unwrap_or_default();
        bits & (bit(Action::Block, is_whole) | bit(Action::Allow, is_whole)) != 0
    }

    /// Whether the claim is one of an enabled list.
    pub(super) fn admits(&self, claim: Claim) -> bool {
        let (word, bit) = place(claim.list());
        self.lists.get(word).is_some_and(|lists| lists & bit != 0)
    }

    fn enable(&mut self, list: ListNumber) {
        let (word, bit) = place(list);
        if self.lists.len() <= word {
            self.lists.resize(word + 1, 0);
        }
        self.lists[word] |= bit;
    }

    fn bits(&self, claims: impl Iterator<Item = Claim>) -> u8 {
        let mut bits = 0;
        for claim in claims.filter(|&claim| self.admits(claim)) {
            for is_whole in [true, false] {
                if claim.covers(is_whole) {
                    bits |= bit(claim.action(), is_whole);
                }
            }
        }
        bits
    }
}

fn bit(action: Action, is_whole: bool) -> u8 {
    match (action, is_whole) {
        (Action::Block, true) => 1,
        (Action::Block, false) => 2,
        (Action::Allow, true) => 4,
        (Action::Allow, false) => 8,
    }
}

/// The word of a bitmap that a list number falls into, and its bit there.
fn place(list: ListNumber) -> (usize, u64) {
    (usize::from(list.0) / 64, 1 << (list.0 % 64))
}
