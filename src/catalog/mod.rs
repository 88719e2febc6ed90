//! The catalogue: whose name this is, which product asks for it, what for, and what breaks when it is stopped.
//!
//! Written by hand in `blocklists/`, one file a vendor, and embedded. Leaves stopping to `rules` and `policy`: the
//! built-in lists made here are text like any other list.

mod built_in;
mod entry;
mod file;
mod find;

pub use entry::{Class, Confidence, Entry, Purpose};
pub use file::{FileFault, Reason};
pub use find::Catalog;
