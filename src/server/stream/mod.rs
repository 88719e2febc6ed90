//! DNS over streams: plain TCP (RFC 7766, RFC 9210), and the same conversation over TLS (RFC 7858).
//!
//! Leaves binding the sockets to `bind`, and the answers to the front.

mod connection;
mod limits;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

pub(super) use limits::{Guests, Seat};
pub use limits::{Limits, StreamLimits};

use self::connection::Connection;
use super::Front;
use crate::stats::Transport;

/// How long accepting pauses when the system has no descriptor left.
const PAUSE: Duration = Duration::from_millis(200);

/// What every listener of one kind shares.
#[derive(Clone)]
pub(super) struct Service {
    pub(super) front: Arc<Front>,
    pub(super) limits: StreamLimits,
    pub(super) guests: Guests,
    /// With it, connections begin with a TLS handshake.
    pub(super) tls: Option<TlsAcceptor>,
}

impl Service {
    /// Accepts connections until `stop` is cancelled, then waits for those that have answers in flight.
    pub(super) async fn accept(self, listener: TcpListener, stop: CancellationToken) {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => {
                        if let Some(seat) = self.guests.admit(peer, &self.front, &self.limits) {
                            connections.spawn(self.clone().serve(stream, peer, seat, stop.clone()));
                        }
                    }
                    Err(error) => pause_after(&error).await,
                },
                Some(_) = connections.join_next() => {}
                () = stop.cancelled() => break,
            }
        }
        drop(listener);
        while connections.join_next().await.is_some() {}
    }

    async fn serve(self, stream: TcpStream, peer: SocketAddr, _seat: Seat, stop: CancellationToken) {
        // Replies are written whole, so that waiting for more to send only delays them.
        let _ = stream.set_nodelay(true);
        let Self { front, limits, tls, .. } = self;
        let Some(acceptor) = tls else {
            return Connection::new(stream, front, peer.ip(), Transport::Tcp, limits).serve(stop).await;
        };
        let handshake = tokio::select! {
            handshake = timeout(limits.message, acceptor.accept(stream)) => handshake,
            () = stop.cancelled() => return,
        };
        match handshake {
            Ok(Ok(stream)) => Connection::new(stream, front, peer.ip(), Transport::Dot, limits).serve(stop).await,
            Ok(Err(_)) | Err(_) => front.counters().failed_handshakes.add(),
        }
    }
}

/// Waits a moment after an error that would only repeat itself at once.
async fn pause_after(error: &io::Error) {
    if !matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::Interrupted) {
        tracing::warn!(%error, "a connection could not be accepted");
        sleep(PAUSE).await;
    }
}
