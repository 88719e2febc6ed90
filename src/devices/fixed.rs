//! What `config.toml` says of devices; nobody can change it while ponor runs.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::{
    clients::{DeviceId, DeviceKind, DeviceSelector},
    config,
};

/// What the configuration says of devices.
#[derive(Clone, Debug, Default)]
pub(super) struct Fixed {
    named: HashMap<DeviceId, Named>,
    /// From each address that is named to the one that its device is known by.
    owners: HashMap<DeviceId, DeviceId>,
    /// Addresses and hardware addresses that a group names by themselves.
    grouped: HashSet<DeviceId>,
}

/// A device that the configuration names.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// What it is called.
    pub(super) name: Arc<str>,
    /// What it is.
    pub(super) kind: Option<DeviceKind>,
}

impl Fixed {
    /// From the sections `[devices]` and `[[groups]]`.
    pub(super) fn new(devices: &config::Devices, groups: &[config::Group]) -> Self {
        let mut fixed = Self::default();
        for device in &devices.named {
            let Some(id) = device.addresses.first() else { continue };
            fixed.named.insert(*id, Named { name: device.name.as_str().into(), kind: device.kind });
            fixed.owners.extend(device.addresses.iter().map(|address| (*address, *id)));
        }
        let single = |selector: &DeviceSelector| match selector {
            DeviceSelector::Mac(mac) => Some(DeviceId::Mac(*mac)),
            DeviceSelector::Network(network) if network.prefix_len() == network.max_prefix_len() => {
                Some(DeviceId::at(network.addr()))
            }
            DeviceSelector::Network(_) => None,
        };
        fixed.grouped = groups.iter().flat_map(|group| &group.devices).filter_map(single).collect();
        fixed
    }

    /// What it says of the device that is known by `id`.
    pub(super) fn get(&self, id: DeviceId) -> Option<&Named> {
        self.named.get(&id)
    }

    /// The device that it gives an address to.
    pub(super) fn owner(&self, part: DeviceId) -> Option<DeviceId> {
        self.owners.get(&part).copied()
    }

    /// Every address that it gives to a device.
    pub(super) fn parts(&self) -> impl Iterator<Item = DeviceId> {
        self.owners.keys().copied()
    }

    /// Whether a group names it by itself.
    pub(super) fn is_grouped(&self, part: DeviceId) -> bool {
        self.grouped.contains(&part)
    }
}
