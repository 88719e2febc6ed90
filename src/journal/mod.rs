//! The query log: events taken from the query path without ever holding it up, counted, kept on disk, and handed to
//! whoever watches.
//!
//! On disk are SQLite databases, one for each day and one of roll-ups. What is in them is packed: a few thousand queries
//! are one row of their table, so that little is written, and read, for each. Leaves counting to `stats`.

mod block;
mod book;
mod chosen;
mod digest;
mod erase;
mod figures;
mod file;
mod folder;
mod health;
mod history;
mod live;
mod names;
mod octets;
mod overview;
mod recall;
mod recorder;
mod rollups;
mod series;
mod shared;
mod shortcuts;
mod store;
mod tail;
mod tally;
mod walk;
mod words;
mod worker;
mod writer;

pub use figures::{Grain, ServiceSheet, Sheet, Sum};
pub use health::JournalHealth;
pub use history::Page;
pub use live::{Batch, Live};
pub use names::Names;
pub use recorder::{CAPACITY, Recorder};
pub use shared::Journal;
pub use worker::{Worker, count};
pub use writer::Writer;
