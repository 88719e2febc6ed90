//! What is read of the journal: pages of queries, and exports.

use std::{ops::ControlFlow, sync::Arc, time::Duration};

use super::{
    Journal,
    chosen::{Wanted, row},
    walk::{Ended, Order},
};
use crate::{
    clients::Called,
    filter::Filter,
    stats::{Row, RowFilter},
    time::{Moment, UnixTime},
};

/// How long a page is looked for before what was found so far is shown.
const PATIENCE: Duration = Duration::from_millis(80);

/// A page of queries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The queries, newest first.
    pub rows: Vec<Arc<Row>>,
    /// `before` for the page behind this one, `None` on the last.
    pub next: Option<u64>,
    /// How far the search came, when it did not come to the end in time.
    pub scanned_to: Option<UnixTime>,
}

impl Journal {
    /// Queries that `filter` admits and `meant` means, newest first, at most `limit`. Reads files, for a tenth of a
    /// second at most: not for a thread that must not wait.
    #[must_use]
    pub fn page(&self, filter: &RowFilter, limit: usize, meant: &Filter, called: &Called) -> Page {
        let mut rows = Vec::new();
        let deadline = self.clock().now().moment.after(PATIENCE);
        let ended = self.walk(&Wanted::new(filter, meant, called), Order::NewestFirst, deadline, |cell, book| {
            if rows.len() == limit {
                return ControlFlow::Break(());
            }
            rows.extend(Some(row(cell, book, called)).filter(|row| meant.admits(row)).map(Arc::new));
            ControlFlow::Continue(())
        });
        let (next, scanned_to) = match ended {
            Ended::AtTheEnd => (None, None),
            Ended::Enough => (rows.last().map(|row| row.id).or(filter.before), None),
            Ended::OutOfTime { id, at } => (Some(id + 1), Some(at)),
        };
        Page { rows, next, scanned_to }
    }

    /// Hands every query that `filter` admits and `meant` means to `take`, oldest first, until that has enough. Reads files,
    /// for as long as it takes: not for a thread that must not wait.
    pub fn export(
        &self,
        filter: &RowFilter,
        meant: &Filter,
        called: &Called,
        mut take: impl FnMut(&Row) -> ControlFlow<()>,
    ) {
        let wanted = Wanted::new(filter, meant, called);
        self.walk(&wanted, Order::OldestFirst, Moment(u64::MAX), |cell, book| {
            let row = row(cell, book, called);
            if meant.admits(&row) { take(&row) } else { ControlFlow::Continue(()) }
        });
    }
}
