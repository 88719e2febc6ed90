//! Where an address is at home: the country in which its block is registered, and the network that announces it.
//!
//! That is all an address tells. Where the machine behind it stands it does not, nor where data goes from there: so the
//! words are "registered in SG, announced by ... (AS45102)", and never "sent to". The table is a dated snapshot that ships
//! (`geo/README.md` says of what, and how it is made); a database of the operator's own goes before it.

mod bits;
mod database;
pub mod pack;
mod table;
mod track;

use std::{
    fmt,
    net::IpAddr,
    sync::{Arc, LazyLock},
};

use arc_swap::{ArcSwap, Guard};
use database::Database;
pub use database::DatabaseError;
use serde::{Serialize, Serializer};
pub use table::Table;
use utoipa::ToSchema;

/// The snapshot that ships.
static SHIPPED: &[u8] = include_bytes!("../../geo/places.bin");

/// Finds out where addresses are at home.
#[derive(Debug, Default)]
pub struct Geo {
    own: Option<Database>,
}

impl Geo {
    /// With the snapshot that ships alone.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With a database of the operator's own, the content of an `.mmdb` file, before the snapshot.
    ///
    /// # Errors
    /// When it is no such database.
    pub fn with_database(octets: Vec<u8>) -> Result<Self, DatabaseError> {
        Ok(Self { own: Some(Database::read(octets)?) })
    }

    /// Where an address is at home; `None` when nothing is known of it, as of private ones. What the operator's database
    /// does not know, the snapshot may: many know countries or networks alone.
    #[must_use]
    pub fn find(&self, address: IpAddr) -> Option<Place> {
        let said = self.own.as_ref().map(|own| own.find(address)).unwrap_or_default();
        let found = shipped().find(address);
        let (asn, as_name) = match said.asn {
            Some(asn) => (Some(asn), said.as_name),
            None => (found.asn, found.as_name.map(str::to_owned)),
        };
        let country = said.country.or(found.country);
        (country.is_some() || asn.is_some()).then_some(Place { country, asn, as_name })
    }

    /// What this is known from, and whom to thank for it.
    #[must_use]
    pub fn origin(&self) -> Origin {
        let shipped = shipped();
        let date = shipped.date();
        Origin {
            database: self.own.as_ref().map(|own| own.title().to_owned()),
            snapshot: format!("{:04}-{:02}-{:02}", date / 10_000, date / 100 % 100, date % 100),
            attribution: shipped.attribution().lines().map(str::to_owned).collect(),
        }
    }
}

/// What is known of places now: clones share it, and see what a reload brings.
#[derive(Clone, Debug, Default)]
pub struct GeoHandle(Arc<ArcSwap<Geo>>);

impl GeoHandle {
    /// A handle to this.
    #[must_use]
    pub fn new(geo: Geo) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(geo)))
    }

    /// What is in force at this moment.
    #[must_use]
    pub fn load(&self) -> Guard<Arc<Geo>> {
        self.0.load()
    }

    /// Puts something else in force.
    pub fn store(&self, geo: Geo) {
        self.0.store(Arc::new(geo));
    }
}

/// The snapshot that ships, ready for use.
fn shipped() -> &'static Table<'static> {
    static TABLE: LazyLock<Table<'static>> =
        LazyLock::new(|| Table::read(SHIPPED).expect("the embedded table is the one that the tests have read"));
    &TABLE
}

/// Where an address is at home.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, ToSchema)]
pub struct Place {
    /// The country in which the block of the address is registered (ISO 3166-1): not where the machine stands.
    #[schema(required, value_type = Option<String>, example = "SG")]
    pub country: Option<Country>,
    /// The number of the network (autonomous system) that announces it.
    #[schema(required, example = 45102)]
    pub asn: Option<u32>,
    /// What that network is called.
    #[schema(required, example = "Alibaba (US) Technology Co., Ltd.")]
    pub as_name: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.country {
            Some(country) => write!(out, "registered in {country}")?,
            None => write!(out, "registered nowhere that is known")?,
        }
        match (self.asn, &self.as_name) {
            (Some(asn), Some(name)) => write!(out, ", announced by {name} (AS{asn})"),
            (Some(asn), None) => write!(out, ", announced by AS{asn}"),
            (None, _) => Ok(()),
        }
    }
}

/// A country by its two letters (ISO 3166-1). Names of countries are for the page, which has them in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// The country that two capital letters write. `ZZ`, which stands for none, is none.
    #[must_use]
    pub fn new(letters: &[u8]) -> Option<Self> {
        let letters: [u8; 2] = letters.try_into().ok()?;
        (letters.iter().all(u8::is_ascii_uppercase) && letters != *b"ZZ").then_some(Self(letters))
    }

    /// Its letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Two letters of ASCII are text.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Country {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What places are known from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PlaceOrigin)]
pub struct Origin {
    /// The operator's own database, by its word for its kind.
    #[schema(required)]
    pub database: Option<String>,
    /// The day of the snapshot that ships.
    #[schema(example = "2026-06-17")]
    pub snapshot: String,
    /// Whom the snapshot is from, as their licences ask to be told.
    pub attribution: Vec<String>,
}

#[cfg(test)]
mod tests;
