//! What was changed, by whom, and what was there before.

use std::{fmt, net::IpAddr};

use serde::{Deserialize, Serialize};

use crate::{
    clients::DeviceId,
    devices::DeviceEdit,
    policy::{Exception, Pause, Scope, StandingGroup, StandingRecord, StandingRule, StandingSetting},
    rules::{ListFormat, ListKind},
    time::UnixTime,
};

/// A change that is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Change {
    /// Its number.
    pub id: u64,
    /// When it was made, in milliseconds since 1970 UTC.
    #[schema(value_type = u64)]
    pub at: UnixTime,
    /// Who made it.
    pub by: Author,
    /// What was changed, from what to what.
    pub edit: Edit,
    /// The change that it took back.
    #[schema(required)]
    pub undoes: Option<u64>,
    /// The change that took it back.
    #[schema(required)]
    pub undone_by: Option<u64>,
}

/// A thing before and after a change; `null` where there was none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Edit {
    /// An exception.
    Exception {
        /// Before.
        #[schema(required)]
        before: Option<Exception>,
        /// After.
        #[schema(required)]
        after: Option<Exception>,
    },
    /// A pause.
    Pause {
        /// Before.
        #[schema(required)]
        before: Option<Pause>,
        /// After.
        #[schema(required)]
        after: Option<Pause>,
    },
    /// An own rule.
    Rule {
        /// Before.
        #[schema(required)]
        before: Option<StandingRule>,
        /// After.
        #[schema(required)]
        after: Option<StandingRule>,
    },
    /// A group.
    Group {
        /// Before.
        #[schema(required)]
        before: Option<StandingGroup>,
        /// After.
        #[schema(required)]
        after: Option<StandingGroup>,
    },
    /// A record that is answered here.
    Record {
        /// Before.
        #[schema(required)]
        before: Option<StandingRecord>,
        /// After.
        #[schema(required)]
        after: Option<StandingRecord>,
    },
    /// A setting.
    Setting {
        /// Before.
        #[schema(required)]
        before: Option<StandingSetting>,
        /// After.
        #[schema(required)]
        after: Option<StandingSetting>,
    },
    /// A list.
    List {
        /// Before.
        #[schema(required)]
        before: Option<ListRecord>,
        /// After.
        #[schema(required)]
        after: Option<ListRecord>,
    },
    /// What is said of devices.
    Device(DeviceEdit),
}

/// A list, so far as it can be changed while ponor runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ListRecord {
    /// Its id.
    pub id: String,
    /// Where it comes from.
    pub source: String,
    /// What its plain names mean.
    pub kind: ListKind,
    /// How its lines are read.
    pub format: ListFormat,
    /// Whether a bare name also means everything below it.
    pub subdomains: bool,
    /// Whether it is used.
    pub enabled: bool,
}

/// Who asked for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Author {
    /// In which way.
    pub way: Way,
    /// From where; `null` on this machine itself.
    #[schema(required, value_type = Option<String>, example = "192.168.1.23")]
    pub address: Option<IpAddr>,
}

/// How somebody asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AuthorWay)]
pub enum Way {
    /// By a command on this machine.
    Command,
    /// Over HTTP with the token.
    Token,
    /// Over HTTP in a session.
    Session,
    /// Over HTTP where nothing is asked for.
    Open,
}

impl Author {
    /// Whoever gives commands on this machine.
    pub const COMMAND: Self = Self { way: Way::Command, address: None };
}

impl Edit {
    /// The change that takes it back.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Exception { before, after } => Self::Exception { before: after, after: before },
            Self::Pause { before, after } => Self::Pause { before: after, after: before },
            Self::Rule { before, after } => Self::Rule { before: after, after: before },
            Self::Group { before, after } => Self::Group { before: after, after: before },
            Self::Record { before, after } => Self::Record { before: after, after: before },
            Self::Setting { before, after } => Self::Setting { before: after, after: before },
            Self::List { before, after } => Self::List { before: after, after: before },
            Self::Device(edit) => Self::Device(edit.reversed()),
        }
    }

    /// In a few words: `allowed ads.example.org for everyone`. Devices are told as `called` calls them, if it does.
    #[must_use]
    pub fn in_words(&self, called: &dyn Fn(DeviceId) -> Option<String>) -> String {
        match self {
            Self::Exception { before, after: Some(after) } => {
                let Exception { id, rule, scope, .. } = after;
                // One that was there before comes back.
                let again = if before.as_ref().is_some_and(|before| before.id > *id) { " again" } else { "" };
                format!("{} {}{again} for {}", after.done(), plain(rule), scope.in_words(called))
            }
            Self::Exception { before: Some(Exception { rule, scope, .. }), after: None } => {
                format!("ended the exception for {}, {}", plain(rule), scope.in_words(called))
            }
            Self::Pause { after: Some(pause), .. } => format!("paused blocking for {}", pause.scope.in_words(called)),
            Self::Pause { before: Some(pause), after: None } => {
                format!("resumed blocking for {}", pause.scope.in_words(called))
            }
            Self::Rule { before, after } => {
                let Some((verb, rule)) = added(before.as_ref(), after.as_ref()) else { return String::new() };
                let group = rule.group.as_ref().map(|group| format!(" of group {group}")).unwrap_or_default();
                format!("{verb} the own rule {}{group}", rule.rule)
            }
            Self::Group { before: None, after: Some(group) } => {
                format!("made the group {}{}", group.id, treatment(None, group))
            }
            Self::Group { before: Some(group), after: None } => format!("removed the group {}", group.id),
            Self::Group { before, after: Some(group) } => {
                format!("changed the group {}{}", group.id, treatment(before.as_ref(), group))
            }
            Self::Record { before, after } => {
                let Some((verb, record)) = added(before.as_ref(), after.as_ref()) else { return String::new() };
                format!("{verb} the record {}", record.record)
            }
            Self::Setting { after: Some(StandingSetting { key, value, .. }), .. } => format!("set {key} to {value}"),
            Self::Setting { before: Some(StandingSetting { key, .. }), after: None } => {
                format!("set {key} back to its default")
            }
            Self::List { before: None, after: Some(list) } => format!("added the list {}", list.id),
            Self::List { before: Some(list), after: None } => format!("removed the list {}", list.id),
            Self::List { after: Some(list), .. } => {
                format!("switched the list {} {}", list.id, if list.enabled { "on" } else { "off" })
            }
            Self::Device(edit) => {
                let called = |id: DeviceId| called(id).unwrap_or_else(|| id.to_string());
                let devices: Vec<String> = edit.ids().into_iter().map(called).collect();
                format!("changed what is said of {}", devices.join(", "))
            }
            Self::Exception { .. }
            | Self::Pause { .. }
            | Self::Group { .. }
            | Self::Setting { .. }
            | Self::List { .. } => String::new(),
        }
    }

    /// Whether both are about the same thing.
    pub(super) fn touches(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Device(edit), Self::Device(other)) => !edit.ids().is_disjoint(&other.ids()),
            _ => self.subject().is_some_and(|subject| other.subject() == Some(subject)),
        }
    }

    /// What it is about: texts that tell it from others.
    fn subject(&self) -> Option<(u8, &str, Option<&Scope>)> {
        Some(match self {
            Self::Exception { before, after } => {
                let exception = after.as_ref().or(before.as_ref())?;
                (0, &exception.rule, Some(&exception.scope))
            }
            Self::Pause { before, after } => (1, "", Some(&after.as_ref().or(before.as_ref())?.scope)),
            Self::Rule { before, after } => (2, &after.as_ref().or(before.as_ref())?.rule, None),
            Self::List { before, after } => (3, &after.as_ref().or(before.as_ref())?.id, None),
            Self::Group { before, after } => (4, &after.as_ref().or(before.as_ref())?.id, None),
            Self::Record { before, after } => (5, &after.as_ref().or(before.as_ref())?.record, None),
            Self::Setting { before, after } => (6, &after.as_ref().or(before.as_ref())?.key, None),
            Self::Device(_) => return None,
        })
    }
}

/// What was done with a thing that is either there or not, and with which.
fn added<'e, T>(before: Option<&'e T>, after: Option<&'e T>) -> Option<(&'static str, &'e T)> {
    after.map(|thing| ("added", thing)).or_else(|| before.map(|thing| ("removed", thing)))
}

/// How a group is treated, as far as it differs from before, or from devices in no group.
fn treatment(before: Option<&StandingGroup>, group: &StandingGroup) -> String {
    let (blocking, lists) = before.map_or((true, &None), |before| (before.blocking, &before.lists));
    let safe_search = before.and_then(|before| before.safe_search);
    let was_offline = before.map_or(&[][..], |before| &before.offline.0);
    let mut told = Vec::new();
    if group.blocking != blocking {
        told.push(if group.blocking {
            "blocking is on for it again".to_owned()
        } else {
            "nothing is stopped for it".to_owned()
        });
    }
    if group.lists != *lists {
        told.push(match group.lists.as_deref() {
            None => "all lists govern it".to_owned(),
            Some([]) => "no list governs it".to_owned(),
            Some(lists) => format!("governed by {}", lists.join(", ")),
        });
    }
    if group.safe_search != safe_search {
        told.push(match group.safe_search {
            None => "safe search as for devices in no group".to_owned(),
            Some(mode) => format!("safe search is {mode}"),
        });
    }
    if group.offline.0 != was_offline {
        let windows: Vec<String> = group.offline.0.iter().map(ToString::to_string).collect();
        told.push(if windows.is_empty() {
            "never offline".to_owned()
        } else {
            format!("offline {}", windows.join(" and "))
        });
    }
    if told.is_empty() { String::new() } else { format!(": {}", told.join("; ")) }
}

/// A rule for a name and what is below it as that name, as people give it.
fn plain(rule: &str) -> &str {
    rule.strip_prefix("||").and_then(|rule| rule.strip_suffix('^')).filter(|name| !name.contains('*')).unwrap_or(rule)
}

impl fmt::Display for Author {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self.way {
            Way::Command => "a command",
            Way::Token => "the token",
            Way::Session => "a session",
            Way::Open => "the page",
        })?;
        self.address.map_or(Ok(()), |address| write!(out, " from {address}"))
    }
}
