//! Devices put together from their parts: what the paths of queries need to know of them, and what they are called.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    sync::Arc,
};

use super::{
    naming,
    registry::{Part, Registry},
    status::NameSource,
};
use crate::clients::{Caller, DeviceId, KnownDevice, MacAddress};

/// The parts of one device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Members {
    pub(super) macs: BTreeSet<MacAddress>,
    pub(super) addresses: BTreeSet<IpAddr>,
}

impl Members {
    /// All of them.
    pub(super) fn parts(&self) -> impl Iterator<Item = DeviceId> {
        let macs = self.macs.iter().map(|mac| DeviceId::Mac(*mac));
        macs.chain(self.addresses.iter().map(|address| DeviceId::at(*address)))
    }

    fn insert(&mut self, part: DeviceId) {
        match part {
            DeviceId::Mac(mac) => self.macs.insert(mac),
            DeviceId::Address(address) => self.addresses.insert(address),
        };
    }
}

impl Registry {
    /// All devices with their parts; those that were named and not seen too.
    pub(super) fn devices(&self) -> BTreeMap<DeviceId, Members> {
        let mut devices: BTreeMap<DeviceId, Members> = BTreeMap::new();
        for part in self.parts.keys().copied().chain(self.fixed.parts()).chain(self.told.parts()) {
            let device = devices.entry(self.device_of(part)).or_default();
            device.insert(part);
            let addresses = self.parts.get(&part).map(|part| part.addresses.as_slice()).unwrap_or_default();
            device.addresses.extend(addresses.iter().filter(|address| !self.stands_apart(DeviceId::at(**address))));
        }
        // Somebody named an address before its hardware address was known: it is that device's.
        devices.retain(|id, members| {
            !matches!(id, DeviceId::Address(address)
                if members.macs.is_empty() && self.device_of(self.part_at(*address)) != *id)
        });
        devices
    }

    /// The parts of one device.
    pub(super) fn members_of(&self, id: DeviceId) -> Members {
        self.devices().remove(&id).unwrap_or_default()
    }

    /// Brings the directory up to date and gives what the paths of queries need to know; `None` when nothing has
    /// changed since the last time.
    pub(super) fn refresh(&mut self) -> Option<Vec<KnownDevice>> {
        if !std::mem::take(&mut self.is_stale) {
            return None;
        }
        self.directory.clear();
        let mut known = Vec::new();
        for (id, members) in self.devices() {
            let name = self.name(id, &members).map(|(name, _)| name);
            let caller = Caller { id, name };
            self.directory.extend(members.addresses.iter().map(|address| (*address, caller.clone())));
            let group = self.told_of(id, &members, |told| told.group.as_deref().map(Into::into));
            let one_address = members.macs.is_empty() && members.addresses.len() == 1;
            if !one_address || group.is_some() {
                let (macs, addresses) = (members.macs.into_iter().collect(), members.addresses.into_iter().collect());
                known.push(KnownDevice { id, macs, addresses, group });
            }
        }
        Some(known)
    }

    /// What a device is called, and who says so.
    pub(super) fn name(&self, id: DeviceId, members: &Members) -> Option<(Arc<str>, NameSource)> {
        let fixed = || self.fixed.get(id).map(|named| (Arc::clone(&named.name), NameSource::Configuration));
        let told = || self.told_of(id, members, |told| told.name.as_deref().map(|n| (n.into(), NameSource::Operator)));
        let local = || members.addresses.iter().find_map(|address| self.local_name(*address));
        let said = |what: fn(&Part) -> &Option<Arc<str>>, source| {
            let parts = || members.parts().filter_map(|part| self.parts.get(&part));
            let newest = parts().filter(|part| what(part).is_some()).max_by_key(|part| part.last_seen)?;
            what(newest).clone().map(|name| (name, source))
        };
        fixed()
            .or_else(told)
            .or_else(|| local().map(|name| (name, NameSource::LocalRecords)))
            .or_else(|| said(|part| &part.lease_name, NameSource::LeaseFile))
            .or_else(|| said(|part| &part.mdns_name, NameSource::MulticastDns))
            .or_else(|| said(|part| &part.reverse_name, NameSource::ReverseName))
    }

    /// Something that people said of a device, or of an address of it before more was known.
    pub(super) fn told_of<T>(
        &self,
        id: DeviceId,
        members: &Members,
        what: impl Fn(&super::told::ToldDevice) -> Option<T>,
    ) -> Option<T> {
        let told = |id| self.told.get(id).and_then(&what);
        told(id).or_else(|| members.addresses.iter().find_map(|address| told(DeviceId::at(*address))))
    }

    /// What the operator's own records and hosts files call an address.
    pub(super) fn local_name(&self, address: IpAddr) -> Option<Arc<str>> {
        let name = self.local.host_name(address)?.to_string();
        Some(naming::short(&name).into())
    }
}
