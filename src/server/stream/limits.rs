//! What a connection may take, and how many there may be.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use crate::{clients::has_room, server::Front};

/// What connections of one kind may take (RFC 7766, section 6.2; RFC 9210, section 4).
#[derive(Clone, Copy, Debug)]
pub struct StreamLimits {
    /// Connections in all.
    pub connections: usize,
    /// Connections of one address; a network of IPv6 gets half of all.
    pub per_address: usize,
    /// Queries of one connection that wait for their replies at once; more are not read until there is room.
    pub in_flight: usize,
    /// How long a connection may be silent while nothing is owed to it.
    pub idle: Duration,
    /// From the first octet of a message to its last, and for a handshake.
    pub message: Duration,
    /// For the peer to take what it is sent.
    pub write: Duration,
}

impl StreamLimits {
    /// The limits of plain TCP.
    pub const TCP: Self = Self {
        connections: 512,
        per_address: 32,
        in_flight: 64,
        idle: Duration::from_secs(10),
        message: Duration::from_secs(5),
        write: Duration::from_secs(5),
    };
    /// The limits of TLS, where a connection is dearer to make and so is kept longer.
    pub const TLS: Self = Self { idle: Duration::from_secs(30), ..Self::TCP };
    /// The limits of QUIC, where a connection may make this host keep much more.
    pub const QUIC: Self = Self { connections: 64, per_address: 8, ..Self::TLS };
}

/// The limits of the kinds of connections.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Of plain TCP.
    pub tcp: StreamLimits,
    /// Of TLS.
    pub tls: StreamLimits,
    /// Of QUIC, HTTP/3 included.
    pub quic: StreamLimits,
}

impl Default for Limits {
    fn default() -> Self {
        Self { tcp: StreamLimits::TCP, tls: StreamLimits::TLS, quic: StreamLimits::QUIC }
    }
}

/// Who is connected, once for each connection.
#[derive(Clone, Debug)]
pub(in crate::server) struct Guests(Arc<Mutex<Vec<IpAddr>>>);

/// One connection's place among the [`Guests`]; free again when it is dropped.
#[derive(Debug)]
pub(in crate::server) struct Seat {
    guests: Guests,
    client: IpAddr,
}

impl Guests {
    pub(in crate::server) fn new() -> Self {
        Self(Arc::default())
    }

    /// A place for one more connection of `peer`, if it is answered at all and there is one; counted when not.
    pub(in crate::server) fn admit(&self, peer: SocketAddr, front: &Front, limits: &StreamLimits) -> Option<Seat> {
        if !front.welcomes(peer.ip()) {
            return None;
        }
        let seat = self.seat(peer.ip().to_canonical(), limits);
        if seat.is_none() {
            front.counters().crowded_out.add();
        }
        seat
    }

    fn seat(&self, client: IpAddr, limits: &StreamLimits) -> Option<Seat> {
        let mut seats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !has_room(client, seats.iter().copied(), limits.connections, limits.per_address) {
            return None;
        }
        seats.push(client);
        Some(Seat { guests: self.clone(), client })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.guests.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = seats.iter().position(|client| *client == self.client) {
            seats.swap_remove(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_are_counted_in_all_and_by_address() {
        let limits = StreamLimits { connections: 3, per_address: 2, ..StreamLimits::TCP };
        let guests = Guests::new();
        let seat = |last: u8| guests.seat([192, 168, 1, last].into(), &limits);
        let (first, second) = (seat(1), seat(1));
        assert!(first.is_some() && second.is_some());
        assert!(seat(1).is_none(), "a third of one address");
        let other = seat(2);
        assert!(other.is_some());
        assert!(seat(3).is_none(), "a fourth in all");
        drop(first);
        assert!(seat(3).is_some(), "the place is free again");
        drop((second, other));
        assert!(guests.0.lock().unwrap().is_empty());
    }

    #[test]
    fn one_device_with_many_addresses_leaves_room_for_others() {
        let guests = Guests::new();
        let seat =
            |network: u16, host: u16| guests.seat([0xfd00, 0, 0, network, 0, 0, 0, host].into(), &StreamLimits::TCP);
        let seats: Vec<_> = (0..1000).filter_map(|host| seat(1, host)).collect();
        assert_eq!(seats.len(), StreamLimits::TCP.connections / 2);
        assert!(seat(2, 1).is_some() && guests.seat([192, 168, 1, 1].into(), &StreamLimits::TCP).is_some());
    }
}
