//! What is asked of an upstream, and the key under which its answer is remembered.

use super::{Class, Name, Query, RecordType};

/// Everything about a query that an answer depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    /// The name, in lower case.
    pub name: Name,
    /// The type.
    pub rtype: RecordType,
    /// The class.
    pub class: Class,
    /// Whether signatures are wanted (DO).
    pub dnssec_ok: bool,
    /// Whether the upstream may leave validation to the asker (CD).
    pub checking_disabled: bool,
}

impl Question {
    /// What `query` asks.
    #[must_use]
    pub fn of(query: &Query) -> Self {
        Self {
            name: query.name.to_lowercase(),
            rtype: query.rtype,
            class: query.class,
            dnssec_ok: query.dnssec_ok(),
            checking_disabled: query.checking_disabled,
        }
    }
}
