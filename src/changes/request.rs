//! What may be asked for.

use std::{fmt, str::FromStr, sync::Arc, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

use super::GroupStatus;
use crate::{
    clients::{DeviceId, NotADeviceId},
    config::{Loaded, SafeSearch, SettingValue},
    local::LocalRecord,
    policy::Scope,
    rules::Action,
    state::Refused,
    time::{Now, format_duration, parse_duration},
};

/// The longest that something may be ordered for, short of for ever.
const LONGEST: Duration = Duration::from_hours(24 * 366 * 10);

/// A change to what stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Make an exception.
    Except(NewException),
    /// End an exception.
    EndException {
        /// Its number.
        id: u64,
    },
    /// Stop nothing for a while.
    Pause(NewPause),
    /// End a pause.
    Resume {
        /// Whom the pause is for.
        scope: Whom,
    },
    /// Add an own rule.
    AddRule(NewRule),
    /// Remove an own rule.
    RemoveRule {
        /// Its id, or its text, if no other rule reads the same.
        id: String,
    },
    /// Add a record that is answered here.
    AddRecord(NewRecord),
    /// Remove such a record.
    RemoveRecord {
        /// Its id, or its text.
        id: String,
    },
    /// Set a key of the configuration that it leaves open.
    Set(NewSetting),
    /// Let such a key have its default again.
    Reset {
        /// The key.
        key: String,
    },
    /// Make a group.
    MakeGroup(NewGroup),
    /// Treat a group differently.
    ChangeGroup {
        /// Its id.
        id: String,
        /// What changes.
        change: GroupChange,
    },
    /// Remove a group.
    RemoveGroup {
        /// Its id.
        id: String,
    },
}

/// An exception to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewException {
    /// A name, which means everything below it too, or a rule or pattern in AdGuard's syntax without `@@`.
    #[schema(example = "ads.example.org", min_length = 1, max_length = 1024)]
    pub name: String,
    /// Whether it lets through or stops.
    pub action: Action,
    /// Whom it is for; everyone unless given.
    #[serde(default)]
    pub scope: Whom,
    /// How long: a duration such as `1h`, `until_tomorrow` or `forever`; an hour unless given.
    #[serde(default)]
    pub lasts: Lasts,
}

/// A pause to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPause {
    /// Whom it is for; everyone unless given.
    #[serde(default)]
    pub scope: Whom,
    /// How long: a duration such as `10m`, `until_tomorrow`, or `forever`, which lasts until somebody resumes.
    pub lasts: Lasts,
}

/// An own rule to be added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRule {
    /// The rule in AdGuard's syntax.
    #[schema(example = "@@||example.org^", min_length = 1, max_length = 1024)]
    pub rule: String,
    /// The id of the group that it is for; for everyone unless given.
    #[serde(default)]
    pub group: Option<String>,
}

/// A record to be added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRecord {
    /// The record in zone-file style: name, type, data; with a lifetime in seconds behind the name, if it is not to be a minute.
    #[schema(example = "nas.home.arpa A 192.168.1.5", min_length = 1, max_length = 1024)]
    pub record: String,
}

/// A setting to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSetting {
    /// The key: `cache.size`.
    pub key: String,
    /// Its value.
    pub value: SettingValue,
}

/// A group to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGroup {
    /// Its id: lower-case letters, digits, `-` and `_`.
    #[schema(pattern = "^[a-z0-9_-]{1,64}$", example = "kids")]
    pub id: String,
    /// Whether anything is stopped for its devices.
    #[serde(default = "yes")]
    pub blocking: bool,
    /// The ids of the lists that govern its devices; all lists unless given.
    #[serde(default)]
    pub lists: Option<Vec<String>>,
    /// Whether search engines answer with their filters on; as for devices in no group unless given.
    #[serde(default)]
    pub safe_search: Option<SafeSearch>,
    /// Windows of the week in which its devices are offline.
    #[serde(default)]
    #[schema(example = json!(["mon-thu,sun 20:30-06:30"]))]
    pub offline: Vec<String>,
}

fn yes() -> bool {
    true
}

/// What changes in a group; what is not given stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct GroupChange {
    /// Whether anything is stopped for its devices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocking: Option<bool>,
    /// The ids of the lists that govern its devices; `Some(None)`: all lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lists: Option<Option<Vec<String>>>,
    /// Whether search engines answer with their filters on; `Some(None)`: as for devices in no group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub safe_search: Option<Option<SafeSearch>>,
    /// Windows of the week in which its devices are offline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offline: Option<Vec<String>>,
}

/// Whom something is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Whom {
    /// All devices.
    #[default]
    Everyone,
    /// The devices of the group with this id.
    #[schema(example = json!({ "group": "kids" }))]
    Group(String),
    /// One device: its hardware address, an address, or its name.
    #[schema(example = json!({ "device": "living-room-tv" }))]
    Device(String),
}

/// How long something lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasts {
    /// So long.
    For(Duration),
    /// Until the next midnight here.
    UntilTomorrow,
    /// Until somebody takes it back.
    Forever,
}

/// What holds at the time at which something is asked for.
#[derive(Clone, Copy)]
pub struct Present<'p> {
    /// Both clocks.
    pub now: Now,
    /// How long until the next midnight here.
    pub until_tomorrow: Duration,
    /// What a device is called, if anything, to tell people of it.
    pub called: &'p dyn Fn(DeviceId) -> Option<String>,
}

/// What the configuration says, which cannot be changed while ponor runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// Own rules, each with the id of its group.
    pub rules: Vec<(Option<String>, String)>,
    /// The groups.
    pub groups: Vec<GroupStatus>,
    /// Records that are answered here.
    pub records: Vec<LocalRecord>,
    /// All of it.
    pub loaded: Arc<Loaded>,
}

impl Fixed {
    /// What is fixed by this configuration.
    #[must_use]
    pub fn new(loaded: Loaded) -> Self {
        let config = &loaded.config;
        let general = config.blocking.rules.iter().map(|rule| (None, rule.to_string()));
        let of_groups = config
            .groups
            .iter()
            .flat_map(|group| group.rules.iter().map(|rule| (Some(group.id.clone()), rule.to_string())));
        let groups = config.groups.iter().map(GroupStatus::fixed).collect();
        let (rules, records) = (general.chain(of_groups).collect(), config.local.records.clone());
        Self { rules, groups, records, loaded: Arc::new(loaded) }
    }
}

impl Request {
    /// The same with the device that it is for named by what `find` says that it is known by: its name and its addresses
    /// may change.
    ///
    /// # Errors
    /// When `find` knows no such device.
    pub fn of_device(mut self, find: impl FnOnce(&str) -> Result<DeviceId, Refused>) -> Result<Self, Refused> {
        let whom = match &mut self {
            Self::Except(new) => &mut new.scope,
            Self::Pause(new) => &mut new.scope,
            Self::Resume { scope } => scope,
            _ => return Ok(self),
        };
        if let Whom::Device(device) = whom {
            *device = find(device)?.to_string();
        }
        Ok(self)
    }

    /// The ids of lists that it names.
    #[must_use]
    pub fn lists(&self) -> &[String] {
        let lists = match self {
            Self::MakeGroup(new) => new.lists.as_deref(),
            Self::ChangeGroup { change, .. } => change.lists.as_ref().and_then(Option::as_deref),
            Self::Set(NewSetting { key, value }) if key == "blocking.lists" => match value {
                SettingValue::Lines(lists) => Some(&**lists),
                SettingValue::Text(list) if list != "all" => Some(std::slice::from_ref(list)),
                _ => None,
            },
            _ => None,
        };
        lists.unwrap_or_default()
    }
}

impl Whom {
    /// Whom it is; a device by its hardware address or an address. The group need not exist: what is for one that is gone can
    /// still be ended.
    ///
    /// # Errors
    /// When the device is told otherwise.
    pub(super) fn scope(&self) -> Result<Scope, Refused> {
        match self {
            Self::Everyone => Ok(Scope::Everyone),
            Self::Group(id) => Ok(Scope::Group(id.clone())),
            Self::Device(id) => {
                id.parse().map(Scope::Device).map_err(|error: NotADeviceId| Refused::Invalid(error.to_string()))
            }
        }
    }
}

impl Lasts {
    /// The duration from `present` on; `None`: without end.
    #[must_use]
    pub fn from(self, present: &Present<'_>) -> Option<Duration> {
        match self {
            Self::For(duration) => Some(duration),
            Self::UntilTomorrow => Some(present.until_tomorrow),
            Self::Forever => None,
        }
    }
}

impl Default for Lasts {
    fn default() -> Self {
        Self::For(Duration::from_hours(1))
    }
}

impl PartialSchema for Lasts {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("How long something lasts: a duration, `until_tomorrow` or `forever`."))
            .pattern(Some("^([1-9][0-9]{0,2}[smhd]){1,3}$|^until_tomorrow$|^forever$"))
            .examples(["1h", "90m", "until_tomorrow", "forever"])
            .into()
    }
}

impl ToSchema for Lasts {}

impl fmt::Display for Lasts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::For(duration) => out.write_str(&format_duration(*duration)),
            Self::UntilTomorrow => out.write_str("until_tomorrow"),
            Self::Forever => out.write_str("forever"),
        }
    }
}

impl FromStr for Lasts {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "forever" => Ok(Self::Forever),
            "until_tomorrow" => Ok(Self::UntilTomorrow),
            _ => match parse_duration(text) {
                Ok(duration) if (Duration::from_secs(1)..=LONGEST).contains(&duration) => Ok(Self::For(duration)),
                Ok(_) => Err("expected between a second and ten years, or `forever`".to_owned()),
                Err(_) => Err("expected a duration such as `1h`, or `until_tomorrow` or `forever`".to_owned()),
            },
        }
    }
}

impl Serialize for Lasts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Lasts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_is_a_duration_or_one_of_two_words() {
        let check = |text: &str, expected: Option<Lasts>| {
            let read = text.parse::<Lasts>();
            assert_eq!(read.as_ref().ok(), expected.as_ref(), "{text}: {read:?}");
            if let Ok(lasts) = read {
                assert_eq!(lasts.to_string().parse(), Ok(lasts), "{text}");
            }
        };
        check("1h", Some(Lasts::For(Duration::from_hours(1))));
        check("90m", Some(Lasts::For(Duration::from_mins(90))));
        check("forever", Some(Lasts::Forever));
        check("until_tomorrow", Some(Lasts::UntilTomorrow));
        check("0s", None);
        check("11y", None);
        check("", None);
        check("an hour", None);
    }
}
