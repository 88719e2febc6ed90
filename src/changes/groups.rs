//! Groups that are made while ponor runs, beside those of the configuration.

use serde::Serialize;

use super::{Edit, Fixed, GroupChange, Ledger, NewGroup};
use crate::{
    config::{self, ListSelection, SafeSearch, is_id, no_such, parse_offline, shown_id},
    policy::StandingGroup,
    state::Refused,
    time::{UnixTime, WeekHours},
};

/// A group, as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct GroupStatus {
    /// Its id.
    #[schema(example = "kids")]
    pub id: String,
    /// Whether anything is stopped for its devices.
    pub blocking: bool,
    /// The ids of the lists that govern its devices; `null`: all lists.
    #[schema(required)]
    pub lists: Option<Vec<String>>,
    /// Whether search engines answer with their filters on; `null`: as for devices in no group.
    #[schema(required)]
    pub safe_search: Option<SafeSearch>,
    /// Windows of the week in which its devices are offline, by the clocks of the house.
    #[schema(value_type = Vec<String>, example = json!(["mon-thu,sun 20:30-06:30"]))]
    pub offline: WeekHours,
    /// The addresses, networks and hardware addresses that `config.toml` puts in it. Devices that somebody put in it say so
    /// themselves.
    #[schema(example = json!(["192.168.1.40", "192.168.2.0/24"]))]
    pub devices: Vec<String>,
    /// Whether `config.toml` has it, where alone it can be changed then.
    pub fixed: bool,
    /// When it was made or changed while ponor ran, in milliseconds since 1970 UTC.
    #[schema(required, value_type = Option<u64>)]
    pub made: Option<UnixTime>,
}

impl GroupStatus {
    /// One of the configuration.
    pub(super) fn fixed(group: &config::Group) -> Self {
        let lists = match &group.lists {
            ListSelection::All => None,
            ListSelection::Only(lists) => Some(lists.clone()),
        };
        let devices = group.devices.iter().map(ToString::to_string).collect();
        let config::Group { blocking, safe_search, .. } = *group;
        let (id, offline) = (group.id.clone(), group.offline.clone());
        Self { id, blocking, lists, safe_search, offline, devices, fixed: true, made: None }
    }
}

impl From<&StandingGroup> for GroupStatus {
    fn from(group: &StandingGroup) -> Self {
        let StandingGroup { id, blocking, lists, safe_search, offline, made, .. } = group.clone();
        Self { id, blocking, lists, safe_search, offline, devices: Vec::new(), fixed: false, made: Some(made) }
    }
}

impl Fixed {
    /// Whether the configuration has no group with this id, so that one may be made.
    pub(super) fn leaves_group(&self, id: &str) -> Result<(), Refused> {
        if self.groups.iter().any(|group| group.id == id) {
            return Err(Refused::Fixed(format!("the group `{id}`")));
        }
        Ok(())
    }
}

impl Ledger {
    /// All groups: those of the configuration, then those that were made and that it does not have.
    pub(super) fn groups(&self, fixed: &Fixed) -> Vec<GroupStatus> {
        let made = self.standing().groups.iter().filter(|group| fixed.leaves_group(&group.id).is_ok());
        fixed.groups.iter().cloned().chain(made.map(GroupStatus::from)).collect()
    }

    /// Whether there is a group with this id.
    pub(super) fn check_group(&self, id: &str, fixed: &Fixed) -> Result<(), Refused> {
        let groups = self.groups(fixed);
        if groups.iter().any(|group| group.id == id) { Ok(()) } else { Err(Refused::Invalid(unknown(id, &groups))) }
    }

    pub(super) fn make_group(&self, new: &NewGroup, fixed: &Fixed, now: UnixTime) -> Result<Edit, Refused> {
        let NewGroup { id, blocking, lists, safe_search, offline } = new;
        fixed.leaves_group(id)?;
        if !is_id(id) || id == "all" {
            let expected = "expected 1 to 64 lower-case letters, digits, `-` and `_`, and not `all`";
            return Err(Refused::Invalid(format!("`{}` is no id of a group: {expected}", shown_id(id))));
        }
        if self.standing().groups.iter().any(|known| known.id == *id) {
            return Err(Refused::Invalid(format!("there is such a group: `{id}`; change that one")));
        }
        let (id, lists) = (id.clone(), lists.clone().map(each_once));
        let (number, blocking, safe_search, offline) = (self.next(), *blocking, *safe_search, hours(offline)?);
        let after = StandingGroup { number, id, blocking, lists, safe_search, offline, made: now };
        Ok(Edit::Group { before: None, after: Some(after) })
    }

    pub(super) fn change_group(
        &self,
        id: &str,
        change: &GroupChange,
        fixed: &Fixed,
        now: UnixTime,
    ) -> Result<Edit, Refused> {
        let before = self.made_group(id, fixed)?.clone();
        if *change == GroupChange::default() {
            let expected = "expected how to treat it: `blocking`, `lists`, `safe_search` or `offline`";
            return Err(Refused::Invalid(expected.to_owned()));
        }
        let after = StandingGroup {
            number: self.next(),
            id: before.id.clone(),
            blocking: change.blocking.unwrap_or(before.blocking),
            lists: change.lists.clone().map_or_else(|| before.lists.clone(), |lists| lists.map(each_once)),
            safe_search: change.safe_search.unwrap_or(before.safe_search),
            offline: change.offline.as_deref().map_or_else(|| Ok(before.offline.clone()), hours)?,
            made: now,
        };
        if after == (StandingGroup { number: after.number, made: now, ..before.clone() }) {
            return Err(Refused::Invalid(format!("the group `{id}` is treated like that already")));
        }
        Ok(Edit::Group { before: Some(before), after: Some(after) })
    }

    pub(super) fn remove_group(&self, id: &str, fixed: &Fixed) -> Result<Edit, Refused> {
        Ok(Edit::Group { before: Some(self.made_group(id, fixed)?.clone()), after: None })
    }

    /// A group that was made while ponor ran.
    fn made_group(&self, id: &str, fixed: &Fixed) -> Result<&StandingGroup, Refused> {
        fixed.leaves_group(id)?;
        let made = self.standing().groups.iter().find(|group| group.id == id);
        made.ok_or_else(|| Refused::NotFound(unknown(id, &self.groups(fixed))))
    }
}

/// Windows of the week that somebody gave.
fn hours(texts: &[String]) -> Result<WeekHours, Refused> {
    parse_offline(texts.iter().map(String::as_str)).map_err(Refused::Invalid)
}

/// Lists in an order that does not matter, none of them twice.
fn each_once(mut lists: Vec<String>) -> Vec<String> {
    lists.sort_unstable();
    lists.dedup();
    lists
}

/// That there is no such group, and which was probably meant.
fn unknown(id: &str, groups: &[GroupStatus]) -> String {
    no_such("group", id, groups.iter().map(|group| group.id.as_str()))
}
