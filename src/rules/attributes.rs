//! The dictionary of attributes: which lists say what at a name. Few combinations occur, so an entry holds a number.

use std::collections::HashMap;

use bytes::Bytes;

use super::claim::Claim;

/// The attribute of no entry.
const NO_RULE: u16 = 0;

/// What each attribute number stands for, as it lies in a file or in memory. Any octets will do.
pub(super) struct Attributes {
    /// Where the claims of each number begin, 4 octets each; one more than there are numbers.
    starts: Bytes,
    /// The claims, 4 octets each.
    claims: Bytes,
}

impl Attributes {
    pub(super) fn new(starts: Bytes, claims: Bytes) -> Self {
        Self { starts, claims }
    }

    /// The claims that `attribute` stands for, in order; none for a number that was never given.
    #[inline]
    pub(super) fn claims(&self, attribute: u16) -> impl Iterator<Item = Claim> + Clone {
        let (starts, _) = self.starts.as_chunks::<4>();
        let (claims, _) = self.claims.as_chunks::<4>();
        let at = usize::from(attribute);
        let claims = match starts.get(at..at + 2) {
            Some(&[start, end]) => {
                claims.get(u32::from_le_bytes(start) as usize..u32::from_le_bytes(end) as usize).unwrap_or_default()
            }
            _ => &[],
        };
        claims.iter().map(|&bits| Claim::from_bits(u32::from_le_bytes(bits)))
    }

    /// The claims of all numbers, from [`NO_RULE`] upwards.
    pub(super) fn iter(&self) -> impl Iterator<Item = impl Iterator<Item = Claim> + Clone> {
        let numbers = (self.starts.len() / 4).saturating_sub(1);
        (NO_RULE..=u16::MAX).take(numbers).map(|attribute| self.claims(attribute))
    }

    /// The octets that the dictionary takes.
    pub(super) fn size(&self) -> usize {
        self.starts.len() + self.claims.len()
    }
}

/// Numbers combinations of claims.
pub(super) struct Interner {
    numbers: HashMap<Box<[Claim]>, u16>,
    starts: Vec<u32>,
    claims: Vec<Claim>,
    /// Combinations asked for lately, so that the map is seldom asked.
    recent: [Option<u16>; RECENT],
}

/// Combinations remembered beside the map.
const RECENT: usize = 64;

impl Interner {
    /// Begins with each of `singles` alone, so that these have numbers even when combinations have used up the rest.
    pub(super) fn new(singles: impl IntoIterator<Item = Claim>) -> Self {
        let mut interner =
            Self { numbers: HashMap::new(), starts: vec![0, 0], claims: Vec::new(), recent: [None; RECENT] };
        for claim in singles {
            interner.number(&[claim]);
        }
        interner
    }

    /// Calls `on_number` with the number for `claims`, or when all numbers are taken with several numbers that
    /// together stand for them.
    pub(super) fn for_each_number<E>(
        &mut self,
        claims: &[Claim],
        mut on_number: impl FnMut(u16) -> Result<(), E>,
    ) -> Result<(), E> {
        if let Some(number) = self.number(claims) {
            return on_number(number);
        }
        for claim in claims {
            // A table of so many lists that not each has a number knows the rules of those that have.
            if let Some(number) = self.number(&[*claim]) {
                on_number(number)?;
            }
        }
        Ok(())
    }

    fn number(&mut self, claims: &[Claim]) -> Option<u16> {
        let mixed =
            claims.iter().fold(0_u32, |mixed, claim| mixed.wrapping_add(claim.bits()).wrapping_mul(0x9E37_79B1));
        let place = usize::try_from(mixed >> 26).unwrap_or_default() % RECENT;
        if let Some(number) = self.recent[place]
            && self.stand_for(number) == claims
        {
            return Some(number);
        }
        let number = match self.numbers.get(claims) {
            Some(&number) => number,
            None => self.next_number(claims)?,
        };
        self.recent[place] = Some(number);
        Some(number)
    }

    fn next_number(&mut self, claims: &[Claim]) -> Option<u16> {
        let number = u16::try_from(self.starts.len() - 1).ok()?;
        self.claims.extend_from_slice(claims);
        self.starts.push(u32::try_from(self.claims.len()).ok()?);
        self.numbers.insert(claims.into(), number);
        Some(number)
    }

    fn stand_for(&self, number: u16) -> &[Claim] {
        let at = usize::from(number);
        self.claims.get(self.starts[at] as usize..self.starts[at + 1] as usize).unwrap_or_default()
    }

    /// The octets of the two halves of the dictionary: where claims begin, and the claims.
    pub(super) fn octets(&self) -> (Vec<u8>, Vec<u8>) {
        let starts = self.starts.iter().flat_map(|start| start.to_le_bytes()).collect();
        let claims = self.claims.iter().flat_map(|claim| claim.bits().to_le_bytes()).collect();
        (starts, claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Action, ListNumber, Reach, claim::Saying};

    fn claim(list: u16) -> Claim {
        Claim::new(ListNumber(list), Saying::new(Reach::Exact, Action::Block, false))
    }

    fn ask(interner: &mut Interner, claims: &[Claim], mut on_number: impl FnMut(u16)) {
        let asked: Result<(), ()> = interner.for_each_number(claims, |number| {
            on_number(number);
            Ok(())
        });
        asked.unwrap();
    }

    #[test]
    fn combinations_are_numbered_once() {
        let mut interner = Interner::new([claim(1), claim(2)]);
        let mut numbers = Vec::new();
        for claims in [&[claim(1)][..], &[claim(1), claim(2)], &[claim(2)], &[claim(1), claim(2)]] {
            ask(&mut interner, claims, |number| numbers.push(number));
        }
        assert_eq!(numbers, [1, 3, 2, 3]);
        let (starts, claims) = interner.octets();
        let attributes = Attributes::new(starts.into(), claims.into());
        assert_eq!(attributes.claims(3).collect::<Vec<_>>(), [claim(1), claim(2)]);
        assert_eq!(attributes.claims(NO_RULE).count(), 0);
        assert_eq!(attributes.claims(4).count(), 0);
        assert_eq!(attributes.iter().count(), 4);
    }

    #[test]
    fn combinations_that_have_no_number_left_are_split() {
        let mut interner = Interner::new((0..400).map(claim));
        let pairs = (0..400).flat_map(|first| (first + 1..400).map(move |second| [claim(first), claim(second)]));
        for pair in pairs {
            let mut claims = Vec::new();
            let mut numbers = Vec::new();
            ask(&mut interner, &pair, |number| numbers.push(number));
            for number in numbers {
                claims.extend_from_slice(interner.stand_for(number));
            }
            assert_eq!(claims, pair);
        }
    }
}
