//! The links of this host, on which devices are asked.

use std::{
    io,
    net::{IpAddr, Ipv4Addr},
};

use nix::{ifaddrs::getifaddrs, net::if_::InterfaceFlags};

/// The most links on which devices are asked; a host with more is a router of networks, not of a home.
const MOST_LINKS: usize = 16;

/// An address of ours on a link, and the network that it is in there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link {
    /// Our address.
    pub(super) address: Ipv4Addr,
    mask: Ipv4Addr,
}

impl Link {
    /// Whether an address is in the network of the link, so that whoever has it need not be believed to be elsewhere.
    pub(super) fn holds(self, address: IpAddr) -> bool {
        let IpAddr::V4(address) = address.to_canonical() else { return false };
        let mask = self.mask.to_bits();
        address.to_bits() & mask == self.address.to_bits() & mask
    }
}

/// The private ones of our addresses on links where others listen to multicasts.
///
/// # Errors
/// When the system does not tell.
pub(super) fn links() -> io::Result<Vec<Link>> {
    let wanted = InterfaceFlags::IFF_UP | InterfaceFlags::IFF_MULTICAST;
    let on_a_link = getifaddrs()?.filter(|interface| {
        interface.flags.contains(wanted) && !interface.flags.contains(InterfaceFlags::IFF_LOOPBACK)
    });
    let links = on_a_link.filter_map(|interface| {
        let (address, mask) = (interface.address?, interface.netmask?);
        Some(Link { address: address.as_sockaddr_in()?.ip(), mask: mask.as_sockaddr_in()?.ip() })
    });
    let of_the_house = |link: &Link| link.address.is_private() || link.address.is_link_local();
    Ok(links.filter(of_the_house).take(MOST_LINKS).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_holds_its_own_network() {
        let link = Link { address: [192, 168, 1, 2].into(), mask: [255, 255, 255, 0].into() };
        let check =
            |address: &str, expected: bool| assert_eq!(link.holds(address.parse().unwrap()), expected, "{address}");
        check("192.168.1.23", true);
        check("::ffff:192.168.1.23", true);
        check("192.168.2.23", false);
        check("203.0.113.9", false);
        check("fd00::23", false);
    }
}
