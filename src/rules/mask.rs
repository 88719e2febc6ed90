//! Which lists govern somebody, turned into bits that a lookup can test without knowing lists.

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
    pub(super) fn new(attributes: &Attributes, enabled: impl Fn(ListNumber) -> bool) -> Self {
        let mut mask = Self::default();
        for claim in attributes.iter().filter_map(|claims| match claims {
            [claim] => Some(claim),
            _ => None,
        }) {
            mask.enable(claim.list(), &enabled);
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

    fn enable(&mut self, list: ListNumber, enabled: impl Fn(ListNumber) -> bool) {
        let (word, bit) = place(list);
        if self.lists.len() <= word {
            self.lists.resize(word + 1, 0);
        }
        if enabled(list) {
            self.lists[word] |= bit;
        }
    }

    fn bits(&self, claims: &[Claim]) -> u8 {
        let mut bits = 0;
        for &claim in claims.iter().filter(|&&claim| self.admits(claim)) {
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
