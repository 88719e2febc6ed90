//! The catalogue: whose name this is, which product asks for it, what for, and what breaks when it is stopped.
//!
//! Written by hand in `blocklists/`, one file a vendor, and embedded. Beside the vendors: ways past the resolver of the
//! network (`bypass`), lists of others to subscribe to (`offers`), and search engines that filter (`safe_search`). Leaves
//! stopping to `rules` and `policy`: the built-in lists made here are text like any other list.

mod built_in;
mod bypass;
mod entry;
mod file;
mod find;
mod offers;
mod safe_search;

pub use bypass::{Bypass, Way, WayKind};
pub use entry::{Class, Confidence, Entry, Purpose};
pub use file::{FileFault, Reason};
pub use find::Catalog;
pub use offers::ListOffer;
pub use safe_search::SearchEngine;
