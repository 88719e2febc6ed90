//! In place of [`quic`](super) in a program that was built without it: the configuration refuses what would be served here.

use std::{future::Ready, io, sync::Arc};

use tokio::net::UdpSocket;
use tokio_util::sync::CancellationToken;

use super::{
    Certificates, Front,
    stream::{Guests, StreamLimits},
};

/// What the listeners of QUIC would share.
#[derive(Clone)]
#[expect(dead_code, reason = "it is made alike with QUIC and without")]
pub(super) struct QuicService {
    pub(super) front: Arc<Front>,
    pub(super) limits: StreamLimits,
    pub(super) guests: Guests,
    pub(super) certificates: Arc<Certificates>,
}

#[expect(clippy::unused_self, reason = "it is called alike with QUIC and without")]
impl QuicService {
    pub(super) fn doq(&self, _socket: UdpSocket, _stop: CancellationToken) -> io::Result<Ready<()>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn doh3(&self, socket: UdpSocket, stop: CancellationToken) -> io::Result<Ready<()>> {
        self.doq(socket, stop)
    }
}
