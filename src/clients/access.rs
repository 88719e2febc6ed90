//! Who is answered.

use std::net::IpAddr;

use ipnet::IpNet;

use super::networks::Networks;
use crate::dns::PRIVATE;

/// The addresses that are answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// `None`: all.
    allowed: Option<Networks<()>>,
}

impl Access {
    /// Everyone is answered.
    #[must_use]
    pub fn any() -> Self {
        Self { allowed: None }
    }

    /// Loopback, RFC 1918, 100.64/10, link-local and unique local addresses are answered, and those of the IPv6 networks
    /// in `on_link`, the networks of this host's own interfaces: a house has public IPv6 addresses, but a public IPv4
    /// network is shared with strangers.
    #[must_use]
    pub fn private(on_link: impl IntoIterator<Item = IpNet>) -> Self {
        let on_link = on_link.into_iter().filter(|network| network.addr().is_ipv6() && network.prefix_len() > 0);
        Self::networks(PRIVATE.iter().copied().chain(on_link))
    }

    /// The addresses of these networks are answered.
    #[must_use]
    pub fn networks(networks: impl IntoIterator<Item = IpNet>) -> Self {
        Self { allowed: Some(Networks::new(networks.into_iter().map(|network| (network, ())))) }
    }

    /// Whether `address` is answered.
    #[must_use]
    pub fn allows(&self, address: IpAddr) -> bool {
        self.allowed.as_ref().is_none_or(|networks| networks.find(address).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(access: &Access, address: &str, allowed: bool) {
        assert_eq!(access.allows(address.parse().unwrap()), allowed, "{address}");
    }

    #[test]
    fn neighbours_are_private() {
        let on_link = ["2001:db8:1:2::/64", "198.51.100.0/24", "::/0"];
        let access = Access::private(on_link.map(|network| network.parse().unwrap()));
        for address in [
            "127.0.0.1",
            "127.255.255.255",
            "::1",
            "10.0.0.0",
            "10.255.255.255",
            "172.16.0.0",
            "172.31.255.255",
            "192.168.0.1",
            "::ffff:192.168.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "169.254.3.4",
            "fe80::1",
            "febf::1",
            "fc00::1",
            "fdff::1",
            "2001:db8:1:2::77",
        ] {
            check(&access, address, true);
        }
        for address in [
            "0.0.0.0",
            "126.255.255.255",
            "128.0.0.1",
            "9.9.9.9",
            "11.0.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "192.169.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "::",
            "::2",
            "::ffff:9.9.9.9",
            "::192.168.0.1",
            "fec0::1",
            "fbff::1",
            "fe00::1",
            "2001:db8:1:3::77",
            "198.51.100.1",
        ] {
            check(&access, address, false);
        }
    }

    #[test]
    fn any_and_given_networks() {
        check(&Access::any(), "9.9.9.9", true);
        check(&Access::networks([]), "127.0.0.1", false);
        let access = Access::networks(["203.0.113.0/24".parse().unwrap(), "2001:db8::/32".parse().unwrap()]);
        check(&access, "203.0.113.255", true);
        check(&access, "::ffff:203.0.113.1", true);
        check(&access, "203.0.114.0", false);
        check(&access, "2001:db8:ffff::", true);
        check(&access, "192.168.1.1", false);
    }
}
