//! What happened: query events, counters, rolling windows, the latest queries as rows.
//!
//! All of it in bounded memory, and none of it in the way of a query: `journal` feeds it from its queue.

mod event;
mod handle;
mod overview;
mod ring;
mod row;
mod sketch;
mod window;

pub use event::{QueryEvent, Transport};
pub use handle::{RowFilter, Stats};
pub use overview::{Bucket, Overview, Range, StoppedName, TopDevice, TopList, TopName, TopPurpose, TopVendor, Totals};
pub use row::{Attribution, Row, RowCause, SourceKind};
