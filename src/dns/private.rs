//! Addresses that mean something within one house only.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Networks that only neighbours have addresses in.
pub const PRIVATE: &[IpNet] = &[
    // Loopback.
    v4(127, 0, 8),
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128)),
    // RFC 1918.
    v4(10, 0, 8),
    v4(172, 16, 12),
    v4(192, 168, 16),
    // Behind a provider's translation, RFC 6598.
    v4(100, 64, 10),
    // Link-local, RFC 3927 and RFC 4291.
    v4(169, 254, 16),
    v6(0xfe80, 10),
    // Unique local, RFC 4193.
    v6(0xfc00, 7),
];

/// Whether an address leads into the house of whoever uses it: a private one, or the unspecified one, by which some systems
/// reach themselves.
pub(super) fn leads_inside(address: IpAddr) -> bool {
    let address = address.to_canonical();
    address.is_unspecified() || PRIVATE.iter().any(|network| network.contains(&address))
}

const fn v4(a: u8, b: u8, length: u8) -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(a, b, 0, 0), length))
}

const fn v6(first: u16, length: u8) -> IpNet {
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(first, 0, 0, 0, 0, 0, 0, 0), length))
}
