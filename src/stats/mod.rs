//! What happened: query events, counters, rolling windows.

mod event;

pub use event::{QueryEvent, Transport};
