//! DNS over HTTPS over TCP: the listeners of `http` beside those of `server`, with the same certificate.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{faces::HttpError, serving::Serving};
use crate::{
    config::Tls,
    http,
    server::{Certificates, Front, listen_tcp},
    stats::Transport,
};

/// The protocols inside TLS, best first (RFC 9113, section 3.2).
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// The listeners that are open, by the address that was asked for.
#[derive(Default)]
pub(super) struct Doh(BTreeMap<SocketAddr, Serving>);

/// Sockets bound for a new configuration.
pub(super) struct Fresh {
    wanted: Vec<SocketAddr>,
    bound: Vec<Bound>,
}

/// A socket and where it is: where it was asked for, and with the port that it got.
struct Bound {
    wanted: SocketAddr,
    local: SocketAddr,
    listener: TcpListener,
}

impl Doh {
    /// Binds what `tls` asks for and is not open; all or nothing.
    pub(super) fn prepare(&self, tls: Option<&Tls>) -> Result<Fresh, HttpError> {
        let wanted: Vec<_> = tls.map(|tls| tls.doh.clone()).unwrap_or_default();
        let missing = wanted.iter().filter(|address| !self.0.contains_key(address));
        // What stays is in the way as anybody's is: at the next start it would be, too.
        let going = || self.addresses().filter(|address| !wanted.contains(address));
        let bind = |&wanted: &SocketAddr| {
            let listener = listen_tcp(wanted, going()).map_err(HttpError::Doh)?;
            listener.set_nonblocking(true)?;
            Ok(Bound { wanted, local: listener.local_addr()?, listener: TcpListener::from_std(listener)? })
        };
        let bound = missing.map(bind).collect::<Result<_, HttpError>>()?;
        Ok(Fresh { wanted, bound })
    }

    /// Serves what was prepared and closes what is not wanted any more.
    pub(super) async fn commit(&mut self, fresh: Fresh, certificates: &Arc<Certificates>, front: &Arc<Front>) {
        for Bound { wanted, local, listener } in fresh.bound {
            tracing::info!(address = %local, transport = ?Transport::Doh, "listening");
            let config = Arc::new(certificates.server_config(&PROTOCOLS));
            let closing = CancellationToken::new();
            let serve = http::serve_doh(
                listener,
                Arc::new(move || Arc::clone(&config)),
                Arc::<Front>::clone(front),
                closing.clone(),
            );
            self.0.insert(wanted, Serving::start(Some(local), closing, serve));
        }
        let unwanted: Vec<_> = self.0.keys().filter(|address| !fresh.wanted.contains(address)).copied().collect();
        for address in unwanted {
            if let Some(serving) = self.0.remove(&address) {
                let address = serving.address.unwrap_or(address);
                tracing::info!(%address, transport = ?Transport::Doh, "no longer listening");
                serving.stop().await;
            }
        }
    }

    /// Where it is served, with the ports that the system chose.
    pub(super) fn addresses(&self) -> impl Iterator<Item = SocketAddr> {
        self.0.values().filter_map(|serving| serving.address)
    }

    /// Finishes what is in flight and closes everything.
    pub(super) async fn stop(self) {
        for serving in self.0.into_values() {
            serving.stop().await;
        }
    }
}
