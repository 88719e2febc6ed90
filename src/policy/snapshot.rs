//! The immutable value, and the handle by which it is replaced.

use std::{collections::HashMap, net::IpAddr, num::NonZeroU16, sync::Arc};

use arc_swap::{ArcSwap, Guard};

use super::{CauseSource, Offline, Pause, Ruling, Scope, Standing, exceptions::Exceptions, safe_search::Aliases};
use crate::{
    clients::{DeviceMap, Groups, KnownDevice},
    config::{self, BlockMode, ListSelection, SafeSearch},
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
    pub(super) exceptions: Exceptions,
    pauses: Vec<Arc<Pause>>,
    pub(super) lists: Arc<Table>,
    pub(super) own: OwnRules,
    pub(super) profiles: Vec<Profile>,
    pub(super) local: Arc<LocalData>,
    pub(super) ddr: Ddr,
    pub(super) routed: DomainMap<()>,
    pub(super) rebinding: Option<DomainMap<()>>,
    pub(super) aliases: Aliases,
    devices: DeviceMap,
    pub(super) group_ids: Vec<Arc<str>>,
    /// By the numbers of the groups.
    pub(super) offline: Vec<Option<Offline>>,
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
    pub local: Arc<LocalData>,
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

/// How one device, the devices of one group, or those in none, are treated.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The group; `None` for devices in none.
    pub group: Option<u16>,
    /// The pause that keeps anything from being stopped.
    pub pause: Option<Arc<Pause>>,
    pub(super) blocking: bool,
    pub(super) safe_search: SafeSearch,
    /// Whether every name is stopped that no exception for these devices lets through.
    pub(super) offline: bool,
    /// The numbers of the exceptions that hold here, the one that decides first.
    pub(super) exceptions: Box<[u16]>,
    pub(super) lists: ProfileMask,
    pub(super) own: Option<Arc<OwnRules>>,
}

impl Policy {
    /// Puts a policy together.
    #[must_use]
    pub fn new(ingredients: Ingredients<'_>) -> Self {
        let Ingredients { config, table, lists, local, ddr } = ingredients;
        let blocking = &config.blocking;
        let ttl = u32::try_from(blocking.ttl.as_secs()).unwrap_or(u32::MAX);
        // What is switched off changes nothing.
        let safe = |group: Option<SafeSearch>| {
            let mode = group.unwrap_or(blocking.safe_search);
            if blocking.enabled { mode } else { SafeSearch::Off }
        };
        let profile = |group, blocking, safe_search, lists, own| Profile {
            group,
            pause: None,
            blocking,
            safe_search,
            offline: false,
            exceptions: Box::default(),
            lists,
            own,
        };
        let everyone = profile(None, true, safe(None), mask(&table, &lists, &blocking.lists), None);
        let groups = config.groups.iter().zip(0..).map(|(group, number)| {
            let own = (!group.rules.is_empty()).then(|| Arc::new(OwnRules::new(&group.rules, table.key())));
            profile(Some(number), group.blocking, safe(group.safe_search), mask(&table, &lists, &group.lists), own)
        });
        let profiles: Vec<Profile> = std::iter::once(everyone).chain(groups).collect();
        let wanted: Vec<SafeSearch> = profiles.iter().map(|profile| profile.safe_search).collect();
        let domains = |names: &[Name]| names.iter().map(|name| (*name, ())).collect();
        let members = Groups::new(config.groups.iter().map(|group| &group.devices));
        Self {
            blocking: blocking.enabled,
            exceptions: Exceptions::default(),
            pauses: Vec::new(),
            own: OwnRules::new(&blocking.rules, table.key()),
            profiles,
            aliases: Aliases::new(&wanted, &local, ttl),
            local,
            ddr,
            routed: config.upstream.routes.iter().flat_map(|route| &route.domains).map(|name| (*name, ())).collect(),
            rebinding: blocking.rebinding_protection.then(|| domains(&blocking.rebinding_allow)),
            devices: DeviceMap::new(members, &[], &[]),
            group_ids: config.groups.iter().map(|group| group.id.as_str().into()).collect(),
            offline: Vec::new(),
            list_ids: by_number(&lists),
            lists: table,
            mode: blocking.mode.clone(),
            ttl,
        }
    }

    /// The same policy for a house in which these devices are known.
    #[must_use]
    pub fn with_devices(self, devices: &[KnownDevice]) -> Self {
        self.with_orders(&Standing::default(), devices)
    }

    /// The same policy for a house in which these devices are known, and in which people ordered something while ponor
    /// ran. Own rules are not among it: they are taken as if the configuration had them.
    #[must_use]
    pub fn with_orders(mut self, standing: &Standing, devices: &[KnownDevice]) -> Self {
        self.exceptions = Exceptions::new(&standing.exceptions, self.lists.key());
        self.pauses = standing.pauses.iter().cloned().map(Arc::new).collect();
        let mut profiles = std::mem::take(&mut self.profiles);
        for profile in &mut profiles {
            self.furnish(profile, None);
        }
        let strangers = standing.strangers(devices);
        let devices: Vec<&KnownDevice> = devices.iter().chain(&strangers).collect();
        let map = DeviceMap::new(self.devices.clone().into_groups(), &self.group_ids, devices.iter().copied());
        let singled_out: Vec<bool> = devices.iter().map(|device| standing.singles_out(device)).collect();
        let mut made = HashMap::new();
        self.devices = map.marked(|number, group| {
            let device = devices.get(number).filter(|_| singled_out.get(number) == Some(&true))?;
            let place = made.entry((number, group)).or_insert_with(|| {
                let mut profile = profiles.get(group.map_or(0, |group| usize::from(group.0) + 1))?.clone();
                self.furnish(&mut profile, Some(device));
                profiles.push(profile);
                u16::try_from(profiles.len() - 1).ok().and_then(NonZeroU16::new)
            });
            *place
        });
        self.profiles = profiles;
        self
    }

    /// Gives a profile the exceptions and the pause that hold for the devices that it is for. What somebody ordered for everyone
    /// was not meant for those who are offline.
    fn furnish(&self, profile: &mut Profile, device: Option<&KnownDevice>) {
        let group = profile.group.and_then(|group| self.group_id(group)).map(|id| &**id);
        let pause = self.pauses.iter().filter_map(|pause| Some((pause.scope.rank(group, device)?, pause)));
        let pause = pause.max_by_key(|(rank, _)| *rank).map(|(_, pause)| pause);
        if pause.is_some() {
            (profile.blocking, profile.safe_search) = (false, SafeSearch::Off);
        }
        profile.offline &= pause.is_none_or(|pause| pause.scope == Scope::Everyone);
        profile.pause = pause.map(Arc::clone);
        profile.exceptions = self.exceptions.for_whom(group, device, profile.offline);
    }

    /// The devices that are known.
    #[must_use]
    pub fn devices(&self) -> &DeviceMap {
        &self.devices
    }

    /// How the device at `client` is treated.
    #[must_use]
    pub fn profile(&self, client: IpAddr) -> &Profile {
        let place = self.devices.place(client);
        let by_group = || place.group.map_or(0, |group| usize::from(group.0) + 1);
        let number = place.mark.map_or_else(by_group, |mark| usize::from(mark.get()));
        &self.profiles[number.min(self.profiles.len() - 1)]
    }

    /// Whether anything is stopped at all: it is switched on, and not paused for everyone.
    #[must_use]
    pub fn is_blocking(&self) -> bool {
        self.blocking && !self.pauses.iter().any(|pause| pause.scope == Scope::Everyone)
    }

    /// Whether stopping is switched on, be it paused or not.
    #[must_use]
    pub fn is_switched_on(&self) -> bool {
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
            CauseSource::GroupRules(number) | CauseSource::Offline(number) => self.group_id(number),
            CauseSource::Exception
            | CauseSource::OwnRules
            | CauseSource::Canary
            | CauseSource::Rebinding
            | CauseSource::NoAddress
            | CauseSource::SafeSearch => None,
        }
    }

    /// The text of the pattern that decided, as it stands in its list; `None` when no pattern did.
    #[must_use]
    pub fn pattern(&self, ruling: &Ruling) -> Option<&Arc<str>> {
        let table = match ruling.source {
            CauseSource::Exception => self.exceptions.table()?,
            CauseSource::List(_) => &self.lists,
            CauseSource::OwnRules => &self.own.table,
            CauseSource::GroupRules(number) => {
                &self.profiles.iter().find(|profile| profile.group == Some(number))?.own.as_ref()?.table
            }
            CauseSource::Canary
            | CauseSource::Rebinding
            | CauseSource::NoAddress
            | CauseSource::SafeSearch
            | CauseSource::Offline(_) => {
                return None;
            }
        };
        table.pattern(ruling.pattern?)
    }

    /// The reason that a client is told where this decided (RFC 8914).
    #[must_use]
    pub fn reason(&self, source: CauseSource) -> &Ede {
        static EXCEPTION: Ede = Ede::new(EdeCode::BLOCKED, "stopped by an exception");
        static OWN_RULES: Ede = Ede::new(EdeCode::BLOCKED, "stopped by an own rule");
        static GROUP_RULES: Ede = Ede::new(EdeCode::BLOCKED, "stopped by a rule of this device's group");
        static CANARY: Ede = Ede::new(EdeCode::BLOCKED, "a canary name: this network answers DNS itself");
        static REBINDING: Ede = Ede::new(EdeCode::FILTERED, "a private address in an answer from outside");
        static NO_ADDRESS: Ede = Ede::new(EdeCode::FILTERED, "the upstream gave no address but 0.0.0.0 or ::");
        static SAFE_SEARCH: Ede = Ede::new(EdeCode::FORGED_ANSWER, "safe search");
        static OFFLINE: Ede = Ede::new(EdeCode::BLOCKED, "stopped: offline");
        static LIST: Ede = Ede::new(EdeCode::BLOCKED, "stopped by a list");
        match source {
            CauseSource::Exception => &EXCEPTION,
            CauseSource::List(number) => self.list_id(number).map_or(&LIST, |(_, reason)| reason),
            CauseSource::OwnRules => &OWN_RULES,
            CauseSource::GroupRules(_) => &GROUP_RULES,
            CauseSource::Canary => &CANARY,
            CauseSource::Rebinding => &REBINDING,
            CauseSource::NoAddress => &NO_ADDRESS,
            CauseSource::SafeSearch => &SAFE_SEARCH,
            CauseSource::Offline(group) => self.offline(group).map_or(&OFFLINE, |offline| &offline.reason),
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
