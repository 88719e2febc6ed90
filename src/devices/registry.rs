//! Everything that is known of devices, in bounded memory; pure: the time is passed in.
//!
//! What is seen is kept for each *part*: a hardware address, or an address whose hardware address is not known. A
//! device is one part or several; `identity` says which, `directory` puts them together, `status` shows them.

use std::{collections::HashMap, net::IpAddr, sync::Arc};

use super::{
    fingerprints::{AskedNames, NameNumber},
    fixed::Fixed,
    heard::Count,
    leases::Lease,
    mac, naming,
    told::Told,
};
use crate::{
    clients::{Caller, DeviceId, MacAddress},
    local::LocalData,
    time::UnixTime,
};

/// The most parts that are remembered; beyond that the strangers that were not seen for longest are forgotten.
pub(super) const MOST_PARTS: usize = 4096;
/// The most addresses of one hardware address; devices change their IPv6 addresses daily and keep each for a week.
const MOST_ADDRESSES: usize = 24;
/// Queries of the last one to two hours are counted for themselves.
const HOUR: u64 = 3600;

/// What is known.
#[derive(Debug, Default)]
pub(super) struct Registry {
    pub(super) parts: HashMap<DeviceId, Part>,
    /// Which hardware address is behind an address.
    pub(super) behind: HashMap<IpAddr, Behind>,
    pub(super) fixed: Fixed,
    pub(super) told: Told,
    pub(super) local: Arc<LocalData>,
    /// Whose an address is and what that is called, as of the last look.
    pub(super) directory: HashMap<IpAddr, Caller>,
    pub(super) recent: Recent,
    /// Whether the directory is older than what is known.
    pub(super) is_stale: bool,
}

/// The hardware address behind an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Behind {
    pub(super) mac: MacAddress,
    /// Whether the kernel says so, which beats lease files.
    pub(super) live: bool,
}

/// What was seen of a part.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    /// 0: it was not seen, only spoken of.
    pub(super) first_seen: UnixTime,
    pub(super) last_seen: UnixTime,
    pub(super) queries: u64,
    pub(super) recent: Recent,
    /// The addresses of a hardware address, the newest last.
    pub(super) addresses: Vec<IpAddr>,
    pub(super) lease_name: Option<Arc<str>>,
    pub(super) vendor_class: Option<Arc<str>>,
    pub(super) mdns_name: Option<Arc<str>>,
    pub(super) reverse_name: Option<Arc<str>>,
    /// The facts on services that it announces, a bit each.
    pub(super) services: u64,
    pub(super) asked: AskedNames,
}

/// Queries of this hour and of the one before.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Recent {
    hour: u64,
    now: u64,
    before: u64,
}

impl Recent {
    fn count(&mut self, at: UnixTime, queries: u64) {
        self.turn(at);
        self.now += queries;
    }

    /// The queries of the hour of `at` and of the one before.
    pub(super) fn sum(mut self, at: UnixTime) -> u64 {
        self.turn(at);
        self.now + self.before
    }

    fn turn(&mut self, at: UnixTime) {
        let hour = at.seconds() / HOUR;
        if hour != self.hour {
            self.before = if hour == self.hour + 1 { self.now } else { 0 };
            (self.hour, self.now) = (hour, 0);
        }
    }

    /// Both together; of the later hour.
    fn with(self, mut other: Self) -> Self {
        let mut one = self;
        let latest = UnixTime(one.hour.max(other.hour) * HOUR * 1000);
        one.turn(latest);
        other.turn(latest);
        Self { hour: one.hour, now: one.now + other.now, before: one.before + other.before }
    }
}

impl Part {
    /// Notes that it was there at `at`.
    fn seen(&mut self, at: UnixTime) {
        if self.first_seen == UnixTime::default() {
            self.first_seen = at;
        }
        self.last_seen = self.last_seen.max(at);
    }
}

impl Registry {
    /// Notes queries.
    pub(super) fn heard(&mut self, address: IpAddr, count: &Count) {
        self.recent.count(count.last, count.queries);
        self.with_part(address, |part| {
            part.seen(count.first);
            part.seen(count.last);
            part.queries += count.queries;
            part.recent.count(count.last, count.queries);
        });
    }

    /// Notes that somebody asked for a name that only certain devices ask for.
    pub(super) fn asked(&mut self, address: IpAddr, name: NameNumber) {
        self.with_part(address, |part| part.asked.insert(name));
    }

    fn with_part(&mut self, address: IpAddr, note: impl Fn(&mut Part)) {
        let id = self.part_at(address);
        // Nearly all queries are from those who asked before, and these are looked for once.
        match self.parts.get_mut(&id) {
            Some(part) => note(part),
            None => self.part(id).map_or((), note),
        }
    }

    /// Whose `address` is.
    pub(super) fn caller(&self, address: IpAddr) -> Caller {
        let address = address.to_canonical();
        self.directory.get(&address).cloned().unwrap_or_else(|| {
            let id = self.device_of(self.part_at(address));
            Caller { id, name: self.local_name(address) }
        })
    }

    /// Notes that the kernel knows `mac` at `address`; `present` says whether it has heard from it just now.
    pub(super) fn neighbour(&mut self, address: IpAddr, mac: MacAddress, present: bool, at: UnixTime) {
        self.learn(address.to_canonical(), Behind { mac, live: true });
        if let Some(part) = self.parts.get_mut(&DeviceId::Mac(mac)).filter(|_| present) {
            part.seen(at);
        }
    }

    /// Notes what a DHCP server says, unless it is over.
    pub(super) fn lease(&mut self, lease: &Lease, at: UnixTime) {
        if lease.ends.is_some_and(|ends| ends < at.seconds()) {
            return;
        }
        let address = lease.address.to_canonical();
        if let Some(mac) = lease.mac {
            self.learn(address, Behind { mac, live: false });
            // A lease that the kernel contradicts speaks of somebody who was there before.
            if self.behind.get(&address).is_none_or(|behind| behind.mac != mac) {
                return;
            }
        }
        let name = lease.name.as_deref().and_then(naming::claimed);
        let class = lease.vendor_class.as_deref().and_then(naming::claimed);
        self.claim(address, |part| {
            let unlike = |old: &Option<Arc<str>>, new: &Option<Arc<str>>| new.is_some() && old != new;
            let changed = unlike(&part.lease_name, &name);
            part.lease_name = name.or(part.lease_name.take());
            part.vendor_class = class.or(part.vendor_class.take());
            changed
        });
    }

    /// Notes what a device calls itself by multicast DNS.
    pub(super) fn mdns_name(&mut self, address: IpAddr, name: &str, at: UnixTime) {
        let name = naming::claimed(name);
        self.claim(address, |part| {
            part.seen(at);
            name.is_some() && replace(&mut part.mdns_name, name)
        });
    }

    /// Notes what the router calls an address.
    pub(super) fn reverse_name(&mut self, address: IpAddr, name: &str) {
        let name = naming::claimed(name);
        self.claim(address, |part| name.is_some() && replace(&mut part.reverse_name, name));
    }

    /// Notes the facts on the services that a device announces.
    pub(super) fn services(&mut self, address: IpAddr, numbers: &[u8], at: UnixTime) {
        self.claim(address, |part| {
            part.seen(at);
            numbers.iter().filter(|number| **number < 64).for_each(|number| part.services |= 1 << number);
            false
        });
    }

    /// Changes what is known of whoever is at `address`; the change says whether a name has changed.
    fn claim(&mut self, address: IpAddr, change: impl FnOnce(&mut Part) -> bool) {
        let address = address.to_canonical();
        if !is_of_a_device(address) {
            return;
        }
        let id = self.part_at(address);
        let changed = self.part(id).is_some_and(change);
        self.is_stale |= changed;
    }

    /// Learns which hardware address is behind an address.
    fn learn(&mut self, address: IpAddr, behind: Behind) {
        if !is_of_a_device(address) || !mac::is_of_a_device(behind.mac) {
            return;
        }
        let known = self.behind.get(&address).copied();
        if known.is_some_and(|known| known.live && !behind.live && known.mac != behind.mac) {
            return;
        }
        let id = DeviceId::Mac(behind.mac);
        let Some(part) = self.part(id) else { return };
        if known.is_some_and(|known| known.mac == behind.mac) && part.addresses.contains(&address) {
            self.behind.insert(address, Behind { live: behind.live || known.is_some_and(|k| k.live), ..behind });
            return;
        }
        part.addresses.push(address);
        let surplus = part.addresses.len().saturating_sub(MOST_ADDRESSES);
        let dropped: Vec<IpAddr> = part.addresses.drain(..surplus).collect();
        for old in dropped {
            self.behind.remove(&old);
        }
        if let Some(former) = known.and_then(|known| self.parts.get_mut(&DeviceId::Mac(known.mac))) {
            former.addresses.retain(|other| *other != address);
        }
        self.behind.insert(address, behind);
        self.absorb(DeviceId::at(address), id);
        self.is_stale = true;
    }

    /// What was seen of an address while nobody knew its hardware address belongs to that.
    fn absorb(&mut self, address: DeviceId, id: DeviceId) {
        if self.stands_apart(address) {
            return;
        }
        let Some(early) = self.parts.remove(&address) else { return };
        let Some(part) = self.parts.get_mut(&id) else { return };
        if early.first_seen != UnixTime::default() {
            part.seen(early.last_seen);
            part.first_seen = part.first_seen.min(early.first_seen);
        }
        part.queries += early.queries;
        part.recent = part.recent.with(early.recent);
        part.asked.extend(&early.asked);
        part.services |= early.services;
        part.lease_name = part.lease_name.take().or(early.lease_name);
        part.mdns_name = part.mdns_name.take().or(early.mdns_name);
        part.reverse_name = part.reverse_name.take().or(early.reverse_name);
    }

    /// The part `id`; `None` when there is no room for another one.
    fn part(&mut self, id: DeviceId) -> Option<&mut Part> {
        if !self.parts.contains_key(&id) {
            self.make_room();
            if self.parts.len() >= MOST_PARTS {
                return None;
            }
            self.parts.insert(id, Part::default());
            self.is_stale = true;
        }
        self.parts.get_mut(&id)
    }

    /// When all places are taken, forgets the eighth of them that has not been seen for longest, strangers only: many
    /// at a time, so that a flood of them costs little each.
    fn make_room(&mut self) {
        if self.parts.len() < MOST_PARTS {
            return;
        }
        let stranger = |(id, part): (&DeviceId, &Part)| {
            let known =
                self.is_known(*id) || part.addresses.iter().any(|address| self.is_known(DeviceId::at(*address)));
            (!known).then_some((part.last_seen, *id))
        };
        let mut strangers: Vec<(UnixTime, DeviceId)> = self.parts.iter().filter_map(stranger).collect();
        strangers.sort_unstable();
        for (_, id) in strangers.into_iter().take(MOST_PARTS / 8) {
            for address in self.parts.remove(&id).map(|part| part.addresses).unwrap_or_default() {
                self.behind.remove(&address);
            }
        }
        self.is_stale = true;
    }
}

/// Puts `new` in place; whether it is another one.
fn replace(old: &mut Option<Arc<str>>, new: Option<Arc<str>>) -> bool {
    let changed = *old != new;
    *old = new;
    changed
}

/// Whether an address can be one device's.
fn is_of_a_device(address: IpAddr) -> bool {
    !address.is_unspecified() && !address.is_multicast() && !address.is_loopback()
}
