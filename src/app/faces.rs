//! The faces of a running ponor: DNS listeners, dashboard, control socket. New sockets are bound before anything changes.

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{net::TcpListener, task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{parts::Parts, view::Window};
use crate::{
    config::{Config, Http},
    control::Control,
    http::{self, Auth, Deps, Door, Pages, Streams},
    local::Ddr,
    server::{Front, Listeners, Prepared},
    stats::Transport,
};

/// Live pages that may be open at one time.
const STREAMS: usize = 64;
/// How long the dashboard has to finish what it is sending.
const FAREWELL: Duration = Duration::from_secs(2);
/// A folder to serve the dashboard from instead of the binary, for those who work on it.
const WEB_DIR: &str = "PONOR_WEB_DIR";

/// Everything through which ponor is reached.
pub(super) struct Faces {
    listeners: Listeners,
    front: Arc<Front>,
    parts: Arc<Parts>,
    readiness: Arc<Readiness>,
    control: Control,
    data_dir: PathBuf,
    demo: bool,
    socket: Serving,
    pages: Option<Serving>,
}

/// A listener of the API and the task that serves it.
struct Serving {
    address: Option<SocketAddr>,
    closing: CancellationToken,
    task: JoinHandle<()>,
}

/// What faces are made of.
pub(super) struct Setup<'s> {
    pub(super) config: &'s Config,
    pub(super) parts: Arc<Parts>,
    pub(super) control: Control,
    pub(super) data_dir: &'s Path,
    pub(super) demo: bool,
}

/// Sockets bound for a new configuration.
pub(super) struct Ready {
    listeners: Prepared,
    pages: Option<Option<TcpListener>>,
}

/// Why the dashboard cannot be served.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    /// Its address cannot be had.
    #[error(
        "cannot serve the dashboard on {address}: {error}; choose another address by --http-listen or `http.listen`"
    )]
    Bind {
        /// The address.
        address: SocketAddr,
        /// Why.
        error: io::Error,
    },
    /// The token that guards it cannot be read or made.
    #[error("cannot use the token of the dashboard: {0}")]
    Token(io::Error),
    /// The control socket cannot be made.
    #[error("cannot make the control socket: {0}")]
    Socket(io::Error),
}

/// What keeps ponor from being ready, for the probes.
#[derive(Debug, Default)]
pub(super) struct Readiness(Mutex<Vec<String>>);

impl Readiness {
    /// A sentence each.
    pub(super) fn reasons(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, reasons: Vec<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = reasons;
    }
}

impl Faces {
    /// Binds everything and serves it, the control socket last: who finds it finds a ponor that answers.
    pub(super) async fn start(setup: Setup<'_>) -> anyhow::Result<Self> {
        let Setup { config, parts, control, data_dir, demo } = setup;
        let pages = bind_pages(&config.http).await?;
        let front = Arc::new(Front::new(Arc::clone(&parts.resolver), parts.recorder.clone(), parts.clock));
        let listeners = Listeners::start(Arc::clone(&front), &config.dns, config.tls.as_ref()).await?;
        let readiness = Arc::new(Readiness::default());
        let window = Window { parts: Arc::clone(&parts), front: Arc::clone(&front), readiness: Arc::clone(&readiness) };
        let closing = CancellationToken::new();
        let deps = deps(window, control.clone(), &config.http, Auth::open(), demo, &closing);
        let socket = http::bind_socket(&data_dir.join("control.sock")).map_err(HttpError::Socket)?;
        let serve = http::serve_socket(socket, http::router(deps, Door::Socket), closing.clone());
        let socket = Serving { address: None, closing, task: spawn(serve) };
        let mut faces = Self {
            listeners,
            front,
            parts,
            readiness,
            control,
            data_dir: data_dir.to_owned(),
            demo,
            socket,
            pages: None,
        };
        faces.serve_pages(pages, &config.http)?;
        faces.look_at_readiness().await;
        Ok(faces)
    }

    /// Binds what `new` asks for and `old` has not, and changes nothing yet.
    pub(super) async fn prepare(&self, old: &Config, new: &Config) -> Result<Ready, super::reload::ReloadError> {
        let listeners = self.listeners.prepare(&new.dns, new.tls.as_ref()).await?;
        let pages = if old.http == new.http { None } else { Some(self.bind_pages_beside(old, new).await?) };
        Ok(Ready { listeners, pages })
    }

    /// Serves what was prepared and closes what is not wanted any more.
    pub(super) async fn commit(&mut self, ready: Ready, config: &Config) -> Result<(), super::reload::ReloadError> {
        self.listeners.commit(ready.listeners).await?;
        if let Some(pages) = ready.pages {
            if let Some(former) = self.pages.take() {
                former.stop().await;
            }
            let pages = match (pages, config.http.listen) {
                // The address stays and only the names have changed: it is free again now.
                (None, Some(_)) => bind_pages(&config.http).await?,
                (pages, _) => pages,
            };
            self.serve_pages(pages, &config.http)?;
        }
        self.look_at_readiness().await;
        Ok(())
    }

    /// Our encrypted listeners, as devices are told of them (RFC 9462).
    pub(super) fn designations(&self) -> Ddr {
        Ddr::none()
    }

    /// Where plain DNS is answered over UDP.
    pub(super) async fn dns_addresses(&self) -> Vec<SocketAddr> {
        let endpoints = self.listeners.endpoints().await;
        endpoints.into_iter().filter(|endpoint| endpoint.transport == Transport::Udp).map(|udp| udp.address).collect()
    }

    /// Where the dashboard is.
    pub(super) fn page_address(&self) -> Option<SocketAddr> {
        self.pages.as_ref().and_then(|pages| pages.address)
    }

    /// Hears nothing new, finishes what is in flight, closes.
    pub(super) async fn stop(self) {
        let pages = async {
            if let Some(pages) = self.pages {
                pages.stop().await;
            }
        };
        tokio::join!(self.listeners.stop(), pages, self.socket.stop());
        // The next ponor makes its own.
        std::fs::remove_file(self.data_dir.join("control.sock")).ok();
    }

    fn serve_pages(&mut self, listener: Option<TcpListener>, http: &Http) -> Result<(), HttpError> {
        let Some(listener) = listener else { return Ok(()) };
        let address = listener.local_addr().ok();
        let auth = match address.map(|address| address.ip()) {
            Some(address) if address.is_loopback() => Auth::open(),
            _ => Auth::token(http::load_or_make_token(&self.data_dir).map_err(HttpError::Token)?),
        };
        let window = Window {
            parts: Arc::clone(&self.parts),
            front: Arc::clone(&self.front),
            readiness: Arc::clone(&self.readiness),
        };
        let closing = CancellationToken::new();
        let deps = deps(window, self.control.clone(), http, auth, self.demo, &closing);
        let serve = http::serve_tcp(listener, http::router(deps, Door::Tcp), closing.clone());
        self.pages = Some(Serving { address, closing, task: spawn(serve) });
        Ok(())
    }

    /// Binds the pages' address of `new`, unless it is the one that is open.
    async fn bind_pages_beside(&self, old: &Config, new: &Config) -> Result<Option<TcpListener>, HttpError> {
        if old.http.listen == new.http.listen { Ok(None) } else { bind_pages(&new.http).await }
    }

    async fn look_at_readiness(&self) {
        let deaf = self.listeners.endpoints().await.is_empty();
        self.readiness.set(if deaf { vec!["no address is listened on".to_owned()] } else { Vec::new() });
    }
}

impl Serving {
    async fn stop(self) {
        self.closing.cancel();
        if timeout(FAREWELL, self.task).await.is_err() {
            tracing::warn!("a page that was being sent was given up");
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "its handle is kept in `Serving`, whose `stop` joins it")]
fn spawn(serve: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    tokio::spawn(serve)
}

async fn bind_pages(http: &Http) -> Result<Option<TcpListener>, HttpError> {
    let Some(address) = http.listen else { return Ok(None) };
    TcpListener::bind(address).await.map(Some).map_err(|error| HttpError::Bind { address, error })
}

fn deps(
    window: Window,
    control: Control,
    http: &Http,
    auth: Auth,
    demo: bool,
    closing: &CancellationToken,
) -> Arc<Deps> {
    let parts = Arc::clone(&window.parts);
    Arc::new(Deps {
        version: env!("CARGO_PKG_VERSION"),
        demo,
        clock: parts.clock,
        started: parts.started,
        stats: parts.stats.clone(),
        live: parts.live.clone(),
        recorder: parts.recorder.clone(),
        control,
        view: Arc::new(window),
        auth,
        names: http.names.clone(),
        pages: std::env::var_os(WEB_DIR).map_or(Pages::Embedded, |folder| Pages::Directory(folder.into())),
        streams: Streams::new(STREAMS, closing.clone()),
    })
}
