//! The packed table: for each address the country in which its block is registered, and the network that announces it.

use std::net::IpAddr;

use super::{
    Country,
    bits::{take, wide},
    track::Track,
};

/// How a packed table begins.
pub(super) const MAGIC: &[u8; 8] = b"ponorgeo";
/// The version of its format.
pub(super) const FORMAT: u8 = 1;
/// Bits of an address that are left out: what lies in one /24, and in one /48, is one place.
pub(super) const UNIT_V4: u32 = 8;
pub(super) const UNIT_V6: u32 = 80;

/// A packed table, searched where it lies: nothing but a few hundred octets is kept beside it.
#[derive(Debug)]
pub struct Table<'a> {
    date: u32,
    attribution: &'a str,
    countries: &'a [u8],
    networks: &'a [u8],
    names: &'a str,
    country_tracks: [Track<'a>; 2],
    network_tracks: [Track<'a>; 2],
}

/// What a table says of an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Found<'a> {
    pub(super) country: Option<Country>,
    pub(super) asn: Option<u32>,
    pub(super) as_name: Option<&'a str>,
}

impl<'a> Table<'a> {
    /// Reads a table that [`super::pack::pack`] has made; `None` when it is something else.
    #[must_use]
    pub fn read(mut octets: &'a [u8]) -> Option<Self> {
        let head = take(&mut octets, MAGIC.len() + 5)?;
        let (magic, version) = head.split_at(MAGIC.len());
        if magic != MAGIC || version.first() != Some(&FORMAT) {
            return None;
        }
        let mut part = || {
            let length = usize::try_from(wide(take(&mut octets, 4)?)).ok()?;
            take(&mut octets, length)
        };
        Some(Self {
            date: u32::try_from(wide(&version[1..])).ok()?,
            attribution: std::str::from_utf8(part()?).ok()?,
            countries: part()?,
            networks: part()?,
            names: std::str::from_utf8(part()?).ok()?,
            country_tracks: [Track::read(part()?)?, Track::read(part()?)?],
            network_tracks: [Track::read(part()?)?, Track::read(part()?)?],
        })
    }

    /// The day of the snapshot, as 20260617.
    #[must_use]
    pub fn date(&self) -> u32 {
        self.date
    }

    /// Whom the data is from, a line each, as their licences ask to be told.
    #[must_use]
    pub fn attribution(&self) -> &'a str {
        self.attribution
    }

    pub(super) fn find(&self, address: IpAddr) -> Found<'a> {
        let (family, position) = match address.to_canonical() {
            IpAddr::V4(address) => (0, u64::from(address.to_bits() >> UNIT_V4)),
            IpAddr::V6(address) => (1, u64::try_from(address.to_bits() >> UNIT_V6).unwrap_or(u64::MAX)),
        };
        let network = self.network_tracks[family].find(position).map(usize::from);
        Found {
            country: self.country_tracks[family].find(position).and_then(|place| self.country(usize::from(place))),
            asn: network
                .and_then(|place| self.networks.chunks_exact(4).nth(place))
                .and_then(|number| u32::try_from(wide(number)).ok()),
            as_name: network.and_then(|place| self.names.lines().nth(place)).filter(|name| !name.is_empty()),
        }
    }

    fn country(&self, place: usize) -> Option<Country> {
        Country::new(self.countries.chunks_exact(2).nth(place)?)
    }
}

/// The tracks of a table, for tests: of countries, by family.
#[cfg(test)]
pub(super) fn tracks<'t, 'a>(table: &'t Table<'a>, family: usize) -> &'t Track<'a> {
    &table.country_tracks[family]
}
