//! One connection: its protocol, its limits, its end.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{Router, response::Response};
use futures_util::FutureExt;
use hyper::{
    Request,
    body::Incoming,
    rt::Executor,
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

use super::Connection;

/// What a client has for the head of a request, and how long a connection may be silent between two.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// A connection over which no request came for this long is asked to end.
const IDLE: Duration = Duration::from_mins(1);
const MAX_HEADERS: usize = 64;
const MAX_HEAD: u32 = 16 * 1024;
const MAX_STREAMS: u32 = 100;
/// Streams that a client may open and reset before they were looked at; more end the connection (CVE-2023-44487).
const MAX_RESETS: usize = 20;
const SEND_BUFFER: usize = 64 * 1024;

/// How a connection is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Http1,
    Http2,
}

/// Serves a connection until it ends, or until `closing` is cancelled and what is in flight has been answered.
pub(super) async fn serve<S>(
    stream: S,
    protocol: Protocol,
    router: Router,
    connection: Option<Connection>,
    closing: CancellationToken,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let requests = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&requests);
    let service = service_fn(move |mut request: Request<Incoming>| {
        counted.fetch_add(1, Ordering::Relaxed);
        if let Some(connection) = connection {
            request.extensions_mut().insert(connection);
        }
        let answered: Answered = Box::pin(router.clone().oneshot(request));
        answered
    });
    let (stream, end) = (TokioIo::new(stream), GracefulShutdown::new());
    match protocol {
        Protocol::Http1 => {
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD_TIMEOUT)
                .max_headers(MAX_HEADERS)
                .max_buf_size(MAX_HEAD as usize)
                .serve_connection(stream, service);
            drive(Box::pin(end.watch(connection).map(drop)), end, None, closing).await;
        }
        Protocol::Http2 => {
            let streams = Streams::default();
            let connection = http2::Builder::new(streams.clone())
                .timer(TokioTimer::new())
                .max_concurrent_streams(MAX_STREAMS)
                .max_pending_accept_reset_streams(MAX_RESETS)
                .max_header_list_size(MAX_HEAD)
                .max_send_buf_size(SEND_BUFFER)
                .serve_connection(stream, service);
            drive(Box::pin(end.watch(connection).map(drop)), end, Some(requests), closing).await;
            streams.0.close();
            streams.0.wait().await;
        }
    }
}

type Answered = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

/// Polls a connection to its end; asks it to end when `closing` is cancelled, or when no request is counted for a while.
async fn drive(
    mut connection: Pin<Box<dyn Future<Output = ()> + Send>>,
    end: GracefulShutdown,
    requests: Option<Arc<AtomicU64>>,
    closing: CancellationToken,
) {
    let mut seen = 0;
    loop {
        tokio::select! {
            () = &mut connection => return,
            () = closing.cancelled() => break,
            () = tokio::time::sleep(IDLE), if requests.is_some() => {
                let now = requests.as_ref().map_or(0, |requests| requests.load(Ordering::Relaxed));
                if std::mem::replace(&mut seen, now) == now {
                    break;
                }
            }
        }
    }
    let _ = tokio::time::timeout(HEAD_TIMEOUT, async { tokio::join!(end.shutdown(), connection) }).await;
}

/// Runs the streams of an HTTP/2 connection; they end before the connection counts as ended.
#[derive(Clone, Default)]
struct Streams(TaskTracker);

impl<F> Executor<F> for Streams
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn execute(&self, future: F) {
        self.0.spawn(future);
    }
}
