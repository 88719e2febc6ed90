//! What people ordered while ponor ran: exceptions, pauses, own rules, groups, records, settings. Plain values; `changes` keeps them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    clients::{DeviceId, KnownDevice},
    config::{self, ListSelection, SafeSearch, SettingValue},
    local::{LocalRecord, parse_record},
    rules::{Action, OwnRule, PatternRule, Reach, Rule, parse_own_rule},
    time::{UnixTime, WeekHours},
};

/// Everything that people ordered and that still stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Exceptions from the rules, in any order.
    pub exceptions: Vec<Exception>,
    /// Pauses of blocking; at most one for the same devices.
    pub pauses: Vec<Pause>,
    /// Own rules, beside those of the configuration.
    pub rules: Vec<StandingRule>,
    /// Groups, beside those of the configuration.
    #[serde(default)]
    pub groups: Vec<StandingGroup>,
    /// Records that are answered here, beside those of the configuration.
    #[serde(default)]
    pub records: Vec<StandingRecord>,
    /// Settings, beneath what the configuration says; at most one of the same key.
    #[serde(default)]
    pub settings: Vec<StandingSetting>,
}

/// Whom an order is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// All devices.
    #[default]
    Everyone,
    /// The devices of the group with this id.
    Group(String),
    /// One device, by its hardware address or an address; it holds for all its addresses.
    #[schema(value_type = String, example = "aa:bb:cc:dd:ee:ff")]
    Device(DeviceId),
}

/// An exception from the rules, which come after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Exception {
    /// Its number. A later one beats an earlier one for the same devices.
    pub id: u64,
    /// Whether it lets through or stops.
    pub action: Action,
    /// The names that it is for: a rule without what it does.
    #[schema(example = "||ads.example.org^")]
    pub rule: String,
    /// Whom it is for.
    pub scope: Scope,
    /// When it was made, in milliseconds since 1970 UTC.
    #[schema(value_type = u64)]
    pub made: UnixTime,
    /// When it ends; `null`: never.
    #[schema(required, value_type = Option<u64>)]
    pub until: Option<UnixTime>,
    /// What holds for the same names and devices when it ends: the opposite, which was there before and lasts longer.
    #[serde(default)]
    #[schema(required, no_recursion)]
    pub afterwards: Option<Box<Exception>>,
}

/// A time in which nothing is stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Pause {
    /// Its number.
    pub id: u64,
    /// Whom it is for.
    pub scope: Scope,
    /// When it began, in milliseconds since 1970 UTC.
    #[schema(value_type = u64)]
    pub made: UnixTime,
    /// When it ends; `null`: when somebody ends it.
    #[schema(required, value_type = Option<u64>)]
    pub until: Option<UnixTime>,
}

/// An own rule that was made while ponor ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StandingRule {
    /// Its number.
    pub id: u64,
    /// The id of the group that it is for; `null`: for everyone.
    #[schema(required)]
    pub group: Option<String>,
    /// The rule in AdGuard's syntax.
    #[schema(example = "@@||example.org^")]
    pub rule: String,
    /// When it was made, in milliseconds since 1970 UTC.
    #[schema(value_type = u64)]
    pub made: UnixTime,
}

/// A group that was made while ponor ran. Devices are put in it one by one, and it is said of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StandingGroup {
    /// The number of the change that made it what it is.
    pub number: u64,
    /// Its id.
    #[schema(example = "kids")]
    pub id: String,
    /// Whether anything is stopped for its devices.
    pub blocking: bool,
    /// The ids of the lists that govern its devices; `null`: all lists.
    #[schema(required)]
    pub lists: Option<Vec<String>>,
    /// Whether search engines answer with their filters on; `null`: as for devices in no group.
    #[serde(default)]
    #[schema(required)]
    pub safe_search: Option<SafeSearch>,
    /// Windows of the week in which its devices are offline.
    #[serde(default, skip_serializing_if = "WeekHours::is_empty")]
    #[schema(value_type = Vec<String>, example = json!(["mon-thu,sun 20:30-06:30"]))]
    pub offline: WeekHours,
    /// When it was made, in milliseconds since 1970 UTC.
    #[schema(value_type = u64)]
    pub made: UnixTime,
}

/// A record that was made while ponor ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StandingRecord {
    /// Its number.
    pub id: u64,
    /// The record in zone-file style.
    #[schema(example = "nas.home.arpa A 192.168.1.5")]
    pub record: String,
    /// When it was made, in milliseconds since 1970 UTC.
    #[schema(value_type = u64)]
    pub made: UnixTime,
}

/// A setting that was made while ponor ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StandingSetting {
    /// Its number.
    pub id: u64,
    /// The key.
    #[schema(example = "upstream.servers")]
    pub key: String,
    /// Its value.
    pub value: SettingValue,
    /// When it was made, in milliseconds since 1970 UTC.
    #[schema(value_type = u64)]
    pub made: UnixTime,
}

/// As the configuration would have it.
impl From<&StandingGroup> for config::Group {
    fn from(group: &StandingGroup) -> Self {
        Self {
            id: group.id.clone(),
            devices: Vec::new(),
            blocking: group.blocking,
            lists: group.lists.clone().map_or(ListSelection::All, ListSelection::Only),
            safe_search: group.safe_search,
            rules: Vec::new(),
            offline: group.offline.clone(),
        }
    }
}

impl Exception {
    /// What it has done to its names, in a word.
    #[must_use]
    pub fn done(&self) -> &'static str {
        match self.action {
            Action::Allow => "allowed",
            Action::Block => "blocked",
        }
    }

    /// What comes when it has ended, one after the other.
    pub fn later(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(self.afterwards.as_deref(), |later| later.afterwards.as_deref())
    }

    /// Whether it lasts longer than until then; `None`: for ever.
    #[must_use]
    pub fn outlasts(&self, until: Option<UnixTime>) -> bool {
        match (self.until, until) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(own), Some(until)) => own > until,
        }
    }
}

impl Scope {
    /// How closely it fits the devices of `group`, or `device` of it: a device beats a group, and that beats everyone.
    /// `None` when it is for others.
    pub(super) fn rank(&self, group: Option<&str>, device: Option<&KnownDevice>) -> Option<u8> {
        match self {
            Self::Everyone => Some(0),
            Self::Group(id) => (group == Some(id)).then_some(1),
            Self::Device(id) => device.is_some_and(|device| is_of(*id, device)).then_some(2),
        }
    }
}

impl Standing {
    /// The records, as they are answered.
    pub fn local_records(&self) -> impl Iterator<Item = LocalRecord> {
        // Each was read when it was made.
        self.records.iter().filter_map(|made| parse_record(&made.record).ok())
    }

    /// Whether an order is for this device by itself.
    pub(super) fn singles_out(&self, device: &KnownDevice) -> bool {
        self.devices().any(|id| is_of(id, device))
    }

    /// Addresses that orders name and at which no device is known, each as a device of its own.
    pub(super) fn strangers(&self, known: &[KnownDevice]) -> Vec<KnownDevice> {
        let mut strangers: Vec<KnownDevice> = Vec::new();
        for id in self.devices() {
            let DeviceId::Address(address) = id else { continue };
            if !known.iter().chain(&strangers).any(|device| is_of(id, device)) {
                strangers.push(KnownDevice { id, macs: Vec::new(), addresses: vec![address], group: None });
            }
        }
        strangers
    }

    fn devices(&self) -> impl Iterator<Item = DeviceId> {
        let exceptions = self.exceptions.iter().map(|exception| &exception.scope);
        let scopes = exceptions.chain(self.pauses.iter().map(|pause| &pause.scope));
        scopes.filter_map(|scope| match scope {
            Scope::Device(id) => Some(*id),
            Scope::Everyone | Scope::Group(_) => None,
        })
    }
}

/// Whether a device is known by `id`, or has it.
fn is_of(id: DeviceId, device: &KnownDevice) -> bool {
    device.id == id
        || match id {
            DeviceId::Mac(mac) => device.macs.contains(&mac),
            DeviceId::Address(address) => device.addresses.iter().any(|own| own.to_canonical() == address),
        }
}

/// Reads the names that an exception is for: a name, which means everything below it too, or a rule or pattern in
/// AdGuard's syntax without what it does.
///
/// # Errors
/// Says why the text is neither.
pub fn parse_exception(text: &str, action: Action) -> Result<OwnRule, &'static str> {
    let text = text.trim();
    let said = parse_own_rule(text)?;
    let important = match &said {
        OwnRule::Name(rule) => rule.important,
        OwnRule::Pattern(rule) => rule.is_important(),
    };
    if text.starts_with("@@") || important {
        return Err(
            "an exception comes before all rules: expected a name, `||name^` or a pattern, without `@@` and `$important`",
        );
    }
    let is_bare = !text.starts_with(['|', '*', '/']);
    Ok(match said {
        OwnRule::Name(rule) => {
            let reach = if is_bare && rule.reach == Reach::Exact { Reach::Subtree } else { rule.reach };
            OwnRule::Name(Rule { reach, action, ..rule })
        }
        OwnRule::Pattern(rule) => OwnRule::Pattern(PatternRule::new(rule.text(), action, false)?),
    })
}

impl Scope {
    /// In words, a device as `called` calls it, if it does.
    #[must_use]
    pub fn in_words(&self, called: &dyn Fn(DeviceId) -> Option<String>) -> String {
        let called = if let Self::Device(id) = self { called(*id) } else { None };
        called.unwrap_or_else(|| self.to_string())
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everyone => out.write_str("everyone"),
            Self::Group(id) => write!(out, "group {id}"),
            Self::Device(id) => write!(out, "device {id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_what_is_below_it_too_and_signs_mean_what_they_mean_in_rules() {
        let check = |text: &str, expected: Result<&str, &str>| {
            let read = parse_exception(text, Action::Allow).map(|rule| rule.to_string());
            match (read, expected) {
                (Ok(rule), Ok(expected)) => assert_eq!(rule, expected, "{text}"),
                (Err(why), Err(expected)) => assert!(why.contains(expected), "{text}: {why}"),
                (read, _) => panic!("{text}: {read:?}"),
            }
        };
        check("Ads.Example.org", Ok("@@||ads.example.org^"));
        check("||ads.example.org^", Ok("@@||ads.example.org^"));
        check("|ads.example.org^", Ok("@@|ads.example.org^"));
        check("||ads*.example.org^", Ok("@@||ads*.example.org^"));
        check("/^ads[0-9]+/", Ok("@@/^ads[0-9]+/"));
        check("@@||ads.example.org^", Err("without `@@`"));
        check("||ads.example.org^$important", Err("without `@@`"));
        check("# nothing", Err(""));
        check("", Err(""));
        check("a..b", Err(""));
    }
}
