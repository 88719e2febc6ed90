//! The rhythm of what was asked before this run, counted from what was kept of it.

use std::{collections::HashMap, net::IpAddr};

use super::rhythm::Beat;
use crate::time::UnixTime;

/// Pairs of an address and a name that are counted at most.
const PAIRS: usize = 16_384;
/// What was asked less often has no rhythm to tell.
const FEW: u32 = 3;

/// How regularly names were asked before this run, in bounded memory.
#[derive(Debug, Default)]
pub struct Past(HashMap<Asker, Beat>);

/// The address that asked, and the name in wire form.
type Asker = (IpAddr, Box<[u8]>);

impl Past {
    /// Counts a query, later than those before: from which address, for which name, in wire form, and when.
    pub fn ask(&mut self, address: IpAddr, name: &[u8], at: UnixTime) {
        let key = (address, name.into());
        if let Some(beat) = self.0.get_mut(&key) {
            beat.ask(at.0);
        } else if self.0.len() < PAIRS {
            self.0.insert(key, Beat::new(at.0));
        }
    }

    /// What was asked more than a few times, `most` of it at most, that which was asked last first.
    pub(super) fn busiest(self, most: usize) -> Vec<(Asker, Beat)> {
        let mut busiest: Vec<_> = self.0.into_iter().filter(|(_, beat)| beat.asked() >= FEW).collect();
        busiest.sort_unstable_by_key(|(_, beat)| std::cmp::Reverse(beat.last()));
        busiest.truncate(most);
        busiest
    }
}
