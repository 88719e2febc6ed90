//! Words that were written, to be looked up by their numbers.

use std::{net::IpAddr, ops::Range, sync::Arc};

use super::{
    octets::{Reader, unseal},
    words::{Device, FEW, KeptCause, NAMES, REACHES, SOURCES, WITH_PLACES},
};
use crate::{
    clients::{Caller, DeviceId, MacAddress},
    dns::{MAX_LABEL, MAX_NAME, Name},
    geo::{Country, Place},
};

/// Words that are looked up by their numbers. Those whose octets were damaged are missing.
#[derive(Clone, Debug, Default)]
pub(super) struct Book {
    /// Of which set of words the numbers are.
    pub(super) epoch: u64,
    names: Names,
    devices: Vec<Option<Device>>,
    causes: Vec<Option<KeptCause>>,
    places: Vec<Option<Place>>,
    /// The number of the place of each name, by its own.
    homes: Vec<u32>,
}

/// Names in wire form, one behind the other: reading many of them takes no memory for each.
#[derive(Clone, Debug, Default)]
struct Names {
    octets: Vec<u8>,
    /// Where each begins and how long it is; one that is missing has no length.
    places: Vec<(u32, u8)>,
}

impl Book {
    /// No words of this set.
    pub(super) fn new(epoch: u64) -> Self {
        Self { epoch, ..Self::default() }
    }

    /// Adds what [`Words::encode`] wrote; false when it is damaged.
    pub(super) fn read(&mut self, octets: &[u8]) -> bool {
        unseal(octets).and_then(|octets| self.read_parts(octets)).is_some()
    }

    fn read_parts(&mut self, octets: &[u8]) -> Option<()> {
        let mut reader = Reader(octets);
        self.names.read(&mut reader)?;
        read_part(&mut reader, &mut self.devices, FEW, read_device)?;
        read_part(&mut reader, &mut self.causes, FEW, read_cause)?;
        // A form that came later says more than is understood here.
        match reader.octet() {
            Some(WITH_PLACES) => self.read_places(&mut reader),
            _ => Some(()),
        }
    }

    fn read_places(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        read_part(reader, &mut self.places, FEW, read_place)?;
        for _ in 0..reader.number()? {
            let (name, place) = (usize::try_from(reader.small()?).ok()?, reader.small()?);
            if name > NAMES + 1 {
                return None;
            }
            if self.homes.len() <= name {
                self.homes.resize(name + 1, 0);
            }
            self.homes[name] = place;
        }
        Some(())
    }

    /// Where what was answered for a name is at home.
    pub(super) fn home(&self, name: u32) -> Option<&Place> {
        look_up(&self.places, *self.homes.get(usize::try_from(name).ok()?)?)
    }

    /// The names of which that is known, by their numbers, in the order of the places.
    pub(super) fn located(&self) -> impl Iterator<Item = (u32, &Place)> {
        let mut located: Vec<(u32, u32)> =
            (0..).zip(&self.homes).map(|(name, place)| (*place, name)).filter(|(place, _)| *place > 0).collect();
        located.sort_unstable();
        located.into_iter().filter_map(|(_, name)| Some((name, self.home(name)?)))
    }

    /// A name by its number, in wire form.
    pub(super) fn name_wire(&self, number: u32) -> Option<&[u8]> {
        self.names.get(place(number)?)
    }

    /// All names in wire form, in the order of their numbers; `None` where one is missing.
    pub(super) fn names(&self) -> impl Iterator<Item = Option<&[u8]>> {
        (0..self.names.places.len()).map(|place| self.names.get(place))
    }

    /// All devices, likewise.
    pub(super) fn devices(&self) -> &[Option<Device>] {
        &self.devices
    }

    /// All causes, likewise.
    pub(super) fn causes(&self) -> &[Option<KeptCause>] {
        &self.causes
    }

    /// A name by its number.
    pub(super) fn name(&self, number: u32) -> Option<Name> {
        Name::from_wire(self.name_wire(number)?).ok()
    }

    /// A device by its number.
    pub(super) fn device(&self, number: u32) -> Option<&Device> {
        look_up(&self.devices, number)
    }

    /// A cause by its number.
    pub(super) fn cause(&self, number: u32) -> Option<&KeptCause> {
        look_up(&self.causes, number)
    }
}

impl Names {
    fn get(&self, place: usize) -> Option<&[u8]> {
        let (start, length) = *self.places.get(place)?;
        let start = usize::try_from(start).ok()?;
        self.octets.get(start..start + usize::from(length)).filter(|name| !name.is_empty())
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        let numbers = numbers(reader, NAMES)?;
        if self.places.len() < numbers.end {
            self.places.resize(numbers.end, (0, 0));
        }
        for place in self.places.get_mut(numbers)? {
            let name = reader.take(length(reader.0)?)?;
            *place = (u32::try_from(self.octets.len()).ok()?, u8::try_from(name.len()).ok()?);
            self.octets.extend_from_slice(name);
        }
        Some(())
    }
}

/// The length of the name in wire form that octets begin with (RFC 1035, section 3.1).
fn length(octets: &[u8]) -> Option<usize> {
    let mut end = 0;
    loop {
        match usize::from(*octets.get(end)?) {
            0 => return (end < MAX_NAME).then_some(end + 1),
            label @ 1..=MAX_LABEL => end += label + 1,
            _ => return None,
        }
    }
}

fn place(number: u32) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1)
}

fn look_up<T>(words: &[Option<T>], number: u32) -> Option<&T> {
    words.get(place(number)?)?.as_ref()
}

/// Reads which words follow: from their number before to behind the last.
fn numbers(reader: &mut Reader<'_>, most: usize) -> Option<Range<usize>> {
    let (from, count) = (usize::try_from(reader.number()?).ok()?, usize::try_from(reader.number()?).ok()?);
    Some(from..from.checked_add(count).filter(|to| *to <= most + 1)?)
}

fn read_part<'a, T>(
    reader: &mut Reader<'a>,
    words: &mut Vec<Option<T>>,
    most: usize,
    read: impl Fn(&mut Reader<'a>) -> Option<T>,
) -> Option<()> {
    let numbers = numbers(reader, most)?;
    if words.len() < numbers.end {
        words.resize_with(numbers.end, || None);
    }
    for word in words.get_mut(numbers)? {
        *word = Some(read(reader)?);
    }
    Some(())
}

fn read_place(reader: &mut Reader<'_>) -> Option<Place> {
    let country = Country::new(reader.octets()?);
    let asn = Some(reader.small()?).filter(|asn| *asn > 0);
    Some(Place { country, asn, as_name: read_text(reader)?.map(|name| name.to_string()) })
}

fn read_device(reader: &mut Reader<'_>) -> Option<Device> {
    let address = address(reader.octets()?)?;
    let id = reader.octets()?;
    let id = match <[u8; 6]>::try_from(id) {
        Ok(octets) => DeviceId::Mac(MacAddress(octets)),
        Err(_) => DeviceId::at(self::address(id)?),
    };
    Some(Device { address, caller: Caller { id, name: read_text(reader)? } })
}

fn address(octets: &[u8]) -> Option<IpAddr> {
    match (<[u8; 4]>::try_from(octets), <[u8; 16]>::try_from(octets)) {
        (Ok(octets), _) => Some(octets.into()),
        (_, Ok(octets)) => Some(octets.into()),
        _ => None,
    }
}

fn read_cause(reader: &mut Reader<'_>) -> Option<KeptCause> {
    let source = *SOURCES.get(usize::from(reader.octet()?))?;
    let reach = *REACHES.get(usize::from(reader.octet()?))?;
    let (labels, id, via) = (reader.octet()?, read_text(reader)?, reader.octets()?);
    Some(KeptCause { source, reach, labels, id, via: (!via.is_empty()).then(|| via.into()) })
}

#[expect(
    clippy::option_option,
    reason = "the outer one says whether it can be read, the inner one whether it is there"
)]
fn read_text(reader: &mut Reader<'_>) -> Option<Option<Arc<str>>> {
    let text = std::str::from_utf8(reader.octets()?).ok()?;
    Some((!text.is_empty()).then(|| text.into()))
}
