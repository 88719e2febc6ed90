//! The latest queries, as they were recorded; they become rows when somebody looks.

use std::{collections::VecDeque, net::IpAddr, sync::Arc};

use super::{Packed, Row, known::KnownEvent};
use crate::{catalog::Catalog, clients::Caller, policy::Verdict};

/// Queries that are remembered.
const LATEST: usize = 1000;
/// Octets of a query that was long are given back with it.
const USUAL: usize = 128;

/// Which rows are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowFilter {
    /// Only rows older than the one with this id.
    pub before: Option<u64>,
    /// Only queries of this device.
    pub device: Option<IpAddr>,
    /// Only queries that ended so.
    pub verdict: Option<Verdict>,
    /// Only names that contain this text, given in lower case.
    pub name: Option<String>,
}

impl RowFilter {
    fn admits(&self, query: &Query, event: &Packed<'_>) -> bool {
        let has = |text: &String| event.name().to_string().to_ascii_lowercase().contains(text.as_str());
        self.before.is_none_or(|before| query.id < before)
            && self.device.is_none_or(|device| event.client() == device)
            && self.verdict.is_none_or(|verdict| event.verdict() == verdict)
            && self.name.as_ref().is_none_or(has)
    }
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
    /// Remembers the query `id`; names of people and lists stay those of today.
    pub(super) fn remember(&mut self, id: u64, known: &KnownEvent<'_>) {
        let mut octets =
            if self.0.len() < LATEST { None } else { self.0.pop_front() }.map_or_else(Vec::new, |query| query.octets);
        octets.clear();
        octets.shrink_to(USUAL);
        octets.extend_from_slice(known.event.octets());
        self.0.push_back(Query { id, octets, source: known.source.cloned(), caller: known.caller.clone() });
    }

    /// Rows that are remembered and that `also` holds of, newest first, at most `limit`; and the `before` of the page behind
    /// them, when there is one.
    pub(super) fn page(
        &self,
        filter: &RowFilter,
        limit: usize,
        catalog: &Catalog,
        also: impl Fn(&Row) -> bool,
    ) -> (Vec<Arc<Row>>, Option<u64>) {
        let mut found = self.0.iter().rev().filter_map(|query| {
            let event = query.event().filter(|event| filter.admits(query, event))?;
            Some(query.row(&event, catalog)).filter(|row| also(row))
        });
        let rows: Vec<_> = found.by_ref().take(limit).collect();
        let next = found.next().and(rows.last()).map(|row| row.id);
        (rows, next)
    }

    /// The rows behind the one with this id, oldest first; of more than `limit` the newest.
    pub(super) fn after(&self, id: u64, limit: usize, catalog: &Catalog) -> Vec<Arc<Row>> {
        let start = self.0.partition_point(|query| query.id <= id).max(self.0.len().saturating_sub(limit));
        let rows = self.0.range(start..).filter_map(|query| Some(query.row(&query.event()?, catalog)));
        rows.collect()
    }
}

impl Query {
    fn event(&self) -> Option<Packed<'_>> {
        Some(Packed::split(&self.octets)?.0)
    }

    fn row(&self, event: &Packed<'_>, catalog: &Catalog) -> Arc<Row> {
        Arc::new(Row::new(self.id, event, self.source.clone(), &self.caller, catalog))
    }
}
