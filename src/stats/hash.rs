//! A quick hash with a secret, for tables of things that others choose: each sixteen octets cost one multiplication, whose
//! halves are folded together. Without the secret nobody can choose names that fall into one place.

use std::hash::{BuildHasher, Hasher, RandomState};

/// Makes hashers with one secret.
#[derive(Clone, Debug)]
pub(super) struct Secret([u64; 2]);

/// Hashes with a secret.
#[derive(Debug)]
pub(super) struct Fold {
    secret: [u64; 2],
    state: u64,
}

impl Default for Secret {
    fn default() -> Self {
        let chance = RandomState::new();
        // An odd factor loses nothing.
        Self([chance.hash_one(0), chance.hash_one(1) | 1])
    }
}

impl BuildHasher for Secret {
    type Hasher = Fold;

    fn build_hasher(&self) -> Fold {
        Fold { secret: self.0, state: self.0[0] }
    }
}

impl Fold {
    fn write_halves(&mut self, wide: u128) {
        let octets = wide.to_le_bytes();
        self.take(number(octets.first_chunk()), number(octets.last_chunk()));
    }

    fn take(&mut self, one: u64, other: u64) {
        self.state = fold(one ^ self.state, other ^ self.secret[1]);
    }
}

impl Hasher for Fold {
    fn write(&mut self, octets: &[u8]) {
        let (pairs, rest) = octets.as_chunks::<16>();
        for pair in pairs {
            let [one, other] = [pair.first_chunk(), pair.last_chunk()].map(number);
            self.take(one, other);
        }
        let mut last = [0; 16];
        last[..rest.len()].copy_from_slice(rest);
        let [one, other] = [last.first_chunk(), last.last_chunk()].map(number);
        // The length tells apart what differs only by zeros at its end.
        self.take(one ^ octets.len() as u64, other);
    }

    fn write_u8(&mut self, number: u8) {
        self.take(number.into(), 0);
    }

    fn write_u16(&mut self, number: u16) {
        self.take(number.into(), 0);
    }

    fn write_u32(&mut self, number: u32) {
        self.take(number.into(), 0);
    }

    fn write_u64(&mut self, number: u64) {
        self.take(number, 0);
    }

    fn write_u128(&mut self, number: u128) {
        self.write_halves(number);
    }

    fn write_usize(&mut self, number: usize) {
        self.take(number as u64, 0);
    }

    fn finish(&self) -> u64 {
        fold(self.state, self.secret[1])
    }
}

/// Both halves of the product.
fn fold(one: u64, other: u64) -> u64 {
    let product = (u128::from(one) * u128::from(other)).to_le_bytes();
    number(product.first_chunk()) ^ number(product.last_chunk())
}

fn number(octets: Option<&[u8; 8]>) -> u64 {
    octets.map_or(0, |octets| u64::from_le_bytes(*octets))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_that_differ_little_differ_in_their_hash() {
        let secret = Secret::default();
        let names = (0..100_000_u32).map(|number| format!("\x05h{number:05}\x07example\x03org\0").into_bytes());
        let hashes: HashSet<u64> = names.map(|name| secret.hash_one(&name[..])).collect();
        assert_eq!(hashes.len(), 100_000);
        let zeros: HashSet<u64> = (0..64).map(|length| secret.hash_one(&[0_u8; 64][..length])).collect();
        assert_eq!(zeros.len(), 64);
        // Tables take their places from the low bits, and tell neighbours apart by the high ones.
        let low: HashSet<u64> = (0..256_u32).map(|number| secret.hash_one(number) & 0xFFFF).collect();
        let high: HashSet<u64> = (0..1000_u32).map(|number| secret.hash_one(number) >> 57).collect();
        assert!(low.len() > 240 && high.len() > 100, "{} {}", low.len(), high.len());
        assert_ne!(Secret::default().hash_one(1), secret.hash_one(1));
    }
}
