//! What is read of the journal: pages of queries, and exports.

use std::{ops::ControlFlow, sync::Arc, time::Duration};

use super::{
    Journal,
    block::Cell,
    walk::{Ended, Order},
    words::Book,
};
use crate::{
    catalog::Catalog,
    clients::Caller,
    dns::Name,
    stats::{Attribution, Row, RowFilter},
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
    /// Queries that `filter` admits and that `also` holds of, newest first, at most `limit`. Reads files, for a tenth of a second at most: not for
    /// a thread that must not wait.
    #[must_use]
    pub fn page(&self, filter: &RowFilter, limit: usize, also: impl Fn(&Row) -> bool) -> Page {
        let mut rows = Vec::new();
        let deadline = self.clock().now().moment.after(PATIENCE);
        let ended = self.walk(filter, Order::NewestFirst, deadline, |cell, book| {
            if rows.len() == limit {
                return ControlFlow::Break(());
            }
            rows.extend(Some(row(cell, book)).filter(|row| also(row)).map(Arc::new));
            ControlFlow::Continue(())
        });
        let (next, scanned_to) = match ended {
            Ended::AtTheEnd => (None, None),
            Ended::Enough => (rows.last().map(|row| row.id).or(filter.before), None),
            Ended::OutOfTime { id, at } => (Some(id + 1), Some(at)),
        };
        Page { rows, next, scanned_to }
    }

    /// Hands every query that `filter` admits to `take`, oldest first, until that has enough. Reads files, for as long as
    /// it takes: not for a thread that must not wait.
    pub fn export(&self, filter: &RowFilter, mut take: impl FnMut(&Row) -> ControlFlow<()>) {
        self.walk(filter, Order::OldestFirst, Moment(u64::MAX), |cell, book| take(&row(cell, book)));
    }
}

/// A query as people read it.
fn row(cell: &Cell, book: &Book) -> Row {
    let device = book.device(cell.device);
    let address = device.map_or(std::net::Ipv4Addr::UNSPECIFIED.into(), |device| device.address);
    let caller = device.map_or_else(|| Caller::at(address), |device| device.caller.clone());
    let label = device.map(|_| caller.name.as_deref().map_or_else(|| address.to_string(), str::to_owned));
    let (name, cause) = (book.name(cell.name), book.cause(cell.cause));
    let catalog = Catalog::built_in();
    let find = |name: Option<Name>| catalog.find(&name?);
    let entry = find(name).or_else(|| find(cause?.via()));
    Row {
        id: cell.id,
        at: cell.at,
        device: address,
        device_id: caller.id,
        device_name: label.unwrap_or_default(),
        name: name.map_or_else(String::new, |name| name.to_string()).into(),
        rtype: cell.rtype,
        verdict: cell.verdict,
        rcode: cell.rcode,
        transport: cell.transport,
        latency_us: cell.latency_us.into(),
        cause: cause.map(|cause| cause.row(&name.unwrap_or(Name::ROOT))),
        attribution: entry.map(Attribution::from),
    }
}
