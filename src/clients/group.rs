//! How configuration names the devices of a group.

use std::{fmt, str::FromStr};

use ipnet::IpNet;

/// A hardware address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MacAddress(pub [u8; 6]);

impl fmt::Display for MacAddress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, octet) in self.0.iter().enumerate() {
            write!(out, "{}{octet:02x}", if position > 0 { ":" } else { "" })?;
        }
        Ok(())
    }
}

/// A device or a network of devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeviceSelector {
    /// Every address of a network; one address is a network of its own.
    Network(IpNet),
    /// One device by its hardware address.
    Mac(MacAddress),
}

/// Text that names no device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an address, a network such as 192.168.2.0/24, or a hardware address such as aa:bb:cc:dd:ee:ff")]
pub struct NotADevice;

impl fmt::Display for DeviceSelector {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(network) if network.prefix_len() == network.max_prefix_len() => network.addr().fmt(out),
            Self::Network(network) => network.fmt(out),
            Self::Mac(mac) => mac.fmt(out),
        }
    }
}

impl FromStr for DeviceSelector {
    type Err = NotADevice;

    fn from_str(text: &str) -> Result<Self, NotADevice> {
        if let Ok(network) = text.parse::<IpNet>() {
            return Ok(Self::Network(network.trunc()));
        }
        if let Ok(address) = text.parse::<std::net::IpAddr>() {
            return Ok(Self::Network(address.into()));
        }
        let mut octets = [0; 6];
        let mut parts = text.split([':', '-']);
        for octet in &mut octets {
            let part = parts.next().filter(|part| part.len() == 2).ok_or(NotADevice)?;
            *octet = u8::from_str_radix(part, 16).map_err(|_| NotADevice)?;
        }
        if parts.next().is_some() { Err(NotADevice) } else { Ok(Self::Mac(MacAddress(octets))) }
    }
}
