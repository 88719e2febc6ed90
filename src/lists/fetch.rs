//! Getting a list over HTTP: one request, bounded in every direction, streamed into a file.

use std::{
    error::Error,
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    path::Path,
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use reqwest::{
    Client, Response, StatusCode, Url,
    dns::{Addrs, Resolving},
    header::{ETAG, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED},
    redirect::{self, Attempt},
};
use tokio::io::{AsyncWriteExt, BufWriter};

use super::digest::{Digest, DigestBuilder};
use crate::upstream::Bootstrap;
use crate::{time::Clock, upstream};

/// Redirects that are followed at most.
const MOST_REDIRECTS: usize = 5;
/// Progress is told each time this many bytes have come.
const PROGRESS_STEP: u64 = 128 << 10;
/// What a text that has more to come brings within [`Limits::pace`] at least, in bytes: by default some 500 a second. A
/// server that sent less would keep other lists waiting for as long as [`Limits::total`].
const LEAST_PIECE: u64 = 32 << 10;
/// Longer validators are not remembered: they would be sent back with each request.
const LONGEST_VALIDATOR: usize = 512;

/// What resolving gives: addresses, or why there are none.
pub type Resolved = Result<Vec<IpAddr>, Box<dyn Error + Send + Sync>>;

/// Finds the addresses of a list's server without ponor's own DNS, which may not be up yet.
pub trait Resolve: Send + Sync {
    /// Resolves `host`.
    fn resolve<'a>(&'a self, host: &'a str) -> Pin<Box<dyn Future<Output = Resolved> + Send + 'a>>;
}

/// The bounds of a download.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest text in bytes, after decompression.
    pub bytes: u64,
    /// The longest time until a connection stands.
    pub connect: Duration,
    /// The longest time without a byte.
    pub idle: Duration,
    /// The longest time for each 32 KiB of the text.
    pub pace: Duration,
    /// The longest time for everything.
    pub total: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 256 << 20,
            connect: Duration::from_secs(10),
            idle: Duration::from_secs(30),
            pace: Duration::from_mins(1),
            total: Duration::from_mins(15),
        }
    }
}

/// What a request says about the copy that is there already.
#[derive(Clone, Debug, Default)]
pub(super) struct Validators {
    /// Its `ETag`.
    pub(super) etag: Option<String>,
    /// Its `Last-Modified`.
    pub(super) last_modified: Option<String>,
}

/// What came of a request.
#[derive(Debug)]
pub(super) enum Fetched {
    /// The copy that is there already is the newest.
    Unchanged,
    /// A text, now in the file.
    Text {
        /// What to send next time.
        validators: Validators,
        /// Its length.
        bytes: u64,
        /// Its digest.
        digest: Digest,
    },
}

/// Why there is no text.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error("{}", upstream::certificate_in_words(&chain(.0)))]
    Http(reqwest::Error),
    #[error("the server answered {0}")]
    Status(StatusCode),
    #[error("the list is larger than the limit of {0} bytes")]
    TooLarge(u64),
    #[error("the download took longer than the limit of {} s", .0.as_secs())]
    TooSlow(Duration),
    #[error("the download brought fewer than {LEAST_PIECE} bytes in {} s", .0.as_secs())]
    Dribbles(Duration),
    #[error("cannot keep the download: {0}")]
    Disk(#[from] io::Error),
    #[error("{0}")]
    File(String),
}

impl From<reqwest::Error> for FetchError {
    fn from(error: reqwest::Error) -> Self {
        // The URL stands beside the message already, and may hold a password.
        Self::Http(error.without_url())
    }
}

/// Gets lists over HTTP.
#[derive(Clone, Debug)]
pub(super) struct Fetcher {
    client: Client,
    limits: Limits,
}

impl Fetcher {
    /// A fetcher that finds servers through `resolver`.
    pub(super) fn new(resolver: Arc<dyn Resolve>, limits: Limits, clock: Clock) -> Result<Self, FetchError> {
        let client = Client::builder()
            .tls_backend_preconfigured(upstream::client_config(clock, &[]))
            .dns_resolver(OwnResolver(resolver))
            .redirect(redirect::Policy::custom(follow))
            .connect_timeout(limits.connect)
            .read_timeout(limits.idle)
            .pool_idle_timeout(Duration::from_secs(20))
            .user_agent(concat!("ponor/", env!("CARGO_PKG_VERSION")))
            .referer(false)
            .no_proxy()
            .build()?;
        Ok(Self { client, limits })
    }

    /// Fetches `url` into the file `to`, telling `progress` the bytes received and, where known, the bytes in all.
    pub(super) async fn fetch(
        &self,
        url: &str,
        known: &Validators,
        to: &Path,
        progress: impl FnMut(u64, Option<u64>) + Send,
    ) -> Result<Fetched, FetchError> {
        let total = self.limits.total;
        let within_limits = tokio::time::timeout(total, self.fetch_unhurried(url, known, to, progress));
        within_limits.await.unwrap_or(Err(FetchError::TooSlow(total)))
    }

    async fn fetch_unhurried(
        &self,
        url: &str,
        known: &Validators,
        to: &Path,
        progress: impl FnMut(u64, Option<u64>) + Send,
    ) -> Result<Fetched, FetchError> {
        let mut request = self.client.get(url);
        for (header, value) in [(IF_NONE_MATCH, &known.etag), (IF_MODIFIED_SINCE, &known.last_modified)] {
            if let Some(value) = value {
                request = request.header(header, value);
            }
        }
        let response = request.send().await?;
        let asked_for_changes = known.etag.is_some() || known.last_modified.is_some();
        match response.status() {
            StatusCode::OK => self.receive(response, to, progress).await,
            StatusCode::NOT_MODIFIED if asked_for_changes => Ok(Fetched::Unchanged),
            other => Err(FetchError::Status(other)),
        }
    }

    async fn receive(
        &self,
        mut response: Response,
        to: &Path,
        mut progress: impl FnMut(u64, Option<u64>) + Send,
    ) -> Result<Fetched, FetchError> {
        let Limits { bytes: limit, pace, .. } = self.limits;
        let total = response.content_length();
        if total.is_some_and(|total| total > limit) {
            return Err(FetchError::TooLarge(limit));
        }
        let validators =
            Validators { etag: header(&response, &ETAG), last_modified: header(&response, &LAST_MODIFIED) };
        let file = BufWriter::with_capacity(256 << 10, tokio::fs::File::create(to).await?);
        let mut received = Received { file, bytes: 0, digest: DigestBuilder::default() };
        let mut told = 0;
        loop {
            let piece = tokio::time::timeout(pace, received.take_piece(&mut response, limit));
            if piece.await.unwrap_or(Err(FetchError::Dribbles(pace)))? {
                break;
            }
            if received.bytes - told >= PROGRESS_STEP {
                told = received.bytes;
                progress(told, total);
            }
        }
        received.file.flush().await?;
        Ok(Fetched::Text { validators, bytes: received.bytes, digest: received.digest.finish() })
    }
}

/// What has come of a text so far.
struct Received {
    file: BufWriter<tokio::fs::File>,
    bytes: u64,
    digest: DigestBuilder,
}

impl Received {
    /// Takes the next [`LEAST_PIECE`] bytes or what is left of them; whether that was the end.
    async fn take_piece(&mut self, response: &mut Response, limit: u64) -> Result<bool, FetchError> {
        let enough = self.bytes + LEAST_PIECE;
        while self.bytes < enough {
            let Some(chunk) = response.chunk().await? else { return Ok(true) };
            self.bytes += chunk.len() as u64;
            if self.bytes > limit {
                return Err(FetchError::TooLarge(limit));
            }
            self.digest.write(&chunk);
            self.file.write_all(&chunk).await?;
        }
        Ok(false)
    }
}

fn header(response: &Response, name: &HeaderName) -> Option<String> {
    let value = response.headers().get(name)?.to_str().ok()?;
    (value.len() <= LONGEST_VALIDATOR).then(|| value.to_owned())
}

fn follow(attempt: Attempt) -> redirect::Action {
    match redirect_fault(attempt.previous(), attempt.url()) {
        Some(fault) => attempt.error(fault),
        None => attempt.follow(),
    }
}

/// Why a redirect to `next` is not followed, where it is not: it is one too many, or leads from an encrypted connection to
/// a plain one.
fn redirect_fault(previous: &[Url], next: &Url) -> Option<&'static str> {
    if previous.len() > MOST_REDIRECTS {
        return Some("too many redirects");
    }
    let was_encrypted = previous.iter().any(|url| url.scheme() == "https");
    (was_encrypted && next.scheme() != "https").then_some("a redirect leads from https to http")
}

/// An error with everything that led to it: the outermost alone says `error sending request`.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    text
}

struct OwnResolver(Arc<dyn Resolve>);

impl reqwest::dns::Resolve for OwnResolver {
    fn resolve(&self, name: reqwest::dns::Name) -> Resolving {
        let resolver = Arc::clone(&self.0);
        Box::pin(async move {
            let addresses = resolver.resolve(name.as_str()).await?;
            // Port 0 stands for the port of the URL.
            Ok(Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

impl Resolve for Bootstrap {
    fn resolve<'a>(&'a self, host: &'a str) -> Pin<Box<dyn Future<Output = Resolved> + Send + 'a>> {
        Box::pin(async move { Ok(Self::resolve(self, host).await?) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_are_followed_but_not_to_plain_connections_and_not_for_ever() {
        let check = |path: &[&str], expected| {
            let urls: Vec<Url> = path.iter().map(|url| url.parse().unwrap()).collect();
            let (next, previous) = urls.split_last().unwrap();
            assert_eq!(redirect_fault(previous, next), expected, "{path:?}");
        };
        let plain = Some("a redirect leads from https to http");
        check(&["https://a.example/", "https://b.example/"], None);
        check(&["http://a.example/", "http://b.example/"], None);
        check(&["http://a.example/", "https://a.example/"], None);
        check(&["https://a.example/", "http://a.example/"], plain);
        check(&["http://a.example/", "https://a.example/", "http://a.example/"], plain);
        check(&["https://a.example/", "ftp://a.example/"], plain);
        check(&["http://a.example/"; 6], None);
        check(&["http://a.example/"; 7], Some("too many redirects"));
    }

    #[test]
    fn an_error_tells_what_led_to_it_without_saying_anything_twice() {
        #[derive(Debug, thiserror::Error)]
        #[error("{text}")]
        struct Outer {
            text: &'static str,
            source: io::Error,
        }
        let check = |text, inner: &'static str, expected| {
            assert_eq!(chain(&Outer { text, source: io::Error::other(inner) }), expected);
        };
        check("error sending request", "connection refused", "error sending request: connection refused");
        check("cannot read: cut", "cut", "cannot read: cut");
    }
}
