//! Secure randomness in blocks, so that one call to the system serves many queries.

use crate::upstream::server::TryError;

/// Octets of one block: enough for some fifty queries.
const BLOCK: usize = 512;

/// Unpredictable octets of the system. Each is given out once and forgotten.
pub(super) struct Randomness {
    block: [u8; BLOCK],
    left: usize,
}

impl Default for Randomness {
    fn default() -> Self {
        Self { block: [0; BLOCK], left: 0 }
    }
}

impl Randomness {
    /// Fills `out`.
    ///
    /// # Errors
    /// When the system gives none.
    pub(super) fn fill(&mut self, out: &mut [u8]) -> Result<(), TryError> {
        for chunk in out.chunks_mut(BLOCK) {
            if self.left < chunk.len() {
                getrandom::fill(&mut self.block).map_err(|_| TryError::NoRandomness)?;
                self.left = BLOCK;
            }
            let drawn = &mut self.block[self.left - chunk.len()..self.left];
            chunk.copy_from_slice(drawn);
            drawn.fill(0);
            self.left -= chunk.len();
        }
        Ok(())
    }

    /// One number.
    ///
    /// # Errors
    /// As [`Self::fill`].
    pub(super) fn number(&mut self) -> Result<u16, TryError> {
        let mut octets = [0; 2];
        self.fill(&mut octets)?;
        Ok(u16::from_be_bytes(octets))
    }
}

impl std::fmt::Debug for Randomness {
    /// Keeps its secrets.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Randomness").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn nothing_comes_twice() {
        let mut randomness = Randomness::default();
        for length in [0, 1, 16, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK] {
            let mut seen = HashSet::new();
            let mut drawn = vec![0; length];
            randomness.fill(&mut drawn).unwrap();
            // Sixteen octets that come twice have a chance of one in 2^128.
            let (pieces, _) = drawn.as_chunks::<16>();
            assert!(pieces.iter().all(|piece| seen.insert(*piece)), "{length}");
            assert!(randomness.block[randomness.left..].iter().all(|&octet| octet == 0), "what was given is forgotten");
        }
    }
}
