//! The decision on a name, in one function.

use super::{
    Cause, CauseSource, Policy, Profile,
    snapshot::{OWN, OwnRules},
};
use crate::{
    dns::{Name, RecordType},
    local::{self, LocalAnswer, SpecialAnswer, SpecialUse},
    rules::{Action, HashedName, Match, NameHashes},
};

/// Names by which browsers and phones ask whether they may use other resolvers; only NXDOMAIN says no (Mozilla's canary
/// domain, Apple's iCloud Private Relay).
const CANARIES: [&[u8]; 3] =
    [b"\x13use-application-dns\x03net\0", b"\x04mask\x06icloud\x03com\0", b"\x07mask-h2\x06icloud\x03com\0"];

/// What is to be done with a question.
#[derive(Clone, Debug)]
pub enum Decision<'p> {
    /// Answer from data kept here.
    Local(LocalAnswer<'p>),
    /// Answer with the SVCB records of our encrypted listeners, none of them meaning NODATA (RFC 9462).
    Designation(&'p [Box<[u8]>]),
    /// Answer as the registry of special-use names says.
    SpecialUse(SpecialUse),
    /// Stop it.
    Stop(Cause),
    /// Answer with the alias that leads to the addresses at which a search engine filters.
    SafeSearch(LocalAnswer<'p>),
    /// Ask upstream; a rule lets it through, so its aliases are not reviewed.
    Allow(Cause),
    /// Ask upstream.
    Forward,
}

/// What is known ahead of the decision on one name, in one policy; nothing by default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Foresight(NameHashes);

impl Policy {
    /// Decides on a question for a name of which so much is `foreseen`. The order is the order of these statements: local data; our
    /// designated resolvers; special-use names, unless a route that may names the domain; exceptions; the hours in which the group is
    /// offline; the group's own rules; the general own rules; lists; canary names, unless a rule allows them; safe search, unless a
    /// rule that is no list's lets the name through. Safe search stops nothing, so that it holds where nothing is stopped, but not in
    /// a pause.
    #[must_use]
    pub fn decide(&self, profile: &Profile, name: &Name, foreseen: &mut Foresight, rtype: RecordType) -> Decision<'_> {
        if let Some(answer) = self.local.answer(name, rtype) {
            return Decision::Local(answer);
        }
        if let Some(records) = self.ddr.answer(name, rtype) {
            return Decision::Designation(records);
        }
        if let Some(special) = self.special_use(name, rtype)
            && !(special.routable && self.routed.covers(name))
        {
            return Decision::SpecialUse(special);
        }
        if !self.blocking || !profile.stops() {
            return self.searched(profile, name, rtype).unwrap_or(Decision::Forward);
        }
        match self.rule(profile, &mut self.hashed(name, foreseen)) {
            Some((Action::Allow, cause)) if cause.source.frees_search() => Decision::Allow(cause),
            Some((Action::Allow, cause)) => self.searched(profile, name, rtype).unwrap_or(Decision::Allow(cause)),
            _ if is_canary(name) => Decision::Stop(Cause::without_rule(CauseSource::Canary)),
            Some((Action::Block, cause)) => Decision::Stop(cause),
            None => self.searched(profile, name, rtype).unwrap_or(Decision::Forward),
        }
    }

    /// The rule that lets `name` through for the devices of `profile`, if anything is stopped for them at all.
    #[must_use]
    pub fn exemption(&self, profile: &Profile, name: &Name) -> Option<Cause> {
        let found = self.rule(profile, &mut self.hashed(name, &mut Foresight::default()));
        let (action, cause) = found.filter(|_| self.blocking && profile.stops())?;
        (action == Action::Allow).then_some(cause)
    }

    /// Readies what [decisions](Self::decide) on these names are going to look at, as far as they go down so many `steps` from
    /// the top-level domain.
    pub fn foresee<'n>(&'n self, names: impl IntoIterator<Item = (&'n Name, &'n mut Foresight)>, steps: usize) {
        self.lists.touch(names.into_iter().map(|(name, foreseen)| self.hashed(name, foreseen)), steps);
    }

    /// The name as tables are asked about it.
    pub(super) fn hashed<'n>(&'n self, name: &'n Name, foreseen: &'n mut Foresight) -> HashedName<'n> {
        HashedName::new(self.lists.key(), name, &mut foreseen.0)
    }

    /// What the registry of special-use names asks for. A name above own records exists, though the registry says that
    /// nothing does (RFC 8020, section 2).
    fn special_use(&self, name: &Name, rtype: RecordType) -> Option<SpecialUse> {
        let special = local::special_use(name, rtype)?;
        let exists = special.answer == SpecialAnswer::Nxdomain && self.local.has_below(name);
        Some(if exists { SpecialUse { answer: SpecialAnswer::Nodata, ..special } } else { special })
    }

    /// The rule that decides on `name`, tier by tier; the first tier that has one decides.
    pub(super) fn rule(&self, profile: &Profile, name: &mut HashedName<'_>) -> Option<(Action, Cause)> {
        if let Some((_, found)) = self.exceptions.find(&profile.exceptions, name) {
            let cause = Cause { source: CauseSource::Exception, reach: found.reach, labels: found.labels };
            return Some((found.action, cause));
        }
        if let Some(cause) = profile.offline() {
            return Some((Action::Block, cause));
        }
        let group = profile.own.as_ref().and_then(|own| own.find(name));
        let (found, source) = group
            .map(|found| (found, CauseSource::GroupRules(profile.group.unwrap_or_default())))
            .or_else(|| self.own.find(name).map(|found| (found, CauseSource::OwnRules)))
            .or_else(|| {
                let found = self.lists.find_hashed(name, &profile.lists)?;
                Some((found, CauseSource::List(found.list)))
            })?;
        Some((found.action, Cause { source, reach: found.reach, labels: found.labels }))
    }
}

impl OwnRules {
    fn find(&self, name: &mut HashedName<'_>) -> Option<Match> {
        self.table.find_hashed(name, &self.mask).map(|found| Match { list: OWN, ..found })
    }
}

fn is_canary(name: &Name) -> bool {
    CANARIES.iter().any(|canary| name.wire().eq_ignore_ascii_case(canary))
}
