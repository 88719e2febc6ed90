//! A database of the operator's own, in the `.mmdb` format of `MaxMind`: whatever of country and network it knows.

use std::net::IpAddr;

use maxminddb::{PathElement, Reader};

use super::Country;

/// Where databases keep a country: that of the registration before that of the place.
const COUNTRY: [&[&str]; 4] =
    [&["registered_country", "iso_code"], &["country", "iso_code"], &["country_code"], &["country"]];
/// Where they keep the name of a network.
const NAME: [&str; 3] = ["autonomous_system_organization", "as_name", "name"];

/// Why a file is no database.
#[derive(Debug, thiserror::Error)]
#[error("it is no database in MaxMind's format (.mmdb): {0}")]
pub struct DatabaseError(#[from] maxminddb::MaxMindDbError);

/// A database as read.
#[derive(Debug)]
pub(super) struct Database(Reader<Vec<u8>>);

/// What a database says of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) country: Option<Country>,
    pub(super) asn: Option<u32>,
    pub(super) as_name: Option<String>,
}

impl Database {
    pub(super) fn read(octets: Vec<u8>) -> Result<Self, DatabaseError> {
        Ok(Self(Reader::from_source(octets)?))
    }

    /// What it is called: its own word for its kind.
    pub(super) fn title(&self) -> &str {
        &self.0.metadata().database_type
    }

    /// What it says of an address. A damaged record says nothing.
    pub(super) fn find(&self, address: IpAddr) -> Said {
        Said {
            country: COUNTRY.iter().find_map(|path| Country::new(self.text(address, path)?.as_bytes())),
            asn: self.asn(address),
            as_name: NAME.iter().find_map(|key| self.text(address, &[key])).filter(|name| !name.is_empty()),
        }
    }

    /// As a number, or as text such as `AS45102`.
    fn asn(&self, address: IpAddr) -> Option<u32> {
        let number = self.value::<u32>(address, &["autonomous_system_number"]);
        number.or_else(|| self.text(address, &["asn"])?.trim_start_matches("AS").parse().ok())
    }

    fn text(&self, address: IpAddr, path: &[&str]) -> Option<String> {
        self.value::<String>(address, path)
    }

    fn value<T: serde::de::DeserializeOwned>(&self, address: IpAddr, path: &[&str]) -> Option<T> {
        let path: Vec<PathElement<'_>> = path.iter().map(|key| PathElement::Key(key)).collect();
        self.0.lookup(address.to_canonical()).ok()?.decode_path(&path).ok()?
    }
}
