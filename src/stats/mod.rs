//! What happened: query events, counters, rolling windows, the latest queries as rows.
//!
//! All of it in bounded memory, and none of it in the way of a query: `journal` feeds it from its queue.

mod dictionary;
mod event;
mod handle;
mod hash;
mod known;
mod latest;
mod metrics;
mod names;
mod open;
mod overview;
mod packed;
mod past;
mod quartiles;
mod rhythm;
mod ring;
mod row;
mod sketch;
mod spelled;
mod sums;
mod tables;
mod window;

pub use dictionary::{Dictionary, Id};
#[cfg(test)]
pub(crate) use event::event_at;
pub use event::{QueryEvent, Transport};
pub use handle::{Listener, Stats};
pub use known::{KnownEvent, Naming};
pub use latest::{RowFilter, name_contains};
pub use metrics::QueryMetrics;
pub use names::NameDictionary;
pub use overview::{
    Bucket, Overview, Range, RecentRange, StoppedName, TopDevice, TopList, TopName, TopPurpose, TopVendor, Totals,
};
pub use packed::{EventBuffer, Packed, PackedEvents};
pub use past::Past;
pub use rhythm::{Gap, Rhythm};
pub use row::{Attribution, Row, RowCause, SourceKind};
pub use spelled::{Spelled, Spellings};
pub use sums::{LastStop, Sums};
pub use window::Asked;
