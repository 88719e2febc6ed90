//! What one list says at one name, in a number.

use std::num::NonZeroU32;

use super::rule::{Action, ListNumber, Reach, Rule};

/// A rule without its name: list, action, importance and reach. Ordered by list, then reach, so that the first of
/// several equals is the one to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Claim(NonZeroU32);

/// Set in every claim, so that none is zero.
const PRESENT: NonZeroU32 = NonZeroU32::MIN.saturating_add((1 << 31) - 1);
const LIST_SHIFT: u32 = 8;
const REACH_SHIFT: u32 = 2;
const ALLOW: u32 = 1 << 1;
const IMPORTANT: u32 = 1;

/// What a rule says without its name and its list, in four bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Saying(u8);

/// How many sayings there are.
pub(super) const SAYINGS: u8 = 16;

impl Saying {
    pub(super) fn new(reach: Reach, action: Action, important: bool) -> Self {
        let reach = match reach {
            Reach::Exact => 0,
            Reach::Subtree => 1,
            Reach::Below => 2,
            Reach::Pattern => 3,
        };
        let allow = if action == Action::Allow { 2 } else { 0 };
        Self(reach << REACH_SHIFT | allow | u8::from(important))
    }

    pub(super) fn from_bits(bits: u8) -> Self {
        Self(bits % SAYINGS)
    }

    pub(super) fn bits(self) -> u8 {
        self.0
    }

    /// Whether the rule lets names through or beats what does; see [`Claim::must_be_exact`].
    pub(super) fn must_be_exact(self) -> bool {
        u32::from(self.0) & (ALLOW | IMPORTANT) != 0
    }
}

impl From<&Rule> for Saying {
    fn from(rule: &Rule) -> Self {
        Self::new(rule.reach, rule.action, rule.important)
    }
}

impl Claim {
    pub(super) fn new(list: ListNumber, saying: Saying) -> Self {
        Self(PRESENT | u32::from(list.0) << LIST_SHIFT | u32::from(saying.0))
    }

    /// The claim with these bits, as it stands in a file.
    pub(super) fn from_bits(bits: u32) -> Self {
        Self(PRESENT | bits)
    }

    /// Its bits, never all zero.
    pub(super) fn bits(self) -> u32 {
        self.0.get()
    }

    pub(super) fn list(self) -> ListNumber {
        ListNumber(u16::try_from(self.0.get() >> LIST_SHIFT & u32::from(u16::MAX)).unwrap_or(u16::MAX))
    }

    pub(super) fn reach(self) -> Reach {
        match self.0.get() >> REACH_SHIFT & 3 {
            0 => Reach::Exact,
            1 => Reach::Subtree,
            2 => Reach::Below,
            _ => Reach::Pattern,
        }
    }

    pub(super) fn action(self) -> Action {
        if self.0.get() & ALLOW == 0 { Action::Block } else { Action::Allow }
    }

    pub(super) fn is_important(self) -> bool {
        self.0.get() & IMPORTANT != 0
    }

    /// Whether the claim lets names through or beats what does. Such claims hold only for a name that was compared
    /// octet by octet; a plain block may rest on its hash.
    pub(super) fn must_be_exact(self) -> bool {
        self.0.get() & (ALLOW | IMPORTANT) != 0
    }

    /// Whether the claim covers the name that it stands at, or else the names below.
    pub(super) fn covers(self, is_whole: bool) -> bool {
        match self.reach() {
            Reach::Exact => is_whole,
            Reach::Subtree => true,
            Reach::Below => !is_whole,
            // Patterns are asked by themselves.
            Reach::Pattern => false,
        }
    }
}
