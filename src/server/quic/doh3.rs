//! DNS over HTTP/3: RFC 8484 with GET and POST, answered as the same requests over HTTP/2 are.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    task::Context,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hickory_server::net::{
    h3::{BodyStream, h3_server::H3Connection},
    http::{DEFAULT_DNS_QUERY_PATH, Version, fetch_body, response},
};
use tokio::{task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{QuicService, finish, next_beside};
use crate::{
    dns::Answer,
    server::Front,
    stats::{EventBuffer, Transport},
};

/// The media type of a DNS message (RFC 8484, section 6).
const MESSAGE: &str = "application/dns-message";

/// Where the query of a request is.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    /// In its address.
    Here(Vec<u8>),
    /// In its body.
    Body,
    /// Nowhere: the status of the response.
    Nothing(u16),
}

/// Serves a connection until its client ends it, is silent for too long, or `stop` is cancelled.
pub(super) async fn serve(
    service: QuicService,
    mut connection: H3Connection,
    peer: SocketAddr,
    stop: CancellationToken,
) {
    let QuicService { front, limits, .. } = service;
    let mut answers = JoinSet::new();
    loop {
        let next = timeout(limits.idle, connection.accept());
        let Some(Ok(Some(Ok(next)))) = next_beside(&mut answers, limits.in_flight, next, &stop).await else { break };
        let (request, mut stream) = next;
        let kind = request.headers().get("content-type").and_then(|kind| kind.to_str().ok());
        let asked = Asked::read(request.method().as_str(), request.uri().path(), request.uri().query(), kind);
        let front = Arc::clone(&front);
        // Written here, because the type of the stream belongs to a library that only hickory names.
        answers.spawn(async move {
            let query = match asked {
                Asked::Here(query) => Ok(query),
                Asked::Nothing(status) => Err(status),
                Asked::Body => {
                    let body = BodyStream::from(|context: &mut Context<'_>| stream.poll_recv_data(context));
                    match timeout(limits.message, fetch_body(body, None)).await {
                        Ok(Ok(query)) => Ok(query.to_vec()),
                        Ok(Err(_)) => Err(413),
                        Err(_) => Err(408),
                    }
                }
            };
            let (status, reply, mut events) = answer(&front, query, peer.ip()).await;
            let Ok(mut head) = response(Version::Http3, reply.len()) else { return };
            if let Ok(code) = status.try_into() {
                *head.status_mut() = code;
            }
            let lifetime = Answer::read(&reply).ok().and_then(|answer| answer.lifetime()).unwrap_or(0);
            if let Ok(lifetime) = format!("max-age={lifetime}").parse() {
                head.headers_mut().insert("cache-control", lifetime);
            }
            let sending = async {
                stream.send_response(head).await?;
                stream.send_data(reply.into()).await?;
                stream.finish().await
            };
            if timeout(limits.write, sending).await.is_err() {
                front.counters().too_slow.add();
            }
            front.record(&mut events);
        });
    }
    finish(answers).await;
}

/// The status, the body and what is to be recorded of the response to a query, or to a request without one.
async fn answer(front: &Front, query: Result<Vec<u8>, u16>, client: IpAddr) -> (u16, Vec<u8>, EventBuffer) {
    let answered = match query {
        Ok(query) => front.answer(&query, client, Transport::Doh3).await.ok_or(400),
        Err(status) => Err(status),
    };
    match answered {
        Ok((reply, events)) => (200, reply, events),
        Err(status) => (status, Vec::new(), EventBuffer::default()),
    }
}

impl Asked {
    fn read(method: &str, path: &str, parameters: Option<&str>, kind: Option<&str>) -> Self {
        if path != DEFAULT_DNS_QUERY_PATH {
            return Self::Nothing(404);
        }
        match method {
            "GET" => {
                let mut parameters = parameters.unwrap_or_default().split('&');
                let encoded = parameters.find_map(|parameter| parameter.strip_prefix("dns="));
                let query = encoded.and_then(|encoded| URL_SAFE_NO_PAD.decode(encoded).ok());
                query.map_or(Self::Nothing(400), Self::Here)
            }
            "POST" if kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case(MESSAGE)) => Self::Body,
            "POST" => Self::Nothing(415),
            _ => Self::Nothing(405),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests() {
        let check = |method: &str, path: &str, parameters: Option<&str>, kind: Option<&str>, expected: Asked| {
            assert_eq!(
                Asked::read(method, path, parameters, kind),
                expected,
                "{method} {path} {parameters:?} {kind:?}"
            );
        };
        check("GET", "/dns-query", Some("dns=AAE"), None, Asked::Here(vec![0, 1]));
        check("GET", "/dns-query", Some("ct&dns=_-8"), None, Asked::Here(vec![0xFF, 0xEF]));
        check("GET", "/dns-query", Some("dns=A+/="), None, Asked::Nothing(400));
        check("GET", "/dns-query", None, None, Asked::Nothing(400));
        check("POST", "/dns-query", None, Some("application/DNS-message"), Asked::Body);
        check("POST", "/dns-query", None, Some("text/plain"), Asked::Nothing(415));
        check("POST", "/dns-query", None, None, Asked::Nothing(415));
        check("PUT", "/dns-query", None, Some(MESSAGE), Asked::Nothing(405));
        check("GET", "/", Some("dns=AAE"), None, Asked::Nothing(404));
    }
}
