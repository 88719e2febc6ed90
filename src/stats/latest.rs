//! The latest queries, as they were recorded; they become rows when somebody looks.

use std::{collections::VecDeque, hint::black_box, sync::Arc};

use super::{Packed, Row, known::KnownEvent};
use crate::{
    catalog::Catalog,
    clients::{Called, Caller, DeviceId},
    dns::MAX_NAME,
    policy::Verdict,
    time::UnixTime,
};

/// Queries that are remembered.
const LATEST: usize = 1000;
/// Octets of a query that was long are given back with it.
const USUAL: usize = 128;

/// Which rows are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowFilter {
    /// Only rows older than the one with this id.
    pub before: Option<u64>,
    /// Only rows newer than the one with this id.
    pub after: Option<u64>,
    /// Only queries from this time on.
    pub from: Option<UnixTime>,
    /// Only queries before this time.
    pub until: Option<UnixTime>,
    /// Only queries of this device, named by what it is known by or by an address.
    pub device: Option<DeviceId>,
    /// Only queries that ended so.
    pub verdict: Option<Verdict>,
    /// Only names that contain this text, given in lower case.
    pub name: Option<String>,
}

impl RowFilter {
    fn admits(&self, query: &Query, event: &Packed<'_>) -> bool {
        let at = event.at();
        self.before.is_none_or(|before| query.id < before)
            && self.after.is_none_or(|after| query.id > after)
            && self.from.is_none_or(|from| at >= from)
            && self.until.is_none_or(|until| at < until)
            && self.device.is_none_or(|device| query.is_of(device, event))
            && self.verdict.is_none_or(|verdict| event.verdict() == verdict)
            && self.name.as_ref().is_none_or(|text| name_contains(event.name_wire(), text))
    }
}

/// Whether the text of a name, given in wire form, contains `text`, given in lower case.
#[must_use]
pub fn name_contains(wire: &[u8], text: &str) -> bool {
    let mut readable = [0; MAX_NAME];
    let Some(length) = wire.len().checked_sub(2) else { return ".".contains(text) };
    let Some(readable) = readable.get_mut(..length) else { return false };
    readable.copy_from_slice(wire.get(1..=length).unwrap_or_default());
    // The octet before each label but the first says how long it is, and becomes the dot.
    let mut next = usize::from(wire.first().copied().unwrap_or_default());
    while let Some(octet) = readable.get_mut(next) {
        next += usize::from(*octet) + 1;
        *octet = b'.';
    }
    readable.make_ascii_lowercase();
    text.is_empty() || readable.windows(text.len()).any(|part| part == text.as_bytes())
}

/// The latest queries, oldest first.
#[derive(Debug, Default)]
pub(super) struct Latest(VecDeque<Query>);

#[derive(Debug)]
struct Query {
    id: u64,
    octets: Vec<u8>,
    source: Option<Arc<str>>,
    caller: Caller,
}

impl Latest {
    /// Remembers the query `id`; names of lists stay those of today.
    pub(super) fn remember(&mut self, id: u64, known: &KnownEvent<'_>) {
        let mut octets =
            if self.0.len() < LATEST { None } else { self.0.pop_front() }.map_or_else(Vec::new, |query| query.octets);
        octets.clear();
        octets.shrink_to(USUAL);
        octets.extend_from_slice(known.event.octets());
        self.0.push_back(Query { id, octets, source: known.source.cloned(), caller: known.caller.clone() });
    }

    /// Reads what remembering so many queries is going to look at: those that give way.
    pub(super) fn touch(&self, queries: usize) {
        let octets = self.0.iter().take(queries).filter_map(|query| query.octets.first());
        black_box(octets.fold(0, |sum, octet| sum ^ octet));
    }

    /// Forgets the queries of a device, named by what it is known by or by its address.
    pub(super) fn forget_device(&mut self, device: DeviceId) {
        self.0.retain(|query| query.event().is_some_and(|event| !query.is_of(device, &event)));
    }

    /// The id of the oldest query that is remembered.
    pub(super) fn oldest_id(&self) -> Option<u64> {
        self.0.front().map(|query| query.id)
    }

    /// Rows that are remembered and that `also` holds of, newest first, at most `limit`; and the `before` of the page behind
    /// them, when there is one.
    pub(super) fn page(
        &self,
        filter: &RowFilter,
        limit: usize,
        catalog: &Catalog,
        called: &Called,
        also: impl Fn(&Row) -> bool,
    ) -> (Vec<Arc<Row>>, Option<u64>) {
        let mut found = self.0.iter().rev().filter_map(|query| {
            let event = query.event().filter(|event| filter.admits(query, event))?;
            Some(query.row(&event, catalog, called)).filter(|row| also(row))
        });
        let rows: Vec<_> = found.by_ref().take(limit).collect();
        let next = found.next().and(rows.last()).map(|row| row.id);
        (rows, next)
    }

    /// The rows behind the one with this id, oldest first; of more than `limit` the newest.
    pub(super) fn after(&self, id: u64, limit: usize, catalog: &Catalog, called: &Called) -> Vec<Arc<Row>> {
        let start = self.0.partition_point(|query| query.id <= id).max(self.0.len().saturating_sub(limit));
        let rows = self.0.range(start..).filter_map(|query| Some(query.row(&query.event()?, catalog, called)));
        rows.collect()
    }
}

impl Query {
    fn event(&self) -> Option<Packed<'_>> {
        Some(Packed::split(&self.octets)?.0)
    }

    /// Whether a device, named by what it is known by or by its address, asked it.
    fn is_of(&self, device: DeviceId, event: &Packed<'_>) -> bool {
        self.caller.id == device || DeviceId::at(event.client()) == device
    }

    fn row(&self, event: &Packed<'_>, catalog: &Catalog, called: &Called) -> Arc<Row> {
        let mut row = Row::new(self.id, event, self.source.clone(), &self.caller, catalog);
        row.rename(called);
        Arc::new(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::Name;

    #[test]
    fn names_are_searched_as_people_read_them() {
        let check = |name: &str, text: &str, expected: bool| {
            let name: Name = name.parse().unwrap();
            assert_eq!(name_contains(name.wire(), text), expected, "{name} {text}");
        };
        check("Ads.Example.ORG", "ads.", true);
        check("Ads.Example.ORG", "s.example.o", true);
        check("Ads.Example.ORG", "example.org", true);
        check("Ads.Example.ORG", "adsexample", false);
        check("Ads.Example.ORG", "example.org.uk", false);
        check("Ads.Example.ORG", ".ads", false);
        check("Ads.Example.ORG", "", true);
        check(".", ".", true);
        check(".", "a", false);
    }
}
