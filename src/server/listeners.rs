//! The listeners of a running ponor: started, replaced by those of a new configuration, stopped.

use std::{collections::BTreeSet, io, sync::Arc, thread::available_parallelism, time::Duration};

use tokio::{sync::Mutex, time::timeout};

use super::{
    Endpoint, Front, Limits,
    bind::BindErrors,
    set::{Fresh, ListenerSet},
};
use crate::{
    clients::{Access, RateLimiter},
    config::{AllowedClients, Dns, Listen, Tls},
    stats::Transport,
};

/// How long what is in flight may take once ponor stops.
const FAREWELL: Duration = Duration::from_secs(2);

/// The running listeners.
pub struct Listeners {
    front: Arc<Front>,
    set: Arc<Mutex<ListenerSet>>,
}

/// Sockets bound for a new configuration, waiting for [`Listeners::commit`]; dropped, they are released.
pub struct Prepared {
    fresh: Fresh,
    dns: Dns,
}

/// Why ponor cannot listen as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Addresses cannot be listened on.
    #[error(transparent)]
    Bind(#[from] BindErrors),
    /// The system gave no thread or descriptor.
    #[error("cannot start the listeners: {0}")]
    System(#[from] io::Error),
}

impl Listeners {
    /// Binds every address that is asked for and serves it; without `tls` only plain DNS.
    ///
    /// # Errors
    /// When one of them cannot be had; then none is.
    pub async fn start(front: Arc<Front>, dns: &Dns, tls: Option<&Tls>) -> Result<Self, ListenError> {
        Self::start_within(Limits::default(), front, dns, tls).await
    }

    /// [`Self::start`] with limits other than the usual ones.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn start_within(
        limits: Limits,
        front: Arc<Front>,
        dns: &Dns,
        tls: Option<&Tls>,
    ) -> Result<Self, ListenError> {
        let cores = available_parallelism().map_or(1, usize::from);
        let lanes = if dns.threads == 0 { cores } else { dns.threads };
        let set = ListenerSet::start(Arc::clone(&front), lanes, limits)?;
        let listeners = Self { front, set: Arc::new(Mutex::new(set)) };
        let prepared = listeners.prepare(dns, tls).await?;
        listeners.commit(prepared).await?;
        Ok(listeners)
    }

    /// Binds what a new configuration asks for beside what is open, and changes nothing yet. The number of lanes stays
    /// what it was at the start.
    ///
    /// # Errors
    /// When an address cannot be had; then everything that was bound for it is released.
    pub async fn prepare(&self, dns: &Dns, tls: Option<&Tls>) -> Result<Prepared, ListenError> {
        let _ = tls;
        let fresh = self.set.lock().await.prepare(wanted(dns))?;
        Ok(Prepared { fresh, dns: dns.clone() })
    }

    /// Serves what was prepared; what is open and not wanted any more finishes what is in flight and closes.
    ///
    /// # Errors
    /// When the system refuses a socket that it had granted.
    pub async fn commit(&self, prepared: Prepared) -> Result<(), ListenError> {
        let Prepared { fresh, dns } = prepared;
        self.front.set_limiter(RateLimiter::new(dns.rate_limit));
        self.front.set_access(match dns.allowed_clients {
            AllowedClients::Any => Access::any(),
            AllowedClients::Networks(networks) => Access::networks(networks),
            AllowedClients::Private => Access::private([]),
        });
        Ok(self.set.lock().await.commit(fresh)?)
    }

    /// What is being listened on, with the ports that the system chose where it was asked to.
    pub async fn endpoints(&self) -> Vec<Endpoint> {
        self.set.lock().await.endpoints()
    }

    /// Datagrams that the kernel dropped because they came faster than they were answered.
    pub async fn kernel_drops(&self) -> u64 {
        self.set.lock().await.kernel_drops()
    }

    /// Hears nothing new, and gives what is in flight two seconds.
    pub async fn stop(self) {
        let Some(set) = Arc::into_inner(self.set) else { return };
        if timeout(FAREWELL, set.into_inner().stop()).await.is_err() {
            tracing::warn!("queries in flight were given up");
        }
    }
}

/// The endpoints of plain DNS.
fn wanted(dns: &Dns) -> BTreeSet<Endpoint> {
    let addresses = match &dns.listen {
        Listen::Addresses(addresses) => addresses.as_slice(),
        Listen::Auto => &[],
    };
    let both = |address| [Transport::Udp, Transport::Tcp].map(|transport| Endpoint { transport, address });
    addresses.iter().copied().flat_map(both).collect()
}
