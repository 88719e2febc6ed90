//! Rules: from lines of lists in their dialects to a table that finds the rule for a name.
//!
//! Leaves fetching and keeping lists to `lists`, and what follows from a match to `policy`.

mod rule;

pub use rule::{Action, ListFormat, ListKind, ListNumber, Reach, Reject, Rule};
