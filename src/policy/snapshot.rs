//! The immutable value, and the handle by which it is replaced.

use std::{net::IpAddr, sync::Arc};

use arc_swap::{ArcSwap, Guard};

use super::{CauseSource, Ruling};
use crate::{
    clients::{Access, DeviceMap, Groups, KnownDevice},
    config::{self, BlockMode, ListSelection},
    dns::{DomainMap, Ede, EdeCode, Name},
    local::{Ddr, LocalData},
    rules::{HashKey, ListNumber, OwnRule, ProfileMask, Table, TableBuilder},
};

/// The list number under which own rules stand in their own tables.
pub(super) const OWN: ListNumber = ListNumber(0);

/// Everything that decides on a name.
#[derive(Debug)]
pub struct Policy {
    pub(super) blocking: bool,
    pub(super) lists: Arc<Table>,
    pub(super) own: OwnRules,
    pub(super) profiles: Vec<Profile>,
    pub(super) local: LocalData,
    pub(super) ddr: Ddr,
    pub(super) routed: DomainMap<()>,
    pub(super) rebinding: Option<DomainMap<()>>,
    pub(super) private: Access,
    devices: DeviceMap,
    group_ids: Vec<Arc<str>>,
    /// By list number: the id, and the reason that is told where the list stops a name.
    list_ids: Vec<Option<(Arc<str>, Ede)>>,
    mode: BlockMode,
    ttl: u32,
}

/// What a policy is made of.
#[derive(Debug)]
pub struct Ingredients<'c> {
    /// The configuration: blocking, groups, routes.
    pub config: &'c config::Config,
    /// The compiled lists.
    pub table: Arc<Table>,
    /// The names of those that are used.
    pub lists: Vec<ListName>,
    /// What is answered here.
    pub local: LocalData,
    /// Our encrypted listeners.
    pub ddr: Ddr,
}

/// A list that rules may come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListName {
    /// The number in the table.
    pub number: ListNumber,
    /// The id that people know it by.
    pub id: Arc<str>,
}

/// Rules in a small table of their own.
#[derive(Debug)]
pub(super) struct OwnRules {
    pub(super) table: Table,
    pub(super) mask: ProfileMask,
}

/// How the devices of one group, or those in none, are treated.
#[derive(Debug)]
pub struct Profile {
    /// The group; `None` for devices in none.
    pub group: Option<u16>,
    pub(super) blocking: bool,
    pub(super) lists: ProfileMask,
    pub(super) own: Option<OwnRules>,
}

impl Policy {
    /// Puts a policy together.
    #[must_use]
    pub fn new(ingredients: Ingredients<'_>) -> Self {
        let Ingredients { config, table, lists, local, ddr } = ingredients;
        let blocking = &config.blocking;
        let everyone = Profile { group: None, blocking: true, lists: mask(&table, &lists, &blocking.lists), own: None };
        let groups = config.groups.iter().zip(0..).map(|(group, number)| Profile {
            group: Some(number),
            blocking: group.blocking,
            lists: mask(&table, &lists, &group.lists),
            own: (!group.rules.is_empty()).then(|| OwnRules::new(&group.rules, table.key())),
        });
        let domains = |names: &[Name]| names.iter().map(|name| (*name, ())).collect();
        let members = Groups::new(config.groups.iter().map(|group| &group.devices));
        Self {
            blocking: blocking.enabled,
            own: OwnRules::new(&blocking.rules, table.key()),
            profiles: std::iter::once(everyone).chain(groups).collect(),
            local,
            ddr,
            routed: config.upstream.routes.iter().flat_map(|route| &route.domains).map(|name| (*name, ())).collect(),
            rebinding: blocking.rebinding_protection.then(|| domains(&blocking.rebinding_allow)),
            private: Access::private([]),
            devices: DeviceMap::new(members, &[], &[]),
            group_ids: config.groups.iter().map(|group| group.id.as_str().into()).collect(),
            list_ids: by_number(&lists),
            lists: table,
            mode: blocking.mode.clone(),
            ttl: u32::try_from(blocking.ttl.as_secs()).unwrap_or(u32::MAX),
        }
    }

    /// The same policy for a house in which these devices are known.
    #[must_use]
    pub fn with_devices(mut self, devices: &[KnownDevice]) -> Self {
        self.devices = DeviceMap::new(self.devices.into_groups(), &self.group_ids, devices);
        self
    }

    /// The devices that are known.
    #[must_use]
    pub fn devices(&self) -> &DeviceMap {
        &self.devices
    }

    /// How the device at `client` is treated.
    #[must_use]
    pub fn profile(&self, client: IpAddr) -> &Profile {
        let group = self.devices.group(client).map_or(0, |group| usize::from(group.0) + 1);
        &self.profiles[group.min(self.profiles.len() - 1)]
    }

    /// Whether anything is stopped at all.
    #[must_use]
    pub fn is_blocking(&self) -> bool {
        self.blocking
    }

    /// Whether a route names servers of its own for `name`.
    #[must_use]
    pub fn is_routed(&self, name: &Name) -> bool {
        self.routed.covers(name)
    }

    /// The answer to a stopped question.
    #[must_use]
    pub fn mode(&self) -> &BlockMode {
        &self.mode
    }

    /// The lifetime of the answer to a stopped question, in seconds.
    #[must_use]
    pub fn ttl(&self) -> u32 {
        self.ttl
    }

    /// What is answered here.
    #[must_use]
    pub fn local(&self) -> &LocalData {
        &self.local
    }

    /// The id of a group.
    #[must_use]
    pub fn group_id(&self, number: u16) -> Option<&Arc<str>> {
        self.group_ids.get(usize::from(number))
    }

    /// The id of the list or group that a cause names by its number.
    #[must_use]
    pub fn source_id(&self, source: CauseSource) -> Option<&Arc<str>> {
        match source {
            CauseSource::List(number) => self.list_id(number).map(|(id, _)| id),
            CauseSource::GroupRules(number) => self.group_id(number),
            CauseSource::OwnRules | CauseSource::Canary | CauseSource::Rebinding => None,
        }
    }

    /// The text of the pattern that decided, as it stands in its list; `None` when no pattern did.
    #[must_use]
    pub fn pattern(&self, ruling: &Ruling) -> Option<&Arc<str>> {
        let table = match ruling.source {
            CauseSource::List(_) => &self.lists,
            CauseSource::OwnRules => &self.own.table,
            CauseSource::GroupRules(number) => {
                &self.profiles.iter().find(|profile| profile.group == Some(number))?.own.as_ref()?.table
            }
            CauseSource::Canary | CauseSource::Rebinding => return None,
        };
        table.pattern(ruling.pattern?)
    }

    /// The reason that a client is told (RFC 8914).
    #[must_use]
    pub fn reason(&self, source: CauseSource) -> &Ede {
        static OWN_RULES: Ede = Ede::new(EdeCode::BLOCKED, "stopped by an own rule");
        static GROUP_RULES: Ede = Ede::new(EdeCode::BLOCKED, "stopped by a rule of this device's group");
        static CANARY: Ede = Ede::new(EdeCode::BLOCKED, "a canary name: this network answers DNS itself");
        static REBINDING: Ede = Ede::new(EdeCode::FILTERED, "a private address in an answer from outside");
        static LIST: Ede = Ede::new(EdeCode::BLOCKED, "stopped by a list");
        match source {
            CauseSource::List(number) => self.list_id(number).map_or(&LIST, |(_, reason)| reason),
            CauseSource::OwnRules => &OWN_RULES,
            CauseSource::GroupRules(_) => &GROUP_RULES,
            CauseSource::Canary => &CANARY,
            CauseSource::Rebinding => &REBINDING,
        }
    }

    fn list_id(&self, number: ListNumber) -> Option<&(Arc<str>, Ede)> {
        self.list_ids.get(usize::from(number.0))?.as_ref()
    }
}

/// The ids of lists and the reasons that name them, each at the place of its number; numbers are given from 0 upwards.
fn by_number(lists: &[ListName]) -> Vec<Option<(Arc<str>, Ede)>> {
    let mut ids = Vec::new();
    for list in lists {
        let place = usize::from(list.number.0);
        if ids.len() <= place {
            ids.resize(place + 1, None);
        }
        let reason = Ede { code: EdeCode::BLOCKED, text: format!("stopped by list {}", list.id).into() };
        ids[place] = Some((Arc::clone(&list.id), reason));
    }
    ids
}

fn mask(table: &Table, lists: &[ListName], selection: &ListSelection) -> ProfileMask {
    // A table that was made before the configuration changed may hold rules of lists that are no longer used.
    table.mask(|number| {
        lists.iter().any(|list| {
            list.number == number
                && match selection {
                    ListSelection::All => true,
                    ListSelection::Only(ids) => ids.iter().any(|id| **id == *list.id),
                }
        })
    })
}

impl OwnRules {
    /// `key` is that of the lists, so that a name is hashed once for all tables.
    fn new(rules: &[OwnRule], key: &HashKey) -> Self {
        let mut builder = TableBuilder::with_key(*key);
        for rule in rules {
            match rule {
                OwnRule::Name(rule) => builder.add(OWN, rule),
                OwnRule::Pattern(rule) => builder.add_pattern(OWN, rule),
            }
        }
        let table = builder.build();
        let mask = table.mask(|_| true);
        Self { table, mask }
    }
}

/// The policy in force. A clone is the same handle; only the owner of policies publishes.
#[derive(Clone, Debug)]
pub struct PolicyHandle(Arc<ArcSwap<Policy>>);

impl PolicyHandle {
    /// A handle on a first policy.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(policy)))
    }

    /// The policy in force, for the length of one query.
    #[must_use]
    pub fn load(&self) -> Guard<Arc<Policy>> {
        self.0.load()
    }

    /// The policy in force, to be kept across an await.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Policy> {
        self.0.load_full()
    }

    /// Puts `policy` in force for every query from now on.
    pub fn publish(&self, policy: Policy) {
        self.0.store(Arc::new(policy));
    }
}
