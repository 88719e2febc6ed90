//! What was asked shortly before this run, for whoever tells rhythms.

use std::{ops::ControlFlow, time::Duration};

use super::{Journal, chosen::Wanted, walk::Order};
use crate::{
    stats::Past,
    time::{Moment, UnixTime},
};

/// How far it goes back, in time and in queries.
const TIME: Duration = Duration::from_hours(24);
const QUERIES: u64 = 200_000;
/// How long it may take to read: what is left out then is the newest.
const PATIENCE: Duration = Duration::from_secs(5);

impl Journal {
    /// When the last of the queries before the id `before` was asked, if that was in the last day. Reads files: not for a
    /// thread that must not wait.
    #[must_use]
    pub fn last_asked(&self, before: u64) -> Option<UnixTime> {
        let (wanted, deadline) = self.last_day(before);
        let mut last = None;
        self.walk(&wanted, Order::NewestFirst, deadline, |cell, _| {
            last = Some(cell.at);
            ControlFlow::Break(())
        });
        last
    }

    /// What was asked in the last day, of queries before the id `before`. Reads files: not for a thread that must not wait.
    #[must_use]
    pub fn past(&self, before: u64) -> Past {
        let (mut wanted, deadline) = self.last_day(before);
        // Ids leap from run to run, so that the queries themselves are counted.
        let (mut left, mut wanted_after) = (QUERIES, before);
        self.walk(&wanted, Order::NewestFirst, deadline, |cell, _| {
            wanted_after = cell.id;
            left -= 1;
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        wanted.after = Some(wanted_after.saturating_sub(1));
        let mut past = Past::default();
        self.walk(&wanted, Order::OldestFirst, deadline, |cell, book| {
            if let (Some(device), Some(name)) = (book.device(cell.device), book.name_wire(cell.name)) {
                past.ask(device.address, name, cell.at);
            }
            ControlFlow::Continue(())
        });
        past
    }

    /// The queries of the last day before the id `before`, and until when they may be read.
    fn last_day(&self, before: u64) -> (Wanted<'static>, Moment) {
        let now = self.clock().now();
        let from = UnixTime(now.unix.0.saturating_sub(u64::try_from(TIME.as_millis()).unwrap_or(u64::MAX)));
        (Wanted { before: Some(before), from: Some(from), ..Wanted::default() }, now.moment.after(PATIENCE))
    }
}
