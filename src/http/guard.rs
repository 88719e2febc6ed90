//! What every request must pass before a handler sees it, and what every answer carries.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    body::HttpBody,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{Deps, Problem};

/// The largest body that is read, in octets.
pub(super) const BODY_LIMIT: usize = 64 * 1024;

/// Where connections come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Other programs, perhaps on other machines. Each request must carry a [`Connection`] as an extension.
    Tcp,
    /// The socket in the data directory, which only its owner can open: no token, and no browser that could be misled.
    Socket,
}

/// The two ends of the connection that brought a request.
#[derive(Clone, Copy, Debug)]
pub struct Connection {
    /// The client.
    pub remote: SocketAddr,
    /// The address that the client connected to.
    pub local: SocketAddr,
}

/// Who sent a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer {
    /// From where.
    pub(super) address: IpAddr,
    /// Through which door.
    pub(super) door: Door,
}

/// What a page may do, with these sources beside its own of what it may ask for.
macro_rules! policy {
    ($others:literal) => {
        HeaderValue::from_static(concat!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'",
            $others,
            "; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        ))
    };
}

const POLICY: HeaderValue = policy!("");
/// The one page that has its browser look up names which lead nowhere, to see whether ponor is asked for them.
const CHECKING_PAGE: &str = "/setup";
/// `http:` stands for `https:` too, where the page came that way (CSP level 3, section 6.7.2.8).
const CHECKING_POLICY: HeaderValue = policy!(" http://*.check.ponor.internal");

/// What everything sent to a browser says about itself, beside its policy.
const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
];

/// Lets a request pass that was meant for this server and, if it changes something, comes from its own pages.
pub(super) async fn pass(State((deps, door)): State<(Arc<Deps>, Door)>, mut request: Request, next: Next) -> Response {
    let passed = match door {
        Door::Socket => Ok(Peer { address: Ipv4Addr::LOCALHOST.into(), door }),
        Door::Tcp => check_tcp(&deps, &request),
    };
    let policy = if request.uri().path() == CHECKING_PAGE { CHECKING_POLICY } else { POLICY };
    let response = match passed.and_then(|peer| check_body(&request).map(|()| peer)) {
        Ok(peer) => {
            request.extensions_mut().insert(peer);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    };
    with_headers(response, policy)
}

/// Lets a request pass whose sender may read the API.
pub(super) async fn may_read(State(deps): State<Arc<Deps>>, request: Request, next: Next) -> Response {
    let Some(peer) = request.extensions().get::<Peer>().copied() else {
        return Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the connection is unknown").into_response();
    };
    if peer.door == Door::Tcp {
        let allowed = is_own_page(request.headers())
            .and_then(|()| deps.auth.check(request.headers(), peer.address, deps.clock.now().moment));
        if let Err(problem) = allowed {
            return problem.into_response();
        }
    }
    next.run(request).await
}

fn check_tcp(deps: &Deps, request: &Request) -> Result<Peer, Problem> {
    let Some(connection) = request.extensions().get::<Connection>() else {
        return Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the connection is unknown"));
    };
    let host = host(request)?;
    if !is_ours(host.host(), connection.local.ip(), &deps.names) {
        let detail = format!("`{}` is not a name of this server; names are added to `http.names`", host.host());
        return Err(Problem::new(StatusCode::MISDIRECTED_REQUEST, detail));
    }
    if !is_safe(request.method()) {
        is_own_page(request.headers())?;
        is_own_origin(request.headers(), &host)?;
    }
    Ok(Peer { address: connection.remote.ip().to_canonical(), door: Door::Tcp })
}

/// The name by which a request calls this server (RFC 9112, section 3.2).
fn host(request: &Request) -> Result<Authority, Problem> {
    if let Some(authority) = request.uri().authority() {
        return Ok(authority.clone());
    }
    let bad = || Problem::new(StatusCode::BAD_REQUEST, "a request needs one header `Host`");
    let mut hosts = request.headers().get_all(header::HOST).into_iter();
    let host = hosts.next().filter(|_| hosts.next().is_none()).ok_or_else(bad)?;
    Authority::try_from(host.as_bytes()).map_err(|_| bad())
}

/// Whether a name or address that a browser shows in its address bar is one of ours. A page of another site whose name
/// was made to lead here is told apart by nothing else.
fn is_ours(host: &str, local: IpAddr, names: &[String]) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
    let address = host.parse::<IpAddr>().map(|address| address.to_canonical());
    address.is_ok_and(|address| address.is_loopback() || address == local.to_canonical())
        || host.eq_ignore_ascii_case("localhost")
        || names.iter().any(|name| name.trim_end_matches('.').eq_ignore_ascii_case(host))
}

/// Whether a browser says that one of our pages asks, or the person in front of it. Older ones, other programs, and all
/// of them over plain HTTP to another machine say nothing.
fn is_own_page(headers: &HeaderMap) -> Result<(), Problem> {
    match headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
        None | Some(b"same-origin" | b"none") => Ok(()),
        Some(_) => Err(Problem::new(StatusCode::FORBIDDEN, "another site may not ask this")),
    }
}

fn is_own_origin(headers: &HeaderMap, host: &Authority) -> Result<(), Problem> {
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
    let origin = Uri::try_from(origin.as_bytes()).ok();
    let authority = origin.as_ref().filter(|origin| origin.scheme().is_some()).and_then(Uri::authority);
    if authority.is_some_and(|authority| authority.as_str().eq_ignore_ascii_case(host.as_str())) {
        Ok(())
    } else {
        Err(Problem::new(StatusCode::FORBIDDEN, "another site may not change anything here"))
    }
}

/// Whether the body of a request is one that the API reads.
fn check_body(request: &Request) -> Result<(), Problem> {
    if is_safe(request.method()) || request.body().is_end_stream() {
        return Ok(());
    }
    if request.body().size_hint().lower() > BODY_LIMIT as u64 {
        let detail = format!("a body may have {BODY_LIMIT} octets at most");
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail));
    }
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        Ok(())
    } else {
        Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "a body must be `application/json`"))
    }
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn with_headers(mut response: Response, policy: HeaderValue) -> Response {
    let headers = response.headers_mut();
    headers.extend(HEADERS);
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
