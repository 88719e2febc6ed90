//! The addresses of this host: which of them `listen = "auto"` takes, and which networks are on the same link.

use std::{
    io,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    os::fd::{AsRawFd, OwnedFd},
};

use ipnet::{IpNet, Ipv6Net};
use nix::{
    errno::Errno,
    ifaddrs::{InterfaceAddress, getifaddrs},
    libc::{RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR},
    net::if_::InterfaceFlags,
    sys::socket::{
        AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, SockaddrIn6, SockaddrStorage, bind,
        recv, socket,
    },
};
use tokio::io::{Interest, unix::AsyncFd};

/// The addresses of this host at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct HostAddresses {
    /// Those that are private or local, with the scope of link-local ones and without a port.
    pub(super) private: Vec<SocketAddr>,
    /// The global IPv6 networks of the links that this host is on. Devices in the home ask from addresses in them.
    pub(super) on_link: Vec<IpNet>,
}

impl HostAddresses {
    /// Reads them from the system.
    ///
    /// # Errors
    /// When the system does not tell.
    pub(super) fn read() -> io::Result<Self> {
        let mut found = Self::default();
        for interface in getifaddrs()?.filter(|interface| interface.flags.contains(InterfaceFlags::IFF_UP)) {
            found.add(&interface);
        }
        found.private.sort_unstable();
        found.private.dedup();
        found.on_link.sort_unstable();
        found.on_link.dedup();
        Ok(found)
    }

    fn add(&mut self, interface: &InterfaceAddress) {
        let Some(address) = interface.address.as_ref().and_then(socket_address) else { return };
        if is_private(address.ip()) {
            self.private.push(address);
        } else if let IpAddr::V6(global) = address.ip() {
            let mask = interface.netmask.as_ref().and_then(SockaddrStorage::as_sockaddr_in6).map(SockaddrIn6::ip);
            self.on_link.extend(mask.and_then(|mask| network(global, mask)));
        }
    }
}

/// Whether an address is only reached from near by: loopback, RFC 1918, RFC 6598, link-local, unique local (RFC 4193).
///
/// Global IPv6 addresses are not among them: everybody can reach them, so whoever wants to listen on one names it.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let shared = v4.octets()[0] == 100 && v4.octets()[1] & 0xC0 == 64;
            v4.is_loopback() || v4.is_private() || v4.is_link_local() || shared
        }
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unicast_link_local() || v6.is_unique_local(),
    }
}

/// The network of an address; `None` for a network of one, which says nothing about the link.
fn network(address: Ipv6Addr, mask: Ipv6Addr) -> Option<IpNet> {
    let network = Ipv6Net::with_netmask(address, mask).ok()?;
    (network.prefix_len() < 128).then(|| network.trunc().into())
}

fn socket_address(storage: &SockaddrStorage) -> Option<SocketAddr> {
    let v4 = storage.as_sockaddr_in().map(|v4| SocketAddr::from((v4.ip(), 0)));
    v4.or_else(|| storage.as_sockaddr_in6().map(|v6| SocketAddr::from(*v6)))
}

/// Tells when addresses come and go, as far as the kernel lets us hear it.
pub(super) struct Changes(Option<AsyncFd<OwnedFd>>);

impl Changes {
    pub(super) fn listen() -> Self {
        let announcements = announcements().inspect_err(|error| {
            tracing::warn!(%error, "changes of addresses are not announced here; they are looked for now and then");
        });
        Self(announcements.ok())
    }

    /// Waits for the next change; for ever, when changes are not announced.
    pub(super) async fn next(&mut self) {
        if let Some(announcements) = &self.0 {
            match announcements.async_io(Interest::READABLE, hear).await {
                Ok(()) => return,
                Err(error) => tracing::warn!(%error, "changes of addresses are not announced any more"),
            }
            self.0 = None;
        }
        std::future::pending::<()>().await;
    }
}

/// A socket on which the kernel announces changes of addresses.
fn announcements() -> io::Result<AsyncFd<OwnedFd>> {
    let flags = SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK;
    let socket = socket(AddressFamily::Netlink, SockType::Raw, flags, SockProtocol::NetlinkRoute)?;
    let groups = (RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR).cast_unsigned();
    bind(socket.as_raw_fd(), &NetlinkAddr::new(0, groups))?;
    #[expect(deprecated, reason = "the unsafe successor only asks that the descriptor stays the same, which it does")]
    AsyncFd::with_interest(socket, Interest::READABLE)
}

/// Takes one announcement and throws it away: what there is now is read from the system. That some were lost, because nobody
/// took them in time, announces a change as well.
fn hear(socket: &OwnedFd) -> io::Result<()> {
    match recv(socket.as_raw_fd(), &mut [0], MsgFlags::empty()) {
        Ok(_) | Err(Errno::ENOBUFS) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses() {
        let check = |address: &str, expected: bool| {
            assert_eq!(is_private(address.parse().unwrap()), expected, "{address}");
        };
        for private in
            ["127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.1.1", "100.64.0.1", "100.127.0.1", "169.254.1.1"]
        {
            check(private, true);
        }
        for private in ["::1", "fe80::1", "fd00::1", "fc00::1"] {
            check(private, true);
        }
        for public in ["8.8.8.8", "172.32.0.1", "100.128.0.1", "100.63.0.1", "2001:db8::1", "2a00::1", "::"] {
            check(public, false);
        }
    }

    #[test]
    fn networks_on_the_link() {
        let check = |address: &str, mask: &str, expected: Option<&str>| {
            let found = network(address.parse().unwrap(), mask.parse().unwrap());
            assert_eq!(found, expected.map(|network| network.parse().unwrap()), "{address} {mask}");
        };
        check("2001:db8:1:2::5", "ffff:ffff:ffff:ffff::", Some("2001:db8:1:2::/64"));
        check("2001:db8:1:2::5", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", None);
    }

    #[test]
    fn this_host_has_a_loopback_address() {
        let host = HostAddresses::read().unwrap();
        assert!(host.private.iter().any(|address| address.ip().is_loopback()), "{host:?}");
    }
}
