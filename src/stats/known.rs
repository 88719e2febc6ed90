//! What was found out about the parts of events, each once for all its events: counters know names, devices, lists and
//! whose a name is by number.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use super::{
    Attribution, Packed,
    dictionary::{Dictionary, Id, IdSet},
    hash::Secret,
    names::NameDictionary,
    spelled::{Spelled, Spellings},
};
use crate::{
    catalog::Catalog,
    clients::{Caller, DeviceId},
    dns::{MAX_NAME, Name},
    policy::CauseSource,
};

/// Names that are known at once at most; more than all windows together count when all are full.
const NAMES: usize = 20_480;
/// Devices, and addresses of devices, likewise.
const DEVICES: usize = 8_192;

/// Who asked, should that ever not be known.
static NOBODY: Caller = Caller { id: DeviceId::Address(IpAddr::V4(Ipv4Addr::UNSPECIFIED)), name: None };

/// What people call the things that an event names by number or by address.
pub trait Naming {
    /// The id of the list or group that a cause names by its number.
    fn source(&self, source: CauseSource) -> Option<Arc<str>>;

    /// Whose an address is.
    fn device(&self, address: IpAddr) -> Caller;
}

/// Names, devices, lists and whose a name is, each with its number.
#[derive(Debug)]
pub(super) struct Known {
    catalog: &'static Catalog,
    names: NameDictionary<KnownName>,
    devices: Dictionary<DeviceId, KnownDevice>,
    /// As those of IPv6.
    addresses: Dictionary<u128, KnownAddress>,
    /// As many as there were lists since the start.
    lists: Dictionary<Arc<str>, ()>,
    /// How often numbers may have come to mean something else.
    meaning: u64,
    /// As many as the catalogue has at most.
    attributions: Dictionary<Attribution, ()>,
    sources: HashMap<CauseSource, KnownSource, Secret>,
}

#[derive(Clone, Copy, Debug)]
struct KnownName {
    attribution: Option<Id>,
}

#[derive(Debug)]
struct KnownDevice {
    caller: Caller,
    /// The one that it asked from last.
    address: IpAddr,
}

#[derive(Debug)]
struct KnownAddress {
    device: Id,
    outdated: bool,
}

#[derive(Debug)]
struct KnownSource {
    id: Option<Arc<str>>,
    list: Option<Id>,
}

/// An event with what is known of its parts.
#[derive(Debug)]
pub struct KnownEvent<'a> {
    /// The event.
    pub event: Packed<'a>,
    /// The number of its name, whatever the case.
    pub name: Id,
    /// Its name.
    pub spelled: Spelled<'a>,
    /// The number of the alias target that was decided on.
    pub via: Option<Id>,
    /// The number of the address that asked.
    pub address: Id,
    /// Numbers mean the same in events in which this is the same.
    pub meaning: u64,
    /// Whether its device is not known to have asked for its name before in this run.
    pub is_new: bool,
    pub(super) device: Id,
    /// Whose name it is, or whose name it leads to.
    pub(super) attribution: Option<Id>,
    /// The list whose word it was.
    pub(super) list: Option<Id>,
    /// The id of the list or group whose word it was.
    pub source: Option<&'a Arc<str>>,
    /// Who asked.
    pub caller: &'a Caller,
}

impl KnownEvent<'_> {
    /// What made it end so, as a number that is the same for the same; `None` where nothing did.
    #[must_use]
    pub fn cause_number(&self) -> Option<u64> {
        let via = self.via.map_or(0, |via| u64::from(via) + 1);
        self.event.source().map(|_| via << 32 | u64::from(self.event.cause_bits()))
    }
}

impl Known {
    /// Nothing is known yet.
    pub(super) fn new(catalog: &'static Catalog) -> Self {
        Self {
            catalog,
            names: NameDictionary::default(),
            devices: Dictionary::new(),
            addresses: Dictionary::new(),
            lists: Dictionary::new(),
            meaning: 0,
            attributions: Dictionary::new(),
            sources: HashMap::default(),
        }
    }

    /// Reads what [`Self::event`] is going to look at for these names, and notes their numbers.
    pub(super) fn foresee(&self, names: &mut Spellings) {
        names.number(|hash| self.names.likely(hash));
        self.names.touch_octets(names.numbers());
    }

    /// The parts of an event for a name by number; what is not known yet is found out.
    pub(super) fn event<'a>(
        &'a mut self,
        event: Packed<'a>,
        spelled: Spelled<'a>,
        naming: &impl Naming,
    ) -> KnownEvent<'a> {
        let (name, whose) = self.name(spelled);
        let via = event.via_wire().map(|via| self.name_of(via));
        let attribution = whose.or_else(|| via?.1);
        let (address, device) = self.device_at(event.client_bits(), naming);
        let lists = &mut self.lists;
        let source = event.source().map(|source| {
            self.sources.entry(source).or_insert_with(|| {
                let id = naming.source(source);
                let list = id.as_ref().filter(|_| matches!(source, CauseSource::List(_)));
                KnownSource { list: list.map(|id| lists.enter(id, || (Arc::clone(id), ())).0), id }
            })
        });
        let list = source.as_ref().and_then(|source| source.list);
        let source = source.and_then(|source| source.id.as_ref());
        let caller = self.devices.get(device).map_or(&NOBODY, |(_, known)| &known.caller);
        let (via, meaning) = (via.map(|via| via.0), self.meaning);
        KnownEvent {
            event,
            name,
            spelled,
            via,
            address,
            meaning,
            is_new: false,
            device,
            attribution,
            list,
            source,
            caller,
        }
    }

    /// The numbers of the device at an address and of a name in wire form.
    pub(super) fn pair(&mut self, address: IpAddr, name: &[u8], naming: &impl Naming) -> (Id, Id) {
        (self.device_at(bits(address), naming).1, self.name_of(name).0)
    }

    /// Has all names that people gave asked anew.
    pub(super) fn outdate(&mut self) {
        self.meaning += 1;
        self.sources.clear();
        self.addresses.values_mut().for_each(|address| address.outdated = true);
    }

    /// The number of a device, named by what it is known by or by its address.
    pub(super) fn find_device(&self, device: DeviceId) -> Option<Id> {
        self.devices.find(&device).or_else(|| {
            let DeviceId::Address(address) = device else { return None };
            let known = self.addresses.find(&bits(address)).and_then(|id| self.addresses.get(id));
            known.map(|(_, address)| address.device)
        })
    }

    /// Whether there are so many names or devices that those which nobody counts must be forgotten.
    pub(super) fn is_full(&self) -> bool {
        self.names.len() >= NAMES || self.devices.len() >= DEVICES || self.addresses.len() >= DEVICES
    }

    /// Forgets all names and devices but these.
    pub(super) fn retain(&mut self, names: &IdSet, devices: &IdSet) {
        self.meaning += 1;
        self.names.retain(|id| names.contains(id));
        self.devices.retain(|id, _| devices.contains(id));
        self.addresses.retain(|_, address| devices.contains(address.device));
    }

    /// A name as people read it, in lower case.
    pub(super) fn name_text(&self, id: Id) -> Option<Arc<str>> {
        let (wire, _) = self.names.get(id)?;
        Some(Name::from_wire(wire).ok()?.to_string().into())
    }

    /// Whose a name is.
    pub(super) fn name_attribution(&self, id: Id) -> Option<&Attribution> {
        self.attribution(self.names.get(id)?.1.attribution?)
    }

    /// Whose something is.
    pub(super) fn attribution(&self, id: Id) -> Option<&Attribution> {
        Some(self.attributions.get(id)?.0)
    }

    /// The address that a device asked from last, and which device it is.
    pub(super) fn device(&self, id: Id) -> Option<(IpAddr, &Caller)> {
        let (_, device) = self.devices.get(id)?;
        Some((device.address, &device.caller))
    }

    /// The id of a list.
    pub(super) fn list(&self, id: Id) -> Option<&Arc<str>> {
        Some(self.lists.get(id)?.0)
    }

    /// The number of an address, given as one of IPv6, and of the device there.
    fn device_at(&mut self, bits: u128, naming: &impl Naming) -> (Id, Id) {
        let devices = &mut self.devices;
        let mut ask = || {
            let address = Ipv6Addr::from_bits(bits).to_canonical();
            let caller = naming.device(address);
            let (id, known) =
                devices.enter(&caller.id, || (caller.id, KnownDevice { caller: caller.clone(), address }));
            *known = KnownDevice { caller, address };
            KnownAddress { device: id, outdated: false }
        };
        let (number, known) = self.addresses.enter(&bits, || (bits, ask()));
        if known.outdated {
            *known = ask();
        }
        (number, known.device)
    }

    /// The number of a name in wire form, and whose it is.
    fn name_of(&mut self, wire: &[u8]) -> (Id, Option<Id>) {
        self.name(Spelled::new(wire, &mut [0; MAX_NAME]))
    }

    /// The number of a name, and whose it is.
    fn name(&mut self, name: Spelled<'_>) -> (Id, Option<Id>) {
        let (catalog, attributions) = (self.catalog, &mut self.attributions);
        let (id, known) = self.names.enter(name, || {
            let attribution = catalog.find_wire(name.lower()).map(Attribution::from);
            let attribution = attribution.map(|whose| attributions.enter(&whose, || (whose.clone(), ())).0);
            KnownName { attribution }
        });
        (id, known.attribution)
    }
}

/// An address as one of IPv6, which is quickly told from another.
fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}
