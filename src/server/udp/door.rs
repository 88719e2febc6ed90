//! One UDP socket, and how a reply finds its way back through it.

use std::{
    io::{self, IoSlice, IoSliceMut},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    os::fd::{AsRawFd, RawFd},
};

use nix::{
    libc,
    sys::socket::{
        ControlMessage, ControlMessageOwned, MsgFlags, RecvMsg, SockaddrStorage, recvmsg, sendmsg, setsockopt,
        sockopt::{Ipv4PacketInfo, Ipv6RecvPacketInfo},
    },
};
use rustix::net::sockopt::{Ipv4PathMtuDiscovery, Ipv6PathMtuDiscovery, set_ip_mtu_discover, set_ipv6_mtu_discover};

/// Room for the control message with the address that was asked.
const CONTROL: usize = 128;

/// A bound UDP socket that does not block.
#[derive(Debug)]
pub(crate) struct Door {
    socket: UdpSocket,
    address: SocketAddr,
}

/// Where a datagram came from, and where it arrived if the socket alone does not tell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Route {
    pub(super) peer: SocketAddr,
    pub(super) asked: Option<AskedAddress>,
}

/// The address and the interface that a datagram arrived at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AskedAddress {
    address: IpAddr,
    interface: u32,
}

/// An address that a reply leaves from, as the kernel is told.
pub(super) enum Source {
    V4(libc::in_pktinfo),
    V6(libc::in6_pktinfo),
}

impl Door {
    /// Makes a bound socket a door.
    pub(crate) fn new(socket: UdpSocket) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        keep_whole(&socket, address);
        match address.ip() {
            IpAddr::V4(any) if any.is_unspecified() => setsockopt(&socket, Ipv4PacketInfo, &true)?,
            IpAddr::V6(any) if any.is_unspecified() => setsockopt(&socket, Ipv6RecvPacketInfo, &true)?,
            _ => {}
        }
        Ok(Self { socket, address })
    }

    /// The socket.
    pub(super) fn socket(&self) -> &UdpSocket {
        &self.socket
    }

    /// The address it is bound to.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether it hears every address of this host, so that each reply must say which one it leaves from.
    pub(super) fn is_wildcard(&self) -> bool {
        self.address.ip().is_unspecified()
    }

    /// Hears nothing new: what is sent to its address goes to another socket that covers it, at once, though replies in
    /// flight keep this one open. What has arrived already can still be received.
    pub(super) fn turn_away(&self) -> io::Result<()> {
        let mut peer = self.address;
        match self.address.ip() {
            IpAddr::V4(any) if any.is_unspecified() => peer.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(any) if any.is_unspecified() => peer.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        // A connected socket takes datagrams from its peer alone, and this one's peer is itself; it may send to all.
        self.socket.connect(peer)
    }

    /// Receives one datagram with the address it was sent to; a wildcard socket has to.
    pub(super) fn receive(&self, buffer: &mut [u8]) -> io::Result<(usize, Route)> {
        if !self.is_wildcard() {
            let (length, peer) = self.socket.recv_from(buffer)?;
            return Ok((length, Route { peer, asked: None }));
        }
        let mut control = [0; CONTROL];
        let mut slices = [IoSliceMut::new(buffer)];
        let message = recvmsg::<SockaddrStorage>(
            self.socket.as_raw_fd(),
            &mut slices,
            Some(&mut control),
            MsgFlags::MSG_DONTWAIT,
        )?;
        let peer = message.address.as_ref().and_then(socket_address).ok_or(io::ErrorKind::InvalidData)?;
        Ok((message.bytes, Route { peer, asked: AskedAddress::of(&message) }))
    }

    /// Sends `reply` from the address that was asked.
    pub(super) fn send(&self, reply: &[u8], route: &Route) -> io::Result<()> {
        let Some(asked) = route.asked else {
            return self.socket.send_to(reply, route.peer).map(drop);
        };
        let slices = [IoSlice::new(reply)];
        let peer = SockaddrStorage::from(route.peer);
        let send = |control: ControlMessage<'_>| {
            sendmsg(self.socket.as_raw_fd(), &slices, &[control], MsgFlags::MSG_DONTWAIT, Some(&peer))
        };
        match asked.source() {
            Source::V4(address) => send(ControlMessage::Ipv4PacketInfo(&address)),
            Source::V6(address) => send(ControlMessage::Ipv6PacketInfo(&address)),
        }?;
        Ok(())
    }
}

/// Has replies leave whole or not at all: of one that is cut up, a stranger may replace a part (RFC 9715). A system that does
/// not know of this cuts them up.
fn keep_whole(socket: &UdpSocket, address: SocketAddr) {
    // One of IPv6 may serve both.
    if address.is_ipv6() {
        let _ = set_ipv6_mtu_discover(socket, Ipv6PathMtuDiscovery::DO);
    }
    let _ = set_ip_mtu_discover(socket, Ipv4PathMtuDiscovery::DO);
}

impl AsRawFd for Door {
    fn as_raw_fd(&self) -> RawFd {
        self.socket.as_raw_fd()
    }
}

impl AskedAddress {
    /// What stands beside a datagram.
    pub(super) fn of(message: &RecvMsg<'_, '_, SockaddrStorage>) -> Option<Self> {
        message.cmsgs().ok()?.find_map(|control| Self::read(&control))
    }

    /// The same address as the one that the reply leaves from.
    pub(super) fn source(self) -> Source {
        match self.address {
            IpAddr::V4(address) => Source::V4(libc::in_pktinfo {
                ipi_ifindex: 0,
                ipi_spec_dst: libc::in_addr { s_addr: u32::from_ne_bytes(address.octets()) },
                ipi_addr: libc::in_addr { s_addr: 0 },
            }),
            IpAddr::V6(address) => Source::V6(libc::in6_pktinfo {
                ipi6_addr: libc::in6_addr { s6_addr: address.octets() },
                // Only a link-local address means nothing without its interface; for others the routes decide.
                ipi6_ifindex: if address.is_unicast_link_local() { self.interface } else { 0 },
            }),
        }
    }

    fn read(control: &ControlMessageOwned) -> Option<Self> {
        match control {
            ControlMessageOwned::Ipv4PacketInfo(info) => Some(Self {
                address: Ipv4Addr::from(info.ipi_spec_dst.s_addr.to_ne_bytes()).into(),
                interface: info.ipi_ifindex.cast_unsigned(),
            }),
            ControlMessageOwned::Ipv6PacketInfo(info) => {
                Some(Self { address: info.ipi6_addr.s6_addr.into(), interface: info.ipi6_ifindex })
            }
            _ => None,
        }
    }
}

/// The address of a peer in the form of the standard library.
pub(super) fn socket_address(storage: &SockaddrStorage) -> Option<SocketAddr> {
    let v4 = storage.as_sockaddr_in().map(|address| SocketAddr::from(*address));
    v4.or_else(|| storage.as_sockaddr_in6().map(|address| SocketAddr::from(*address)))
}
