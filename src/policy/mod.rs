//! The decision: rules, clients and local data as one immutable value. A query takes one snapshot of it and sees nothing
//! else; whoever changes anything builds a new one and publishes it.
//!
//! Leaves to `resolver` how a decision becomes a reply.

mod cause;
mod decide;
mod exceptions;
mod explain;
mod offline;
mod review;
mod safe_search;
mod snapshot;
mod standing;

pub use cause::{Cause, CauseSource, Verdict};
pub use decide::{Decision, Foresight};
pub use explain::Ruling;
pub use offline::Offline;
pub use review::Review;
pub use snapshot::{Ingredients, ListName, Policy, PolicyHandle, Profile};
pub use standing::{
    Exception, Pause, Scope, Standing, StandingGroup, StandingRecord, StandingRule, StandingSetting, parse_exception,
};
