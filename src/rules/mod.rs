//! Rules: from lines of lists in their dialects to a table that finds the rule for a name.
//!
//! Leaves fetching and keeping lists to `lists`, and what follows from a match to `policy`. In two halves:
//!
//! - reading: [`parse_list`] takes a list apart, [`parse_line`] one line of it in whatever dialect it is (one file a
//!   dialect), [`parse_rule`] a rule the operator typed, and [`find_lines`] finds the lines that cover a name;
//! - matching: [`TableBuilder`] packs rules into a [`Table`], [`Table::find`] asks it for a name under a
//!   [`ProfileMask`], the choice of lists that governs whoever asks.

mod rule;

// Reading.
mod adguard;
mod dnsmasq;
mod hosts;
mod line;
mod list;
mod name;
mod reason;
mod rpz;
mod unbound;

// Matching.
mod attributes;
mod block;
mod builder;
mod claim;
mod exact;
mod hash;
mod mask;
mod table;

pub use builder::TableBuilder;
pub use hash::HashKey;
pub use line::{LineKind, LineOptions, parse_line, parse_rule};
pub use list::{LineMatch, ListSummary, MAX_LINE, find_lines, parse_list};
pub use mask::ProfileMask;
pub use rule::{Action, ListFormat, ListKind, ListNumber, Reach, Reject, Rule};
pub use table::{Match, Table};
