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
    parts::Parts,
    serving::Serving,
    view::Window,
};
use crate::{
    config::{Config, Http},
    control::Control,
    http::{self, Auth, Deps, Door, Pages, Password},
    local::Ddr,
    server::{BindError, Endpoint, Front, Listeners, Prepared, listen_tcp},
};

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

/// What is ready to be served for a new configuration.
pub(super) struct Ready {
    listeners: Prepared,
    doh: doh::Fresh,
    pages: NextPages,
}

/// What becomes of the dashboard.
enum NextPages {
    /// It stays as it is.
    Same,
    /// This one takes its place, or none.
    Anew(Option<FreshPages>),
}

/// A dashboard that is ready to be served.
struct FreshPages {
    listener: TcpListener,
    address: SocketAddr,
    auth: Auth,
    names: Vec<String>,
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
        let password = Password::open(data_dir).map_err(HttpError::Password)?;
        let pages = config.http.listen.map(|address| FreshPages::at(address, None, &config.http, data_dir, &password));
        let pages = pages.transpose()?;
        let doh = Doh::default().prepare(config.tls.as_ref())?;
        let front = Arc::new(Front::new(Arc::clone(&parts.resolver), parts.recorder.clone(), parts.clock));
        let listeners = Listeners::start(Arc::clone(&front), &config.dns, config.tls.as_ref()).await?;
        let window = Window { parts: Arc::clone(&parts), front: Arc::clone(&front), open: listeners.watch() };
        let closing = CancellationToken::new();
        let keys = (Auth::open(), password.clone());
        let deps = deps(window, control.clone(), config.http.names.clone(), keys, demo, &closing);
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
        faces.serve_pages(pages);
        faces.serve_doh(doh).await;
        faces.look_around().await;
        Ok(faces)
    }

    /// Binds and reads what `new` asks for and `old` has not, so that nothing is left that could fail; changes nothing yet.
    pub(super) async fn prepare(&self, old: &Config, new: &Config) -> Result<Ready, super::reload::ReloadError> {
        let listeners = self.listeners.prepare(&new.dns, new.tls.as_ref()).await?;
        let pages = if old.http == new.http { NextPages::Same } else { NextPages::Anew(self.pages_anew(old, new)?) };
        let doh = self.doh.prepare(new.tls.as_ref())?;
        Ok(Ready { listeners, doh, pages })
    }

    /// Serves what was prepared and closes what is not wanted any more.
    pub(super) async fn commit(&mut self, ready: Ready) {
        self.listeners.commit(ready.listeners).await;
        self.serve_doh(ready.doh).await;
        if let NextPages::Anew(pages) = ready.pages {
            let former = self.pages.take();
            self.serve_pages(pages);
            if let Some(former) = former {
                former.stop().await;
            }
        }
        self.look_around().await;
    }

    /// The pages of `new`, beside those that are open. Where the address stays, so does the port that the system chose for it.
    fn pages_anew(&self, old: &Config, new: &Config) -> Result<Option<FreshPages>, HttpError> {
        let open = self.page_address();
        let address = if old.http.listen == new.http.listen { open } else { new.http.listen };
        let pages = address.map(|address| FreshPages::at(address, open, &new.http, &self.data_dir, &self.password));
        pages.transpose()
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

    fn serve_pages(&mut self, fresh: Option<FreshPages>) {
        let Some(FreshPages { listener, address, auth, names }) = fresh else { return };
        let window =
            Window { parts: Arc::clone(&self.parts), front: Arc::clone(&self.front), open: self.listeners.watch() };
        let closing = CancellationToken::new();
        let keys = (auth, self.password.clone());
        let deps = deps(window, self.control.clone(), names, keys, self.demo, &closing);
        let serve = http::serve_tcp(listener, http::router(deps, Door::Tcp), closing.clone());
        self.pages = Some(Serving::start(Some(address), closing, serve));
    }

    async fn serve_doh(&mut self, fresh: doh::Fresh) {
        self.doh.commit(fresh, self.listeners.certificates(), &self.front).await;
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

impl FreshPages {
    /// Binds `address`, beside `ours` that is open, and reads or makes the token where others can reach it.
    fn at(
        address: SocketAddr,
        ours: Option<SocketAddr>,
        http: &Http,
        data_dir: &Path,
        password: &Password,
    ) -> Result<Self, HttpError> {
        let listener = listen_tcp(address, ours).map_err(HttpError::Bind)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let auth = if address.ip().is_loopback() {
            Auth::open()
        } else {
            Auth::keys(http::load_or_make_token(data_dir).map_err(HttpError::Token)?, password.clone())
        };
        Ok(Self { listener: TcpListener::from_std(listener)?, address, auth, names: http.names.clone() })
    }
}

fn deps(
    window: Window,
    control: Control,
    names: Vec<String>,
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
        names,
        pages: std::env::var_os(WEB_DIR).map_or(Pages::Embedded, |folder| Pages::Directory(folder.into())),
        firsts: parts.firsts.clone(),
        streams: parts.streams.until(closing.clone()),
        reading: parts.reading.clone(),
    })
}
