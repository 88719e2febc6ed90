//! The one language in which people say which queries they mean, on the command line, in the API and on the page:
//! `device:"living-room tv" vendor:samsung stopped name:*.roku.com since:2h`.
//!
//! Terms stand side by side. Those of one key are alternatives (`type:A type:AAAA`), different keys must all hold, and what
//! a minus stands before must not (`-name:*.apple.com`). Values are compared without regard to case; `*` stands for
//! anything; a value with blanks stands in quotes. Parsing takes text and the time and gives a [`Filter`], or every fault
//! with its column. Printing a filter gives text that means the same at any time.

mod parse;
mod pattern;
mod print;
mod sums;
mod term;
mod token;
mod word;

pub use parse::{Fault, parse, parse_for_sums};
pub use pattern::Pattern;
pub use term::{Aspect, DevicePattern, NetworkPattern, Term, Test};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{stats::Row, time::UnixTime};

/// Which queries are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    terms: Vec<Term>,
    since: Option<UnixTime>,
    until: Option<UnixTime>,
    group: Option<Grouping>,
}

impl Filter {
    /// Whether a query is meant.
    #[must_use]
    pub fn admits(&self, row: &Row) -> bool {
        let in_time = self.since.is_none_or(|since| row.at >= since) && self.until.is_none_or(|until| row.at < until);
        in_time && self.terms.iter().all(|term| self.holds(term, row))
    }

    /// Whether the terms about one aspect hold of a query. A query whose every aspect is admitted, and whose time is that
    /// of the filter, is meant: so whoever keeps names and devices apart from queries asks once for each of these.
    #[must_use]
    pub fn admits_aspect(&self, aspect: Aspect, row: &Row) -> bool {
        self.terms.iter().filter(|term| term.test.aspect() == aspect).all(|term| self.holds(term, row))
    }

    /// Whether there is a term about an aspect.
    #[must_use]
    pub fn is_about(&self, aspect: Aspect) -> bool {
        self.terms.iter().any(|term| term.test.aspect() == aspect)
    }

    /// The terms as they were written, those of time and grouping left out.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Only queries from this time on.
    #[must_use]
    pub fn since(&self) -> Option<UnixTime> {
        self.since
    }

    /// Only queries before this time.
    #[must_use]
    pub fn until(&self) -> Option<UnixTime> {
        self.until
    }

    /// What the queries are to be counted by.
    #[must_use]
    pub fn group(&self) -> Option<Grouping> {
        self.group
    }

    fn holds(&self, term: &Term, row: &Row) -> bool {
        if term.negated { !term.test.holds(row) } else { self.any_like(term, row) }
    }

    /// Whether one of the alternatives holds that `term` is among.
    fn any_like(&self, term: &Term, row: &Row) -> bool {
        let is_alternative = |other: &&Term| !other.negated && other.test.key() == term.test.key();
        self.terms.iter().filter(is_alternative).any(|other| other.test.holds(row))
    }
}

/// What queries are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// The device that asked.
    Device,
    /// Whose name it was.
    Vendor,
    /// The product or service.
    Service,
    /// What the name is for.
    Purpose,
    /// The home country of the vendor.
    Country,
    /// The country in which the address is registered that was answered; of queries that were let through.
    Registered,
    /// The network that announces that address; likewise.
    Network,
    /// The name.
    Name,
    /// The record type.
    Type,
    /// How it ended.
    Verdict,
    /// The list that stopped it.
    List,
}

#[cfg(test)]
mod tests;
