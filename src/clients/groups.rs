//! Which group a device is in.

use std::{collections::HashMap, net::IpAddr};

use super::{DeviceSelector, MacAddress, networks::Networks};

/// The place of a group among the groups of the configuration, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupNumber(pub u16);

/// The devices of all groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    macs: HashMap<MacAddress, GroupNumber>,
    /// Addresses that are named by themselves.
    addresses: HashMap<IpAddr, GroupNumber>,
    networks: Networks<GroupNumber>,
}

impl Groups {
    /// Takes the devices of each group, in the order of their numbers. A device that is named twice is in the first of
    /// its groups.
    #[must_use]
    pub fn new(groups: impl IntoIterator<Item = impl AsRef<[DeviceSelector]>>) -> Self {
        let (mut macs, mut addresses, mut networks) = (HashMap::new(), HashMap::new(), Vec::new());
        for (number, devices) in (0..=u16::MAX).map(GroupNumber).zip(groups) {
            for device in devices.as_ref() {
                match *device {
                    DeviceSelector::Mac(mac) => {
                        macs.entry(mac).or_insert(number);
                    }
                    DeviceSelector::Network(network) => {
                        if network.prefix_len() == network.max_prefix_len() {
                            addresses.entry(network.addr().to_canonical()).or_insert(number);
                        }
                        networks.push((network, number));
                    }
                }
            }
        }
        Self { macs, addresses, networks: Networks::new(networks) }
    }

    /// The group that names a device with these hardware addresses and addresses: one of the former, or else one of the
    /// latter by itself.
    #[must_use]
    pub fn naming(&self, macs: &[MacAddress], addresses: &[IpAddr]) -> Option<GroupNumber> {
        let by_mac = macs.iter().find_map(|mac| self.macs.get(mac));
        by_mac.or_else(|| addresses.iter().find_map(|address| self.addresses.get(&address.to_canonical()))).copied()
    }

    /// The group of the device at `address`: its hardware address decides, where it is known and named; otherwise the
    /// longest network around `address`.
    #[must_use]
    pub fn find(&self, address: IpAddr, mac: Option<MacAddress>) -> Option<GroupNumber> {
        mac.and_then(|mac| self.macs.get(&mac).copied()).or_else(|| self.networks.find(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mac_beats_an_address_and_a_long_network_a_short_one() {
        let devices = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<DeviceSelector>>();
        let groups = Groups::new([
            devices(&["192.168.0.0/16", "fd00::/8"]),
            devices(&["192.168.1.40", "192.168.2.0/24", "aa:bb:cc:dd:ee:ff"]),
            devices(&["192.168.2.9", "192.168.1.40", "aa-bb-cc-dd-ee-ff", "fd00::1"]),
        ]);
        let known = Some(MacAddress([0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff]));
        let check = |address: &str, mac: Option<MacAddress>, group: Option<u16>| {
            assert_eq!(groups.find(address.parse().unwrap(), mac), group.map(GroupNumber), "{address} {mac:?}");
        };
        check("192.168.9.9", None, Some(0));
        check("192.168.1.40", None, Some(1));
        check("::ffff:192.168.1.40", None, Some(1));
        check("192.168.1.41", None, Some(0));
        check("192.168.2.8", None, Some(1));
        check("192.168.2.9", None, Some(2));
        check("192.168.2.9", known, Some(1));
        check("10.0.0.1", known, Some(1));
        check("10.0.0.1", Some(MacAddress([0; 6])), None);
        check("192.168.2.9", Some(MacAddress([0; 6])), Some(2));
        check("fd00::1", None, Some(2));
        check("fd00::2", None, Some(0));
        check("fe80::1", None, None);
    }

    #[test]
    fn no_groups_hold_nobody() {
        let groups = Groups::new(Vec::<Vec<DeviceSelector>>::new());
        assert_eq!(groups.find(IpAddr::from([192, 168, 1, 1]), None), None);
    }
}
