//! The tables of an overview: what was counted by number, in words and sorted.

use std::{collections::HashMap, hash::Hash, net::IpAddr, sync::Arc};

use super::{
    Attribution, Overview, StoppedName, TopDevice, TopList, TopName, TopPurpose, TopVendor,
    known::Known,
    window::{Asked, Tops},
};
use crate::clients::Caller;

/// Lines of a table.
const TOP: usize = 20;

/// The overview that begins with `frame`, with the tables of what was counted.
pub(super) fn fill(frame: Overview, tops: &Tops<'_>, known: &Known) -> Overview {
    Overview {
        stopped_names: stopped_names(tops, known),
        names: names(tops, known),
        devices: devices(tops, known),
        vendors: vendors(tops, known),
        purposes: purposes(tops, known),
        lists: lists(tops, known),
        ..frame
    }
}

fn stopped_names(tops: &Tops<'_>, known: &Known) -> Vec<StoppedName> {
    let lines = largest(tops.stopped_names(), |(count, _)| *count, |id| known.name_text(id));
    let line = |(name, (stopped, last)): (_, (u64, super::window::LastStopById))| StoppedName {
        name,
        stopped,
        list: last.list.and_then(|list| known.list(list)).cloned(),
        attribution: last.attribution.and_then(|id| known.attribution(id)).cloned(),
    };
    lines.into_iter().map(line).collect()
}

fn names(tops: &Tops<'_>, known: &Known) -> Vec<TopName> {
    let text = |id| Some((known.name_text(id)?, id));
    let line = |((name, id), Asked { queries, stopped })| TopName {
        name,
        queries,
        stopped,
        attribution: known.name_attribution(id).cloned(),
    };
    largest(tops.names(), |asked| asked.queries, text).into_iter().map(line).collect()
}

fn devices(tops: &Tops<'_>, known: &Known) -> Vec<TopDevice> {
    let line = |((device, caller), Asked { queries, stopped }): ((IpAddr, &Caller), _)| TopDevice {
        device,
        device_id: caller.id,
        device_name: caller.name.as_ref().map_or_else(|| device.to_string(), ToString::to_string),
        queries,
        stopped,
    };
    largest(tops.devices(), |asked| asked.queries, |id| known.device(id)).into_iter().map(line).collect()
}

fn vendors(tops: &Tops<'_>, known: &Known) -> Vec<TopVendor> {
    let vendor = |whose: &Attribution| (Arc::clone(&whose.vendor), whose.country.clone());
    let line = |((vendor, country), Asked { queries, stopped })| TopVendor { vendor, country, queries, stopped };
    largest(by(tops, known, vendor), |asked| asked.queries, Some).into_iter().map(line).collect()
}

fn purposes(tops: &Tops<'_>, known: &Known) -> Vec<TopPurpose> {
    let line = |(purpose, Asked { queries, stopped })| TopPurpose { purpose, queries, stopped };
    largest(by(tops, known, |whose| whose.purpose), |asked| asked.queries, Some).into_iter().map(line).collect()
}

fn lists(tops: &Tops<'_>, known: &Known) -> Vec<TopList> {
    let line = |(list, asked): (&Arc<str>, Asked)| TopList { list: Arc::clone(list), stopped: asked.stopped };
    largest(tops.lists(), |asked| asked.stopped, |id| known.list(id)).into_iter().map(line).collect()
}

/// How often services were asked, summed by what `key` says of each.
fn by<K: Eq + Hash>(tops: &Tops<'_>, known: &Known, key: impl Fn(&Attribution) -> K) -> HashMap<K, Asked> {
    let mut sums: HashMap<K, Asked> = HashMap::new();
    for (id, asked) in tops.attributions() {
        if let Some(attribution) = known.attribution(id) {
            sums.entry(key(attribution)).or_default().add(asked);
        }
    }
    sums
}

/// The largest in words, equal ones in the order of the words, so that a table does not dance.
pub(super) fn largest<I, K: Ord, V>(
    found: impl IntoIterator<Item = (I, V)>,
    size: impl Fn(&V) -> u64,
    words: impl Fn(I) -> Option<K>,
) -> Vec<(K, V)> {
    let mut all: Vec<(I, V)> = found.into_iter().collect();
    if all.len() > TOP {
        let least = size(&all.select_nth_unstable_by_key(TOP - 1, |(_, value)| std::cmp::Reverse(size(value))).1.1);
        all.retain(|(_, value)| size(value) >= least);
    }
    let mut lines: Vec<(K, V)> = all.into_iter().filter_map(|(id, value)| Some((words(id)?, value))).collect();
    lines.sort_unstable_by(|one, other| size(&other.1).cmp(&size(&one.1)).then_with(|| one.0.cmp(&other.0)));
    lines.truncate(TOP);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::dictionary::Id;

    #[test]
    fn equal_ones_are_in_the_order_of_their_words() {
        let found: HashMap<Id, u64> = (0..100).map(|id| (id, u64::from(id / 30))).collect();
        let lines = largest(found, |size| *size, |id| (id != 95).then_some(1000 - id));
        let mut expected: Vec<_> = (90..100).rev().filter(|id| *id != 95).map(|id| (1000 - id, 3)).collect();
        expected.extend((79..90).rev().map(|id| (1000 - id, 2)));
        assert_eq!(lines, expected);
    }
}
