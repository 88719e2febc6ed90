//! Stand-ins for the other parts, for tests.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{Router, body::Body, http::Request, response::Response};
use tokio::sync::{broadcast, mpsc};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::{
    catalog::Catalog,
    changes::{Changes, Fixed},
    clients::DeviceId,
    config,
    control::{Control, Order, Refused},
    devices::{DeviceList, DeviceStatus},
    dns::Name,
    figures::FirstSeen,
    geo::GeoHandle,
    http::{
        Auth, Connection, Decision, Deps, Door, ExplainQuestion, Explanation, GroupHours, Later, Pages, Password,
        Reading, Streams, View, router,
    },
    journal::{Journal, Live, Recorder},
    lists::{ListStatus, UpdateProgress},
    stats::Stats,
    time::{Clock, Moment, Now, Offset, UnixTime, WeekHours},
    upstream::ServerHealth,
};

/// A token of the operator.
pub(in crate::http) const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// The time at which tests run: 2026-11-23 20:00 UTC.
pub(in crate::http) const NOW: UnixTime = UnixTime(1_795_464_000_000);

struct FakeView {
    not_ready: Vec<String>,
    progress: broadcast::Sender<UpdateProgress>,
}

impl View for FakeView {
    fn blocking(&self) -> bool {
        true
    }

    fn upstreams(&self) -> Vec<ServerHealth> {
        Vec::new()
    }

    fn counters(&self) -> BTreeMap<String, u64> {
        BTreeMap::from([("cache_hits".to_owned(), 3)])
    }

    fn dns_addresses(&self) -> Vec<SocketAddr> {
        vec!["192.168.1.2:53".parse().unwrap(), "[fd00::2]:53".parse().unwrap()]
    }

    fn not_ready(&self) -> Vec<String> {
        self.not_ready.clone()
    }

    fn offset(&self) -> Offset {
        Offset(3600)
    }

    fn degraded(&self) -> Vec<String> {
        vec!["upstreams that do not answer: 1 of 2".to_owned()]
    }

    fn hours(&self, hours: &WeekHours) -> Option<GroupHours> {
        (!hours.is_empty()).then_some(GroupHours { offline: true, changes: Some(NOW) })
    }

    fn metrics(&self) -> String {
        "ponor_queries_total 1\n".to_owned()
    }

    fn lists(&self) -> Vec<ListStatus> {
        Vec::new()
    }

    fn list_progress(&self) -> broadcast::Receiver<UpdateProgress> {
        self.progress.subscribe()
    }

    fn explain(&self, question: ExplainQuestion) -> Later<'_, Result<Explanation, String>> {
        Box::pin(async move {
            Ok(Explanation {
                name: question.name.to_string(),
                rtype: question.rtype.to_string(),
                device: question.device,
                group: None,
                decision: Decision::Forwarded,
                summary: "nothing stops it".to_owned(),
                cause: None,
                pause: None,
                others: Vec::new(),
                aliases: Vec::new(),
                catalog: None,
                list_vendor: None,
                answer: None,
                places: None,
            })
        })
    }

    fn stopping_lists(&self, _: &Name, _: IpAddr) -> usize {
        1
    }

    fn devices(&self) -> DeviceList {
        DeviceList { devices: Vec::new(), warnings: Vec::new() }
    }

    fn meant(&self, text: &str) -> Result<DeviceId, Refused> {
        text.parse().map_err(|_| Refused::NotFound(format!("no device is called `{text}`")))
    }

    fn device(&self, text: &str) -> Result<DeviceStatus, Refused> {
        Err(Refused::NotFound(format!("there is no device `{text}`")))
    }
}

/// The pages over stand-ins, with the other ends in the hand of a test.
pub(in crate::http) struct Site {
    pub(in crate::http) deps: Arc<Deps>,
    pub(in crate::http) orders: mpsc::Receiver<Order>,
    pub(in crate::http) progress: broadcast::Sender<UpdateProgress>,
    pub(in crate::http) closing: CancellationToken,
    pub(in crate::http) config: config::Config,
}

impl Site {
    /// A site that is ready unless there are reasons against it.
    pub(in crate::http) fn new(auth: Auth, not_ready: &[&str]) -> Self {
        Self::with_journal(auth, not_ready, None)
    }

    /// A site that takes the token, and a password that is kept in `folder`.
    pub(in crate::http) fn locked(folder: &Path) -> Self {
        let password = Password::open(folder).unwrap();
        let mut site = Self::new(Auth::keys(TOKEN.to_owned(), password.clone()), &[]);
        Arc::get_mut(&mut site.deps).unwrap().password = password;
        site
    }

    /// A site with a journal in a folder.
    pub(in crate::http) fn with_journal(auth: Auth, not_ready: &[&str], folder: Option<PathBuf>) -> Self {
        let clock = Clock(|| Now { moment: Moment(90_000_000), unix: NOW });
        let loaded = config::load(None, [], &config::Overrides::default(), &["vendors"]).unwrap();
        let journal = folder.map(|folder| Journal::new(folder, &loaded.config.journal, GeoHandle::default(), clock));
        let (control, orders) = Control::channel(4);
        let progress = broadcast::Sender::new(4);
        let closing = CancellationToken::new();
        let not_ready = not_ready.iter().map(ToString::to_string).collect();
        let deps = Deps {
            version: "1.2.3",
            demo: false,
            clock,
            started: Moment(0),
            stats: Stats::new(Catalog::built_in(), UnixTime(1000)),
            live: Live::default(),
            recorder: Recorder::new(1),
            journal,
            control,
            changes: Changes::open(
                Path::new("/nonexistent"),
                Fixed::new(loaded.clone()),
                Now { moment: Moment(0), unix: NOW },
            ),
            view: Arc::new(FakeView { not_ready, progress: progress.clone() }),
            auth,
            password: no_password(),
            names: vec!["ponor.lan".to_owned()],
            pages: Pages::Embedded,
            firsts: FirstSeen::default(),
            streams: Streams::new(3, 2).until(closing.clone()),
            reading: Reading::new(2, || {}),
        };
        Self { deps: Arc::new(deps), orders, progress, closing, config: loaded.config }
    }

    pub(in crate::http) fn router(&self, door: Door) -> Router {
        router(Arc::clone(&self.deps), door)
    }

    /// Asks as a client on another machine does.
    pub(in crate::http) async fn ask(&self, request: Request<Body>) -> Response {
        ask(Arc::clone(&self.deps), request).await
    }
}

/// The token alone.
pub(in crate::http) fn token_alone() -> Auth {
    Auth::keys(TOKEN.to_owned(), no_password())
}

fn no_password() -> Password {
    Password::open(Path::new("/nonexistent")).unwrap()
}

/// Asks these parts as a client on another machine does.
pub(in crate::http) async fn ask(deps: Arc<Deps>, mut request: Request<Body>) -> Response {
    let (remote, local) = ("192.168.1.23:40000".parse().unwrap(), "192.168.1.2:8053".parse().unwrap());
    request.extensions_mut().insert(Connection { remote, local });
    router(deps, Door::Tcp).oneshot(request).await.unwrap()
}

/// A request with headers, given as `name: value`.
pub(in crate::http) fn request(method: &str, path: &str, headers: &[&str], body: &str) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path).header("host", "192.168.1.2:8053");
    for line in headers {
        let (name, value) = line.split_once(": ").unwrap();
        if name == "host" {
            request.headers_mut().unwrap().remove("host");
        }
        request = request.header(name, value);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

/// The body of a response as text.
pub(in crate::http) async fn text(response: Response) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}
