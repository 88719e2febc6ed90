//! What happened: query events, counters, rolling windows.

mod event;
mod overview;
mod row;

pub use event::{QueryEvent, Transport};
pub use overview::{Bucket, Overview, Range, StoppedName, TopDevice, TopList, TopName, TopPurpose, TopVendor, Totals};
pub use row::{Attribution, Row, RowCause, SourceKind};

use std::{net::IpAddr, sync::Arc};

use crate::{policy::Verdict, time::UnixTime};

/// Counts queries.
#[derive(Clone, Debug)]
pub struct Stats(());

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

impl Stats {
    /// Queries since the start.
    #[must_use]
    pub fn totals(&self) -> Totals {
        Totals::default()
    }

    /// The figures of a range.
    #[must_use]
    pub fn overview(&self, range: Range, now: UnixTime) -> Overview {
        Overview {
            range,
            from: now,
            to: now,
            totals: Totals::default(),
            stopped_share: 0.0,
            bucket_seconds: 60,
            series: vec![],
            stopped_names: vec![],
            names: vec![],
            devices: vec![],
            vendors: vec![],
            purposes: vec![],
            lists: vec![],
        }
    }

    /// Rows, newest first, and the cursor behind them.
    #[must_use]
    pub fn page(&self, _filter: &RowFilter, _limit: usize) -> (Vec<Arc<Row>>, Option<u64>) {
        (vec![], None)
    }

    /// The rows after the one with this id that are still remembered, oldest first.
    #[must_use]
    pub fn rows_after(&self, _id: u64) -> Vec<Arc<Row>> {
        vec![]
    }

    /// The id of the first row of this run.
    #[must_use]
    pub fn first_id(&self) -> u64 {
        1
    }
}
