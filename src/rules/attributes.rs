//! The dictionary of attributes: which lists say what at a name. Few combinations occur, so an entry holds a number.

use std::collections::HashMap;

use super::{block::MAX_ATTRIBUTE, claim::Claim};

/// The attribute of an entry that only marks that something lies below.
pub(super) const NO_RULE: u16 = 0;

/// What each attribute number stands for.
pub(super) struct Attributes {
    /// Where the claims of each number begin; one more than there are numbers.
    starts: Vec<u32>,
    claims: Vec<Claim>,
}

impl Attributes {
    /// The claims that `attribute` stands for, in order; none for a number that was never given.
    pub(super) fn claims(&self, attribute: u16) -> &[Claim] {
        let at = usize::from(attribute);
        match self.starts.get(at..at + 2) {
            Some(&[start, end]) => self.claims.get(start as usize..end as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The claims of all numbers, from [`NO_RULE`] upwards.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[Claim]> {
        self.starts.windows(2).map(|pair| self.claims.get(pair[0] as usize..pair[1] as usize).unwrap_or_default())
    }

    /// The octets that the dictionary takes.
    pub(super) fn size(&self) -> usize {
        size_of_val(&self.starts[..]) + size_of_val(&self.claims[..])
    }
}

/// Numbers combinations of claims.
pub(super) struct Interner {
    numbers: HashMap<Box<[Claim]>, u16>,
    attributes: Attributes,
}

impl Interner {
    /// Begins with each of `singles` alone, so that these have numbers even when combinations have used up the rest.
    pub(super) fn new(singles: impl IntoIterator<Item = Claim>) -> Self {
        let attributes = Attributes { starts: vec![0, 0], claims: Vec::new() };
        let mut interner = Self { numbers: HashMap::new(), attributes };
        for claim in singles {
            interner.number(&[claim]);
        }
        interner
    }

    /// Calls `on_number` with the number for `claims`, or when all numbers are taken with several numbers that
    /// together stand for them.
    pub(super) fn for_each_number(&mut self, claims: &[Claim], mut on_number: impl FnMut(u16)) {
        match self.number(claims) {
            Some(number) => on_number(number),
            None => {
                for claim in claims {
                    // A table of so many lists that not each has a number knows the rules of those that have.
                    on_number(self.number(&[*claim]).unwrap_or(NO_RULE));
                }
            }
        }
    }

    fn number(&mut self, claims: &[Claim]) -> Option<u16> {
        if let Some(&number) = self.numbers.get(claims) {
            return Some(number);
        }
        let number = u16::try_from(self.attributes.starts.len() - 1).ok().filter(|&number| number <= MAX_ATTRIBUTE)?;
        self.attributes.claims.extend_from_slice(claims);
        self.attributes.starts.push(u32::try_from(self.attributes.claims.len()).ok()?);
        self.numbers.insert(claims.into(), number);
        Some(number)
    }

    pub(super) fn finish(self) -> Attributes {
        self.attributes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dns::Name,
        rules::{Action, ListNumber, Reach, Rule},
    };

    fn claim(list: u16) -> Claim {
        let rule = Rule { name: Name::ROOT, reach: Reach::Exact, action: Action::Block, important: false };
        Claim::new(ListNumber(list), &rule)
    }

    #[test]
    fn combinations_are_numbered_once() {
        let mut interner = Interner::new([claim(1), claim(2)]);
        let mut numbers = Vec::new();
        for claims in [&[claim(1)][..], &[claim(1), claim(2)], &[claim(2)], &[claim(1), claim(2)]] {
            interner.for_each_number(claims, |number| numbers.push(number));
        }
        assert_eq!(numbers, [1, 3, 2, 3]);
        let attributes = interner.finish();
        assert_eq!(attributes.claims(3), [claim(1), claim(2)]);
        assert!(attributes.claims(NO_RULE).is_empty());
        assert!(attributes.claims(4).is_empty());
        assert_eq!(attributes.iter().count(), 4);
    }

    #[test]
    fn combinations_that_have_no_number_left_are_split() {
        let mut interner = Interner::new((0..400).map(claim));
        let pairs = (0..400).flat_map(|first| (first + 1..400).map(move |second| [claim(first), claim(second)]));
        for pair in pairs {
            let mut claims = Vec::new();
            let mut numbers = Vec::new();
            interner.for_each_number(&pair, |number| numbers.push(number));
            for number in numbers {
                claims.extend_from_slice(interner.attributes.claims(number));
            }
            assert_eq!(claims, pair);
        }
    }
}
