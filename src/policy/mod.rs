//! The decision: rules, clients and local data as one immutable value.

mod cause;

pub use cause::{Cause, CauseSource, Verdict};
