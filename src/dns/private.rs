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
    let is_inside = |address| PRIVATE.iter().any(|network| network.contains(&address));
    address.is_unspecified() || is_inside(address) || embedded(address).is_some_and(is_inside)
}

/// The IPv4 address that one of IPv6 stands for, which some systems and translators then use: behind the well-known prefix
/// (RFC 6052, section 2.1), or behind nothing, as it was done once (RFC 4291, section 2.5.5.1).
fn embedded(address: IpAddr) -> Option<IpAddr> {
    const PREFIXES: [Ipv6Net; 2] = [
        Ipv6Net::new_assert(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96),
        Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 96),
    ];
    let IpAddr::V6(v6) = address else { return None };
    let [.., a, b, c, d] = v6.octets();
    PREFIXES.iter().any(|prefix| prefix.contains(&v6)).then(|| Ipv4Addr::new(a, b, c, d).into())
}

const fn v4(a: u8, b: u8, length: u8) -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(a, b, 0, 0), length))
}

const fn v6(first: u16, length: u8) -> IpNet {
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(first, 0, 0, 0, 0, 0, 0, 0), length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_lead_inside() {
        let check = |address: &str, expected| assert_eq!(leads_inside(address.parse().unwrap()), expected, "{address}");
        for address in
            ["192.168.1.5", "127.0.0.1", "0.0.0.0", "100.64.0.1", "169.254.1.1", "::", "::1", "fd00::1", "fe80::1"]
        {
            check(address, true);
        }
        for address in ["::ffff:10.0.0.1", "::10.0.0.1", "64:ff9b::192.168.1.5", "64:ff9b::127.0.0.1"] {
            check(address, true);
        }
        for address in ["192.0.2.7", "2001:db8::1", "::192.0.2.7", "64:ff9b::192.0.2.7", "64:ff9b:1::10.0.0.1", "::2"] {
            check(address, false);
        }
    }
}
