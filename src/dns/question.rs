//! What is asked of an upstream, and the key under which its answer is remembered.

use super::{Class, Edns, Name, Query, RecordType, UDP_PAYLOAD};

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

    /// A query that asks this, as a stub would send it: recursion desired, with EDNS, id 0.
    #[must_use]
    pub fn to_query(&self) -> Query {
        Query {
            id: 0,
            recursion_desired: true,
            checking_disabled: self.checking_disabled,
            authentic_data: false,
            name: self.name,
            rtype: self.rtype,
            class: self.class,
            edns: Some(Edns { payload: UDP_PAYLOAD, dnssec_ok: self.dnssec_ok, padded: false }),
        }
    }

    /// What is asked for `rtype` of `name` by a stub that validates nothing.
    #[must_use]
    pub fn plain(name: &Name, rtype: RecordType) -> Self {
        Self { name: name.to_lowercase(), rtype, class: Class::IN, dnssec_ok: false, checking_disabled: false }
    }
}

/// What is asked, its name borrowed and in any case: enough to look for an answer.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The name.
    pub name: &'a Name,
    /// The type.
    pub rtype: RecordType,
    /// The class.
    pub class: Class,
    /// Whether signatures are wanted (DO).
    pub dnssec_ok: bool,
    /// Whether the upstream may leave validation to the asker (CD).
    pub checking_disabled: bool,
}

impl<'a> From<&'a Question> for Asked<'a> {
    fn from(question: &'a Question) -> Self {
        let Question { name, rtype, class, dnssec_ok, checking_disabled } = question;
        Self { name, rtype: *rtype, class: *class, dnssec_ok: *dnssec_ok, checking_disabled: *checking_disabled }
    }
}

impl<'a> From<&'a Query> for Asked<'a> {
    fn from(query: &'a Query) -> Self {
        Self {
            name: &query.name,
            rtype: query.rtype,
            class: query.class,
            dnssec_ok: query.dnssec_ok(),
            checking_disabled: query.checking_disabled,
        }
    }
}
