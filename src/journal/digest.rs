//! What an overview tells of a stretch of time, made once when the stretch is over: so nobody adds up every name of every
//! device to show a few of them.
//!
//! A digest has the names that were asked or stopped most, what each device asked of each service, and what each list
//! stopped. A service stands there by one of its names, so that it is the catalogue of the reader that says whose it is.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use super::{
    book::Book,
    octets::{Reader, put, put_octets, seal, unseal},
    tally::Tally,
    words::{Device, KeptCause, Mark, Words},
};
use crate::{
    catalog::Catalog,
    dns::Name,
    policy::Verdict,
    stats::{Asked, Attribution, LastStop, SourceKind, Sums},
};

/// Names of those that were asked most, and of those that were stopped most.
const NAMES: usize = 200;

/// What was asked for a name, and what stopped it last.
#[derive(Clone, Copy, Debug, Default)]
struct NameCount {
    asked: Asked,
    cause: u32,
}

/// The digest of a tally in these words, as octets.
pub(super) fn digest(tally: &Tally, words: &Words, catalog: &Catalog) -> Vec<u8> {
    let (mut names, mut lists) = (Vec::<NameCount>::new(), BTreeMap::<u32, u64>::new());
    let tells = |cause| words.cause_of(cause).is_none_or(|cause| cause.source.tells_of_owner());
    for count in tally.counts() {
        let name = at(&mut names, count.name);
        name.asked.add(Asked { queries: count.queries, stopped: 0 });
        if count.verdict == Verdict::Stopped {
            name.asked.add(Asked { queries: 0, stopped: count.queries });
            if name.cause == 0 || tells(count.cause) {
                name.cause = count.cause;
            }
            *lists.entry(count.cause).or_default() += count.queries;
        }
    }
    let services = Owners::new(&names, words, catalog);
    let mut devices = BTreeMap::<(u32, u32), Asked>::new();
    for count in tally.counts() {
        let stopped = if count.verdict == Verdict::Stopped { count.queries } else { 0 };
        let service = if tells(count.cause) { services.of(count.name) } else { 0 };
        let asked = devices.entry((count.device, service)).or_default();
        asked.add(Asked { queries: count.queries, stopped });
    }
    let mut own = Words::new();
    let mut octets = Vec::new();
    let most = most(&names);
    put(&mut octets, most.len() as u64);
    for (name, NameCount { asked, cause }) in most {
        let cause = words.cause_of(cause).map_or(0, |cause| own.cause(cause));
        let name = words.name_wire(name).map_or(0, |name| own.name_of(name));
        put_asked(&mut octets, [name, cause], asked);
    }
    put(&mut octets, devices.len() as u64);
    for ((device, service), asked) in devices {
        let device = words.device_of(device).map_or(0, |device| own.device(device));
        let example = services.example(service).map_or(0, |name| own.name_of(name.wire()));
        put_asked(&mut octets, [device, example], asked);
    }
    put(&mut octets, lists.len() as u64);
    for (cause, stopped) in lists {
        let cause = words.cause_of(cause).map_or(0, |cause| own.cause(cause));
        put_asked(&mut octets, [cause, 0], Asked { queries: stopped, stopped });
    }
    let mut digest = Vec::new();
    put_octets(&mut digest, &own.encode(Mark::default(), own.mark()));
    digest.extend(octets);
    seal(digest)
}

/// What each device asked of each service, as a digest tells it. Devices and names are known by their numbers in `book`; a
/// service stands by one of its names, and number 0 is what is not known.
#[derive(Debug, Default)]
pub(super) struct Services {
    pub(super) book: Book,
    pub(super) asked: Vec<([u32; 2], Asked)>,
}

impl Services {
    /// Reads what [`digest`] made; `None` when it is damaged.
    pub(super) fn read(octets: &[u8]) -> Option<Self> {
        let mut reader = Reader(unseal(octets)?);
        let mut book = Book::new(0);
        if !book.read(reader.octets()?) {
            return None;
        }
        for _ in 0..reader.number()? {
            asked(&mut reader)?;
        }
        let count = reader.number()?;
        let asked = (0..count).map(|_| asked(&mut reader)).collect::<Option<Vec<_>>>()?;
        Some(Self { book, asked })
    }
}

/// What digests tell, all together.
#[derive(Debug)]
pub(super) struct Digests<'c> {
    sums: Sums,
    catalog: &'c Catalog,
    /// Whose names are that stand for services.
    owners: HashMap<Box<[u8]>, Option<Attribution>>,
}

impl<'c> Digests<'c> {
    /// Nothing was told; `catalog` says whose names are.
    pub(super) fn new(catalog: &'c Catalog) -> Self {
        Self { sums: Sums::default(), catalog, owners: HashMap::new() }
    }

    /// Adds what [`digest`] made; `None` when it is damaged, and added in part at most.
    pub(super) fn add(&mut self, octets: &[u8]) -> Option<()> {
        let mut reader = Reader(unseal(octets)?);
        let mut book = Book::new(0);
        if !book.read(reader.octets()?) {
            return None;
        }
        for _ in 0..reader.number()? {
            let ([name, cause], asked) = asked(&mut reader)?;
            if let Some(name) = book.name_wire(name) {
                self.sums.name(name, asked, (asked.stopped > 0).then(|| last_stop(book.cause(cause))));
            }
        }
        // First by number, so that each device and each service is looked up once.
        let (mut devices, mut services) = (Vec::<Asked>::new(), Vec::<Asked>::new());
        for _ in 0..reader.number()? {
            let ([device, example], asked) = asked(&mut reader)?;
            if book.device(device).is_some() {
                at(&mut devices, device).add(asked);
            }
            if book.name_wire(example).is_some() {
                at(&mut services, example).add(asked);
            }
        }
        for (number, asked) in (0..).zip(devices).filter(|(_, asked)| asked.queries > 0) {
            if let Some(Device { address, caller }) = book.device(number) {
                self.sums.device(*address, caller, asked);
            }
        }
        for (number, asked) in (0..).zip(services).filter(|(_, asked)| asked.queries > 0) {
            if let Some(owner) = book.name_wire(number).and_then(|name| self.owner(name)) {
                self.sums.owner(&owner, asked);
            }
        }
        for _ in 0..reader.number()? {
            let ([cause, _], asked) = asked(&mut reader)?;
            let cause = book.cause(cause).filter(|cause| cause.source == SourceKind::List);
            if let Some(id) = cause.and_then(|cause| cause.id.as_ref()) {
                self.sums.list(id, asked.stopped);
            }
        }
        Some(())
    }

    /// All of it.
    pub(super) fn sums(self) -> Sums {
        self.sums
    }

    fn owner(&mut self, name: &[u8]) -> Option<Attribution> {
        if let Some(known) = self.owners.get(name) {
            return known.clone();
        }
        let owner = Name::from_wire(name).ok().and_then(|name| self.catalog.find(&name)).map(Attribution::from);
        self.owners.insert(name.into(), owner.clone());
        owner
    }
}

fn put_asked(octets: &mut Vec<u8>, words: [u32; 2], asked: Asked) {
    for word in words {
        put(octets, word.into());
    }
    put(octets, asked.queries);
    put(octets, asked.stopped);
}

fn asked(reader: &mut Reader<'_>) -> Option<([u32; 2], Asked)> {
    let words = [reader.small()?, reader.small()?];
    Some((words, Asked { queries: reader.number()?, stopped: reader.number()? }))
}

fn last_stop(cause: Option<&KeptCause>) -> LastStop {
    let list = cause.filter(|cause| cause.source == SourceKind::List).and_then(|cause| cause.id.clone());
    LastStop { list, via: cause.and_then(KeptCause::via) }
}

/// The place of a number, made if need be.
fn at<T: Clone + Default>(all: &mut Vec<T>, number: u32) -> &mut T {
    let place = usize::try_from(number).unwrap_or(usize::MAX);
    if all.len() <= place {
        all.resize(place + 1, T::default());
    }
    &mut all[place]
}

/// Which service each name is of, by number from 1; and one name of each service.
struct Owners {
    of_names: Vec<u32>,
    examples: Vec<Name>,
}

impl Owners {
    fn new(names: &[NameCount], words: &Words, catalog: &Catalog) -> Self {
        let (mut of_names, mut examples) = (Vec::with_capacity(names.len()), Vec::new());
        let mut known: HashMap<Attribution, u32> = HashMap::new();
        for (number, count) in (0..).zip(names) {
            let name = words.name_wire(number).filter(|_| count.asked.queries > 0);
            let name = name.and_then(|name| Name::from_wire(name).ok());
            let alias = || words.cause_of(count.cause).and_then(KeptCause::via);
            let found = name.and_then(|name| Some((name, catalog.find(&name)?)));
            let found = found.or_else(|| alias().and_then(|name| Some((name, catalog.find(&name)?))));
            of_names.push(found.map_or(0, |(name, entry)| {
                *known.entry(Attribution::from(entry)).or_insert_with(|| {
                    examples.push(name);
                    u32::try_from(examples.len()).unwrap_or_default()
                })
            }));
        }
        Self { of_names, examples }
    }

    fn of(&self, name: u32) -> u32 {
        usize::try_from(name).ok().and_then(|name| self.of_names.get(name)).copied().unwrap_or_default()
    }

    fn example(&self, service: u32) -> Option<&Name> {
        self.examples.get(usize::try_from(service).ok()?.checked_sub(1)?)
    }
}

/// The names that were asked most and those that were stopped most, by number.
fn most(names: &[NameCount]) -> BTreeMap<u32, NameCount> {
    let most = |size: fn(&NameCount) -> u64| {
        let all = (0..).zip(names.iter().copied());
        let mut all: Vec<(u32, NameCount)> = all.skip(1).filter(|(_, count)| size(count) > 0).collect();
        if all.len() > NAMES {
            all.select_nth_unstable_by_key(NAMES - 1, |(number, count)| (Reverse(size(count)), *number));
            all.truncate(NAMES);
        }
        all
    };
    most(|count| count.asked.queries).into_iter().chain(most(|count| count.asked.stopped)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clients::Caller,
        journal::tally::{Count, Translation},
        stats::Overview,
    };

    #[test]
    fn rare_names_are_left_out_and_nothing_of_devices_services_and_lists() {
        let (mut source, catalog) = (Words::new(), Catalog::built_in());
        let address = [10, 0, 0, 1].into();
        let device = source.device(&Device { address, caller: Caller::at(address) });
        let cause = source.cause(&KeptCause {
            source: SourceKind::List,
            reach: crate::rules::Reach::Subtree,
            labels: 2,
            id: Some("vendors".into()),
            via: None,
        });
        let offline = KeptCause { source: SourceKind::Offline, ..source.cause_of(cause).unwrap().clone() };
        let offline = source.cause(&offline);
        let mut counts = Vec::new();
        for number in 1..=1000_u64 {
            let name: Name = format!("h{number}.ad.xiaomi.com").parse().unwrap();
            let name = source.name_of(name.wire());
            counts.push(Count { device, name, cause: 0, verdict: Verdict::Cached, queries: number });
            counts.push(Count { device, name, cause, verdict: Verdict::Stopped, queries: 1001 - number });
            counts.push(Count { device, name, cause: offline, verdict: Verdict::Stopped, queries: 2 });
        }
        let (book, mut words) = (source.book(1), Words::new());
        let (mut tally, mut translation) = (Tally::default(), Translation::default());
        for count in &counts {
            tally.add(count, &book, &mut translation, &mut words);
        }
        let octets = digest(&tally, &words, catalog);
        assert!(octets.len() < 20_000, "{}", octets.len());
        let mut digests = Digests::new(catalog);
        digests.add(&octets).unwrap();
        assert_eq!(digests.add(&octets[1..]), None, "damaged");
        let overview = digests.sums().overview(Overview::default(), catalog);
        // As often stopped as not, all together; every name was asked 1,001 times, and twice while the device was offline, which
        // counts for the device alone.
        let (all, stopped) = (1_001_000, 500_500);
        assert_eq!((overview.devices[0].queries, overview.devices[0].stopped), (all + 2000, stopped + 2000));
        assert_eq!((overview.vendors[0].queries, overview.vendors[0].stopped), (all, stopped));
        assert_eq!((&*overview.vendors[0].vendor, &*overview.lists[0].list), ("Xiaomi", "vendors"));
        assert_eq!(overview.lists[0].stopped, stopped);
        let first = &overview.stopped_names[0];
        assert_eq!((&*first.name, first.stopped), ("h1.ad.xiaomi.com", 1002));
        assert_eq!(first.list.as_deref(), Some("vendors"));
    }
}
