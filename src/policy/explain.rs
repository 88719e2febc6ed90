//! Everything that has a word on a name, for people.

use super::{CauseSource, Policy, Profile};
use crate::{
    dns::Name,
    rules::{Action, Reach},
};

/// One rule that covers a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// Whose rule it is.
    pub source: CauseSource,
    /// What it says.
    pub action: Action,
    /// Whether it is marked important.
    pub important: bool,
    /// Which names it covers.
    pub reach: Reach,
    /// How many labels its name has; 0 for a pattern.
    pub labels: u8,
    /// The number of the pattern, when it is one; see [`Policy::pattern`].
    pub pattern: Option<u16>,
    /// The number of the exception, when it is one.
    pub exception: Option<u64>,
}

impl Policy {
    /// Every rule that covers `name` for the devices of `profile`, tier by tier; the deciding one is among them.
    #[must_use]
    pub fn rulings(&self, profile: &Profile, name: &Name) -> Vec<Ruling> {
        let exceptions = self.exceptions.find_all(&profile.exceptions, name);
        let group = profile.own.as_deref().map(|own| (own, CauseSource::GroupRules(profile.group.unwrap_or_default())));
        let tiers = group.into_iter().chain([(&self.own, CauseSource::OwnRules)]);
        let own =
            tiers.flat_map(|(own, source)| own.table.find_all(name, &own.mask).into_iter().map(move |m| (m, source)));
        let lists = self.lists.find_all(name, &profile.lists).into_iter().map(|m| (m, CauseSource::List(m.list)));
        let exceptions = exceptions.into_iter().map(|(id, found)| (found, CauseSource::Exception, Some(id)));
        let rules = own.chain(lists).map(|(found, source)| (found, source, None));
        exceptions
            .chain(rules)
            .map(|(found, source, exception)| Ruling {
                source,
                action: found.action,
                important: found.important,
                reach: found.reach,
                labels: found.labels,
                pattern: found.pattern,
                exception,
            })
            .collect()
    }
}
