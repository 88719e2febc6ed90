//! DNS over HTTPS (RFC 8484): the one route of the TLS listener, which never serves the dashboard.

use std::{sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    body::{Body, to_bytes},
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{Connection, Problem};
use crate::{dns::Answer, resolver::AnswerBytes, stats::Transport};

/// The media type of a DNS message (RFC 8484, section 6).
const MESSAGE: &str = "application/dns-message";
/// The largest DNS message.
const LARGEST: usize = 65_535;
/// What a client has for sending a message.
const BODY_TIMEOUT: Duration = Duration::from_secs(5);

/// The router of a listener for DNS over HTTPS. Each request must carry a [`Connection`].
pub(super) fn router(answers: Arc<dyn AnswerBytes>) -> Router {
    let missing = async || Problem::new(StatusCode::NOT_FOUND, "only `/dns-query` is served here");
    let wrong = async || Problem::new(StatusCode::METHOD_NOT_ALLOWED, "a query is sent by GET or POST");
    Router::new()
        .route("/dns-query", get(by_get).post(by_post))
        .method_not_allowed_fallback(wrong)
        .fallback(missing)
        .with_state(answers)
}

async fn by_get(
    State(answers): State<Arc<dyn AnswerBytes>>,
    Extension(connection): Extension<Connection>,
    uri: Uri,
) -> Result<Response, Problem> {
    let parameters = uri.query().unwrap_or_default();
    let encoded = parameters.split('&').find_map(|parameter| parameter.strip_prefix("dns=")).ok_or_else(|| {
        Problem::new(StatusCode::BAD_REQUEST, "the parameter `dns` is missing; it holds a query in base64url")
    })?;
    let query = URL_SAFE_NO_PAD
        .decode(encoded)
        .map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "the parameter `dns` is not base64url without padding"))?;
    reply(&*answers, &query, connection).await
}

async fn by_post(
    State(answers): State<Arc<dyn AnswerBytes>>,
    Extension(connection): Extension<Connection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.trim().eq_ignore_ascii_case(MESSAGE) {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "a query is `application/dns-message`"));
    }
    let read = tokio::time::timeout(BODY_TIMEOUT, to_bytes(body, LARGEST)).await;
    let query = read
        .map_err(|_| Problem::new(StatusCode::REQUEST_TIMEOUT, "the query did not arrive in time"))?
        .map_err(|_| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "a query has 65535 octets at most"))?;
    reply(&*answers, &query, connection).await
}

async fn reply(answers: &dyn AnswerBytes, query: &[u8], connection: Connection) -> Result<Response, Problem> {
    let client = connection.remote.ip().to_canonical();
    let reply = answers.answer_bytes(query, client, Transport::Doh).await;
    let reply = reply.ok_or_else(|| Problem::new(StatusCode::BAD_REQUEST, "this is not a query that is answered"))?;
    // What has no lifetime, such as SERVFAIL, is not to be kept by anyone (RFC 8484, section 5.1).
    let lifetime = Answer::read(&reply).ok().and_then(|answer| answer.lifetime()).unwrap_or(0);
    let headers = [(header::CONTENT_TYPE, MESSAGE.to_owned()), (header::CACHE_CONTROL, format!("max-age={lifetime}"))];
    Ok((headers, reply).into_response())
}

#[cfg(test)]
mod tests {
    use std::{future::Future, net::IpAddr, pin::Pin};

    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;

    /// Answers every query with one A record of the lifetime 77; the root with an empty answer; drops what is empty.
    struct Script;

    impl AnswerBytes for Script {
        fn answer_bytes<'a>(
            &'a self,
            bytes: &'a [u8],
            client: IpAddr,
            transport: Transport,
        ) -> Pin<Box<dyn Future<Output = Option<Vec<u8>>> + Send + 'a>> {
            assert_eq!((client.to_string().as_str(), transport), ("192.168.1.23", Transport::Doh));
            Box::pin(async move {
                let mut reply = bytes.to_vec();
                *reply.get_mut(2)? |= 0x80;
                reply[7] = 1;
                reply.extend(b"\xC0\x0C\x00\x01\x00\x01\x00\x00\x00\x4D\x00\x04\x7F\x00\x00\x01");
                Some(reply)
            })
        }
    }

    const QUERY: &[u8] = b"\0\0\x01\0\0\x01\0\0\0\0\0\0\x07example\x03org\0\0\x01\0\x01";

    async fn ask(method: &str, path: &str, kind: Option<&str>, body: &[u8]) -> Response {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let mut request = request.body(Body::from(body.to_vec())).unwrap();
        let remote = "[::ffff:192.168.1.23]:5000".parse().unwrap();
        request.extensions_mut().insert(Connection { remote, local: remote });
        router(Arc::new(Script)).oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn queries_are_answered_as_the_rfc_says() {
        let by_get = |query: &[u8]| format!("/dns-query?dns={}", URL_SAFE_NO_PAD.encode(query));
        let check = async |method: &str, path: &str, kind: Option<&str>, body: &[u8], expected: u16| {
            let response = ask(method, path, kind, body).await;
            assert_eq!(response.status().as_u16(), expected, "{method} {path} {kind:?}");
            if expected == 200 {
                assert_eq!(response.headers()[header::CONTENT_TYPE], MESSAGE);
                assert_eq!(response.headers()[header::CACHE_CONTROL], "max-age=77");
                let reply = to_bytes(response.into_body(), LARGEST).await.unwrap();
                assert_eq!(reply[12..QUERY.len()], QUERY[12..]);
            }
        };
        check("GET", &by_get(QUERY), None, b"", 200).await;
        check("GET", &format!("{}&ct=application/dns-message", by_get(QUERY)), None, b"", 200).await;
        check("POST", "/dns-query", Some(MESSAGE), QUERY, 200).await;
        check("POST", "/dns-query", Some("Application/DNS-Message"), QUERY, 200).await;
        check("GET", "/dns-query", None, b"", 400).await;
        check("GET", "/dns-query?dns=", None, b"", 400).await;
        check("GET", "/dns-query?dns=AA==", None, b"", 400).await;
        check("GET", "/dns-query?dns=A+/A", None, b"", 400).await;
        check("POST", "/dns-query", Some(MESSAGE), b"", 400).await;
        check("POST", "/dns-query", Some("application/json"), QUERY, 415).await;
        check("POST", "/dns-query", None, QUERY, 415).await;
        check("POST", "/dns-query", Some(MESSAGE), &vec![0; 65_536], 413).await;
        check("PUT", "/dns-query", Some(MESSAGE), QUERY, 405).await;
        check("GET", "/", None, b"", 404).await;
        check("GET", "/api/v1/status", None, b"", 404).await;
    }
}
