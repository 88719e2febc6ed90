//! Several datagrams a system call, through wrappers that allocate nothing once they are set up.
//!
//! A wildcard socket hears beside each datagram which address was asked, and says with each reply which one it leaves
//! from, in control messages. Their room in the headers is measured: what the kernel finds there it takes for messages, and
//! what it used of it is all that it has the next time.

use std::{
    array,
    io::{self, IoSlice, IoSliceMut},
    net::SocketAddr,
    ops::Range,
    os::fd::AsRawFd,
};

use nix::{
    cmsg_space,
    errno::Errno,
    libc,
    sys::socket::{ControlMessage, MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg, sendmmsg},
};

use super::door::{AskedAddress, Door, Route, Source, socket_address};
use crate::dns::{UDP_PAYLOAD, reply};

/// Datagrams of one system call at most.
pub(super) const BATCH: usize = 64;
/// Datagrams of most system calls: each that is made room for costs a little, whether it comes or not.
const FEW: usize = 4;
/// Octets of a query that are looked at; a longer one fails to parse, as it should. An odd number of cache lines, because
/// buffers whose beginnings were a power of two apart would push each other out of the few places that they share.
const QUERY: usize = 33 * 64;

/// Errors in a row after which a door is left until more comes: one that does not pass must not keep the lane from all else.
const MOST_ERRORS: usize = 16;

/// Octets of room that a reply buffer keeps: a long answer passes through before it is cut.
const LARGEST_KEPT: usize = 4096;

/// Datagrams as they arrived.
pub(super) struct Inbox {
    /// By [`kind`]: what the kernel notes in them, the length of an address among it, stays for the next call.
    headers: [MultiHeaders<SockaddrStorage>; 4],
    buffers: Vec<[u8; QUERY]>,
    arrived: Vec<(usize, Route)>,
    /// Whether the next call may bring more than a few.
    many: bool,
    several: bool,
}

/// What a call to [`Inbox::fill`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filled {
    /// Nothing.
    Nothing,
    /// All that was there.
    All,
    /// As much as fits; there may be more.
    Some,
}

/// Replies that wait to be sent together.
pub(super) struct Outbox {
    /// Without control messages, and with the address of either family.
    headers: [MultiHeaders<SockaddrStorage>; 3],
    /// As many as were ever needed at once; the first of them wait to be sent.
    replies: Vec<Vec<u8>>,
    routes: Vec<Route>,
    peers: Vec<Option<SockaddrStorage>>,
    several: bool,
}

impl Inbox {
    pub(super) fn new() -> Self {
        Self {
            headers: array::from_fn(receiving),
            buffers: vec![[0; QUERY]; BATCH],
            arrived: Vec::with_capacity(BATCH),
            many: false,
            several: true,
        }
    }

    /// Takes what waits at `door`, at most [`BATCH`] datagrams.
    pub(super) fn fill(&mut self, door: &Door) -> Filled {
        self.arrived.clear();
        let mut errors = 0;
        while self.several {
            let room = if self.many { BATCH } else { FEW };
            let filled = if self.many { self.fill_from::<BATCH>(door) } else { self.fill_from::<FEW>(door) };
            match filled {
                Err(Errno::ENOSYS) => self.several = false,
                // What an earlier reply left behind is told once, and more may wait behind it.
                Err(error) if error != Errno::EAGAIN && errors < MOST_ERRORS => errors += 1,
                Ok(()) | Err(_) => return self.filled(room),
            }
        }
        while self.arrived.len() < BATCH {
            match door.receive(&mut self.buffers[self.arrived.len()]) {
                Ok(arrival) => self.arrived.push(arrival),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock || errors == MOST_ERRORS => break,
                Err(_) => errors += 1,
            }
        }
        self.filled(BATCH)
    }

    /// Looks at what came where there was `room` for so many, and makes room for the next time by it.
    fn filled(&mut self, room: usize) -> Filled {
        let count = self.arrived.len();
        self.many = count >= FEW;
        match count {
            0 => Filled::Nothing,
            _ if count < room => Filled::All,
            _ => Filled::Some,
        }
    }

    /// What was taken last.
    pub(super) fn arrivals(&self) -> impl Iterator<Item = (&[u8], Route)> + Clone {
        self.arrived
            .iter()
            .zip(self.buffers.iter())
            .map(|(&(length, route), buffer)| (&buffer[..length.min(QUERY)], route))
    }

    /// Takes at most `N` datagrams.
    fn fill_from<const N: usize>(&mut self, door: &Door) -> nix::Result<()> {
        let mut buffers = self.buffers.iter_mut();
        let mut slices: [_; N] =
            array::from_fn(|_| [IoSliceMut::new(buffers.next().map_or(&mut [], |buffer| buffer.as_mut_slice()))]);
        let (fd, kind) = (door.as_raw_fd(), kind(door));
        let mut is_untold = false;
        for message in recvmmsg(fd, &mut self.headers[kind], slices.iter_mut(), MsgFlags::MSG_DONTWAIT, None)? {
            // Without a peer there is nobody to answer; the empty datagram is ignored as one that is too short.
            let peer = message.address.as_ref().and_then(socket_address);
            let length = if peer.is_some() { message.bytes } else { 0 };
            let peer = peer.unwrap_or(SocketAddr::from(([0, 0, 0, 0], 0)));
            let asked = if door.is_wildcard() { AskedAddress::of(&message) } else { None };
            is_untold |= door.is_wildcard() && asked.is_none();
            self.arrived.push((length, Route { peer, asked }));
        }
        if is_untold {
            // The header has no room left for the address of the next datagram.
            self.headers[kind] = receiving(kind);
        }
        Ok(())
    }
}

/// The number of the headers that a door receives with.
fn kind(door: &Door) -> usize {
    usize::from(door.address().is_ipv6()) + 2 * usize::from(door.is_wildcard())
}

/// Headers to receive with at doors of this [`kind`].
fn receiving(kind: usize) -> MultiHeaders<SockaddrStorage> {
    let control = match kind {
        2 => Some(cmsg_space!(libc::in_pktinfo)),
        3 => Some(cmsg_space!(libc::in6_pktinfo)),
        _ => None,
    };
    MultiHeaders::preallocate(BATCH, control)
}

impl Outbox {
    pub(super) fn new() -> Self {
        let controls = [None, Some(cmsg_space!(libc::in_pktinfo)), Some(cmsg_space!(libc::in6_pktinfo))];
        Self {
            headers: controls.map(|control| MultiHeaders::preallocate(BATCH, control)),
            replies: Vec::new(),
            routes: Vec::with_capacity(BATCH),
            peers: Vec::with_capacity(BATCH),
            several: true,
        }
    }

    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.routes.is_empty()
    }

    /// Whether `count` replies can be added before what waits is sent.
    pub(super) fn has_room_for(&self, count: usize) -> bool {
        self.routes.len() + count <= BATCH
    }

    /// An empty buffer for the next reply, which [`Self::keep`] adds to what will be sent.
    pub(super) fn next(&mut self) -> &mut Vec<u8> {
        let place = self.routes.len();
        if self.replies.len() <= place {
            self.replies.resize_with(place + 1, || Vec::with_capacity(usize::from(UDP_PAYLOAD)));
        }
        let reply = &mut self.replies[place];
        reply.clear();
        if reply.capacity() > LARGEST_KEPT {
            reply.shrink_to(LARGEST_KEPT);
        }
        reply
    }

    /// Adds the reply just written.
    #[inline]
    pub(super) fn keep(&mut self, route: Route) {
        self.routes.push(route);
        self.peers.push(Some(route.peer.into()));
    }

    /// Adds a reply that was written elsewhere. It is copied, so that all buffers stay as large as they are.
    pub(super) fn keep_written(&mut self, reply: &[u8], route: Route) {
        self.next().extend_from_slice(reply);
        self.keep(route);
    }

    /// Sends everything from `door`; returns how many replies the network did not take.
    pub(super) fn send(&mut self, door: &Door) -> usize {
        let (mut sent, mut lost) = (0, 0);
        while sent < self.routes.len() {
            if self.several {
                match self.send_from(door, sent) {
                    Ok(count) => sent += count.max(1),
                    Err(Errno::ENOSYS) => self.several = false,
                    Err(Errno::EINTR) => {}
                    Err(Errno::EMSGSIZE) if reply::cut(&mut self.replies[sent]) => {}
                    // The error is that of the first reply: it is lost, the others are tried.
                    Err(_) => (sent, lost) = (sent + 1, lost + 1),
                }
            } else {
                match door.send(&self.replies[sent], &self.routes[sent]) {
                    Err(error) if is_too_long(&error) && reply::cut(&mut self.replies[sent]) => continue,
                    result => lost += usize::from(result.is_err()),
                }
                sent += 1;
            }
        }
        self.routes.clear();
        self.peers.clear();
        lost
    }

    /// Sends as many replies as can leave together, from the one at `from` on: one call knows one address that they leave
    /// from.
    fn send_from(&mut self, door: &Door, from: usize) -> nix::Result<usize> {
        let asked = self.routes[from].asked;
        let together = self.routes[from..].iter().take_while(|route| route.asked == asked).count();
        let replies = from..from + together;
        if together <= FEW {
            self.send_together::<FEW>(door, replies)
        } else {
            self.send_together::<BATCH>(door, replies)
        }
    }

    /// Sends `which` replies, at most `N`.
    fn send_together<const N: usize>(&mut self, door: &Door, which: Range<usize>) -> nix::Result<usize> {
        let mut slices = [[IoSlice::new(&[])]; N];
        for (slice, reply) in slices.iter_mut().zip(&self.replies[which.clone()]) {
            *slice = [IoSlice::new(reply)];
        }
        let (fd, slices, asked) = (door.as_raw_fd(), &slices[..which.len().min(N)], self.routes[which.start].asked);
        let peers = &self.peers[which];
        let mut send = |headers: usize, control: &[ControlMessage<'_>]| {
            let headers = &mut self.headers[headers];
            sendmmsg(fd, headers, slices, peers, control, MsgFlags::MSG_DONTWAIT).map(Iterator::count)
        };
        match asked.map(AskedAddress::source) {
            None => send(0, &[]),
            Some(Source::V4(address)) => send(1, &[ControlMessage::Ipv4PacketInfo(&address)]),
            Some(Source::V6(address)) => send(2, &[ControlMessage::Ipv6PacketInfo(&address)]),
        }
    }
}

/// Whether a datagram is longer than what the network takes.
fn is_too_long(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::EMSGSIZE)
}

#[cfg(test)]
mod tests {
    use std::{
        net::{TcpListener, UdpSocket},
        os::fd::OwnedFd,
    };

    use super::*;

    #[test]
    fn every_way_of_receiving_and_sending_loses_nothing() {
        for several in [true, false] {
            // One after the other through the same buffers, as a lane does it.
            let (mut inbox, mut outbox) = (Inbox::new(), Outbox::new());
            (inbox.several, outbox.several) = (several, several);
            let mut check = |address: &str, client: &str| {
                let door = Door::new(UdpSocket::bind(address).unwrap()).unwrap();
                let client = UdpSocket::bind(client).unwrap();
                client.connect((client.local_addr().unwrap().ip(), door.address().port())).unwrap();
                let messages = (0..50_u8).map(|number| vec![number; 12 + usize::from(number)]);
                for message in messages.clone() {
                    client.send(&message).unwrap();
                }
                let mut total = 0;
                while total < 50 {
                    assert_ne!(inbox.fill(&door), Filled::Nothing, "after {total}");
                    let count = inbox.arrivals().count();
                    for (bytes, route) in inbox.arrivals() {
                        outbox.next().extend_from_slice(bytes);
                        outbox.keep(route);
                    }
                    assert_eq!(outbox.send(&door), 0);
                    total += count;
                }
                assert_eq!(inbox.fill(&door), Filled::Nothing);
                client.set_nonblocking(true).unwrap();
                for message in messages {
                    let mut buffer = [0; 100];
                    let length = client.recv(&mut buffer).unwrap();
                    assert_eq!(buffer[..length], message, "{address} {several}");
                }
            };
            check("127.0.0.1:0", "127.0.0.1:0");
            check("[::1]:0", "[::1]:0");
            check("127.0.0.1:0", "127.0.0.1:0");
            for _ in 0..2 {
                check("0.0.0.0:0", "127.0.0.1:0");
                check("0.0.0.0:0", "127.0.0.9:0");
                check("[::]:0", "[::1]:0");
                check("[::]:0", "127.0.0.1:0");
            }
        }
    }

    #[test]
    fn an_error_that_does_not_pass_is_not_waited_for() {
        // Nothing can be received from a socket that only takes connections.
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let door = Door::new(UdpSocket::from(OwnedFd::from(listener))).unwrap();
        for several in [true, false] {
            let mut inbox = Inbox::new();
            inbox.several = several;
            assert_eq!(inbox.fill(&door), Filled::Nothing);
        }
    }

    #[test]
    fn each_reply_leaves_from_the_address_that_was_asked() {
        for several in [true, false] {
            let (mut inbox, mut outbox) = (Inbox::new(), Outbox::new());
            (inbox.several, outbox.several) = (several, several);
            let check = |address: &str, hosts: &[&str], inbox: &mut Inbox, outbox: &mut Outbox| {
                let door = Door::new(UdpSocket::bind(address).unwrap()).unwrap();
                let clients = hosts.iter().map(|host| {
                    let client = UdpSocket::bind((*host, 0)).unwrap();
                    // Hears what comes from there alone.
                    client.connect((*host, door.address().port())).unwrap();
                    client.set_nonblocking(true).unwrap();
                    client
                });
                let clients: Vec<UdpSocket> = clients.collect();
                for round in 0..9_u8 {
                    clients[usize::from(round) % clients.len()].send(&[round; 12]).unwrap();
                }
                while inbox.fill(&door) != Filled::Nothing {
                    for (bytes, route) in inbox.arrivals() {
                        outbox.next().extend_from_slice(bytes);
                        outbox.keep(route);
                    }
                }
                assert_eq!(outbox.send(&door), 0);
                for round in 0..9_u8 {
                    let mut buffer = [0; 100];
                    let length = clients[usize::from(round) % clients.len()].recv(&mut buffer).unwrap();
                    assert_eq!(buffer[..length], [round; 12], "{address} {several}");
                }
            };
            for _ in 0..2 {
                check("0.0.0.0:0", &["127.0.0.1", "127.0.0.2", "127.0.0.1"], &mut inbox, &mut outbox);
                check("[::]:0", &["::1", "127.0.0.2"], &mut inbox, &mut outbox);
            }
        }
    }

    #[test]
    fn a_reply_that_the_network_does_not_take_is_cut() {
        let question = b"\x12\x34\x81\x80\0\x01\0\x01\0\0\0\0\x01a\0\0\x01\0\x01";
        let cut = b"\x12\x34\x83\x80\0\x01\0\0\0\0\0\0\x01a\0\0\x01\0\x01";
        for address in ["127.0.0.1:0", "[::1]:0"] {
            let door = Door::new(UdpSocket::bind(address).unwrap()).unwrap();
            let client = UdpSocket::bind(address).unwrap();
            for several in [true, false] {
                let mut outbox = Outbox::new();
                outbox.several = several;
                // Longer than any datagram may be.
                for octets in [0, 70_000] {
                    let reply = outbox.next();
                    reply.extend_from_slice(question);
                    reply.resize(question.len() + octets, 0);
                    outbox.keep(Route { peer: client.local_addr().unwrap(), asked: None });
                }
                outbox.next().resize(70_000, 0xFF);
                outbox.keep(Route { peer: client.local_addr().unwrap(), asked: None });
                assert_eq!(outbox.send(&door), 1, "what has no question is lost");
                let mut buffer = [0; 100];
                let received =
                    [(); 2].map(|()| client.recv(&mut buffer).map(|length| buffer[..length].to_vec()).unwrap());
                assert_eq!(received, [question.to_vec(), cut.to_vec()], "{address} {several}");
            }
        }
    }

    #[test]
    fn a_reply_that_cannot_be_sent_does_not_keep_back_the_others() {
        let door = Door::new(UdpSocket::bind("127.0.0.1:0").unwrap()).unwrap();
        let client = UdpSocket::bind("127.0.0.1:0").unwrap();
        for several in [true, false] {
            let mut outbox = Outbox::new();
            outbox.several = several;
            // Nothing can be sent to port 0.
            for peer in ["127.0.0.1:0".parse().unwrap(), client.local_addr().unwrap(), "127.0.0.1:0".parse().unwrap()] {
                outbox.next().extend_from_slice(b"reply");
                outbox.keep(Route { peer, asked: None });
            }
            assert_eq!(outbox.send(&door), 2);
            assert_eq!(client.recv(&mut [0; 10]).unwrap(), 5);
        }
    }
}
