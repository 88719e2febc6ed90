//! A server of lists that can be told how to misbehave, and the lists' worker running against it.

use std::{
    collections::HashMap,
    future::Future,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::Path,
    pin::Pin,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream};
use ponor::{
    app::clock,
    catalog::Catalog,
    config::{List, ListSource},
    lists::{Limits, ListStatus, ListsHandle, Resolve, Resolved, Setup, start},
    rules::{Action, ListFormat, ListKind},
};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;
use tower_http::compression::CompressionLayer;

type Behaviour = Arc<dyn Fn(&HeaderMap) -> Response + Send + Sync>;

/// A server on loopback.
#[derive(Clone, Default)]
pub(crate) struct Server {
    behaviours: Arc<Mutex<HashMap<String, Behaviour>>>,
    /// Path and status of each answer.
    answers: Arc<Mutex<Vec<(String, StatusCode)>>>,
    /// Answers that went out compressed.
    compressed: Arc<Mutex<usize>>,
    port: u16,
}

impl Server {
    pub(crate) async fn start(tasks: &mut JoinSet<()>) -> Self {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
        let server = Self { port: listener.local_addr().unwrap().port(), ..Self::default() };
        let (state, compressed) = (server.clone(), Arc::clone(&server.compressed));
        let router = Router::new().fallback(answer).with_state(state).layer(CompressionLayer::new()).layer(
            axum::middleware::map_response(move |response: Response| {
                let gzip = response.headers().get(header::CONTENT_ENCODING).is_some_and(|coding| coding == "gzip");
                *compressed.lock().unwrap() += usize::from(gzip);
                async { response }
            }),
        );
        tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
        server
    }

    /// The URL of a path. Its host is known to the tests' resolver alone.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://lists.test:{}/{path}", self.port)
    }

    pub(crate) fn set(&self, path: &str, behaviour: impl Fn(&HeaderMap) -> Response + Send + Sync + 'static) {
        self.behaviours.lock().unwrap().insert(format!("/{path}"), Arc::new(behaviour));
    }

    pub(crate) fn text(&self, path: &str, text: &str) {
        let text = text.to_owned();
        self.set(path, move |_| text.clone().into_response());
    }

    pub(crate) fn answers(&self, path: &str) -> Vec<StatusCode> {
        let path = format!("/{path}");
        let answers = self.answers.lock().unwrap();
        answers.iter().filter(|(other, _)| *other == path).map(|(_, status)| *status).collect()
    }

    pub(crate) fn compressed(&self) -> usize {
        *self.compressed.lock().unwrap()
    }
}

async fn answer(State(server): State<Server>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let behaviour = server.behaviours.lock().unwrap().get(&path).cloned();
    let response = match behaviour {
        Some(behaviour) => behaviour(request.headers()),
        None => StatusCode::NOT_FOUND.into_response(),
    };
    server.answers.lock().unwrap().push((path, response.status()));
    response
}

/// A body that begins like this and then never goes on.
pub(crate) fn stalling(begin: &'static str) -> Response {
    let pieces = stream::iter([Ok::<_, std::io::Error>(begin)]).chain(stream::pending());
    Body::from_stream(pieces).into_response()
}

/// A body that begins like this and then breaks off.
pub(crate) fn truncated(begin: &'static str) -> Response {
    let end = stream::once(async {
        // What came before must be on its way first.
        tokio::time::sleep(Duration::from_millis(50)).await;
        Err(std::io::Error::other("cut"))
    });
    Body::from_stream(stream::iter([Ok(begin)]).chain(end)).into_response()
}

/// A body of a few bytes now and then, for ever.
pub(crate) fn dripping() -> Response {
    slow("x.example\n".into())
}

/// A body that gets on, but slowly, for ever.
pub(crate) fn trickling() -> Response {
    slow("x.example\n".repeat(200))
}

fn slow(piece: String) -> Response {
    let pieces = stream::unfold(piece, |piece| async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        Some((Ok::<_, std::io::Error>(piece.clone()), piece))
    });
    ([(header::CONTENT_TYPE, "image/png")], Body::from_stream(pieces)).into_response()
}

/// A body without end. Its type is one that is sent as it is.
pub(crate) fn endless() -> Response {
    let pieces = stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'x'; 16 << 10]));
    ([(header::CONTENT_TYPE, "image/png")], Body::from_stream(pieces)).into_response()
}

/// A body that is small on the way and four times the limit once it is decompressed.
pub(crate) fn bomb() -> Response {
    ([(header::CONTENT_TYPE, "text/plain")], vec![b'x'; 4 << 20]).into_response()
}

/// Names of one list, one a line.
pub(crate) fn names(prefix: &str, count: usize) -> String {
    let lines: Vec<String> = (0..count).map(|number| format!("{prefix}{number}.example\n")).collect();
    lines.concat()
}

struct TestResolver;

impl Resolve for TestResolver {
    fn resolve<'a>(&'a self, host: &'a str) -> Pin<Box<dyn Future<Output = Resolved> + Send + 'a>> {
        Box::pin(async move {
            if host == "lists.test" { Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]) } else { Err("unknown host".into()) }
        })
    }
}

/// Limits small enough for tests.
pub(crate) const LIMITS: Limits = Limits {
    bytes: 1 << 20,
    connect: Duration::from_secs(5),
    idle: Duration::from_secs(1),
    pace: Duration::from_secs(2),
    total: Duration::from_secs(4),
};

/// The lists with their worker; stopped when dropped.
pub(crate) struct Running {
    pub(crate) lists: ListsHandle,
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Running {
    pub(crate) async fn start(data_dir: &Path, lists: Vec<List>) -> Self {
        Self::start_within(LIMITS, data_dir, lists).await
    }

    pub(crate) async fn start_within(limits: Limits, data_dir: &Path, lists: Vec<List>) -> Self {
        let stop = CancellationToken::new();
        let setup = Setup {
            lists,
            data_dir: data_dir.to_owned(),
            clock: clock::system(),
            catalog: Catalog::built_in(),
            resolver: Arc::new(TestResolver),
            limits,
            stop: stop.clone(),
        };
        let (lists, worker) = start(setup).await.unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(worker);
        Self { lists, stop, tasks }
    }

    /// Ends the worker as at a shutdown.
    pub(crate) async fn stop(mut self) {
        self.stop.cancel();
        while let Some(ended) = self.tasks.join_next().await {
            ended.unwrap();
        }
    }

    /// Whether the rules in force stop `name`.
    pub(crate) fn stops(&self, name: &str) -> bool {
        let table = Arc::clone(&self.lists.compiled().borrow().table);
        let found = table.find(&name.parse().unwrap(), &table.mask(|_| true));
        found.is_some_and(|found| found.action == Action::Block)
    }

    pub(crate) fn status(&self, id: &str) -> ListStatus {
        self.lists.status().into_iter().find(|status| status.id == id).unwrap()
    }

    pub(crate) async fn update(&self, id: &str) -> Result<(), String> {
        self.lists.update(Some(id.to_owned())).await.map_err(|error| error.to_string())
    }
}

pub(crate) fn list(id: &str, source: ListSource) -> List {
    List {
        id: id.to_owned(),
        enabled: true,
        source,
        kind: ListKind::Block,
        format: ListFormat::Auto,
        subdomains: false,
        tlds: false,
        update_every: Duration::from_hours(24),
        fixed: true,
    }
}

pub(crate) fn url_list(id: &str, url: &str) -> List {
    list(id, ListSource::Url(url.to_owned()))
}

pub(crate) fn file_list(id: &str, path: &Path) -> List {
    list(id, ListSource::File(path.to_owned()))
}

pub(crate) fn builtin_list(id: &str, name: &str) -> List {
    list(id, ListSource::Builtin(name.to_owned()))
}
