//! What was asked within a moment, added up, so that the devices are told once of each of them.

use std::{collections::HashMap, net::IpAddr};

use super::fingerprints::{Fingerprints, NameNumber};
use crate::time::UnixTime;

/// Queries that were taken off the queue together.
#[derive(Debug, Default)]
pub struct Heard {
    /// How many came from an address within an hour.
    counts: HashMap<(IpAddr, u64), Count>,
    /// Those of the last query, which are usually those of the next.
    last: Option<(IpAddr, Count)>,
    /// Who asked for a name that only certain devices ask for.
    asked: Vec<(IpAddr, NameNumber)>,
}

/// How many queries, of which hour, and when the first and the last of them came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Count {
    pub(super) queries: u64,
    pub(super) hour: u64,
    pub(super) first: UnixTime,
    pub(super) last: UnixTime,
}

impl Heard {
    /// Adds a query.
    pub fn add(&mut self, address: IpAddr, at: UnixTime) {
        let hour = at.seconds() / 3600;
        match &mut self.last {
            Some((last, count)) if *last == address && count.hour == hour => count.add(1, at, at),
            _ => {
                let count = Count { queries: 1, hour, first: at, last: at };
                if let Some(before) = self.last.replace((address, count)) {
                    self.keep(before);
                }
            }
        }
    }

    /// Adds that somebody asks for a name, given in wire form and lower case. Who asks for it once more need not be told
    /// again.
    pub fn asks_for(&mut self, address: IpAddr, name: &[u8]) {
        if let Some(number) = Fingerprints::built_in().name(name) {
            self.asked.push((address.to_canonical(), number));
        }
    }

    /// How many queries came from each address, hour by hour, and who asked for which name that says something.
    pub(super) fn finish(mut self) -> (impl Iterator<Item = (IpAddr, Count)>, Vec<(IpAddr, NameNumber)>) {
        if let Some(last) = self.last.take() {
            self.keep(last);
        }
        (self.counts.into_iter().map(|((address, _), count)| (address, count)), self.asked)
    }

    fn keep(&mut self, (address, count): (IpAddr, Count)) {
        let sum = self.counts.entry((address.to_canonical(), count.hour));
        sum.and_modify(|sum| sum.add(count.queries, count.first, count.last)).or_insert(count);
    }
}

impl Count {
    fn add(&mut self, queries: u64, first: UnixTime, last: UnixTime) {
        self.queries += queries;
        self.first = self.first.min(first);
        self.last = self.last.max(last);
    }
}
