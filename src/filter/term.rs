//! One term of a filter: what must hold of a query, or must not.

use std::net::IpAddr;

use ipnet::IpNet;

use super::{Pattern, word::Key};
use crate::{
    catalog::{Class, Purpose},
    dns::RecordType,
    policy::Verdict,
    stats::{Attribution, Row, SourceKind, Transport},
};

/// One term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Whether it must not hold.
    pub negated: bool,
    /// What is looked at.
    pub test: Test,
}

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// The device that asked.
    Device(DevicePattern),
    /// Whose name it was.
    Vendor(Pattern),
    /// The product or service.
    Service(Pattern),
    /// What the name is for.
    Purpose(Purpose),
    /// What stopping it costs.
    Class(Class),
    /// The home country of the vendor, two letters of ISO 3166-1 in capitals.
    Country([u8; 2]),
    /// The name asked for.
    Name(Pattern),
    /// The record type.
    Type(RecordType),
    /// How it ended.
    Verdict(Verdict),
    /// The list that decided.
    List(Pattern),
    /// What carried it.
    Transport(Transport),
}

/// Which devices are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DevicePattern {
    /// Those in this network, or the one at this address.
    Network(IpNet),
    /// Those that are called so.
    Called(Pattern),
}

impl DevicePattern {
    fn means(&self, address: IpAddr, called: &str) -> bool {
        match self {
            Self::Network(network) => network.contains(&address),
            Self::Called(pattern) => pattern.matches(called),
        }
    }
}

impl Test {
    /// Whether it holds of a query.
    #[must_use]
    pub fn holds(&self, row: &Row) -> bool {
        let of = |holds: &dyn Fn(&Attribution) -> bool| row.attribution.as_ref().is_some_and(holds);
        match self {
            Self::Device(device) => device.means(row.device, &row.device_name),
            Self::Vendor(vendor) => of(&|attribution| vendor.matches(&attribution.vendor)),
            Self::Service(service) => of(&|attribution| service.matches(&attribution.service)),
            Self::Purpose(purpose) => of(&|attribution| attribution.purpose == *purpose),
            Self::Class(class) => of(&|attribution| attribution.class == *class),
            Self::Country(country) => {
                of(&|attribution| attribution.country.as_ref().is_some_and(|home| home.as_bytes() == country))
            }
            Self::Name(name) => name.matches(&row.name),
            Self::Type(rtype) => row.rtype == *rtype,
            Self::Verdict(verdict) => row.verdict == *verdict,
            Self::List(list) => {
                let cause = row.cause.as_ref().filter(|cause| cause.source == SourceKind::List);
                cause.and_then(|cause| cause.id.as_ref()).is_some_and(|id| list.matches(id))
            }
            Self::Transport(transport) => row.transport == *transport,
        }
    }

    /// The key that it is written with.
    pub(super) fn key(&self) -> Key {
        match self {
            Self::Device(_) => Key::Device,
            Self::Vendor(_) => Key::Vendor,
            Self::Service(_) => Key::Service,
            Self::Purpose(_) => Key::Purpose,
            Self::Class(_) => Key::Class,
            Self::Country(_) => Key::Country,
            Self::Name(_) => Key::Name,
            Self::Type(_) => Key::Type,
            Self::Verdict(_) => Key::Verdict,
            Self::List(_) => Key::List,
            Self::Transport(_) => Key::Transport,
        }
    }
}
