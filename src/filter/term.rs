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
    /// The country in which the address is registered that was answered.
    Registered([u8; 2]),
    /// The network that announces that address.
    Network(NetworkPattern),
    /// The name asked for.
    Name(Pattern),
    /// The record type.
    Type(RecordType),
    /// How it ended.
    Verdict(Verdict),
    /// The list that decided.
    List(Pattern),
    /// Whose word decided.
    Reason(SourceKind),
    /// What carried it.
    Transport(Transport),
}

/// The part of a query that a term looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect {
    /// The device that asked: its address and what it is called.
    Device,
    /// The name.
    Name,
    /// Whose name it is, or whose its alias target.
    Owner,
    /// What made the query end as it did.
    Cause,
    /// The query itself: its type, verdict and transport.
    Query,
}

/// Which networks are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworkPattern {
    /// The one with this number (autonomous system).
    Number(u32),
    /// Those that are called so.
    Called(Pattern),
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
    /// Whether the device at `address` that is called so is meant.
    pub(super) fn means(&self, address: IpAddr, called: &str) -> bool {
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
        let cause = row.cause.as_ref();
        let list = cause.filter(|cause| cause.source == SourceKind::List);
        self.holds_of_device(row.device, &row.device_name)
            .or_else(|| self.holds_of_name(&row.name, row.attribution.as_ref()))
            .or_else(|| {
                self.holds_of_cause(cause.map(|cause| cause.source), list.and_then(|cause| cause.id.as_deref()))
            })
            .unwrap_or_else(|| match self {
                Self::Type(rtype) => row.rtype == *rtype,
                Self::Verdict(verdict) => row.verdict == *verdict,
                Self::Transport(transport) => row.transport == *transport,
                _ => false,
            })
    }

    /// Whether it holds of a device; `None` when it asks for something else.
    pub(super) fn holds_of_device(&self, address: IpAddr, called: &str) -> Option<bool> {
        match self {
            Self::Device(device) => Some(device.means(address, called)),
            _ => None,
        }
    }

    /// Whether it holds of a name that is somebody's; `None` when it asks for something else.
    pub(super) fn holds_of_name(&self, name: &str, whose: Option<&Attribution>) -> Option<bool> {
        let of = |holds: &dyn Fn(&Attribution) -> bool| Some(whose.is_some_and(holds));
        match self {
            Self::Name(pattern) => Some(pattern.matches(name)),
            Self::Vendor(vendor) => of(&|whose| vendor.matches(&whose.vendor)),
            Self::Service(service) => of(&|whose| service.matches(&whose.service)),
            Self::Purpose(purpose) => of(&|whose| whose.purpose == *purpose),
            Self::Class(class) => of(&|whose| whose.class == *class),
            Self::Country(country) => {
                of(&|whose| whose.country.as_ref().is_some_and(|home| home.as_bytes() == country))
            }
            _ => None,
        }
    }

    /// Whether it holds of what was answered, given by the country in which the address is registered and the number and
    /// the name of the network that announces it; `None` when it asks for something else.
    pub(super) fn holds_of_place(&self, country: Option<&str>, network: Option<(u32, &str)>) -> Option<bool> {
        match self {
            Self::Registered(letters) => Some(country.is_some_and(|country| country.as_bytes() == letters)),
            Self::Network(NetworkPattern::Number(number)) => Some(network.is_some_and(|(asn, _)| asn == *number)),
            Self::Network(NetworkPattern::Called(name)) => Some(network.is_some_and(|(_, known)| name.matches(known))),
            _ => None,
        }
    }

    /// Whether it holds of what was decided by such a word, and by that list if it was one; `None` when it asks for something
    /// else.
    pub(super) fn holds_of_cause(&self, source: Option<SourceKind>, list: Option<&str>) -> Option<bool> {
        match self {
            Self::List(pattern) => Some(list.is_some_and(|id| pattern.matches(id))),
            Self::Reason(reason) => Some(source == Some(*reason)),
            _ => None,
        }
    }

    /// What it looks at.
    pub(super) fn aspect(&self) -> Aspect {
        match self {
            Self::Device(_) => Aspect::Device,
            Self::Vendor(_) | Self::Service(_) | Self::Purpose(_) | Self::Class(_) | Self::Country(_) => Aspect::Owner,
            Self::Name(_) => Aspect::Name,
            Self::List(_) | Self::Reason(_) => Aspect::Cause,
            Self::Type(_) | Self::Verdict(_) | Self::Transport(_) | Self::Registered(_) | Self::Network(_) => {
                Aspect::Query
            }
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
            Self::Registered(_) => Key::Registered,
            Self::Network(_) => Key::Network,
            Self::Name(_) => Key::Name,
            Self::Type(_) => Key::Type,
            Self::Verdict(_) => Key::Verdict,
            Self::List(_) => Key::List,
            Self::Reason(_) => Key::Reason,
            Self::Transport(_) => Key::Transport,
        }
    }
}
