//! Which device it is.

use std::{collections::HashMap, fmt, net::IpAddr, str::FromStr, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

use super::{DeviceSelector, MacAddress};

/// What a device is known by: its hardware address, which stays while its addresses change, or else the one address
/// that it was seen at. As text either `aa:bb:cc:dd:ee:ff` or `192.168.1.23`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeviceId {
    /// By its hardware address.
    Mac(MacAddress),
    /// By its address, an IPv4 one in its own form.
    Address(IpAddr),
}

/// Text that is no [`DeviceId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a hardware address such as aa:bb:cc:dd:ee:ff, or an address such as 192.168.1.23")]
pub struct NotADeviceId;

/// What is known of a device as far as it matters to queries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownDevice {
    /// What it is known by.
    pub id: DeviceId,
    /// All its hardware addresses.
    pub macs: Vec<MacAddress>,
    /// All its addresses.
    pub addresses: Vec<IpAddr>,
    /// The id of the group that somebody put it in while ponor ran.
    pub group: Option<Arc<str>>,
}

/// Who asked, as people know it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Caller {
    /// The device.
    pub id: DeviceId,
    /// What it is called.
    pub name: Option<Arc<str>>,
}

impl Caller {
    /// Whoever is at an address of which nothing else is known.
    #[must_use]
    pub fn at(address: IpAddr) -> Self {
        Self { id: DeviceId::at(address), name: None }
    }
}

/// What devices are called, by all that they are known by; so that what was recorded of one is told under the name that it has
/// when it is told.
#[derive(Clone, Debug, Default)]
pub struct Called(HashMap<DeviceId, Option<Arc<str>>>);

impl Called {
    /// Has the device that was known as `id` and had this address go by its name of now, or by its address if it has none now. One
    /// that nobody knows any more keeps the `name` that it had.
    pub fn rename(&self, id: DeviceId, address: IpAddr, name: &mut String) {
        if let Some(now) = self.0.get(&id) {
            *name = now.as_deref().map_or_else(|| address.to_string(), str::to_owned);
        }
    }
}

impl FromIterator<(DeviceId, Option<Arc<str>>)> for Called {
    fn from_iter<I: IntoIterator<Item = (DeviceId, Option<Arc<str>>)>>(names: I) -> Self {
        Self(names.into_iter().collect())
    }
}

impl DeviceId {
    /// The device at an address of which nothing else is known.
    #[must_use]
    pub fn at(address: IpAddr) -> Self {
        Self::Address(address.to_canonical())
    }

    /// The device as people are told of it, who call it `name`.
    #[must_use]
    pub fn with_name(self, name: &str) -> String {
        format!("{name} ({self})")
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mac(mac) => mac.fmt(out),
            Self::Address(address) => address.fmt(out),
        }
    }
}

impl FromStr for DeviceId {
    type Err = NotADeviceId;

    fn from_str(text: &str) -> Result<Self, NotADeviceId> {
        if let Ok(address) = text.parse() {
            return Ok(Self::at(address));
        }
        match text.parse() {
            Ok(DeviceSelector::Mac(mac)) => Ok(Self::Mac(mac)),
            _ => Err(NotADeviceId),
        }
    }
}

/// The form of the text, for documents: a hardware address, an IPv4 address or an IPv6 one.
const FORM: &str = r"^(([0-9a-f]{2}:){5}[0-9a-f]{2}|((25[0-5]|(2[0-4]|1[0-9]|[1-9]?)[0-9])\.){3}(25[0-5]|(2[0-4]|1[0-9]|[1-9]?)[0-9])|[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7})$";

impl PartialSchema for DeviceId {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("What a device is known by: its hardware address, or an address."))
            .pattern(Some(FORM))
            .examples(["aa:bb:cc:dd:ee:ff", "192.168.1.23"])
            .into()
    }
}

impl ToSchema for DeviceId {}

impl Serialize for DeviceId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DeviceId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_hardware_address_or_an_address() {
        let check = |text: &str, expected: Option<&str>| {
            let read = text.parse::<DeviceId>().ok().map(|id| id.to_string());
            assert_eq!(read.as_deref(), expected, "{text}");
        };
        check("AA-bb-cc-DD-ee-ff", Some("aa:bb:cc:dd:ee:ff"));
        check("aa:bb:cc:dd:ee:ff", Some("aa:bb:cc:dd:ee:ff"));
        check("192.168.1.23", Some("192.168.1.23"));
        check("::ffff:192.168.1.23", Some("192.168.1.23"));
        check("FE80::1", Some("fe80::1"));
        check("192.168.1.0/24", None);
        check("living-room-tv", None);
        check("aa:bb:cc:dd:ee", None);
        check("", None);
    }
}
