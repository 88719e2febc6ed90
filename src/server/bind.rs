//! Binding sockets, and saying what to do when that fails.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr, TcpListener, UdpSocket},
};

use socket2::{Domain, Protocol, Socket, Type};

use super::holder::{self, Holder};

/// Connections that wait to be accepted.
const BACKLOG: i32 = 256;
/// Ports of the system's choice that are tried until one is free over TCP too.
const PORTS_TRIED: usize = 16;
/// Octets of datagrams that may wait for a lane; the system may grant less.
const RECEIVE_BUFFER: usize = 1 << 20;

/// The protocol below DNS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Carrier {
    /// UDP, QUIC included.
    Udp,
    /// TCP, TLS included.
    Tcp,
}

impl fmt::Display for Carrier {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
        })
    }
}

/// Why an address cannot be listened on.
#[derive(Debug)]
pub enum BindError {
    /// Another program does.
    Taken {
        /// Where.
        address: SocketAddr,
        /// On which of its ports.
        carrier: Carrier,
        /// Which program or whose, where that may be known.
        holder: Option<Holder>,
    },
    /// The port is below those that everybody may use.
    NotPermitted {
        /// Where.
        address: SocketAddr,
    },
    /// This host has no such address, or not yet.
    NotHere {
        /// Where.
        address: SocketAddr,
    },
    /// Anything else.
    System {
        /// Where.
        address: SocketAddr,
        /// On which of its ports.
        carrier: Carrier,
        /// What the system says.
        error: io::Error,
    },
}

/// Every address that cannot be listened on, a line each.
#[derive(Debug)]
pub struct BindErrors(pub Vec<BindError>);

/// How a socket is bound.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    /// A socket of this process already covers the address and may stay until it is replaced.
    pub(super) beside_ours: bool,
    /// `::` leaves IPv4 to another socket.
    pub(super) only_v6: bool,
}

/// Binds `count` UDP sockets that share what arrives at `address`.
pub(super) fn udp(address: SocketAddr, count: usize, manner: Manner) -> Result<Vec<UdpSocket>, BindError> {
    let mut sockets = Vec::with_capacity(count);
    let mut address = address;
    for _ in 0..count {
        let beside_ours = manner.beside_ours || !sockets.is_empty();
        let socket = one_udp(address, Manner { beside_ours, ..manner })?;
        address = socket.local_addr().map_err(|error| BindError::new(address, Carrier::Udp, error))?;
        sockets.push(socket);
    }
    Ok(sockets)
}

/// `address` with a port that is free over UDP and TCP alike, where it leaves the port to the system.
pub(super) fn with_port(address: SocketAddr, manner: Manner) -> Result<SocketAddr, BindError> {
    let mut address = address;
    for _ in 0..PORTS_TRIED {
        if address.port() != 0 {
            break;
        }
        let udp = bind(address, Carrier::Udp, manner, false).and_then(|udp| udp.local_addr());
        let udp = udp.map_err(|error| BindError::new(address, Carrier::Udp, error))?.as_socket();
        // TCP hands out the same numbers to connections, so that the other half of a port may be in use.
        let free = udp.filter(|&udp| bind(udp, Carrier::Tcp, manner, false).is_ok());
        address = free.unwrap_or(address);
    }
    Ok(address)
}

/// Binds a UDP socket to `address`.
pub(super) fn one_udp(address: SocketAddr, manner: Manner) -> Result<UdpSocket, BindError> {
    let socket = bound(address, Carrier::Udp, manner)?;
    // Refused beyond the limit of the system; what it grants is enough for a home.
    let _ = socket.set_recv_buffer_size(RECEIVE_BUFFER);
    Ok(socket.into())
}

/// Binds a TCP socket to `address` and listens.
pub(super) fn tcp(address: SocketAddr, manner: Manner) -> Result<TcpListener, BindError> {
    let socket = bound(address, Carrier::Tcp, manner)?;
    socket.listen(BACKLOG).map_err(|error| BindError::new(address, Carrier::Tcp, error))?;
    Ok(socket.into())
}

/// Binds a TCP socket for a listener that is not among those of this folder: the dashboard, DNS over HTTPS. Those at `ours`
/// may stay until it takes their place.
///
/// # Errors
/// When the address cannot be listened on; the error says what to do.
pub fn listen_tcp(address: SocketAddr, ours: impl IntoIterator<Item = SocketAddr>) -> Result<TcpListener, BindError> {
    let beside_ours = ours.into_iter().any(|ours| in_the_way(ours, address));
    tcp(address, Manner { beside_ours, only_v6: false })
}

/// A socket bound to `address` that shares it with the other sockets of this process only.
fn bound(address: SocketAddr, carrier: Carrier, manner: Manner) -> Result<Socket, BindError> {
    let socket = bind(address, carrier, manner, manner.beside_ours);
    // Sharing a port is granted among all programs of one user, so the first socket does not share until it is bound, which
    // shows that nobody else is there. It is no other one that shares then: what has arrived meanwhile would be lost.
    let shared = socket.and_then(|socket| socket.set_reuse_port(true).map(|()| socket));
    shared.map_err(|error| BindError::new(address, carrier, error))
}

fn bind(address: SocketAddr, carrier: Carrier, manner: Manner, shared: bool) -> io::Result<Socket> {
    let (kind, protocol) = match carrier {
        Carrier::Udp => (Type::DGRAM, Protocol::UDP),
        Carrier::Tcp => (Type::STREAM, Protocol::TCP),
    };
    let socket = Socket::new(Domain::for_address(address), kind, Some(protocol))?;
    socket.set_nonblocking(true)?;
    if address.is_ipv6() {
        socket.set_only_v6(manner.only_v6 || !address.ip().is_unspecified())?;
    }
    if carrier == Carrier::Tcp {
        // Connections of an earlier run that linger in TIME_WAIT do not hold the port.
        socket.set_reuse_address(true)?;
    }
    if shared {
        socket.set_reuse_port(true)?;
    }
    socket.bind(&address.into())?;
    Ok(socket)
}

/// Whether two addresses with the same port get in each other's way.
pub(super) fn overlap(one: IpAddr, other: IpAddr) -> bool {
    one == other || one.is_unspecified() || other.is_unspecified()
}

/// Whether a socket at one of two addresses keeps another from the other.
pub(super) fn in_the_way(one: SocketAddr, other: SocketAddr) -> bool {
    one.port() == other.port() && overlap(one.ip(), other.ip())
}

impl BindError {
    pub(super) fn new(address: SocketAddr, carrier: Carrier, error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::AddrInUse => Self::Taken { address, carrier, holder: holder::find(address, carrier) },
            io::ErrorKind::PermissionDenied => Self::NotPermitted { address },
            io::ErrorKind::AddrNotAvailable => Self::NotHere { address },
            _ => Self::System { address, carrier, error },
        }
    }

    /// The address that cannot be listened on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        match self {
            Self::Taken { address, .. }
            | Self::NotPermitted { address }
            | Self::NotHere { address }
            | Self::System { address, .. } => *address,
        }
    }
}

impl fmt::Display for BindError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken { address, carrier, holder } => {
                let (port, ip) = (address.port(), address.ip());
                write!(out, "port {port} on {ip} ({carrier}) is held by ")?;
                match holder {
                    Some(holder) => write!(out, "{holder}; {}", holder.remedy()),
                    None => write!(
                        out,
                        "another program; `sudo ss -lpn 'sport = :{port}'` names it; stop it, or listen on another address"
                    ),
                }
            }
            Self::NotPermitted { address } => write!(
                out,
                "no permission to listen on port {} of {}; either grant it to the program \
                 (`AmbientCapabilities=CAP_NET_BIND_SERVICE` in its systemd unit, or `sudo setcap \
                 cap_net_bind_service=+ep` and the path of the binary), or open the port to everybody (`sudo sysctl \
                 net.ipv4.ip_unprivileged_port_start={}`), or listen on a high port such as 5300 and redirect to it in \
                 the firewall",
                address.port(),
                address.ip(),
                address.port(),
            ),
            Self::NotHere { address } => write!(
                out,
                "this host has no address {}; `ip address` shows those it has, and `listen = \"auto\"` follows them",
                address.ip()
            ),
            Self::System { address, carrier, error } => write!(out, "cannot listen on {address} ({carrier}): {error}"),
        }
    }
}

impl std::error::Error for BindError {}

impl fmt::Display for BindErrors {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is wrong with an address is often wrong over UDP and over TCP, and said once.
        let mut lines: Vec<String> = Vec::new();
        for error in &self.0 {
            let line = error.to_string();
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        out.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for BindErrors {}

#[cfg(test)]
mod tests {
    use super::*;

    const ALONE: Manner = Manner { beside_ours: false, only_v6: false };

    #[test]
    fn lanes_share_a_port_that_nobody_else_has() {
        let first = udp("127.0.0.1:0".parse().unwrap(), 3, ALONE).unwrap();
        let address = first[0].local_addr().unwrap();
        assert!(first.iter().all(|socket| socket.local_addr().unwrap() == address));
        let taken = udp(address, 1, ALONE);
        assert!(matches!(taken, Err(BindError::Taken { .. })), "{taken:?}");
        assert!(udp(address, 1, Manner { beside_ours: true, only_v6: false }).is_ok(), "ours may stand beside ours");
    }

    #[test]
    fn lanes_share_what_arrives() {
        let lanes = udp("127.0.0.1:0".parse().unwrap(), 2, ALONE).unwrap();
        let address = lanes[0].local_addr().unwrap();
        // The system chooses by the addresses of both ends: that one lane has them all is as likely as 64 heads in a row.
        let clients: Vec<UdpSocket> = (0..64).map(|_| UdpSocket::bind("127.0.0.1:0").unwrap()).collect();
        for client in &clients {
            client.send_to(b"?", address).unwrap();
        }
        let arrived = lanes.iter().map(|lane| std::iter::from_fn(|| lane.recv(&mut [0]).ok()).count());
        let arrived: Vec<usize> = arrived.collect();
        assert_eq!(arrived.iter().sum::<usize>(), clients.len(), "{arrived:?}");
        assert!(!arrived.contains(&0), "{arrived:?}");
    }

    #[test]
    fn a_stranger_who_shares_is_noticed_too() {
        let stranger = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        stranger.set_reuse_port(true).unwrap();
        stranger.bind(&"127.0.0.1:0".parse::<SocketAddr>().unwrap().into()).unwrap();
        stranger.listen(1).unwrap();
        let address = stranger.local_addr().unwrap().as_socket().unwrap();
        assert!(matches!(tcp(address, ALONE), Err(BindError::Taken { .. })));
    }

    #[test]
    fn a_listener_takes_the_place_of_ours() {
        let first = listen_tcp("127.0.0.1:0".parse().unwrap(), []).unwrap();
        let ours = first.local_addr().unwrap();
        let everywhere = SocketAddr::new([0, 0, 0, 0].into(), ours.port());
        let alone = listen_tcp(everywhere, []);
        assert!(matches!(alone, Err(BindError::Taken { .. })), "{alone:?}");
        assert!(listen_tcp(everywhere, ["127.0.0.1:1".parse().unwrap(), ours]).is_ok());
    }

    #[test]
    fn errors_name_the_way_out() {
        let address = "127.0.0.53:53".parse().unwrap();
        let check = |error: &BindError, words: &[&str]| {
            let text = error.to_string();
            for word in words {
                assert!(text.contains(word), "{word} in {text}");
            }
        };
        let holder = Holder::Program { name: "systemd-resolved".into(), pid: 612 };
        check(
            &BindError::Taken { address, carrier: Carrier::Udp, holder: Some(holder) },
            &["port 53 on 127.0.0.53 (UDP) is held by `systemd-resolved` (pid 612)", "DNSStubListener=no"],
        );
        let holder = Holder::OfUser("systemd-resolve".into());
        check(
            &BindError::Taken { address, carrier: Carrier::Udp, holder: Some(holder) },
            &["held by a program of the user `systemd-resolve`", "DNSStubListener=no"],
        );
        check(&BindError::Taken { address, carrier: Carrier::Tcp, holder: None }, &["another program", "ss -lpn"]);
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        check(
            &BindError::new(address, Carrier::Udp, denied),
            &["setcap", "AmbientCapabilities", "ip_unprivileged_port_start=53", "redirect"],
        );
        check(&BindError::NotHere { address }, &["no address 127.0.0.53"]);
        let both = BindErrors(vec![BindError::NotHere { address }, BindError::NotHere { address }]);
        assert_eq!(both.to_string(), BindError::NotHere { address }.to_string(), "said once for UDP and TCP");
    }
}
