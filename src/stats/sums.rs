//! The figures of a long time: what is read from elsewhere, name by name, and becomes an overview.

use std::{collections::HashMap, net::IpAddr, sync::Arc};

use super::{
    Asked, Attribution, Overview, StoppedName, TopDevice, TopList, TopName, TopPurpose, TopVendor, tables::largest,
};
use crate::{catalog::Catalog, clients::Caller, dns::Name};

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
        let devices = largest(self.devices, |(_, asked)| asked.queries, Some).into_iter();
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
