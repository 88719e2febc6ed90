//! A server of lists on loopback whose answers the test sets.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream};
use tokio::{net::TcpListener, task::JoinSet};

use crate::house::RUNTIME;

/// What is at a path.
#[derive(Clone, Debug)]
pub(crate) enum Page {
    /// A text with an entity tag.
    Text(String),
    /// The first half of a text, and then nothing more.
    Half(String),
    /// A status without a text.
    Status(u16),
}

/// The server; it stops when this is dropped.
pub(crate) struct ListServer {
    address: SocketAddr,
    shelf: Arc<Shelf>,
    _tasks: JoinSet<()>,
}

#[derive(Debug, Default)]
struct Shelf {
    pages: Mutex<HashMap<String, Page>>,
    /// Path and status of each answer.
    answers: Mutex<Vec<(String, u16)>>,
}

impl ListServer {
    pub(crate) fn start() -> Self {
        let shelf = Arc::new(Shelf::default());
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shelf));
        RUNTIME.block_on(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let mut tasks = JoinSet::new();
            tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
            Self { address, shelf, _tasks: tasks }
        })
    }

    /// The URL of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    /// Puts a page at a path.
    pub(crate) fn put(&self, path: &str, page: Page) {
        self.shelf.pages.lock().unwrap().insert(format!("/{path}"), page);
    }

    /// Puts a list at a path.
    pub(crate) fn text(&self, path: &str, text: &str) {
        self.put(path, Page::Text(text.to_owned()));
    }

    /// The statuses of the answers for a path.
    pub(crate) fn answers(&self, path: &str) -> Vec<u16> {
        let answers = self.shelf.answers.lock().unwrap();
        answers.iter().filter(|(other, _)| other.trim_start_matches('/') == path).map(|(_, status)| *status).collect()
    }
}

async fn answer(State(shelf): State<Arc<Shelf>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let page = shelf.pages.lock().unwrap().get(&path).cloned();
    let response = match page {
        None => StatusCode::NOT_FOUND.into_response(),
        Some(Page::Status(status)) => StatusCode::from_u16(status).unwrap().into_response(),
        Some(Page::Half(text)) => half(&text),
        Some(Page::Text(text)) => {
            let tag = format!("\"{}-{}\"", text.len(), text.bytes().map(u64::from).sum::<u64>());
            if request.headers().get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
                StatusCode::NOT_MODIFIED.into_response()
            } else {
                ([(header::ETAG, tag)], text).into_response()
            }
        }
    };
    shelf.answers.lock().unwrap().push((path, response.status().as_u16()));
    response
}

/// Announces the whole text, sends half of it and waits.
fn half(text: &str) -> Response {
    let first = Bytes::from(text[..text.len() / 2].to_owned());
    let never = stream::once(async {
        tokio::time::sleep(Duration::from_mins(10)).await;
        Ok::<_, std::io::Error>(Bytes::new())
    });
    let body = Body::from_stream(stream::once(async move { Ok(first) }).chain(never));
    ([(header::CONTENT_LENGTH, text.len().to_string())], body).into_response()
}
