//! What was found out about the parts of events, each once for all its events: counters know names, devices, lists and
//! whose a name is by number.

use std::{collections::HashMap, net::IpAddr, sync::Arc};

use super::{
    Attribution, Packed,
    dictionary::{Dictionary, Id, IdSet},
};
use crate::{
    catalog::Catalog,
    clients::Caller,
    dns::{MAX_NAME, Name},
    policy::CauseSource,
};

/// Names that are known at once at most; more than all windows together count when all are full.
const NAMES: usize = 20_480;
/// Devices, likewise.
const DEVICES: usize = 8_192;

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
    /// By their wire form in lower case.
    names: Dictionary<Box<[u8]>, KnownName>,
    devices: Dictionary<IpAddr, KnownDevice>,
    /// As many as there were lists since the start.
    lists: Dictionary<Arc<str>, ()>,
    /// As many as the catalogue has at most.
    attributions: Dictionary<Attribution, ()>,
    sources: HashMap<CauseSource, KnownSource>,
}

#[derive(Clone, Copy, Debug)]
struct KnownName {
    attribution: Option<Id>,
}

#[derive(Debug)]
struct KnownDevice {
    caller: Caller,
    outdated: bool,
}

#[derive(Debug)]
struct KnownSource {
    id: Option<Arc<str>>,
    list: Option<Id>,
}

/// An event with its parts by number.
#[derive(Debug)]
pub(super) struct KnownEvent<'a> {
    pub(super) event: Packed<'a>,
    pub(super) name: Id,
    pub(super) device: Id,
    /// Whose name it is, or whose name it leads to.
    pub(super) attribution: Option<Id>,
    /// The list whose word it was.
    pub(super) list: Option<Id>,
    /// The id of the list or group whose word it was.
    pub(super) source: Option<&'a Arc<str>>,
    /// Who asked.
    pub(super) caller: &'a Caller,
}

impl Known {
    /// Nothing is known yet.
    pub(super) fn new(catalog: &'static Catalog) -> Self {
        Self {
            catalog,
            names: Dictionary::new(),
            devices: Dictionary::new(),
            lists: Dictionary::new(),
            attributions: Dictionary::new(),
            sources: HashMap::new(),
        }
    }

    /// The parts of an event by number; what is not known yet is found out.
    pub(super) fn event<'a>(&'a mut self, event: Packed<'a>, naming: &impl Naming) -> KnownEvent<'a> {
        let (name, whose) = self.name(event.name_wire());
        let attribution = whose.or_else(|| self.name(event.via_wire()?).1);
        let address = event.client();
        let (device, known) =
            self.devices.enter(&address, || (address, KnownDevice { caller: naming.device(address), outdated: false }));
        if known.outdated {
            *known = KnownDevice { caller: naming.device(address), outdated: false };
        }
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
        KnownEvent { event, name, device, attribution, list, source, caller: &known.caller }
    }

    /// Has all names that people gave asked anew.
    pub(super) fn outdate(&mut self) {
        self.sources.clear();
        self.devices.values_mut().for_each(|device| device.outdated = true);
    }

    /// Whether there are so many names or devices that those which nobody counts must be forgotten.
    pub(super) fn is_full(&self) -> bool {
        self.names.len() >= NAMES || self.devices.len() >= DEVICES
    }

    /// Forgets all names and devices but these.
    pub(super) fn retain(&mut self, names: &IdSet, devices: &IdSet) {
        self.names.retain(|id| names.contains(id));
        self.devices.retain(|id| devices.contains(id));
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

    /// An address and whose it is.
    pub(super) fn device(&self, id: Id) -> Option<(IpAddr, &Caller)> {
        let (address, device) = self.devices.get(id)?;
        Some((*address, &device.caller))
    }

    /// The id of a list.
    pub(super) fn list(&self, id: Id) -> Option<&Arc<str>> {
        Some(self.lists.get(id)?.0)
    }

    /// The number of a name in wire form, and whose it is.
    fn name(&mut self, wire: &[u8]) -> (Id, Option<Id>) {
        let mut buffer = [0; MAX_NAME];
        let wire = wire.get(..MAX_NAME).unwrap_or(wire);
        let lower = &mut buffer[..wire.len()];
        lower.copy_from_slice(wire);
        lower.make_ascii_lowercase();
        let (catalog, attributions) = (self.catalog, &mut self.attributions);
        let (id, known) = self.names.enter(&*lower, || {
            let entry = Name::from_wire(wire).ok().and_then(|name| catalog.find(&name));
            let attribution = entry.map(Attribution::from);
            let attribution = attribution.map(|whose| attributions.enter(&whose, || (whose.clone(), ())).0);
            (Box::from(&*lower), KnownName { attribution })
        });
        (id, known.attribution)
    }
}
