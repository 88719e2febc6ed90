//! The query log: events taken from the query path without ever holding it up, counted, kept on disk, and handed to
//! whoever watches.
//!
//! # Queries
//!
//! The worker keeps queries in `tail`: columns of numbers, about ten octets a query, whose names, devices and causes are told
//! once in the words of an epoch. `store` appends the tail to the SQLite file of its day, as blocks of up to 4,096 queries that
//! are one row each; so little is written for each, and a block that is damaged costs itself. What waits is read like what was
//! written (`walk`), in the order of ids. What a filter means is decided once for each name, device and cause of an epoch
//! (`chosen`), so that a block without a match is passed over by its numbers. The event of an answer from an upstream carries
//! its first address; where that is registered stands once with its name in the words of the day, so that remembered answers
//! have it too.
//!
//! # Sums
//!
//! Once an hour is over it becomes a part of the `rollups`: how often each device asked for each name, with which end; days
//! are made of hours. A part holds what came since the part before by the ids of queries, not by the clock. The parts of a day
//! share their words (`series`), and each has a `digest`: the names that were asked or stopped most, what each device asked
//! of each service, what each list stopped. An overview adds the digests of days, of hours at its ends, and of the queries that
//! are in no part yet; the counts themselves are read for what asks for names (`figures`).
//!
//! # Leaving
//!
//! Days leave by deleting their files: by age, once the clock has gone steadily for an hour, and by the size of all; one day
//! takes a quarter at most. Sums leave by age likewise, and by size when they take more than half: hours that are in days, then
//! days, oldest first and never a part of a day. What they leave is given back to the disk in place, and figures of hours are of
//! days where their hours are gone. A file that SQLite cannot use is set aside under another name; nobody else opens the files
//! meanwhile, for what the connections share is in memory.
//!
//! Leaves counting to `stats`.

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
