//! The faces of a running ponor: DNS listeners, dashboard, control socket. New sockets are bound before anything changes.

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::{net::TcpListener, sync::watch};
use tokio_util::sync::CancellationToken;

use super::{
    designations,
    doh::{self, Doh},
    memory,
    parts::Parts,
    serving::Serving,
    view::Window,
};
use crate::{
    config::{Config, Http},
    control::Control,
    figures::FirstSeen,
    http::{self, Auth, Deps, Door, Pages, Password, Reading, Streams},
    local::Ddr,
    server::{BindError, Endpoint, Front, Listeners, Prepared, listen_tcp},
};

/// Live pages that may be open at one time.
const STREAMS: usize = 64;
/// Those of one address.
const STREAMS_OF_ONE: usize = 16;
/// Requests that read the journal at once.
const READERS: usize = 2;
/// A folder to serve the dashboard from instead of the binary, for those who work on it.
const WEB_DIR: &str = "PONOR_WEB_DIR";

/// Everything through which ponor is reached.
pub(super) struct Faces {
    listeners: Listeners,
    front: Arc<Front>,
    parts: Arc<Parts>,
    control: Control,
    data_dir: PathBuf,
    password: Password,
    demo: bool,
    socket: Serving,
    pages: Option<Serving>,
    doh: Doh,
    ddr: Ddr,
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
    doh: doh::Fresh,
    pages: NextPages,
}

/// What becomes of the dashboard.
enum NextPages {
    /// It stays as it is.
    Same,
    /// It is served anew, on this listener if its address is another one; without an address it ends.
    Anew(Option<TcpListener>),
}

/// Why the dashboard cannot be served.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    /// Its address cannot be had.
    #[error("cannot serve the dashboard: {0}; another address can be chosen by --http-listen or `http.listen`")]
    Bind(BindError),
    /// An address of DNS over HTTPS cannot be had.
    #[error("cannot serve DNS over HTTPS: {0}")]
    Doh(BindError),
    /// The system refused a socket that it had granted.
    #[error("cannot serve HTTP: {0}")]
    System(#[from] io::Error),
    /// The token that guards it cannot be read or made.
    #[error("cannot use the token of the dashboard: {0}")]
    Token(io::Error),
    /// The password that guards it cannot be read.
    #[error("cannot use the password of the dashboard: {0}")]
    Password(io::Error),
    /// The control socket cannot be made.
    #[error("cannot make the control socket in `data_dir`: {0}")]
    Socket(io::Error),
}

impl Faces {
    /// Binds everything and serves it, the control socket last: who finds it finds a ponor that answers.
    pub(super) async fn start(setup: Setup<'_>) -> anyhow::Result<Self> {
        let Setup { config, parts, control, data_dir, demo } = setup;
        let pages = bind_pages(&config.http, None)?;
        let doh = Doh::default().prepare(config.tls.as_ref()).map_err(HttpError::Doh)?;
        let front = Arc::new(Front::new(Arc::clone(&parts.resolver), parts.recorder.clone(), parts.clock));
        let listeners = Listeners::start(Arc::clone(&front), &config.dns, config.tls.as_ref()).await?;
        let window = Window { parts: Arc::clone(&parts), front: Arc::clone(&front), open: listeners.watch() };
        let closing = CancellationToken::new();
        let password = Password::open(data_dir).map_err(HttpError::Password)?;
        let keys = (Auth::open(), password.clone());
        let deps = deps(window, control.clone(), &config.http, keys, demo, &closing);
        let socket = http::bind_socket(&data_dir.join("control.sock")).map_err(HttpError::Socket)?;
        let serve = http::serve_socket(socket, http::router(deps, Door::Socket), closing.clone());
        let socket = Serving::start(None, closing, serve);
        let mut faces = Self {
            listeners,
            front,
            parts,
            control,
            data_dir: data_dir.to_owned(),
            password,
            demo,
            socket,
            pages: None,
            doh: Doh::default(),
            ddr: Ddr::none(),
        };
        faces.serve_pages(pages, &config.http)?;
        faces.serve_doh(doh).await?;
        faces.look_around().await;
        Ok(faces)
    }

    /// Binds what `new` asks for and `old` has not, and changes nothing yet.
    pub(super) async fn prepare(&self, old: &Config, new: &Config) -> Result<Ready, super::reload::ReloadError> {
        let listeners = self.listeners.prepare(&new.dns, new.tls.as_ref()).await?;
        let pages =
            if old.http == new.http { NextPages::Same } else { NextPages::Anew(self.bind_pages_beside(old, new)?) };
        let doh = self.doh.prepare(new.tls.as_ref()).map_err(HttpError::Doh)?;
        Ok(Ready { listeners, doh, pages })
    }

    /// Serves what was prepared and closes what is not wanted any more.
    pub(super) async fn commit(&mut self, ready: Ready, config: &Config) -> Result<(), super::reload::ReloadError> {
        self.listeners.commit(ready.listeners).await?;
        self.serve_doh(ready.doh).await?;
        if let NextPages::Anew(pages) = ready.pages {
            if let Some(former) = self.pages.take() {
                former.stop().await;
            }
            let pages = match (pages, config.http.listen) {
                // The address stays and only the names have changed: it is free again now.
                (None, Some(_)) => bind_pages(&config.http, None)?,
                (pages, _) => pages,
            };
            self.serve_pages(pages, &config.http)?;
        }
        self.look_around().await;
        Ok(())
    }

    /// Binds the pages' address of `new`, unless it is the one that is open.
    fn bind_pages_beside(&self, old: &Config, new: &Config) -> Result<Option<TcpListener>, HttpError> {
        if old.http.listen == new.http.listen { Ok(None) } else { bind_pages(&new.http, self.page_address()) }
    }

    /// Our encrypted listeners, as devices are told of them (RFC 9462).
    pub(super) fn designations(&self) -> &Ddr {
        &self.ddr
    }

    /// Where DNS is answered, as it changes.
    pub(super) fn watch(&self) -> watch::Receiver<Vec<Endpoint>> {
        self.listeners.watch()
    }

    /// Where plain DNS is answered over UDP.
    pub(super) async fn dns_addresses(&self) -> Vec<SocketAddr> {
        designations::plain_addresses(&self.listeners.endpoints().await).collect()
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
        tokio::join!(self.listeners.stop(), pages, self.doh.stop(), self.socket.stop());
        // The next ponor makes its own.
        std::fs::remove_file(self.data_dir.join("control.sock")).ok();
    }

    fn serve_pages(&mut self, listener: Option<TcpListener>, http: &Http) -> Result<(), HttpError> {
        let Some(listener) = listener else { return Ok(()) };
        let address = listener.local_addr().ok();
        let auth = match address.map(|address| address.ip()) {
            Some(address) if address.is_loopback() => Auth::open(),
            _ => {
                let token = http::load_or_make_token(&self.data_dir).map_err(HttpError::Token)?;
                Auth::keys(token, self.password.clone())
            }
        };
        let window =
            Window { parts: Arc::clone(&self.parts), front: Arc::clone(&self.front), open: self.listeners.watch() };
        let closing = CancellationToken::new();
        let keys = (auth, self.password.clone());
        let deps = deps(window, self.control.clone(), http, keys, self.demo, &closing);
        let serve = http::serve_tcp(listener, http::router(deps, Door::Tcp), closing.clone());
        self.pages = Some(Serving::start(address, closing, serve));
        Ok(())
    }

    async fn serve_doh(&mut self, fresh: doh::Fresh) -> Result<(), HttpError> {
        Ok(self.doh.commit(fresh, self.listeners.certificates(), &self.front).await?)
    }

    /// Notes what the listeners come to, for devices; whether that is something else than before.
    pub(super) async fn look_around(&mut self) -> bool {
        let endpoints = self.listeners.endpoints().await;
        let ddr = designations::describe(&self.listeners.certificates().names(), &endpoints, self.doh.addresses());
        let is_new = ddr != self.ddr;
        self.ddr = ddr;
        is_new
    }
}

fn bind_pages(http: &Http, ours: Option<SocketAddr>) -> Result<Option<TcpListener>, HttpError> {
    let Some(address) = http.listen else { return Ok(None) };
    let listener = listen_tcp(address, ours).map_err(HttpError::Bind)?;
    listener.set_nonblocking(true)?;
    Ok(Some(TcpListener::from_std(listener)?))
}

fn deps(
    window: Window,
    control: Control,
    http: &Http,
    (auth, password): (Auth, Password),
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
        journal: parts.journal.clone(),
        control,
        changes: parts.changes.clone(),
        view: Arc::new(window),
        auth,
        password,
        names: http.names.clone(),
        pages: std::env::var_os(WEB_DIR).map_or(Pages::Embedded, |folder| Pages::Directory(folder.into())),
        firsts: FirstSeen::default(),
        streams: Streams::new(STREAMS, STREAMS_OF_ONE, closing.clone()),
        reading: Reading::new(READERS, memory::trim),
    })
}
