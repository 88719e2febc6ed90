//! The rhythm of what was asked before this run, counted from what was kept of it.

use std::{hash::BuildHasher, net::IpAddr};

use hashbrown::HashTable;

use super::{hash::Secret, rhythm::Beat};
use crate::time::UnixTime;

/// Pairs of an address and a name that are counted at most.
const PAIRS: usize = 16_384;
/// What was asked less often has no rhythm to tell.
const FEW: u32 = 3;

/// How regularly names were asked before this run, in bounded memory.
#[derive(Debug, Default)]
pub struct Past {
    beats: HashTable<(Asker, Beat)>,
    hasher: Secret,
}

/// The address that asked, and the name in wire form.
type Asker = (IpAddr, Box<[u8]>);

impl Past {
    /// Counts a query, later than those before: from which address, for which name, in wire form, and when.
    pub fn ask(&mut self, address: IpAddr, name: &[u8], at: UnixTime) {
        let hasher = &self.hasher;
        let hash = |address: IpAddr, name: &[u8]| hasher.hash_one((address, name));
        let asker = hash(address, name);
        if let Some((_, beat)) = self.beats.find_mut(asker, |((other, its), _)| *other == address && **its == *name) {
            beat.ask(at.0);
        } else if self.beats.len() < PAIRS {
            let new = ((address, name.into()), Beat::new(at.0));
            self.beats.insert_unique(asker, new, |((address, name), _)| hash(*address, name));
        }
    }

    /// What was asked more than a few times, `most` of it at most, that which was asked last first.
    pub(super) fn busiest(self, most: usize) -> Vec<(Asker, Beat)> {
        let mut busiest: Vec<_> = self.beats.into_iter().filter(|(_, beat)| beat.asked() >= FEW).collect();
        busiest.sort_unstable_by_key(|(_, beat)| std::cmp::Reverse(beat.last()));
        busiest.truncate(most);
        busiest
    }
}
