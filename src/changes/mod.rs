//! What people changed while ponor runs: exceptions, pauses, own rules, groups, records and settings, which are kept
//! here, and the memory of all changes, by which one can be taken back.
//!
//! - `request` is what may be asked for, `edit` what came of it: a thing before and after;
//! - `ledger` holds what stands and what was changed, pure; `terms` says when something is over, by either clock, and
//!   `afterwards` what comes back then, `groups` how groups are made, `records` records and `settings` settings;
//! - `handle` is what others hold, and writes `changes.json`.
//!
//! Leaves to `policy` what an exception means for a query, and to `lists` and `devices` what was said of theirs.

mod afterwards;
mod edit;
mod groups;
mod handle;
mod ledger;
mod records;
mod request;
mod settings;
mod terms;
#[cfg(test)]
mod tests;

pub use edit::{Author, Change, Edit, ListRecord, Way};
pub use groups::GroupStatus;
pub use handle::{Changes, OwnRuleStatus, read_settings};
pub use ledger::{Ledger, Undo};
pub use records::RecordStatus;
pub use request::{
    Fixed, GroupChange, Lasts, NewException, NewGroup, NewPause, NewRecord, NewRule, NewSetting, Present, Request, Whom,
};
