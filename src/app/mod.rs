//! Builds everything, owns the tasks, reloads, shuts down.
//!
//! [`run`] is a ponor that answers; [`offline`] looks at the same state without one.

pub mod clock;
pub mod offline;
mod owner;

mod changing;
mod data_dir;
mod demo;
mod designations;
mod doh;
mod faces;
mod hours;
mod keeper;
mod logging;
mod manager;
mod memory;
mod metrics;
mod named;
mod parts;
mod process;
mod reload;
mod run;
mod serving;
mod sources;
mod tasks;
mod upward;
mod view;

pub use data_dir::{DataDir, DataDirError};
pub use logging::Logging;
pub use run::{Announcement, Kind, run};
pub use sources::{LoadError, Sources};
