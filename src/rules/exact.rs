//! Allow and important rules with their names in full. A hash may not decide what is let through.

use bytes::Bytes;

use super::{
    claim::Claim,
    hash::Suffix,
    sealed::{u32_at, u64_at},
};

/// The octets of a rule in the index: its hash, its claim, and where its name begins.
pub(super) const RULE_SIZE: usize = 16;

/// The rules, ordered by hash and claim, as they lie in a file or in memory. Any octets will do.
pub(super) struct ExactRules {
    index: Bytes,
    /// The names in wire form and lower case, one behind the other.
    names: Bytes,
}

impl ExactRules {
    pub(super) fn new(index: Bytes, names: Bytes) -> Self {
        Self { index, names }
    }

    /// The octets in the index of a rule whose name begins at `start` among the names.
    pub(super) fn octets(hash: u64, claim: Claim, start: u32) -> [u8; RULE_SIZE] {
        let mut octets = [0; RULE_SIZE];
        octets[..8].copy_from_slice(&hash.to_le_bytes());
        octets[8..12].copy_from_slice(&claim.bits().to_le_bytes());
        octets[12..].copy_from_slice(&start.to_le_bytes());
        octets
    }

    /// Whether `claim` was made at exactly this name.
    pub(super) fn hold(&self, suffix: &Suffix<'_>, claim: Claim) -> bool {
        let (rules, _) = self.index.as_chunks::<RULE_SIZE>();
        let key = |rule: &[u8; RULE_SIZE]| (u64_at(rule, 0), u32_at(rule, 8));
        let wanted = (suffix.hash, claim.bits());
        let first = rules.partition_point(|rule| key(rule) < wanted);
        rules[first..].iter().take_while(|rule| key(rule) == wanted).any(|rule| {
            let start = u32_at(rule, 12) as usize;
            let name = self.names.get(start..).and_then(|names| names.get(..suffix.wire().len()));
            name.is_some_and(|name| name.eq_ignore_ascii_case(suffix.wire()))
        })
    }

    /// The octets that the rules take.
    pub(super) fn size(&self) -> usize {
        self.index.len() + self.names.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dns::Name,
        rules::{Action, ListNumber, Reach, claim::Saying},
    };

    #[test]
    fn names_of_equal_hash_are_told_apart() {
        let allow = Saying::new(Reach::Exact, Action::Allow, false);
        let (one, two) = (Claim::new(ListNumber(1), allow), Claim::new(ListNumber(2), allow));
        let index = [(one, 0), (one, 3), (two, 3)].map(|(claim, start)| ExactRules::octets(7, claim, start)).concat();
        let exact = ExactRules::new(index.into(), Bytes::from_static(b"\x01b\0\x01a\0"));
        let check = |wire: &[u8], claim, expected| {
            let name = &Name::from_wire(wire).unwrap();
            let at = Suffix { hash: 7, labels: 1, is_whole: true, name, start: 0 };
            assert_eq!(exact.hold(&at, claim), expected, "{wire:?}");
        };
        check(b"\x01A\0", one, true);
        check(b"\x01b\0", one, true);
        check(b"\x01a\0", two, true);
        check(b"\x01b\0", two, false);
        check(b"\x01c\0", one, false);
        check(b"\x02ab\0", one, false);
    }
}
