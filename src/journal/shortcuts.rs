//! From the numbers by which the statistics know names, addresses and causes to those of the words of an epoch, so that what
//! was kept before is looked up by number and not spelled out once more.

use std::collections::HashMap;

use super::{tail::Keeps, words::Words};
use crate::stats::{Id, KnownEvent, Spelled};

/// The numbers of the words of one epoch.
#[derive(Debug, Default)]
pub(super) struct Shortcuts {
    /// The epoch, and what numbers of the statistics mean.
    of: (u64, u64),
    addresses: Vec<Option<Asker>>,
    /// One more than the number; 0 is not known yet.
    names: Vec<u32>,
    causes: HashMap<u64, u32>,
    /// The cause of the last query, which is usually that of the next, and its number.
    last_cause: (u64, u32),
}

/// What a query is kept as, by number among the words of its epoch; 0 is none.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) device: u32,
    pub(super) name: u32,
    pub(super) cause: u32,
}

#[derive(Clone, Copy, Debug)]
enum Asker {
    Device(u32),
    LeftOut,
}

impl Shortcuts {
    /// Those into the words of `epoch`, as long as numbers have this `meaning`.
    pub(super) fn at(&mut self, epoch: u64, meaning: u64) -> &mut Self {
        if self.of != (epoch, meaning) {
            self.addresses.clear();
            self.names.clear();
            self.causes.clear();
            self.last_cause = (u64::MAX, 0);
            self.of = (epoch, meaning);
        }
        self
    }

    /// Whether a name is likely to be known, so that it need not be looked for.
    pub(super) fn has(&self, name: Spelled<'_>) -> bool {
        let place = name.likely().and_then(|id| usize::try_from(id).ok());
        place.and_then(|place| self.names.get(place)).is_some_and(|number| *number > 0)
    }

    /// What is kept of a query; what is new becomes a word. `None` when nothing is.
    pub(super) fn find(&mut self, known: &KnownEvent<'_>, keeps: &Keeps, words: &mut Words) -> Option<Kept> {
        let asker = place(&mut self.addresses, known.address)
            .get_or_insert_with(|| keeps.device(known, words).map_or(Asker::LeftOut, Asker::Device));
        let Asker::Device(device) = *asker else { return None };
        let name = place(&mut self.names, known.name);
        if *name == 0 {
            *name = keeps.name(known, words) + 1;
        }
        let cause = known.cause_number().map_or(0, |number| {
            if self.last_cause.0 != number {
                self.last_cause = (number, *self.causes.entry(number).or_insert_with(|| keeps.cause(known, words)));
            }
            self.last_cause.1
        });
        Some(Kept { device, name: *name - 1, cause })
    }
}

/// The place with this number, which is made when it is missing.
fn place<T: Clone + Default>(places: &mut Vec<T>, id: Id) -> &mut T {
    let place = usize::try_from(id).unwrap_or_default();
    if places.len() <= place {
        places.resize(place + 1, T::default());
    }
    &mut places[place]
}
