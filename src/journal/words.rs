//! What the numbers in blocks stand for: names, devices and causes, each told once.

use std::{collections::HashMap, net::IpAddr, ops::Range, sync::Arc};

use super::{
    book::Book,
    octets::{put, put_octets, seal},
};
use crate::{
    clients::{Caller, DeviceId},
    dns::{MAX_NAME, Name},
    geo::{Country, Geo, Place},
    policy::{Cause, CauseSource},
    rules::Reach,
    stats::{Dictionary, Id, NameDictionary, RowCause, SourceKind, Spelled},
};

/// Names that one set of words holds at most; the next query begins another set.
pub(super) const NAMES: usize = 32_768;
/// Devices and causes, likewise.
pub(super) const FEW: usize = 4_096;

/// Stands behind names, devices and causes where places follow.
pub(super) const WITH_PLACES: u8 = 1;

/// In the order of their numbers on disk.
pub(super) const SOURCES: [SourceKind; 9] = [
    SourceKind::List,
    SourceKind::OwnRules,
    SourceKind::GroupRules,
    SourceKind::Canary,
    SourceKind::Rebinding,
    SourceKind::Exception,
    SourceKind::NoAddress,
    SourceKind::SafeSearch,
    SourceKind::Offline,
];
pub(super) const REACHES: [Reach; 4] = [Reach::Exact, Reach::Subtree, Reach::Below, Reach::Pattern];

/// A device as the journal knows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Device {
    pub(super) address: IpAddr,
    /// Who that was then.
    pub(super) caller: Caller,
}

impl Device {
    /// Whether it is the device that is known by `id`, then or by its address.
    pub(super) fn is(&self, id: DeviceId) -> bool {
        self.caller.id == id || DeviceId::at(self.address) == id
    }
}

/// What made a query end as it did.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct KeptCause {
    pub(super) source: SourceKind,
    pub(super) reach: Reach,
    pub(super) labels: u8,
    /// The id of the list or group.
    pub(super) id: Option<Arc<str>>,
    /// The alias target that was decided on, in wire form and lower case.
    pub(super) via: Option<Box<[u8]>>,
}

/// How many words of each kind there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    names: usize,
    devices: usize,
    causes: usize,
    places: usize,
    located: usize,
}

impl Mark {
    /// How many names.
    pub(super) fn names(self) -> usize {
        self.names
    }
}

/// Words that are still being added to.
#[derive(Debug)]
pub(super) struct Words {
    names: NameDictionary<()>,
    devices: Dictionary<Device, ()>,
    causes: Dictionary<KeptCause, ()>,
    /// Where what was answered is at home.
    places: Dictionary<Place, ()>,
    /// Names and the places that they are at home at, by numbers, in the order in which that was found out.
    located: Vec<(u32, u32)>,
    /// The place of each name, by its number.
    homes: Vec<u32>,
    /// The places of addresses, which take long to look up; 0 is not known.
    looked_up: HashMap<IpAddr, u32>,
}

impl Words {
    /// No words.
    pub(super) fn new() -> Self {
        Self::with_room(0)
    }

    /// No words, and room for so many names.
    pub(super) fn with_room(names: usize) -> Self {
        Self {
            names: NameDictionary::with_room(names),
            devices: Dictionary::new(),
            causes: Dictionary::new(),
            places: Dictionary::new(),
            located: Vec::new(),
            homes: Vec::new(),
            looked_up: HashMap::new(),
        }
    }

    /// The words of a book, none of which is missing, with the same numbers.
    pub(super) fn of(book: &Book) -> Self {
        let mut words = Self::new();
        book.names().flatten().for_each(|name| _ = words.name_of(name));
        book.devices().iter().flatten().for_each(|device| _ = words.device(device));
        book.causes().iter().flatten().for_each(|cause| _ = words.cause(cause));
        book.located().for_each(|(name, place)| words.locate(name, place));
        words
    }

    /// Whether no more are to be added.
    pub(super) fn is_full(&self) -> bool {
        self.names.len() >= NAMES || self.devices.len() >= FEW || self.causes.len() >= FEW
    }

    /// The number of a name.
    pub(super) fn name(&mut self, name: Spelled<'_>) -> u32 {
        self.names.enter(name, || ()).0 + 1
    }

    /// Reads what is going to be looked at for these names.
    pub(super) fn touch<'n>(&self, names: impl Iterator<Item = Spelled<'n>>) {
        self.names.touch(names);
    }

    /// The number of a name, given in wire form.
    pub(super) fn name_of(&mut self, wire: &[u8]) -> u32 {
        self.name(Spelled::new(wire, &mut [0; MAX_NAME]))
    }

    /// The number of a device.
    pub(super) fn device(&mut self, device: &Device) -> u32 {
        self.devices.enter(device, || (device.clone(), ())).0 + 1
    }

    /// The number of a cause.
    pub(super) fn cause(&mut self, cause: &KeptCause) -> u32 {
        self.causes.enter(cause, || (cause.clone(), ())).0 + 1
    }

    /// Has a name be at home where it is answered with this address; one that is new, because there were so many before, where
    /// `homes` has it.
    pub(super) fn settle(
        &mut self,
        name: u32,
        answered: Option<IpAddr>,
        names_before: usize,
        homes: &HashMap<Box<[u8]>, Place>,
        geo: &Geo,
    ) {
        let is_new = usize::try_from(name).is_ok_and(|name| name > names_before);
        if is_new && let Some(place) = self.name_wire(name).and_then(|wire| homes.get(wire)) {
            self.locate(name, place);
        }
        if let Some(address) = answered.filter(|_| name > 0 && self.home(name).is_none()) {
            let place = self.look_up(address, geo);
            self.locate_at(name, place);
        }
    }

    /// The number of the place where an address is at home; 0 when that is not known.
    fn look_up(&mut self, address: IpAddr, geo: &Geo) -> u32 {
        if let Some(place) = self.looked_up.get(&address) {
            return *place;
        }
        if self.looked_up.len() >= FEW {
            self.looked_up.clear();
        }
        let place = geo.find(address).map_or(0, |place| self.place(&place));
        self.looked_up.insert(address, place);
        place
    }

    /// The number of a place; 0 when there are too many.
    fn place(&mut self, place: &Place) -> u32 {
        if self.places.len() < FEW { self.places.enter(place, || (place.clone(), ())).0 + 1 } else { 0 }
    }

    /// Says where what is answered for a name is at home. The first word stands: names that are answered from many places
    /// would be told anew for ever.
    pub(super) fn locate(&mut self, name: u32, place: &Place) {
        let place = self.place(place);
        self.locate_at(name, place);
    }

    fn locate_at(&mut self, name: u32, place: u32) {
        let Some(index) = usize::try_from(name).ok().filter(|name| (1..=NAMES + 1).contains(name)) else { return };
        if self.homes.len() <= index {
            self.homes.resize(index + 1, 0);
        }
        if self.homes[index] == 0 && place > 0 {
            self.homes[index] = place;
            self.located.push((name, place));
        }
    }

    /// The same as a book says it of the name that it calls `theirs`.
    pub(super) fn locate_as(&mut self, name: u32, book: &Book, theirs: u32) {
        if let Some(place) = book.home(theirs)
            && self.home(name).is_none()
        {
            self.locate(name, place);
        }
    }

    /// Where what is answered for a name is at home.
    pub(super) fn home(&self, name: u32) -> Option<&Place> {
        let place = self.homes.get(usize::try_from(name).ok()?)?.checked_sub(1)?;
        Some(self.places.get(place)?.0)
    }

    /// The names of which that is known, in wire form.
    pub(super) fn homes(&self) -> impl Iterator<Item = (&[u8], &Place)> {
        self.located.iter().filter_map(|(name, _)| Some((self.name_wire(*name)?, self.home(*name)?)))
    }

    /// A name by its number, in wire form.
    pub(super) fn name_wire(&self, number: u32) -> Option<&[u8]> {
        Some(self.names.get(number.checked_sub(1)?)?.0)
    }

    /// A device by its number.
    pub(super) fn device_of(&self, number: u32) -> Option<&Device> {
        Some(self.devices.get(number.checked_sub(1)?)?.0)
    }

    /// A cause by its number.
    pub(super) fn cause_of(&self, number: u32) -> Option<&KeptCause> {
        Some(self.causes.get(number.checked_sub(1)?)?.0)
    }

    /// How many there are now.
    pub(super) fn mark(&self) -> Mark {
        Mark {
            names: self.names.len(),
            devices: self.devices.len(),
            causes: self.causes.len(),
            places: self.places.len(),
            located: self.located.len(),
        }
    }

    /// The words from one mark to another as octets.
    pub(super) fn encode(&self, from: Mark, to: Mark) -> Vec<u8> {
        let mut octets = Vec::new();
        let Self { names, devices, causes, places, located, .. } = self;
        let name = |id| Some(names.get(id)?.0);
        part(&mut octets, from.names..to.names, name, Vec::extend_from_slice);
        part(&mut octets, from.devices..to.devices, |id| Some(devices.get(id)?.0), put_device);
        part(&mut octets, from.causes..to.causes, |id| Some(causes.get(id)?.0), put_cause);
        // Without any it is the form from before there were places, which is still read.
        if let Some(located @ [_, ..]) = located.get(from.located..to.located) {
            octets.push(WITH_PLACES);
            part(&mut octets, from.places..to.places, |id| Some(places.get(id)?.0), put_place);
            put(&mut octets, located.len() as u64);
            for (name, place) in located {
                put(&mut octets, (*name).into());
                put(&mut octets, (*place).into());
            }
        }
        seal(octets)
    }

    /// The words to look up by number, as those of an epoch.
    pub(super) fn book(&self, epoch: u64) -> Book {
        let mut book = Book::new(epoch);
        book.read(&self.encode(Mark::default(), self.mark()));
        book
    }
}

/// Writes the number before the first word, how many there are, and the words.
fn part<'w, K: ?Sized + 'w>(
    octets: &mut Vec<u8>,
    numbers: Range<usize>,
    word: impl Fn(Id) -> Option<&'w K>,
    write: impl Fn(&mut Vec<u8>, &K),
) {
    put(octets, numbers.start as u64);
    put(octets, numbers.len() as u64);
    let words = numbers.filter_map(|number| word(Id::try_from(number).ok()?));
    words.for_each(|word| write(octets, word));
}

fn put_device(octets: &mut Vec<u8>, device: &Device) {
    put_address(octets, device.address);
    match device.caller.id {
        DeviceId::Address(address) => put_address(octets, address),
        DeviceId::Mac(mac) => put_octets(octets, &mac.0),
    }
    put_octets(octets, device.caller.name.as_deref().unwrap_or_default().as_bytes());
}

/// Country, number and name of the network; nothing, 0 and nothing where they are not known.
fn put_place(octets: &mut Vec<u8>, place: &Place) {
    put_octets(octets, place.country.as_ref().map_or("", Country::as_str).as_bytes());
    put(octets, place.asn.unwrap_or_default().into());
    put_octets(octets, place.as_name.as_deref().unwrap_or_default().as_bytes());
}

fn put_address(octets: &mut Vec<u8>, address: IpAddr) {
    match address {
        IpAddr::V4(address) => put_octets(octets, &address.octets()),
        IpAddr::V6(address) => put_octets(octets, &address.octets()),
    }
}

fn put_cause(octets: &mut Vec<u8>, cause: &KeptCause) {
    octets.extend([cause.source as u8, cause.reach as u8, cause.labels]);
    put_octets(octets, cause.id.as_deref().unwrap_or_default().as_bytes());
    put_octets(octets, cause.via.as_deref().unwrap_or_default());
}

impl KeptCause {
    /// What is kept of a cause and of the alias target that it is about, in wire form; `id` is that of its list or group.
    pub(super) fn new(cause: Cause, via: Option<&[u8]>, id: Option<Arc<str>>) -> Self {
        let via = via.map(|via| via.to_ascii_lowercase().into());
        Self { source: cause.source.into(), reach: cause.reach, labels: cause.labels, id, via }
    }

    /// The alias target that was decided on.
    pub(super) fn via(&self) -> Option<Name> {
        Name::from_wire(self.via.as_ref()?).ok()
    }

    /// The cause as people read it, of a query for `name`.
    pub(super) fn row(&self, name: &Name) -> RowCause {
        // The source plays no part in what the rule is called.
        let cause = Cause { source: CauseSource::OwnRules, reach: self.reach, labels: self.labels };
        RowCause { source: self.source, ..RowCause::new(cause, name, self.via().as_ref(), self.id.clone()) }
    }

    /// The cause without what tells the name.
    pub(super) fn without_names(self) -> Self {
        Self { reach: Reach::Exact, labels: 0, via: None, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::Caller;

    fn wire(text: &str) -> Box<[u8]> {
        text.parse::<Name>().unwrap().wire().into()
    }

    fn words() -> Words {
        let mut words = Words::new();
        assert_eq!(
            [words.name_of(&wire("a.example")), words.name_of(&wire(".")), words.name_of(&wire("a.example"))],
            [1, 2, 1]
        );
        let caller = Caller { id: "aa:bb:cc:dd:ee:ff".parse().unwrap(), name: Some("phone".into()) };
        let device = Device { address: [10, 0, 0, 1].into(), caller };
        let address = "2001:db8::1".parse().unwrap();
        let other = Device { address, caller: Caller::at(address) };
        assert_eq!([words.device(&device), words.device(&other)], [1, 2]);
        let cause = KeptCause {
            source: SourceKind::Rebinding,
            reach: Reach::Below,
            labels: 3,
            id: Some("ads".into()),
            via: Some(wire("b.example")),
        };
        assert_eq!(words.cause(&cause), 1);
        assert_eq!(words.cause(&KeptCause { id: None, via: None, ..cause }), 2);
        words
    }

    #[test]
    fn words_are_read_in_parts() {
        let (mut words, mut book) = (words(), Book::default());
        let first = words.mark();
        let octets = words.encode(Mark::default(), first);
        words.name_of(&wire("c.example"));
        let later = words.encode(first, words.mark());
        assert!(book.read(&later), "without what was before");
        assert_eq!((book.name(1), book.name(3)), (None, Some("c.example".parse().unwrap())));
        assert!(book.read(&octets));
        assert_eq!(book.name(1), Some("a.example".parse().unwrap()));
        assert_eq!((book.name(0), book.name(4)), (None, None));
        let (phone, other) = (book.device(1).unwrap(), book.device(2).unwrap());
        assert_eq!(
            (phone.caller.id.to_string(), phone.caller.name.as_deref()),
            ("aa:bb:cc:dd:ee:ff".into(), Some("phone"))
        );
        assert_eq!((other.address, &other.caller), ("2001:db8::1".parse().unwrap(), &Caller::at(other.address)));
        let (one, two) = (book.cause(1).unwrap(), book.cause(2).unwrap());
        assert_eq!(
            (one.source, one.reach, one.labels, one.id.as_deref()),
            (SourceKind::Rebinding, Reach::Below, 3, Some("ads"))
        );
        assert_eq!((one.via(), &two.id, two.via()), (Some("b.example".parse().unwrap()), &None, None));
    }

    #[test]
    fn places_are_read_with_the_names_that_are_at_home_there() {
        let place = |country: &[u8], asn| Place { country: Country::new(country), asn, as_name: None };
        let (singapore, nowhere) = (place(b"SG", Some(45102)), place(b"", Some(7)));
        let singapore = Place { as_name: Some("Alibaba".to_owned()), ..singapore };
        let mut words = words();
        let before = words.mark();
        let old = words.encode(Mark::default(), before);
        words.locate(1, &singapore);
        words.locate(2, &nowhere);
        words.locate(2, &singapore);
        words.locate(0, &singapore);
        let (first, later) = (words.mark(), words.encode(before, words.mark()));
        let homes = HashMap::from([(wire("c.example"), singapore.clone())]);
        let geo = Geo::new();
        for (name, number) in [("c.example", 3), ("d.example", 4)] {
            let before = words.mark().names();
            assert_eq!(words.name_of(&wire(name)), number);
            words.settle(number, None, before, &homes, &geo);
        }
        let before = words.mark().names();
        for (name, number) in [("e.example", 5), ("f.example", 6)] {
            words.name_of(&wire(name));
            words.settle(number, Some([47, 88, 1, 1].into()), before, &homes, &geo);
        }
        assert_eq!(words.home(5).and_then(|place| place.asn), Some(45102), "looked up");
        assert_eq!(words.home(6), words.home(5), "remembered");
        let mut book = Book::default();
        // A name may be written before its place is known.
        assert!(book.read(&old) && book.home(1).is_none());
        assert!(book.read(&later) && book.read(&words.encode(first, words.mark())));
        let found = [0, 1, 2, 3, 4, 7].map(|name| book.home(name).cloned());
        assert_eq!(found, [None, Some(singapore.clone()), Some(nowhere), Some(singapore), None, None]);
        let again = Words::of(&book);
        assert!((0..7).all(|name| again.home(name) == words.home(name)));
        let parts = again.encode(words.mark(), again.mark());
        assert_eq!(parts, words.encode(words.mark(), words.mark()), "the numbers are the same");
    }

    #[test]
    fn what_is_behind_in_a_form_that_is_not_known_is_passed_over() {
        let words = words();
        let octets = words.encode(Mark::default(), words.mark());
        let mut newer = crate::journal::octets::unseal(&octets).unwrap().to_vec();
        newer.extend([9, 1, 2, 3]);
        let mut book = Book::default();
        assert!(book.read(&seal(newer)) && book.name(1).is_some());
    }

    #[test]
    fn every_source_and_reach_has_the_number_that_it_is_read_by() {
        for (source, reach) in SOURCES.iter().flat_map(|source| REACHES.map(|reach| (*source, reach))) {
            let (mut words, mut book) = (Words::new(), Book::default());
            let cause = KeptCause { source, reach, labels: 0, id: None, via: None };
            words.cause(&cause);
            assert!(book.read(&words.encode(Mark::default(), words.mark())));
            assert_eq!(book.cause(1), Some(&cause));
        }
    }

    #[test]
    fn damaged_words_are_left_out() {
        let words = words();
        let octets = words.encode(Mark::default(), words.mark());
        for place in 0..octets.len() {
            let mut damaged = octets.clone();
            damaged[place] ^= 4;
            assert!(!Book::default().read(&damaged));
            assert!(!Book::default().read(&octets[..place]));
        }
    }
}
