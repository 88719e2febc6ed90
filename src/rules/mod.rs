//! Rules: from lines of lists in their dialects to a table that finds the rule for a name.
//!
//! Leaves fetching and keeping lists to `lists`, and what follows from a match to `policy`. In two halves:
//!
//! - reading: [`parse_list`] takes a list apart, [`parse_line`] one line of it in whatever dialect it is (one file a
//!   dialect), [`parse_rule`] a rule the operator typed, and [`find_lines`] finds the lines that cover a name;
//! - matching: a [`RunWriter`] sorts the rules of one list, [`merge`] makes a [`Table`] of the [`Run`]s of all lists, and
//!   [`TableBuilder`] does both in memory; [`Table::find`] asks it for a name under a [`ProfileMask`], the choice of
//!   lists that governs whoever asks.

mod rule;

// Reading.
mod adguard;
mod dnsmasq;
mod foreign;
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
mod literal;
mod mask;
mod merge;
mod order;
mod pattern;
mod run;
mod sealed;
mod table;

pub use builder::TableBuilder;
pub use foreign::Foreign;
pub use hash::{HashKey, HashedName, NameHashes};
pub use line::{LineKind, LineOptions, RuleSink, parse_line, parse_own_rule, parse_rule};
pub use list::{LineMatch, ListSummary, MAX_LINE, find_lines, parse_list};
pub use mask::ProfileMask;
pub use merge::{Merged, merge};
pub use pattern::MAX_PATTERNS;
pub use rule::{Action, ListFormat, ListKind, ListNumber, OwnRule, PatternRule, Reach, Reject, Rule};
pub use run::{Run, RunWriter};
pub use sealed::{Damage, ReadAt, reseal};
pub use table::{Match, Table};
