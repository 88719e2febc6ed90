//! The query log: events taken from the query path without ever holding it up, resolved, counted and handed to whoever
//! watches.
//!
//! Leaves counting to `stats`.

mod live;
mod names;
mod recorder;
mod worker;

pub use live::{Batch, Live};
pub use names::Names;
pub use recorder::{CAPACITY, Recorder};
pub use worker::Worker;
