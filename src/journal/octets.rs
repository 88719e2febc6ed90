//! Numbers and texts in few octets, and a checksum behind each: what the journal's tables hold.

/// Octets of a checksum.
const CHECKSUM: usize = 4;

/// Appends a number: seven bits an octet, the lowest first, the high bit set on all but the last.
pub(super) fn put(octets: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        octets.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    octets.push(number.to_le_bytes()[0]);
}

/// Appends a difference: small ones are short, whatever their sign.
pub(super) fn put_signed(octets: &mut Vec<u8>, number: i64) {
    put(octets, (number << 1 ^ number >> 63).cast_unsigned());
}

/// Appends octets behind their length.
pub(super) fn put_octets(octets: &mut Vec<u8>, text: &[u8]) {
    put(octets, text.len() as u64);
    octets.extend_from_slice(text);
}

/// Octets that are read from the front.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    /// The next number; `None` at the end or when it is none.
    pub(super) fn number(&mut self) -> Option<u64> {
        let (mut number, mut shift) = (0_u64, 0);
        loop {
            let (&octet, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(octet & 0x7F).checked_shl(shift)?;
            if octet < 0x80 {
                return Some(number);
            }
            shift += 7;
        }
    }

    /// The next number where it is one of 32 bits.
    pub(super) fn small(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    /// The next difference.
    pub(super) fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// The next octet.
    pub(super) fn octet(&mut self) -> Option<u8> {
        let (&octet, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(octet)
    }

    /// The next octets, so many.
    pub(super) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// The next octets behind their length.
    pub(super) fn octets(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        self.take(length)
    }
}

/// Appends the checksum of everything before it.
pub(super) fn seal(mut octets: Vec<u8>) -> Vec<u8> {
    let sum = checksum(&octets);
    octets.extend_from_slice(&sum);
    octets
}

/// The octets that were sealed; `None` when they are not what they were.
pub(super) fn unseal(octets: &[u8]) -> Option<&[u8]> {
    let (sealed, sum) = octets.split_last_chunk::<CHECKSUM>()?;
    (checksum(sealed) == *sum).then_some(sealed)
}

/// Against damage, not against forgers.
fn checksum(octets: &[u8]) -> [u8; CHECKSUM] {
    crc32fast::hash(octets).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_and_octets_survive(numbers: Vec<(u64, i64)>, text: Vec<u8>) {
            let mut octets = Vec::new();
            for (number, signed) in &numbers {
                put(&mut octets, *number);
                put_signed(&mut octets, *signed);
            }
            put_octets(&mut octets, &text);
            let sealed = seal(octets);
            let mut reader = Reader(unseal(&sealed).unwrap());
            for (number, signed) in numbers {
                prop_assert_eq!((reader.number(), reader.signed()), (Some(number), Some(signed)));
            }
            prop_assert_eq!(reader.octets(), Some(&*text));
            prop_assert_eq!(reader.octet(), None);
        }

        #[test]
        fn no_octets_panic(octets: Vec<u8>) {
            let mut reader = Reader(&octets);
            while reader.number().is_some() {}
            let _ = (Reader(&octets).octets(), Reader(&octets).small(), unseal(&octets));
        }
    }

    #[test]
    fn a_flipped_bit_is_seen() {
        let sealed = seal(b"what was asked".to_vec());
        for bit in 0..sealed.len() * 8 {
            let mut damaged = sealed.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(unseal(&damaged), None);
        }
    }
}
