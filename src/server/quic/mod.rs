//! DNS over QUIC (RFC 9250) and over HTTP/3 (RFC 8484), on the QUIC listeners of hickory-server.
//!
//! Its listeners bring the handshake, the streams and the framing. Its own loop over queries is not used: it answers the
//! queries of a QUIC connection one after the other, knows no limit of connections, takes no GET over HTTP/3, and takes
//! replies only as records that it writes itself, so that replies would lose what the front put into them. Limits that
//! it sets and that cannot be changed: five seconds for a handshake, during which its listener makes no other one; 100
//! streams of a QUIC connection and 3 of an HTTP/3 connection at once, each buffering up to 1.25 MB; 30 s without a
//! sign of life.

mod doh3;
mod doq;

use std::{future::Future, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use hickory_server::net::{
    NetError,
    h3::h3_server::{H3Connection, H3Server},
    quic::{QuicServer, QuicStreams},
};
use tokio::{net::UdpSocket, task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{
    Certificates, Front,
    stream::{Guests, StreamLimits},
};

/// How long a connection stays after its last reply, so that the reply arrives before the word that it is over.
const LINGER: Duration = Duration::from_millis(200);

/// What the listeners of QUIC share.
#[derive(Clone)]
pub(super) struct QuicService {
    pub(super) front: Arc<Front>,
    pub(super) limits: StreamLimits,
    pub(super) guests: Guests,
    pub(super) certificates: Arc<Certificates>,
}

/// A listener of hickory-server.
trait Listener: Send {
    type Connection: Send + 'static;

    /// The next connection that has finished its handshake; `None` at the end.
    fn accept(&mut self) -> impl Future<Output = Result<Option<(Self::Connection, SocketAddr)>, NetError>> + Send;
}

impl Listener for QuicServer {
    type Connection = QuicStreams;

    async fn accept(&mut self) -> Result<Option<(QuicStreams, SocketAddr)>, NetError> {
        self.next().await
    }
}

impl Listener for H3Server {
    type Connection = H3Connection;

    async fn accept(&mut self) -> Result<Option<(H3Connection, SocketAddr)>, NetError> {
        H3Server::accept(self).await
    }
}

impl QuicService {
    /// A listener for DNS over QUIC on `socket`, to be spawned.
    pub(super) fn doq(
        &self,
        socket: UdpSocket,
        stop: CancellationToken,
    ) -> io::Result<impl Future<Output = ()> + use<>> {
        let config = Arc::new(self.certificates.server_config(&[b"doq"]));
        let listener = QuicServer::with_socket_and_tls_config(socket, config).map_err(io::Error::other)?;
        Ok(self.clone().accept(listener, stop, doq::serve))
    }

    /// A listener for DNS over HTTP/3 on `socket`, to be spawned.
    pub(super) fn doh3(
        &self,
        socket: UdpSocket,
        stop: CancellationToken,
    ) -> io::Result<impl Future<Output = ()> + use<>> {
        let config = Arc::new(self.certificates.server_config(&[b"h3"]));
        let listener = H3Server::with_socket_and_tls_config(socket, config).map_err(io::Error::other)?;
        Ok(self.clone().accept(listener, stop, doh3::serve))
    }

    /// Accepts connections until `stop` is cancelled, then waits for those that have answers in flight.
    async fn accept<L: Listener, F: Future<Output = ()> + Send + 'static>(
        self,
        mut listener: L,
        stop: CancellationToken,
        serve: fn(Self, L::Connection, SocketAddr, CancellationToken) -> F,
    ) {
        let mut connections = JoinSet::new();
        while let Some(accepted) = next_beside(&mut connections, usize::MAX, listener.accept(), &stop).await {
            match accepted {
                Ok(Some((connection, peer))) => {
                    if let Some(seat) = self.guests.admit(peer, &self.front, &self.limits) {
                        let serving = serve(self.clone(), connection, peer, stop.clone());
                        connections.spawn(async move {
                            serving.await;
                            drop(seat);
                        });
                    }
                }
                Ok(None) => break,
                Err(_) => self.front.counters().failed_handshakes.add(),
            }
        }
        while connections.join_next().await.is_some() {}
    }
}

/// Waits for `next` while no more than `most` tasks run, and meanwhile for tasks that end; `None` once `stop` is cancelled.
///
/// `next` is not dropped when a task ends: it may have a handshake or a request half read, which would be lost with it.
async fn next_beside<T>(
    tasks: &mut JoinSet<()>,
    most: usize,
    next: impl Future<Output = T>,
    stop: &CancellationToken,
) -> Option<T> {
    let mut next = pin!(next);
    loop {
        tokio::select! {
            next = &mut next, if tasks.len() < most => return Some(next),
            Some(_) = tasks.join_next() => {}
            () = stop.cancelled() => return None,
        }
    }
}

/// Waits for the answers in flight of a connection that hears nothing more.
async fn finish(mut answers: JoinSet<()>) {
    while answers.join_next().await.is_some() {}
    sleep(LINGER).await;
}
