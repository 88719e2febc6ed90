//! The figures of a long time: what is read from elsewhere, name by name, and becomes an overview.

use std::{collections::HashMap, net::IpAddr, sync::Arc};

use super::{
    Asked, Attribution, Overview, StoppedName, TopDevice, TopList, TopName, TopPurpose, TopVendor, tables::largest,
};
use crate::{
    catalog::Catalog,
    clients::{Caller, DeviceId},
    dns::Name,
};

/// Names that are told apart at most; when there are more, those that were asked least are forgotten.
const NAMES: usize = 65_536;

/// How often who asked for what. Names are given in wire form and lower case.
#[derive(Debug, Default)]
pub struct Sums {
    names: HashMap<Box<[u8]>, NameSum>,
    devices: HashMap<IpAddr, (Caller, Asked)>,
    lists: HashMap<Arc<str>, u64>,
    owners: HashMap<Attribution, Asked>,
}

#[derive(Debug, Default)]
struct NameSum {
    asked: Asked,
    last: LastStop,
}

/// The last time that a name was stopped.
#[derive(Clone, Debug, Default)]
pub struct LastStop {
    /// The list that stopped it, if one did.
    pub list: Option<Arc<str>>,
    /// The name that it leads to, if that was stopped.
    pub via: Option<Name>,
}

impl Sums {
    /// Adds what was asked for a name; `last` is its last stop, if there was one.
    pub fn name(&mut self, name: &[u8], asked: Asked, last: Option<LastStop>) {
        if !self.names.contains_key(name) {
            self.make_room();
            self.names.insert(name.into(), NameSum::default());
        }
        if let Some(sum) = self.names.get_mut(name) {
            sum.asked.add(asked);
            sum.last = last.unwrap_or(std::mem::take(&mut sum.last));
        }
    }

    /// Adds what a device asked; `caller` is who that is now.
    pub fn device(&mut self, address: IpAddr, caller: &Caller, asked: Asked) {
        let (known, sum) = self.devices.entry(address).or_insert_with(|| (caller.clone(), Asked::default()));
        known.clone_from(caller);
        sum.add(asked);
    }

    /// Adds what was asked for the names of one service. They need not be among those that are told one by one.
    pub fn owner(&mut self, owner: &Attribution, asked: Asked) {
        match self.owners.get_mut(owner) {
            Some(sum) => sum.add(asked),
            None => drop(self.owners.insert(owner.clone(), asked)),
        }
    }

    /// Adds what a list stopped.
    pub fn list(&mut self, id: &Arc<str>, stopped: u64) {
        *self.lists.entry(Arc::clone(id)).or_default() += stopped;
    }

    /// The overview that begins with `frame`, with tables of these sums.
    #[must_use]
    pub fn overview(self, frame: Overview, catalog: &Catalog) -> Overview {
        let (mut vendors, mut purposes) = (HashMap::new(), HashMap::new());
        for (whose, asked) in self.owners {
            let vendor = (whose.vendor, whose.country);
            vendors.entry(vendor).or_insert_with(Asked::default).add(asked);
            purposes.entry(whose.purpose).or_insert_with(Asked::default).add(asked);
        }
        let whose = |name: &str, sum: &NameSum| {
            let entry = name.parse().ok().and_then(|name| catalog.find(&name));
            entry.or_else(|| catalog.find(sum.last.via.as_ref()?)).map(Attribution::from)
        };
        let text = |wire: &[u8]| Some(Arc::<str>::from(Name::from_wire(wire).ok()?.to_string()));
        let asked = self.names.iter().map(|(wire, sum)| (&**wire, sum));
        let names = largest(asked.clone(), |sum| sum.asked.queries, text).into_iter();
        let stopped = asked.filter(|(_, sum)| sum.asked.stopped > 0);
        let stopped_names = largest(stopped, |sum| sum.asked.stopped, text).into_iter();
        let devices = largest(whole(self.devices), |(_, asked)| asked.queries, Some).into_iter();
        let vendors = largest(vendors, |asked| asked.queries, Some).into_iter();
        let purposes = largest(purposes, |asked| asked.queries, Some).into_iter();
        let lists = largest(self.lists, |stopped| *stopped, Some).into_iter();
        Overview {
            stopped_names: stopped_names
                .map(|(name, sum)| StoppedName {
                    attribution: whose(&name, sum),
                    stopped: sum.asked.stopped,
                    list: sum.last.list.clone(),
                    name,
                })
                .collect(),
            names: names
                .map(|(name, sum)| TopName {
                    attribution: whose(&name, sum),
                    queries: sum.asked.queries,
                    stopped: sum.asked.stopped,
                    name,
                })
                .collect(),
            devices: devices
                .map(|(device, (caller, Asked { queries, stopped }))| TopDevice {
                    device,
                    device_id: caller.id,
                    device_name: caller.name.map_or_else(|| device.to_string(), |name| name.to_string()),
                    queries,
                    stopped,
                })
                .collect(),
            vendors: vendors
                .map(|((vendor, country), Asked { queries, stopped })| TopVendor { vendor, country, queries, stopped })
                .collect(),
            purposes: purposes
                .map(|(purpose, Asked { queries, stopped })| TopPurpose { purpose, queries, stopped })
                .collect(),
            lists: lists.map(|(list, stopped)| TopList { list, stopped }).collect(),
            ..frame
        }
    }

    /// Forgets the half of the names that was asked least, when there are too many.
    fn make_room(&mut self) {
        if self.names.len() < NAMES {
            return;
        }
        let mut queries: Vec<u64> = self.names.values().map(|sum| sum.asked.queries).collect();
        let (_, middle, _) = queries.select_nth_unstable(NAMES / 2);
        let middle = *middle;
        self.names.retain(|_, sum| sum.asked.queries > middle);
    }
}

/// The addresses of each device together, under the one that asked most.
fn whole(addresses: HashMap<IpAddr, (Caller, Asked)>) -> impl Iterator<Item = (IpAddr, (Caller, Asked))> {
    let mut devices: HashMap<DeviceId, (IpAddr, Caller, Asked, u64)> = HashMap::new();
    for (address, (caller, asked)) in addresses {
        let of_device = || (address, caller.clone(), Asked::default(), 0);
        let (shown, known, sum, most) = devices.entry(caller.id).or_insert_with(of_device);
        sum.add(asked);
        if (asked.queries, *shown) > (*most, address) {
            (*shown, *known, *most) = (address, caller, asked.queries);
        }
    }
    devices.into_values().map(|(address, caller, asked, _)| (address, (caller, asked)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_addresses_of_a_device_are_one_line() {
        let phone = Caller { id: "aa:bb:cc:dd:ee:ff".parse().unwrap(), name: Some("phone".into()) };
        let mut sums = Sums::default();
        let mut asks = |address: &str, caller: Option<&Caller>, queries: u64, stopped: u64| {
            let address: IpAddr = address.parse().unwrap();
            let caller = caller.cloned().unwrap_or_else(|| Caller::at(address));
            sums.device(address, &caller, Asked { queries, stopped });
        };
        asks("10.0.0.2", Some(&phone), 5, 1);
        asks("10.0.0.3", None, 6, 0);
        // Before its hardware address was known.
        asks("fd00::2", None, 3, 2);
        asks("fd00::2", Some(&phone), 4, 1);
        asks("fd00::1", Some(&phone), 7, 0);
        let mut lines: Vec<_> = whole(sums.devices).collect();
        lines.sort_unstable_by_key(|(_, (_, asked))| asked.queries);
        let shown = lines
            .iter()
            .map(|(address, (caller, asked))| (address.to_string(), caller.id, asked.queries, asked.stopped));
        let tv = "10.0.0.3".parse().unwrap();
        assert_eq!(
            shown.collect::<Vec<_>>(),
            [("10.0.0.3".to_owned(), tv, 6, 0), ("fd00::1".to_owned(), phone.id, 19, 4)]
        );
    }
}
