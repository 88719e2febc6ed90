//! Which queries are looked for, decided once for each name, device and cause of a set of words.

use std::net::Ipv4Addr;

use super::{
    block::{Cell, Common},
    book::Book,
    words::{Device, KeptCause},
};
use crate::{
    catalog::Catalog,
    clients::{Called, DeviceId},
    dns::{Name, Rcode, RecordType},
    filter::{Aspect, Filter},
    policy::Verdict,
    stats::{Attribution, Row, RowFilter, Transport, name_contains},
    time::UnixTime,
};

/// Which queries are looked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted<'f> {
    /// Only those with a smaller id.
    pub(super) before: Option<u64>,
    /// Only those with a greater id.
    pub(super) after: Option<u64>,
    /// Only those from this time on.
    pub(super) from: Option<UnixTime>,
    /// Only those before this time.
    pub(super) until: Option<UnixTime>,
    /// Only those that ended so.
    pub(super) verdict: Option<Verdict>,
    /// Only those of this device, named by what it is known by or by an address.
    pub(super) device: Option<DeviceId>,
    /// Only names that contain this text, given in lower case.
    pub(super) name: Option<&'f str>,
    /// Only those that it means.
    pub(super) meant: Option<&'f Filter>,
    /// What devices are called now.
    pub(super) called: Option<&'f Called>,
}

impl<'f> Wanted<'f> {
    /// What `filter` admits and `meant` means, which knows devices by what they are `called` now.
    pub(super) fn new(filter: &'f RowFilter, meant: &'f Filter, called: &'f Called) -> Self {
        let RowFilter { before, after, from, until, device, verdict, ref name } = *filter;
        Self {
            before,
            after,
            from: from.max(meant.since()),
            until: until.into_iter().chain(meant.until()).min(),
            verdict,
            device,
            name: name.as_deref(),
            meant: Some(meant),
            called: Some(called),
        }
    }

    /// Whether a query is looked for, as far as its id and its time tell.
    pub(super) fn holds(&self, cell: &Cell) -> bool {
        self.before.is_none_or(|before| cell.id < before)
            && self.after.is_none_or(|after| cell.id > after)
            && self.from.is_none_or(|from| cell.at >= from)
            && self.until.is_none_or(|until| cell.at < until)
    }
}

/// Words, and which of them are looked for, by their numbers from 0, which is none; `None` where all are.
pub(super) struct Chosen<'w> {
    book: Book,
    names: Option<Vec<bool>>,
    devices: Option<Vec<bool>>,
    causes: Option<Vec<bool>>,
    verdict: Option<Verdict>,
    /// Where it has a word about the query itself.
    meant: Option<&'w Filter>,
}

impl<'w> Chosen<'w> {
    /// Decides for each word of `book`.
    pub(super) fn new(book: Book, wanted: &Wanted<'w>) -> Self {
        let meant = |aspect| wanted.meant.filter(|meant| meant.is_about(aspect));
        Self {
            names: names(&book, wanted.name, meant(Aspect::Name), meant(Aspect::Owner)),
            devices: devices(&book, wanted.device, meant(Aspect::Device), wanted.called),
            causes: meant(Aspect::Cause).map(|meant| {
                let all = std::iter::once(None).chain(book.causes().iter().map(Option::as_ref));
                let row =
                    |cause: Option<&KeptCause>| Row { cause: cause.map(|cause| cause.row(&Name::ROOT)), ..bare() };
                all.map(|cause| meant.admits_aspect(Aspect::Cause, &row(cause))).collect()
            }),
            verdict: wanted.verdict,
            meant: meant(Aspect::Query),
            book,
        }
    }

    /// The words.
    pub(super) fn book(&self) -> &Book {
        &self.book
    }

    /// Whether every query is looked for, whatever it is about.
    pub(super) fn are_all(&self) -> bool {
        let marks = [&self.names, &self.devices, &self.causes];
        marks.into_iter().all(Option::is_none) && self.verdict.is_none() && self.meant.is_none()
    }

    /// Whether nothing of what is looked for is there.
    pub(super) fn is_nothing(&self) -> bool {
        [&self.names, &self.devices, &self.causes].into_iter().flatten().any(|marks| !marks.contains(&true))
    }

    /// Whether a query is looked for, as far as its words tell. It may be one too many where whose the name is hangs on
    /// its alias target.
    pub(super) fn has(&self, common: &Common) -> bool {
        let marked = |marks: &Option<Vec<bool>>, number: u32| {
            let place = usize::try_from(number).unwrap_or(usize::MAX);
            marks.as_ref().is_none_or(|marks| marks.get(place).copied().unwrap_or_default())
        };
        let row = || {
            let Common { rtype, verdict, transport, .. } = *common;
            Row { rtype, verdict, transport, ..bare() }
        };
        marked(&self.names, common.name)
            && marked(&self.devices, common.device)
            && marked(&self.causes, common.cause)
            && self.verdict.is_none_or(|verdict| common.verdict == verdict)
            && self.meant.is_none_or(|meant| meant.admits_aspect(Aspect::Query, &row()))
    }
}

/// The names that contain `text`, that are meant, and whose owner is or may be.
fn names(book: &Book, text: Option<&str>, name: Option<&Filter>, owner: Option<&Filter>) -> Option<Vec<bool>> {
    if text.is_none() && name.or(owner).is_none() {
        return None;
    }
    let has_aliases = book.causes().iter().flatten().any(|cause| cause.via.is_some());
    let catalog = Catalog::built_in();
    let is_named = |wire: Option<&Name>, meant: &Filter| {
        let text = wire.map_or_else(String::new, Name::to_string);
        meant.admits_aspect(Aspect::Name, &Row { name: text.into(), ..bare() })
    };
    let is_owned = |wire: Option<&Name>, meant: &Filter| {
        let attribution = wire.and_then(|name| catalog.find(name)).map(Attribution::from);
        attribution.is_none() && has_aliases || meant.admits_aspect(Aspect::Owner, &Row { attribution, ..bare() })
    };
    let is_meant = |wire: Option<&[u8]>| {
        if !text.is_none_or(|text| wire.is_some_and(|wire| name_contains(wire, text))) {
            return false;
        }
        if name.or(owner).is_none() {
            return true;
        }
        let wire = wire.and_then(|wire| Name::from_wire(wire).ok());
        name.is_none_or(|meant| is_named(wire.as_ref(), meant))
            && owner.is_none_or(|meant| is_owned(wire.as_ref(), meant))
    };
    Some(std::iter::once(None).chain(book.names()).map(is_meant).collect())
}

/// The devices that are known by `id` and that are meant.
fn devices(book: &Book, id: Option<DeviceId>, meant: Option<&Filter>, called: Option<&Called>) -> Option<Vec<bool>> {
    if id.is_none() && meant.is_none() {
        return None;
    }
    let is_meant = |device: Option<&Device>| {
        id.is_none_or(|id| device.is_some_and(|device| device.is(id)))
            && meant.is_none_or(|meant| meant.admits_aspect(Aspect::Device, &with_device(bare(), device, called)))
    };
    Some(std::iter::once(None).chain(book.devices().iter().map(Option::as_ref)).map(is_meant).collect())
}

/// A query of which nothing is known. Makes nothing in memory.
fn bare() -> Row {
    let nobody = Ipv4Addr::UNSPECIFIED.into();
    Row {
        id: 0,
        at: UnixTime(0),
        device: nobody,
        device_id: DeviceId::Address(nobody),
        device_name: String::new(),
        name: Box::default(),
        rtype: RecordType(0),
        verdict: Verdict::Stopped,
        rcode: Rcode::NOERROR,
        transport: Transport::Udp,
        latency_us: 0,
        cause: None,
        attribution: None,
    }
}

/// The row with who asked, by the name of now where that is known.
fn with_device(row: Row, device: Option<&Device>, called: Option<&Called>) -> Row {
    let Some(Device { address, caller }) = device else { return row };
    let device_name = caller.name.as_deref().map_or_else(|| address.to_string(), str::to_owned);
    let mut row = Row { device: *address, device_id: caller.id, device_name, ..row };
    if let Some(called) = called {
        row.rename(called);
    }
    row
}

/// A query as people read it.
pub(super) fn row(cell: &Cell, book: &Book, called: &Called) -> Row {
    let (name, cause) = (book.name(cell.name), book.cause(cell.cause));
    let catalog = Catalog::built_in();
    let find = |name: Option<Name>| catalog.find(&name?);
    let entry = find(name).or_else(|| find(cause?.via()));
    let row = Row {
        id: cell.id,
        at: cell.at,
        name: name.map_or_else(String::new, |name| name.to_string()).into(),
        rtype: cell.rtype,
        verdict: cell.verdict,
        rcode: cell.rcode,
        transport: cell.transport,
        latency_us: cell.latency_us.into(),
        cause: cause.map(|cause| cause.row(&name.unwrap_or(Name::ROOT))),
        attribution: entry.map(Attribution::from),
        ..bare()
    };
    with_device(row, book.device(cell.device), Some(called))
}
