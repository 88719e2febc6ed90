//! Who asked for what in a stretch of time.

use std::{collections::HashMap, hash::Hash, net::IpAddr, sync::Arc};

use super::{Attribution, Row, SourceKind, sketch::Sketch};
use crate::{catalog::Purpose, policy::Verdict};

/// Names, devices and companies that a window can tell apart.
const MANY: usize = 256;
/// Purposes and lists that a window can tell apart; there are fewer.
const FEW: usize = 64;

/// How often something was asked, and how often of these it was stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) queries: u64,
    pub(super) stopped: u64,
}

/// A company and its home country.
pub(super) type Vendor = (Arc<str>, Option<Arc<str>>);

/// What is known of the last time that a name was stopped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LastStop {
    /// The list that stopped it, if one did.
    pub(super) list: Option<Arc<str>>,
    /// Whose name it is, or whose name it leads to.
    pub(super) attribution: Option<Attribution>,
}

/// Who asked for what in a stretch of time.
#[derive(Debug)]
pub(super) struct Window {
    stopped_names: Sketch<Arc<str>, LastStop>,
    names: Sketch<Arc<str>, u64>,
    devices: Sketch<IpAddr, u64>,
    vendors: Sketch<Vendor, u64>,
    purposes: Sketch<Purpose, u64>,
    lists: Sketch<Arc<str>, u64>,
}

impl Default for Window {
    fn default() -> Self {
        Self {
            stopped_names: Sketch::new(MANY),
            names: Sketch::new(MANY),
            devices: Sketch::new(MANY),
            vendors: Sketch::new(MANY),
            purposes: Sketch::new(FEW),
            lists: Sketch::new(FEW),
        }
    }
}

impl Window {
    /// Counts a query for `name`, which is in lower case.
    pub(super) fn record(&mut self, row: &Row, name: &Arc<str>) {
        let stopped = u64::from(row.verdict == Verdict::Stopped);
        *self.names.add(name) += stopped;
        *self.devices.add(&row.device) += stopped;
        if let Some(attribution) = &row.attribution {
            *self.vendors.add(&(Arc::clone(&attribution.vendor), attribution.country.clone())) += stopped;
            *self.purposes.add(&attribution.purpose) += stopped;
        }
        if stopped > 0 {
            let list = row.cause.as_ref().filter(|cause| cause.source == SourceKind::List);
            let list = list.and_then(|cause| cause.id.clone());
            if let Some(list) = &list {
                *self.lists.add(list) += 1;
            }
            *self.stopped_names.add(name) = LastStop { list, attribution: row.attribution.clone() };
        }
    }
}

/// What is most frequent in several windows, oldest first.
#[derive(Debug, Default)]
pub(super) struct Tops<'w>(pub(super) Vec<&'w Window>);

impl Tops<'_> {
    /// The names that were stopped most, with the last stop of each.
    pub(super) fn stopped_names(&self, limit: usize) -> Vec<(Arc<str>, u64, LastStop)> {
        let mut found: HashMap<&Arc<str>, (u64, &LastStop)> = HashMap::new();
        for (name, count, last) in self.0.iter().flat_map(|window| window.stopped_names.iter()) {
            let sum = found.entry(name).or_insert((0, last));
            *sum = (sum.0 + count, last);
        }
        let sorted = largest(found, limit, |(count, _)| *count).into_iter();
        sorted.map(|(name, (count, last))| (Arc::clone(name), count, last.clone())).collect()
    }

    /// The names that were asked most.
    pub(super) fn names(&self, limit: usize) -> Vec<(Arc<str>, Asked)> {
        self.most(limit, |window| &window.names)
    }

    /// The devices that asked most.
    pub(super) fn devices(&self, limit: usize) -> Vec<(IpAddr, Asked)> {
        self.most(limit, |window| &window.devices)
    }

    /// The companies whose names were asked most.
    pub(super) fn vendors(&self, limit: usize) -> Vec<(Vendor, Asked)> {
        self.most(limit, |window| &window.vendors)
    }

    /// The purposes of names that were asked most.
    pub(super) fn purposes(&self, limit: usize) -> Vec<(Purpose, Asked)> {
        self.most(limit, |window| &window.purposes)
    }

    /// The lists that stopped most.
    pub(super) fn lists(&self, limit: usize) -> Vec<(Arc<str>, Asked)> {
        self.most(limit, |window| &window.lists)
    }

    fn most<K>(&self, limit: usize, sketch: impl Fn(&Window) -> &Sketch<K, u64>) -> Vec<(K, Asked)>
    where
        K: Clone + Eq + Hash + Ord,
    {
        let mut found: HashMap<&K, Asked> = HashMap::new();
        for (key, count, stopped) in self.0.iter().flat_map(|window| sketch(window).iter()) {
            let sum = found.entry(key).or_default();
            *sum = Asked { queries: sum.queries + count, stopped: sum.stopped + stopped };
        }
        let sorted = largest(found, limit, |sum| sum.queries).into_iter();
        sorted.map(|(key, sum)| (key.clone(), sum)).collect()
    }
}

/// The `limit` largest, equal ones in the order of their keys, so that a table does not dance.
fn largest<K: Ord, V>(found: HashMap<K, V>, limit: usize, size: impl Fn(&V) -> u64) -> Vec<(K, V)> {
    let mut all: Vec<(K, V)> = found.into_iter().collect();
    all.sort_unstable_by(|one, other| size(&other.1).cmp(&size(&one.1)).then_with(|| one.0.cmp(&other.0)));
    all.truncate(limit);
    all
}
