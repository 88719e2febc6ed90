//! What was asked in the stretch of time that goes on, added up by number: most of what a household asks for within minutes
//! is asked again and again, and windows count it once.

use std::hint::black_box;

use super::{SourceKind, dictionary::Id, known::KnownEvent, spelled::Spellings, window::LastStopById};
use crate::policy::Verdict;

/// What was asked so far.
#[derive(Debug, Default)]
pub(super) struct Open {
    pub(super) names: SumsById<(Together, LastStopById)>,
    pub(super) devices: SumsById<Together>,
    pub(super) attributions: SumsById<Together>,
    pub(super) lists: SumsById<Together>,
}

/// How often something was asked, and how often of these it was stopped.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Together {
    pub(super) queries: u32,
    pub(super) stopped: u32,
}

/// A sum for each of several things, known by their numbers.
#[derive(Debug)]
pub(super) struct SumsById<V> {
    /// By number, one more than the place of its sum; 0 when it has none.
    places: Vec<u32>,
    sums: Vec<(Id, V)>,
}

impl Open {
    /// Adds a query.
    pub(super) fn add(&mut self, event: &KnownEvent<'_>) {
        let stopped = u32::from(event.event.verdict() == Verdict::Stopped);
        let (asked, last) = self.names.at(event.name);
        asked.add(stopped);
        if stopped > 0 {
            *last = LastStopById { list: event.list, attribution: event.attribution };
            if let Some(list) = event.list {
                self.lists.at(list).add(stopped);
            }
        }
        self.devices.at(event.device).add(stopped);
        let tells = event.event.source().is_none_or(|source| SourceKind::from(source).tells_of_owner());
        if let Some(attribution) = event.attribution.filter(|_| tells) {
            self.attributions.at(attribution).add(stopped);
        }
    }

    /// Reads what [adding](Self::add) queries for these names is going to look at.
    pub(super) fn touch(&self, names: &Spellings) {
        let sums = names.numbers().filter_map(|id| self.names.get(id));
        black_box(sums.fold(0, |sum, (asked, _)| sum ^ asked.queries));
    }

    /// The names that were stopped, how often, and the last time.
    pub(super) fn stopped_names(&self) -> impl Iterator<Item = (Id, u32, LastStopById)> {
        let names = self.names.iter().map(|(id, (asked, last))| (id, asked.stopped, *last));
        names.filter(|(_, stopped, _)| *stopped > 0)
    }

    /// Forgets the counts of a device.
    pub(super) fn forget_device(&mut self, device: Id) {
        self.devices.forget(device);
    }

    /// Whether nothing was added.
    pub(super) fn is_empty(&self) -> bool {
        self.devices.sums.is_empty()
    }

    /// Lets go of everything.
    pub(super) fn clear(&mut self) {
        self.names.clear();
        self.devices.clear();
        self.attributions.clear();
        self.lists.clear();
    }
}

impl Together {
    fn add(&mut self, stopped: u32) {
        self.queries = self.queries.saturating_add(1);
        self.stopped = self.stopped.saturating_add(stopped);
    }
}

impl<V> Default for SumsById<V> {
    fn default() -> Self {
        Self { places: Vec::new(), sums: Vec::new() }
    }
}

impl<V: Default> SumsById<V> {
    /// The sums, in the order in which their things came.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Id, &V)> {
        self.sums.iter().map(|(id, sum)| (*id, sum))
    }

    fn get(&self, id: Id) -> Option<&V> {
        let place = self.places.get(usize::try_from(id).ok()?)?.checked_sub(1)?;
        Some(&self.sums.get(usize::try_from(place).ok()?)?.1)
    }

    fn at(&mut self, id: Id) -> &mut V {
        let number = usize::try_from(id).unwrap_or_default();
        if self.places.len() <= number {
            self.places.resize(number + 1, 0);
        }
        let place = &mut self.places[number];
        if *place == 0 {
            self.sums.push((id, V::default()));
            *place = u32::try_from(self.sums.len()).unwrap_or(u32::MAX);
        }
        let place = usize::try_from(*place).unwrap_or_default() - 1;
        &mut self.sums[place].1
    }

    fn forget(&mut self, id: Id) {
        let found = usize::try_from(id).ok().and_then(|number| self.places.get_mut(number));
        let Some(place) = found.map(std::mem::take).filter(|place| *place > 0) else { return };
        let index = usize::try_from(place).unwrap_or_default() - 1;
        self.sums.swap_remove(index);
        if let Some((moved, _)) = self.sums.get(index) {
            self.places[usize::try_from(*moved).unwrap_or_default()] = place;
        }
    }

    fn clear(&mut self) {
        for (id, _) in self.sums.drain(..) {
            if let Some(place) = usize::try_from(id).ok().and_then(|number| self.places.get_mut(number)) {
                *place = 0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_forgotten_leaves_the_others_as_they_were() {
        let mut sums: SumsById<u32> = SumsById::default();
        for id in [3, 0, 9, 3, 9, 9] {
            *sums.at(id) += 1;
        }
        for gone in [3, 3, 100] {
            sums.forget(gone);
        }
        *sums.at(9) += 1;
        assert_eq!([0, 3, 9, 100].map(|id| sums.get(id).copied()), [Some(1), None, Some(4), None]);
        let mut told: Vec<_> = sums.iter().map(|(id, sum)| (id, *sum)).collect();
        told.sort_unstable();
        assert_eq!(told, [(0, 1), (9, 4)]);
        sums.clear();
        assert_eq!((sums.iter().count(), *sums.at(9)), (0, 0));
    }
}
