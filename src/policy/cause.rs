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

/// What made a query end as it did. Which name it was about, the one in question or an alias target, is told beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Whose word it was.
    pub source: CauseSource,
    /// Which names the deciding rule covers.
    pub reach: Reach,
    /// How many labels the deciding rule has, counted from the right of the name that it covers; a pattern has none.
    pub labels: u8,
}

impl Cause {
    /// The name in the deciding rule, in lower case, when it covers the name `covered`; `*.` before it when the rule covers
    /// only what is below it. `None` when the cause is no rule with a name.
    #[must_use]
    pub fn rule_name(&self, covered: &Name) -> Option<String> {
        let covered = covered.to_lowercase();
        let above = covered.label_count().checked_sub(usize::from(self.labels)).filter(|_| self.labels > 0)?;
        let rule = (0..above).try_fold(covered, |name, _| name.parent())?;
        Some(if self.reach == Reach::Below { format!("*.{rule}") } else { rule.to_string() })
    }

    /// A cause that is no rule with a name.
    #[must_use]
    pub const fn without_rule(source: CauseSource) -> Self {
        Self { source, reach: Reach::Exact, labels: 0 }
    }
}

/// Whose word decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CauseSource {
    /// An exception that somebody made while ponor ran.
    Exception,
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
    /// An answer from outside without any address but `0.0.0.0` or `::`, as servers give that stop names.
    NoAddress,
    /// Safe search: the name of a search engine led to the addresses at which it filters.
    SafeSearch,
    /// The hours in which the group with this number is offline.
    Offline(u16),
}

impl CauseSource {
    /// Whether a rule of it that lets a name through frees it from safe search too. A list lets names through that other
    /// lists stop; it knows nothing of who is to search safely.
    #[must_use]
    pub fn frees_search(self) -> bool {
        !matches!(self, Self::List(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_is_the_right_end_of_the_name_that_it_covers() {
        let check = |name: &str, reach: Reach, labels: u8, rule: Option<&str>| {
            let cause = Cause { source: CauseSource::OwnRules, reach, labels };
            assert_eq!(cause.rule_name(&name.parse().unwrap()).as_deref(), rule, "{name} {labels}");
        };
        check("A.b.example.COM", Reach::Subtree, 2, Some("example.com"));
        check("a.b.example.com", Reach::Exact, 4, Some("a.b.example.com"));
        check("a.b.example.com", Reach::Below, 3, Some("*.b.example.com"));
        check("example.com", Reach::Exact, 0, None);
        check("example.com", Reach::Exact, 3, None);
    }
}
