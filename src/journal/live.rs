//! What happens, for those who watch.

use std::sync::Arc;

use tokio::sync::broadcast;

use crate::stats::Row;

/// Queries of a moment, oldest first.
pub type Batch = Arc<[Arc<Row>]>;

/// Batches that a watcher may be behind before it misses some.
const BACKLOG: usize = 16;

/// Tells what happens to whoever subscribes; clones share the subscribers.
#[derive(Clone, Debug)]
pub struct Live(broadcast::Sender<Batch>);

impl Default for Live {
    fn default() -> Self {
        Self(broadcast::Sender::new(BACKLOG))
    }
}

impl Live {
    /// The batches from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Batch> {
        self.0.subscribe()
    }

    /// Whether anyone would hear.
    pub(super) fn is_watched(&self) -> bool {
        self.0.receiver_count() > 0
    }

    /// Tells `rows` to all subscribers, unless there are none of either.
    pub(super) fn tell(&self, rows: &[Arc<Row>]) {
        if !rows.is_empty() {
            // An error says that the last subscriber has just left.
            let _ = self.0.send(rows.into());
        }
    }
}
