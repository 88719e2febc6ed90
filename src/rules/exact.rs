//! Allow and important rules with their names in full. A hash may not decide what is let through.

use super::{claim::Claim, hash::Suffix};

/// The rules, ordered by hash and claim.
#[derive(Default)]
pub(super) struct ExactRules {
    rules: Vec<ExactRule>,
    /// The names in wire form and lower case, one behind the other.
    names: Vec<u8>,
}

struct ExactRule {
    hash: u64,
    claim: Claim,
    start: usize,
}

impl ExactRules {
    /// Adds a rule at `suffix`; [`Self::sort`] must follow before anything is asked.
    pub(super) fn push(&mut self, suffix: &Suffix<'_>, claim: Claim) {
        self.rules.push(ExactRule { hash: suffix.hash, claim, start: self.names.len() });
        self.names.extend(suffix.wire.iter().map(u8::to_ascii_lowercase));
    }

    pub(super) fn sort(&mut self) {
        self.rules.sort_unstable_by_key(ExactRule::key);
        self.rules.shrink_to_fit();
        self.names.shrink_to_fit();
    }

    /// Whether `claim` was made at exactly this name.
    pub(super) fn hold(&self, suffix: &Suffix<'_>, claim: Claim) -> bool {
        let wanted = (suffix.hash, claim);
        let first = self.rules.partition_point(|rule| rule.key() < wanted);
        self.rules[first..].iter().take_while(|rule| rule.key() == wanted).any(|rule| {
            let end = rule.start + suffix.wire.len();
            self.names.get(rule.start..end).is_some_and(|name| name.eq_ignore_ascii_case(suffix.wire))
        })
    }

    /// The octets that the rules take.
    pub(super) fn size(&self) -> usize {
        size_of_val(&self.rules[..]) + self.names.len()
    }
}

impl ExactRule {
    fn key(&self) -> (u64, Claim) {
        (self.hash, self.claim)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dns::Name,
        rules::{Action, ListNumber, Reach, Rule},
    };

    #[test]
    fn names_of_equal_hash_are_told_apart() {
        let rule = Rule { name: Name::ROOT, reach: Reach::Exact, action: Action::Allow, important: false };
        let (one, two) = (Claim::new(ListNumber(1), &rule), Claim::new(ListNumber(2), &rule));
        let at = |wire| Suffix { hash: 7, labels: 1, wire, is_whole: true };
        let mut exact = ExactRules::default();
        exact.push(&at(b"\x01B\0"), one);
        exact.push(&at(b"\x01a\0"), one);
        exact.push(&at(b"\x01a\0"), two);
        exact.sort();
        let check = |wire, claim, expected| assert_eq!(exact.hold(&at(wire), claim), expected, "{wire:?}");
        check(b"\x01A\0", one, true);
        check(b"\x01b\0", one, true);
        check(b"\x01a\0", two, true);
        check(b"\x01b\0", two, false);
        check(b"\x01c\0", one, false);
        check(b"\x02ab\0", one, false);
    }
}
