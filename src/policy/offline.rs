//! Groups that are offline for the time being: which these are is judged when a policy is made, so that a query only finds it.
//!
//! Leaves to `app` what the clocks of the house show, and to publish another policy when hours begin or end.

use super::{Cause, CauseSource, Policy, Profile};
use crate::{
    config::Group,
    dns::{Ede, EdeCode},
    time::{WEEKDAYS, WeekMinute},
};

/// The minutes of a day.
const DAY: u16 = 1440;

/// A group that is offline.
#[derive(Debug)]
pub struct Offline {
    /// Until when; `None`: always.
    pub until: Option<WeekMinute>,
    /// The same in words, to stand behind a verb: `until 06:30`.
    pub in_words: String,
    /// What its devices are told.
    pub(super) reason: Ede,
}

impl Offline {
    /// A group with such hours at a minute of the week, if it is offline then.
    fn of(group: &Group, now: WeekMinute) -> Option<Self> {
        if !group.offline.are_open(now) {
            return None;
        }
        let until = group.offline.next_change(now);
        let in_words = match until {
            Some(end) if now.until(end) <= DAY => format!("until {end}"),
            Some(end) => format!("until {} {end}", WEEKDAYS[end.weekday()]),
            None => "at all hours".to_owned(),
        };
        let text = format!("stopped: offline {in_words}").into();
        Some(Self { until, in_words, reason: Ede { code: EdeCode::BLOCKED, text } })
    }
}

impl Policy {
    /// The same policy at a minute of the week that the clocks of the house show; it says which of these `groups`, those of
    /// which the policy is made, are offline. Without it, because the clock is wrong, none is.
    #[must_use]
    pub fn at(mut self, groups: &[Group], minute: Option<WeekMinute>) -> Self {
        self.offline = groups.iter().map(|group| Offline::of(group, minute?)).collect();
        for profile in &mut self.profiles {
            let group = profile.group.and_then(|group| self.offline.get(usize::from(group)));
            profile.offline = group.is_some_and(Option::is_some);
        }
        self
    }

    /// The group with this number, if it is offline.
    #[must_use]
    pub fn offline(&self, group: u16) -> Option<&Offline> {
        self.offline.get(usize::from(group))?.as_ref()
    }

    /// The hours by which the devices of `profile` are offline now.
    #[must_use]
    pub fn offline_now(&self, profile: &Profile) -> Option<&Offline> {
        self.offline(profile.group.filter(|_| self.blocking && profile.offline)?)
    }

    /// The ids of the groups that are offline, in the order of their numbers.
    pub fn offline_groups(&self) -> impl Iterator<Item = &str> {
        self.group_ids.iter().zip(&self.offline).filter(|(_, offline)| offline.is_some()).map(|(id, _)| &**id)
    }
}

impl Profile {
    /// Whether anything is stopped for these devices.
    #[inline]
    pub(super) fn stops(&self) -> bool {
        self.blocking || self.offline
    }

    /// Why names are stopped that no exception lets through, if these devices are offline.
    #[inline]
    pub(super) fn offline(&self) -> Option<Cause> {
        // One look where they are not.
        let source = CauseSource::Offline(self.group.filter(|_| self.offline)?);
        Some(Cause::without_rule(source))
    }
}
