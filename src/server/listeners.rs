//! The listeners of a running ponor: started, replaced by those of a new configuration, following the addresses of this
//! host, stopped.

use std::{collections::BTreeSet, io, net::SocketAddr, sync::Arc, thread::available_parallelism, time::Duration};

use ipnet::IpNet;
use tokio::{
    sync::{Mutex, watch},
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{
    CertificateError, Certificates, Endpoint, Front, Limits,
    addresses::{Changes, HostAddresses},
    bind::{BindError, BindErrors},
    certificates::Loaded,
    set::{Fresh, ListenerSet, Wanted},
};
use crate::{
    clients::{Access, RateLimiter},
    config::{AllowedClients, Dns, Listen, Tls},
    stats::Transport,
};

/// How long what is in flight may take once ponor stops.
const FAREWELL: Duration = Duration::from_secs(2);
/// How often the addresses of this host are looked at without a word from the kernel.
const RESCAN: Duration = Duration::from_secs(30);
/// How soon an address is tried again that is not ready: a new IPv6 address is tentative for a second or so (RFC 4862).
const RETRY: Duration = Duration::from_secs(1);
/// How often the files of the certificate are looked at, and what the kernel dropped.
const LOOK: Duration = Duration::from_secs(10);
/// How long changes are gathered: one seldom comes alone.
const SETTLE: Duration = Duration::from_millis(200);

/// The running listeners.
pub struct Listeners {
    state: Arc<Mutex<State>>,
    certificates: Arc<Certificates>,
    open: watch::Receiver<Vec<Endpoint>>,
    /// Follow the addresses of this host and the files of the certificate.
    followers: JoinSet<()>,
}

/// Sockets bound for a new configuration, waiting for [`Listeners::commit`]; dropped, they are released.
pub struct Prepared {
    fresh: Fresh,
    dns: Dns,
    tls: Option<Tls>,
    host: HostAddresses,
    certificate: Show,
}

/// Which certificate is shown.
enum Show {
    /// The one that is.
    AsBefore,
    /// This one, or none.
    New(Option<Loaded>),
}

/// Why ponor cannot listen as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Addresses cannot be listened on.
    #[error(transparent)]
    Bind(#[from] BindErrors),
    /// There is no certificate to show.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The system gave no thread or descriptor.
    #[error("cannot start the listeners: {0}")]
    System(#[from] io::Error),
}

/// The sockets, and what they are there for.
struct State {
    front: Arc<Front>,
    told: watch::Sender<Vec<Endpoint>>,
    certificates: Arc<Certificates>,
    set: ListenerSet,
    dns: Dns,
    tls: Option<Tls>,
    host: HostAddresses,
    /// Addresses left out, so that each is spoken of once.
    skipped: BTreeSet<SocketAddr>,
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
    #[expect(clippy::unused_async, reason = "it starts tasks, so that it has to be called on tokio")]
    pub async fn start_within(
        limits: Limits,
        front: Arc<Front>,
        dns: &Dns,
        tls: Option<&Tls>,
    ) -> Result<Self, ListenError> {
        let cores = available_parallelism().map_or(1, usize::from);
        let lanes = if dns.threads == 0 { cores } else { dns.threads };
        let certificates = Arc::<Certificates>::default();
        let set = ListenerSet::start(&front, &certificates, lanes, limits)?;
        let (told, open) = watch::channel(Vec::new());
        let mut state = State {
            front,
            told: told.clone(),
            certificates: Arc::clone(&certificates),
            set,
            dns: dns.clone(),
            tls: tls.cloned(),
            host: HostAddresses::default(),
            skipped: BTreeSet::new(),
        };
        let prepared = state.prepare_all(dns, tls)?;
        state.commit(prepared);
        let state = Arc::new(Mutex::new(state));
        let mut followers = JoinSet::new();
        let changes = Changes::listen();
        followers.spawn(follow_addresses(Arc::clone(&state), changes));
        followers.spawn(follow_drops(Arc::clone(&state)));
        followers.spawn(follow_files(Arc::clone(&certificates), told));
        Ok(Self { state, certificates, open, followers })
    }

    /// Binds what a new configuration asks for beside what is open, and changes nothing yet. The number of lanes stays
    /// what it was at the start.
    ///
    /// # Errors
    /// When an address cannot be had; then everything that was bound for it is released.
    pub async fn prepare(&self, dns: &Dns, tls: Option<&Tls>) -> Result<Prepared, ListenError> {
        self.state.lock().await.prepare_all(dns, tls)
    }

    /// Serves what was prepared; what is open and not wanted any more finishes what is in flight and closes.
    pub async fn commit(&self, prepared: Prepared) {
        self.state.lock().await.commit(prepared);
    }

    /// The certificate of `[tls]`, for listeners that are not among these: DNS over HTTPS.
    #[must_use]
    pub fn certificates(&self) -> &Arc<Certificates> {
        &self.certificates
    }

    /// What is being listened on, with the ports that the system chose where it was asked to.
    pub async fn endpoints(&self) -> Vec<Endpoint> {
        self.state.lock().await.set.endpoints()
    }

    /// The same as it changes, with the addresses of this host; a new certificate counts as a change too.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Vec<Endpoint>> {
        self.open.clone()
    }

    /// The global IPv6 networks of the links that this host is on, whose devices are answered like private addresses.
    pub async fn on_link(&self) -> Vec<IpNet> {
        self.state.lock().await.host.on_link.clone()
    }

    /// Hears nothing new, and gives what is in flight two seconds.
    pub async fn stop(mut self) {
        self.followers.shutdown().await;
        let Some(state) = Arc::into_inner(self.state) else { return };
        if timeout(FAREWELL, state.into_inner().set.stop()).await.is_err() {
            tracing::warn!("queries in flight were given up");
        }
    }
}

impl State {
    /// Prepares a configuration, its certificate included.
    fn prepare_all(&self, dns: &Dns, tls: Option<&Tls>) -> Result<Prepared, ListenError> {
        let loaded = tls.map(Loaded::read).transpose()?;
        let prepared = self.prepare(dns, tls)?;
        // Skipping what others hold is no use when nothing is left that a device could reach.
        if prepared.fresh.is_crowded_out() {
            return Err(BindErrors(prepared.fresh.skipped).into());
        }
        Ok(Prepared { certificate: Show::New(loaded), ..prepared })
    }

    fn prepare(&self, dns: &Dns, tls: Option<&Tls>) -> Result<Prepared, ListenError> {
        let host = HostAddresses::read().unwrap_or_else(|error| {
            tracing::warn!(%error, "the addresses of this host cannot be read");
            self.host.clone()
        });
        let fresh = self.set.prepare(wanted(dns, tls, &host))?;
        Ok(Prepared { fresh, dns: dns.clone(), tls: tls.cloned(), host, certificate: Show::AsBefore })
    }

    fn commit(&mut self, prepared: Prepared) {
        let Prepared { fresh, dns, tls, host, certificate } = prepared;
        if let Show::New(loaded) = certificate {
            self.certificates.show(loaded);
        }
        if dns.rate_limit != self.dns.rate_limit || !self.is_serving() {
            self.front.set_limiter(RateLimiter::new(dns.rate_limit));
        }
        self.front.set_access(match &dns.allowed_clients {
            AllowedClients::Any => Access::any(),
            AllowedClients::Networks(networks) => Access::networks(networks.iter().copied()),
            AllowedClients::Private => Access::private(host.on_link.iter().copied()),
        });
        if dns.threads != self.dns.threads {
            tracing::warn!("`threads` in [dns] takes effect at the next start");
        }
        (self.dns, self.tls, self.host) = (dns, tls, host);
        self.tell_skipped(&fresh.skipped);
        self.set.commit(fresh);
        self.told.send_replace(self.set.endpoints());
    }

    /// Takes the addresses that have come, lets go those that went; true when one is not ready yet.
    fn follow(&mut self) -> bool {
        let (dns, tls) = (self.dns.clone(), self.tls.clone());
        let prepared = match self.prepare(&dns, tls.as_ref()) {
            Ok(prepared) => prepared,
            Err(error) => {
                tracing::warn!(%error, "a new address cannot be listened on");
                return false;
            }
        };
        let unready = prepared.fresh.skipped.iter().any(|error| matches!(error, BindError::NotHere { .. }));
        self.commit(prepared);
        unready
    }

    fn is_serving(&self) -> bool {
        !self.set.endpoints().is_empty()
    }

    fn tell_skipped(&mut self, skipped: &[BindError]) {
        for error in skipped.iter().filter(|error| !self.skipped.contains(&error.address())) {
            if matches!(error, BindError::NotHere { .. }) {
                tracing::debug!("skipped for now: {error}");
            } else {
                tracing::warn!("skipped: {error}");
            }
        }
        self.skipped = skipped.iter().map(BindError::address).collect();
    }
}

/// Looks at the addresses of this host whenever they may have changed.
async fn follow_addresses(state: Arc<Mutex<State>>, mut changes: Changes) {
    let mut unready = true;
    loop {
        tokio::select! {
            () = changes.next() => sleep(SETTLE).await,
            () = sleep(if unready { RETRY } else { RESCAN }) => {}
        }
        unready = state.lock().await.follow();
    }
}

/// Counts what the kernel drops. A socket takes its count with it when it closes.
async fn follow_drops(state: Arc<Mutex<State>>) {
    let mut known = 0;
    loop {
        sleep(LOOK).await;
        let state = state.lock().await;
        let drops = state.set.kernel_drops();
        state.front.counters().kernel_drops.add_many(drops.saturating_sub(known));
        known = drops;
    }
}

/// Looks whether the certificate was renewed, and tells so: it may be for other names.
async fn follow_files(certificates: Arc<Certificates>, told: watch::Sender<Vec<Endpoint>>) {
    loop {
        sleep(LOOK).await;
        match certificates.refresh() {
            Ok(false) => {}
            Ok(true) => {
                tracing::info!("the certificate was renewed");
                told.send_modify(|_| {});
            }
            Err(error) => tracing::warn!("the certificate stays as it was: {error}"),
        }
    }
}

/// What a configuration asks for on a host with these addresses.
fn wanted(dns: &Dns, tls: Option<&Tls>, host: &HostAddresses) -> Wanted {
    let mut wanted = plain(dns, host);
    let encrypted = tls
        .into_iter()
        .flat_map(|tls| [(Transport::Dot, &tls.dot), (Transport::Doq, &tls.doq), (Transport::Doh3, &tls.doh)]);
    // `doh` is served over HTTP/2 alone by a program without QUIC.
    let served = encrypted.filter(|(transport, _)| *transport == Transport::Dot || cfg!(feature = "quic"));
    wanted.required.extend(
        served.flat_map(|(transport, addresses)| addresses.iter().map(move |&address| Endpoint { transport, address })),
    );
    wanted
}

fn plain(dns: &Dns, host: &HostAddresses) -> Wanted {
    match &dns.listen {
        Listen::Addresses(addresses) => {
            Wanted { required: addresses.iter().copied().flat_map(Endpoint::pair).collect(), wished: BTreeSet::new() }
        }
        Listen::Auto => {
            let at_port = |mut address: SocketAddr| {
                address.set_port(dns.port);
                address
            };
            Wanted { required: BTreeSet::new(), wished: host.private.iter().copied().map(at_port).collect() }
        }
    }
}
