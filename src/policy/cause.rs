//! Why a query ended as it did, in a form small enough to be recorded for each.

use serde::{Deserialize, Serialize};

use crate::{
    dns::Name,
    rules::{ListNumber, Reach},
};

/// How a query ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Stopped by a rule.
    Stopped,
    /// Answered by an upstream.
    Allowed,
    /// Answered from memory.
    Cached,
    /// Answered from data kept here.
    Local,
    /// No answer could be had.
    Failed,
}

/// What made a query end as it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Whose word it was.
    pub source: CauseSource,
    /// Which names the deciding rule covers.
    pub reach: Reach,
    /// How many labels the deciding rule has, counted from the right of `via` or of the name in question.
    pub labels: u8,
    /// The alias target that the rule covers, where it is not the name in question.
    pub via: Option<Name>,
}

/// Whose word decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CauseSource {
    /// A list.
    List(ListNumber),
    /// The operator's own rules.
    OwnRules,
    /// The own rules of the group with this number.
    GroupRules(u16),
    /// A canary name, by which browsers and phones ask whether they may use other resolvers.
    Canary,
    /// Private addresses in an answer from outside.
    Rebinding,
}
