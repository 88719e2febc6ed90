//! Several datagrams a system call, through wrappers that allocate nothing once they are set up.

use std::{
    array,
    io::{self, IoSlice, IoSliceMut},
    net::SocketAddr,
    os::fd::AsRawFd,
};

use nix::{
    errno::Errno,
    sys::socket::{MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg, sendmmsg},
};

use super::door::{Door, Route, socket_address};
use crate::dns::UDP_PAYLOAD;

/// Datagrams of one system call at most.
pub(super) const BATCH: usize = 32;
/// Datagrams that every system call may bring.
const FEWEST: usize = 4;
/// Octets of a query that are looked at; a longer one fails to parse, as it should.
const QUERY: usize = 2048;

/// Octets of room that a reply buffer keeps: a long answer passes through before it is cut.
const LARGEST_KEPT: usize = 4096;

/// Datagrams as they arrived.
pub(super) struct Inbox {
    /// One for each family: what the kernel notes in them, the length of an address among it, stays for the next call.
    headers: [MultiHeaders<SockaddrStorage>; 2],
    buffers: Vec<[u8; QUERY]>,
    arrived: Vec<(usize, Route)>,
    /// How many datagrams the next call may bring: each costs a little, whether it comes or not.
    offered: usize,
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
    headers: MultiHeaders<SockaddrStorage>,
    /// As many as were ever needed at once; the first of them wait to be sent.
    replies: Vec<Vec<u8>>,
    routes: Vec<Route>,
    peers: Vec<Option<SockaddrStorage>>,
    several: bool,
}

impl Inbox {
    pub(super) fn new() -> Self {
        Self {
            headers: array::from_fn(|_| MultiHeaders::preallocate(BATCH, None)),
            buffers: vec![[0; QUERY]; BATCH],
            arrived: Vec::with_capacity(BATCH),
            offered: FEWEST,
            several: true,
        }
    }

    /// Takes what waits at `door`, at most [`BATCH`] datagrams.
    pub(super) fn fill(&mut self, door: &Door) -> Filled {
        self.arrived.clear();
        // A wildcard socket needs the address asked beside each datagram, and `recvmmsg` of nix keeps the shortened
        // length of the control buffer from one call to the next, so that addresses would be cut off.
        while self.several && !door.is_wildcard() {
            match self.fill_together(door) {
                Err(Errno::ENOSYS) => self.several = false,
                // What an earlier reply left behind is told once, and more may wait behind it.
                Err(error) if error != Errno::EAGAIN => {}
                Ok(()) | Err(_) => return self.filled(),
            }
        }
        self.offered = BATCH;
        while self.arrived.len() < BATCH {
            match door.receive(&mut self.buffers[self.arrived.len()]) {
                Ok(arrival) => self.arrived.push(arrival),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(_) => {}
            }
        }
        self.filled()
    }

    /// Looks at what came, and offers room for the next time by it.
    fn filled(&mut self) -> Filled {
        let count = self.arrived.len();
        let filled = match count {
            0 => Filled::Nothing,
            _ if count < self.offered => Filled::All,
            _ => Filled::Some,
        };
        self.offered = (count * 2).clamp(FEWEST, BATCH);
        filled
    }

    /// What was taken last.
    pub(super) fn arrivals(&self) -> impl Iterator<Item = (&[u8], Route)> {
        self.arrived
            .iter()
            .zip(self.buffers.iter())
            .map(|(&(length, route), buffer)| (&buffer[..length.min(QUERY)], route))
    }

    fn fill_together(&mut self, door: &Door) -> nix::Result<()> {
        let offered = self.offered;
        let mut buffers = self.buffers.iter_mut().take(offered);
        let mut slices: [_; BATCH] =
            array::from_fn(|_| [IoSliceMut::new(buffers.next().map_or(&mut [], |buffer| buffer.as_mut_slice()))]);
        let fd = door.socket().as_raw_fd();
        let headers = &mut self.headers[usize::from(door.address().is_ipv6())];
        let messages = recvmmsg(fd, headers, slices.iter_mut().take(offered), MsgFlags::MSG_DONTWAIT, None)?;
        for message in messages {
            // Without a peer there is nobody to answer; the empty datagram is ignored as one that is too short.
            let peer = message.address.as_ref().and_then(socket_address);
            let length = if peer.is_some() { message.bytes } else { 0 };
            let peer = peer.unwrap_or(SocketAddr::from(([0, 0, 0, 0], 0)));
            self.arrived.push((length, Route { peer, asked: None }));
        }
        Ok(())
    }
}

impl Outbox {
    pub(super) fn new() -> Self {
        Self {
            headers: MultiHeaders::preallocate(BATCH, None),
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

    /// Whether what waits must be sent before anything can be added.
    pub(super) fn is_full(&self) -> bool {
        self.routes.len() >= BATCH
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
    pub(super) fn keep(&mut self, route: Route) {
        self.routes.push(route);
        self.peers.push(Some(route.peer.into()));
    }

    /// Adds a reply that was written elsewhere.
    pub(super) fn keep_written(&mut self, reply: &mut Vec<u8>, route: Route) {
        std::mem::swap(self.next(), reply);
        self.keep(route);
    }

    /// Sends everything from `door`; returns how many replies the network did not take.
    pub(super) fn send(&mut self, door: &Door) -> usize {
        let (mut sent, mut lost) = (0, 0);
        while sent < self.routes.len() {
            if self.several && !door.is_wildcard() {
                match self.send_together(door, sent) {
                    Ok(count) => sent += count.max(1),
                    Err(Errno::ENOSYS) => self.several = false,
                    Err(Errno::EINTR) => {}
                    // The error is that of the first reply: it is lost, the others are tried.
                    Err(_) => (sent, lost) = (sent + 1, lost + 1),
                }
            } else {
                lost += usize::from(door.send(&self.replies[sent], &self.routes[sent]).is_err());
                sent += 1;
            }
        }
        self.routes.clear();
        self.peers.clear();
        lost
    }

    fn send_together(&mut self, door: &Door, from: usize) -> nix::Result<usize> {
        let mut replies = self.replies[from..self.routes.len()].iter();
        let slices: [_; BATCH] = array::from_fn(|_| [IoSlice::new(replies.next().map_or(&[], Vec::as_slice))]);
        let fd = door.socket().as_raw_fd();
        let peers = &self.peers[from..];
        sendmmsg(fd, &mut self.headers, &slices, peers, [], MsgFlags::MSG_DONTWAIT).map(Iterator::count)
    }
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;

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
            check("0.0.0.0:0", "127.0.0.1:0");
            check("[::]:0", "[::1]:0");
            check("[::]:0", "127.0.0.1:0");
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
