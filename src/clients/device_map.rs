//! The devices that are known, each address seated in its group, for one look by each query.

use std::{
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    num::NonZeroU16,
    sync::Arc,
};

use super::{DeviceId, GroupNumber, Groups, KnownDevice, MacAddress};

/// The most addresses that are held; what is beyond them is governed by its address alone.
const CAPACITY: usize = 1 << 15;

/// Whose an address is, and the group that governs it. Immutable: a change makes another map.
///
/// A table of open addressing, at most half full, keyed by chance, so that nobody can choose addresses that collide:
/// one look costs a multiplication and, as a rule, one cache line.
#[derive(Clone, Debug)]
pub struct DeviceMap {
    groups: Groups,
    /// A power of two; empty when no device is known.
    slots: Box<[Slot]>,
    devices: Box<[(DeviceId, Option<MacAddress>)]>,
    keys: [u64; 2],
}

/// An address with what is known of it. The key of an empty slot is 0, which is nobody's address.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    key: u128,
    device: u32,
    group: Option<GroupNumber>,
    mark: Option<NonZeroU16>,
}

/// What governs whoever is at an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The group.
    pub group: Option<GroupNumber>,
    /// What [`DeviceMap::marked`] made of it.
    pub mark: Option<NonZeroU16>,
}

/// What is known of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Whose it is.
    pub device: DeviceId,
    /// A hardware address of that device.
    pub mac: Option<MacAddress>,
    /// The group that governs it.
    pub group: Option<GroupNumber>,
}

impl DeviceMap {
    /// Seats `devices` in `groups`, whose ids stand in `ids` in the order of their numbers.
    ///
    /// A group that names a hardware address of a device, or one of its addresses by itself, has the whole device; then
    /// comes the group that somebody put it in; then, for each address by itself, the longest network around it.
    #[must_use]
    pub fn new<'d, D>(groups: Groups, ids: &[Arc<str>], devices: D) -> Self
    where
        D: IntoIterator<Item = &'d KnownDevice, IntoIter: Clone>,
    {
        let devices = devices.into_iter();
        let count = devices.clone().map(|device| device.addresses.len()).sum::<usize>().min(CAPACITY);
        let size = if count == 0 { 0 } else { (count * 2).next_power_of_two() };
        let chance = RandomState::new();
        let mut map = Self {
            groups,
            slots: vec![Slot::default(); size].into(),
            devices: devices.clone().map(|device| (device.id, device.macs.first().copied())).collect(),
            keys: [chance.hash_one(0_u8) | 1, chance.hash_one(1_u8) | 1],
        };
        let mut left = count;
        for (number, device) in (0_u32..).zip(devices) {
            let put = |id: &Arc<str>| ids.iter().position(|known| known == id).and_then(|at| u16::try_from(at).ok());
            let group = map.groups.naming(&device.macs, &device.addresses);
            let group = group.or_else(|| device.group.as_ref().and_then(put).map(GroupNumber));
            for address in device.addresses.iter().take(left) {
                let group = group.or_else(|| map.groups.find(*address, None));
                map.insert(Slot { key: key(*address), device: number, group, mark: None });
            }
            left = left.saturating_sub(device.addresses.len());
        }
        map
    }

    /// The same with a mark at the addresses of some devices: `mark` gives that of a device, by its number among those
    /// that the map was made of and by the group that governs the address.
    #[must_use]
    pub fn marked(mut self, mut mark: impl FnMut(usize, Option<GroupNumber>) -> Option<NonZeroU16>) -> Self {
        for slot in self.slots.iter_mut().filter(|slot| slot.key != 0) {
            slot.mark = usize::try_from(slot.device).ok().and_then(|device| mark(device, slot.group));
        }
        self
    }

    /// The group that governs the device at `address`: by what is known of the device, or else by the address.
    #[must_use]
    pub fn group(&self, address: IpAddr) -> Option<GroupNumber> {
        self.place(address).group
    }

    /// What governs the device at `address`.
    #[must_use]
    pub fn place(&self, address: IpAddr) -> Place {
        match self.slot(key(address)) {
            Some(Slot { group, mark, .. }) => Place { group: *group, mark: *mark },
            None => Place { group: self.groups.find(address, None), mark: None },
        }
    }

    /// What is known of `address`.
    #[must_use]
    pub fn find(&self, address: IpAddr) -> Option<Seat> {
        let slot = self.slot(key(address))?;
        let (device, mac) = *self.devices.get(usize::try_from(slot.device).ok()?)?;
        Some(Seat { device, mac, group: slot.group })
    }

    /// The groups.
    #[must_use]
    pub fn groups(&self) -> &Groups {
        &self.groups
    }

    /// The groups, for another map.
    #[must_use]
    pub fn into_groups(self) -> Groups {
        self.groups
    }

    fn slot(&self, key: u128) -> Option<&Slot> {
        // At most half of the slots are taken, so that the walk meets an empty one.
        self.walk(key).filter_map(|place| self.slots.get(place)).take_while(|slot| slot.key != 0).find(|s| s.key == key)
    }

    /// The first device that has an address keeps it.
    fn insert(&mut self, new: Slot) {
        let free = self
            .walk(new.key)
            .find(|place| self.slots.get(*place).is_some_and(|slot| slot.key == 0 || slot.key == new.key));
        if let Some(slot) = free.and_then(|place| self.slots.get_mut(place)).filter(|slot| slot.key == 0) {
            *slot = new;
        }
    }

    /// The places at which `key` may be, in order.
    fn walk(&self, key: u128) -> impl Iterator<Item = usize> + use<> {
        let mask = self.slots.len().wrapping_sub(1);
        let halves = [
            u64::try_from(key >> 64).unwrap_or_default(),
            u64::try_from(key & u128::from(u64::MAX)).unwrap_or_default(),
        ];
        let product = u128::from(halves[0] ^ self.keys[0]) * u128::from(halves[1] ^ self.keys[1]);
        let folded = (product >> 64) ^ product;
        let start = usize::try_from(folded & u128::from(u32::MAX)).unwrap_or_default();
        (0..self.slots.len()).map(move |step| start.wrapping_add(step) & mask)
    }
}

/// IPv4 addresses written as IPv6 ones are IPv4 addresses, as everywhere.
fn key(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clients::DeviceSelector;

    const MAC: MacAddress = MacAddress([0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff]);
    const OTHER: MacAddress = MacAddress([0x02, 0, 0, 0, 0, 1]);

    fn groups(devices: &[&[&str]]) -> Groups {
        let read = |texts: &&[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<DeviceSelector>>();
        Groups::new(devices.iter().map(read))
    }

    fn device(macs: &[MacAddress], addresses: &[&str], group: Option<&str>) -> KnownDevice {
        let addresses: Vec<IpAddr> = addresses.iter().map(|address| address.parse().unwrap()).collect();
        let id = macs.first().map_or_else(|| DeviceId::at(addresses[0]), |mac| DeviceId::Mac(*mac));
        KnownDevice { id, macs: macs.to_vec(), addresses, group: group.map(Into::into) }
    }

    #[test]
    fn a_whole_device_is_in_the_group_that_names_a_part_of_it() {
        let ids: [Arc<str>; 3] = ["kids".into(), "guests".into(), "free".into()];
        let named = [&["aa:bb:cc:dd:ee:ff", "10.0.0.7"][..], &["192.168.0.0/16"], &["fd00::/8"]];
        let check = |device: KnownDevice, expected: &[Option<u16>]| {
            let map = DeviceMap::new(groups(&named), &ids, std::slice::from_ref(&device));
            for (address, group) in device.addresses.iter().zip(expected) {
                assert_eq!(map.group(*address), group.map(GroupNumber), "{address} of {device:?}");
                assert_eq!(
                    map.find(*address).map(|seat| (seat.device, seat.group.map(|g| g.0))),
                    Some((device.id, *group))
                );
            }
        };
        check(device(&[MAC], &["192.168.1.5", "fd00::5", "203.0.113.5"], None), &[Some(0), Some(0), Some(0)]);
        check(device(&[OTHER, MAC], &["192.168.1.5"], None), &[Some(0)]);
        check(device(&[OTHER], &["192.168.1.5", "fd00::5", "203.0.113.5"], None), &[Some(1), Some(2), None]);
        check(device(&[OTHER], &["10.0.0.7", "fd00::5"], None), &[Some(0), Some(0)]);
        check(device(&[OTHER], &["192.168.1.5", "fd00::5"], Some("free")), &[Some(2), Some(2)]);
        check(device(&[MAC], &["192.168.1.5"], Some("free")), &[Some(0)]);
        check(device(&[OTHER], &["10.0.0.7"], Some("free")), &[Some(0)]);
        check(device(&[OTHER], &["192.168.1.5"], Some("gone")), &[Some(1)]);
        check(device(&[], &["203.0.113.9"], Some("kids")), &[Some(0)]);
    }

    #[test]
    fn whoever_is_unknown_is_governed_by_address() {
        for devices in [vec![], vec![device(&[MAC], &["192.168.1.5"], None)]] {
            let map = DeviceMap::new(groups(&[&["192.168.1.0/24"]]), &["kids".into()], &devices);
            let check = |address: &str, expected: Option<u16>| {
                let address: IpAddr = address.parse().unwrap();
                assert_eq!((map.group(address), map.find(address)), (expected.map(GroupNumber), None), "{address}");
            };
            check("192.168.1.6", Some(0));
            check("::ffff:192.168.1.6", Some(0));
            check("10.0.0.1", None);
            check("::", None);
            check("0.0.0.0", None);
        }
    }

    proptest! {
        #[test]
        fn every_address_is_found_and_no_other(
            known in prop::collection::btree_set(any::<u16>(), 0..200),
            others in prop::collection::vec(any::<u16>(), 0..50),
        ) {
            let address = |number: u16| match number % 2 {
                0 => IpAddr::from([10, 0, number.to_be_bytes()[0], number.to_be_bytes()[1]]),
                _ => IpAddr::from([0xfd00, 0, 0, 0, 0, 0, 0, number]),
            };
            let devices: Vec<KnownDevice> = known
                .iter()
                .map(|number| KnownDevice {
                    id: DeviceId::at(address(*number)),
                    macs: vec![],
                    addresses: vec![address(*number)],
                    group: None,
                })
                .collect();
            let map = DeviceMap::new(groups(&[]), &[], &devices);
            for number in known.iter().chain(&others) {
                let found = map.find(address(*number)).map(|seat| seat.device);
                prop_assert_eq!(found, known.contains(number).then(|| DeviceId::at(address(*number))));
            }
        }
    }

    #[test]
    fn more_than_there_is_room_for_does_no_harm() {
        let addresses =
            (0..u32::try_from(CAPACITY).unwrap() + 50).map(|number| IpAddr::V4((0x0A00_0000 + number).into()));
        let crowd =
            KnownDevice { id: DeviceId::Mac(OTHER), macs: vec![OTHER], addresses: addresses.collect(), group: None };
        let late = device(&[MAC], &["192.168.1.5"], None);
        let map = DeviceMap::new(groups(&[&["192.168.1.5"]]), &["kids".into()], &[crowd, late]);
        assert_eq!(map.find("10.0.0.9".parse().unwrap()).map(|seat| seat.device), Some(DeviceId::Mac(OTHER)));
        assert_eq!(map.find("192.168.1.5".parse().unwrap()), None);
        assert_eq!(map.group("192.168.1.5".parse().unwrap()), Some(GroupNumber(0)));
    }
}
