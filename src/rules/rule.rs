//! One rule, and the words that lists are described with.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

use crate::dns::Name;

/// What a line of a list says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The name, in lower case.
    pub name: Name,
    /// Which names it covers.
    pub reach: Reach,
    /// What it does.
    pub action: Action,
    /// AdGuard's `$important`: beats rules without it, allow rules too.
    pub important: bool,
}

impl Rule {
    /// Whether the rule says something about `name`.
    #[must_use]
    pub fn covers(&self, name: &Name) -> bool {
        match self.reach {
            Reach::Exact => *name == self.name,
            Reach::Subtree => name.is_within(&self.name),
            Reach::Below => *name != self.name && name.is_within(&self.name),
            Reach::Pattern => false,
        }
    }
}

/// What a line says about all names of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternRule {
    /// An expression between slashes, or a name with `*` in it and AdGuard's signs around it.
    pub(super) text: Box<str>,
    pub(super) action: Action,
    pub(super) important: bool,
}

/// A rule of the operator's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnRule {
    /// With a name.
    Name(Rule),
    /// About all names of a form.
    Pattern(PatternRule),
}

impl fmt::Display for OwnRule {
    /// The rule in AdGuard's syntax.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (action, important) = match self {
            Self::Name(rule) => (rule.action, rule.important),
            Self::Pattern(rule) => (rule.action, rule.important),
        };
        out.write_str(if action == Action::Allow { "@@" } else { "" })?;
        match self {
            Self::Name(Rule { name, reach: Reach::Subtree, .. }) => write!(out, "||{name}^")?,
            Self::Name(Rule { name, reach: Reach::Below, .. }) => write!(out, "||*.{name}^")?,
            Self::Name(Rule { name, .. }) => write!(out, "|{name}^")?,
            Self::Pattern(rule) => out.write_str(&rule.text)?,
        }
        out.write_str(if important { "$important" } else { "" })
    }
}

/// Which names a rule covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// The name alone.
    Exact,
    /// The name and everything below it.
    Subtree,
    /// Everything below the name, not the name (RPZ `*.x`).
    Below,
    /// The names that a pattern matches.
    Pattern,
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Stops names.
    Block,
    /// Lets names through that other rules would stop.
    Allow,
}

/// The number that stands for a list while the process lives; a number is never given to another list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ListNumber(pub u16);

/// What the plain names of a list mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ListKind {
    /// They are stopped.
    #[default]
    Block,
    /// They are let through.
    Allow,
}

/// How the lines of a list are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ListFormat {
    /// Each line for itself, in whatever dialect it is.
    #[default]
    Auto,
    /// `0.0.0.0 name [name ...]`.
    Hosts,
    /// One name a line, or `*.name`.
    Domains,
    /// `||name^` and `@@||name^`.
    Adguard,
    /// `address=/name/` and its kin.
    Dnsmasq,
    /// `local-zone: "name" always_nxdomain` and its kin.
    Unbound,
    /// A response policy zone.
    Rpz,
}

/// A line that gave no rule although it is not a comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Reject {
    /// Its number, from 1.
    pub line: u64,
    /// Its text, cut to a readable length.
    pub text: String,
    /// Why it gave no rule.
    pub reason: Cow<'static, str>,
}

#[cfg(test)]
mod tests {
    use crate::rules::parse_own_rule;

    #[test]
    fn own_rules_are_told_as_they_are_read() {
        let check = |text: &str, told: &str| {
            let rule = parse_own_rule(text).unwrap();
            assert_eq!(rule.to_string(), told);
            assert_eq!(parse_own_rule(told).map(|rule| format!("{rule:?}")), Ok(format!("{rule:?}")), "{told}");
        };
        check("ads.example", "|ads.example^");
        check("|ADS.example^", "|ads.example^");
        check("||ads.example^", "||ads.example^");
        check("@@||ads.example^$important", "@@||ads.example^$important");
        check("*.ads.example", "||ads.example^");
        check("||*.ads.example^", "||*.ads.example^");
        check("||ads*.example^", "||ads*.example^");
        check("@@||ads*.example^$important", "@@||ads*.example^$important");
        check("/^ads[0-9]+$/", "/^ads[0-9]+$/");
        check("/^ads[0-9]+$/$important", "/^ads[0-9]+$/$important");
        check("||zip^", "||zip^");
    }
}
