//! The hours in which groups are offline, by the clocks of the house: which these are now, and when to look again.

use std::time::Duration;

use super::{
    clock::LocalTime,
    parts::{Parts, with_standing},
};
use crate::{
    config::Config,
    http::GroupHours,
    policy::Policy,
    time::{UnixTime, WeekHours, WeekMinute},
    upstream::is_before_release,
};

/// How often is looked whether the clock on the wall has been set, or is set forward or back by the calendar; whoever sleeps does not
/// notice, either, that this machine slept longer.
const LOOK_AT_CLOCK: Duration = Duration::from_mins(1);

/// The minute of the week that the clocks here show; `None` while the clock is wrong: a router without a battery starts in
/// 1970, and nobody is to be offline for that.
fn minute(here: &LocalTime, now: UnixTime) -> Option<WeekMinute> {
    (!is_before_release(now)).then(|| here.minute(now))
}

/// The minute by which groups of `config` are offline; `None`, too, where none ever is, so that nothing is read for it.
pub(super) fn minute_for(config: &Config, now: UnixTime) -> Option<WeekMinute> {
    if have_hours(config) { minute(&LocalTime::read(), now) } else { None }
}

/// What is told of hours: whether they hold now, and until when that stays so.
pub(super) fn state(hours: &WeekHours, now: UnixTime) -> Option<GroupHours> {
    if hours.is_empty() {
        return None;
    }
    let here = LocalTime::read();
    let minute = minute(&here, now)?;
    let changes = hours.next_change(minute).map(|change| here.when(change, now));
    Some(GroupHours { offline: hours.are_open(minute), changes })
}

/// Why hours do not hold although a group has some.
pub(super) fn obstacle(parts: &Parts) -> Option<&'static str> {
    let is_wrong = is_before_release(parts.clock.now().unix);
    let have_hours = || parts.changes.groups().iter().any(|group| !group.offline.is_empty());
    (is_wrong && have_hours()).then_some("no group is offline at its hours, because the clock of this machine is wrong")
}

/// Waits until other groups are offline than by the policy in force.
pub(super) async fn turn(parts: &Parts, config: &Config) {
    loop {
        let config = with_standing(config, &parts.changes.standing());
        if !have_hours(&config) {
            return std::future::pending().await;
        }
        let (here, now) = (LocalTime::read(), parts.clock.now().unix);
        let minute = minute(&here, now);
        if !is_kept(&parts.policy.load(), &config, minute) {
            return;
        }
        let changes = config.groups.iter().filter_map(|group| group.offline.next_change(minute?));
        let changes = changes.map(|change| here.when(change, now).since(now)).min();
        tokio::time::sleep(changes.unwrap_or(LOOK_AT_CLOCK).min(LOOK_AT_CLOCK)).await;
    }
}

fn have_hours(config: &Config) -> bool {
    config.groups.iter().any(|group| !group.offline.is_empty())
}

/// Whether the groups are offline by `policy` that are by their hours.
fn is_kept(policy: &Policy, config: &Config, minute: Option<WeekMinute>) -> bool {
    let are_offline = |hours: &WeekHours| minute.is_some_and(|minute| hours.are_open(minute));
    let offline = config.groups.iter().filter(|group| are_offline(&group.offline)).map(|group| &*group.id);
    policy.offline_groups().eq(offline)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_instant;

    #[test]
    fn a_clock_that_is_wrong_tells_no_minute() {
        let hours = WeekHours(vec!["daily 00:00-24:00".parse().unwrap()]);
        let check = |at: &str, is_offline: Option<bool>| {
            let now = parse_instant(at).unwrap();
            assert_eq!(minute(&LocalTime::read(), now).is_some(), is_offline.is_some(), "{at}");
            assert_eq!(state(&hours, now).map(|state| state.offline), is_offline, "{at}");
            assert_eq!(state(&WeekHours::default(), now), None);
        };
        check("1970-01-01", None);
        check("2026-11-22", None);
        check("2026-11-26", Some(true));
    }
}
