//! Sessions over HTTP and QUIC, which hickory's client streams speak: DNS over HTTPS by HTTP/2 and HTTP/3 (RFC 8484), DNS
//! over QUIC (RFC 9250). The query goes up as hickory writes it; the reply comes back as the bytes that were received.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use hickory_net::{
    NetError,
    h2::HttpsClientStream,
    runtime::TokioRuntimeProvider,
    xfer::{DnsRequestSender, FirstAnswer},
};
#[cfg(feature = "quic")]
use hickory_net::{h3::H3ClientStream, quic::QuicClientStream};
use hickory_proto::op::{DnsRequest, Message};
use rustls::ClientConfig;

use crate::{
    config::Protocol,
    upstream::{
        asked::{Asked, Match},
        kept::Session,
        server::TryError,
    },
};

/// A session with one server.
pub(super) struct WebSession {
    stream: Stream,
    heard: AtomicU64,
}

/// The stream of each protocol; a clone is another handle to the same connection.
#[derive(Clone)]
enum Stream {
    Http2(HttpsClientStream),
    #[cfg(feature = "quic")]
    Http3(H3ClientStream),
    #[cfg(feature = "quic")]
    Quic(QuicClientStream),
}

impl WebSession {
    /// Connects by `protocol`, which is one of [`Protocol::Https`], [`Protocol::H3`] and [`Protocol::Quic`]; without the feature
    /// `quic` the configuration knows the first alone.
    ///
    /// # Errors
    /// When there is no connection, or the certificate is not the server's.
    pub(super) async fn connect(
        protocol: Protocol,
        address: SocketAddr,
        name: Arc<str>,
        path: Arc<str>,
        config: Arc<ClientConfig>,
    ) -> Result<Self, TryError> {
        let stream = match protocol {
            #[cfg(feature = "quic")]
            Protocol::H3 => H3ClientStream::builder()
                .crypto_config((*config).clone())
                .build(address, name, path)
                .await
                .map(Stream::Http3),
            #[cfg(feature = "quic")]
            Protocol::Quic => QuicClientStream::builder()
                .crypto_config((*config).clone())
                .build(address, name)
                .await
                .map(Stream::Quic),
            _ => HttpsClientStream::builder(config, TokioRuntimeProvider::new())
                .build(address, name, path)
                .await
                .map(Stream::Http2),
        };
        Ok(Self { stream: stream.map_err(try_error)?, heard: AtomicU64::new(0) })
    }
}

impl Session for WebSession {
    /// Not known until somebody asks.
    fn is_closed(&self) -> bool {
        false
    }

    fn heard(&self) -> u64 {
        self.heard.load(Ordering::Relaxed)
    }

    async fn ask(&self, mut asked: Asked) -> Result<Vec<u8>, TryError> {
        // RFC 8484, section 4.1, and RFC 9250, section 4.2.1.
        asked.set_id(0);
        let message = Message::from_vec(asked.bytes()).map_err(|error| TryError::Invalid(error.to_string()))?;
        let request = DnsRequest::from(message);
        let replies = match self.stream.clone() {
            Stream::Http2(mut stream) => stream.send_message(request),
            #[cfg(feature = "quic")]
            Stream::Http3(mut stream) => stream.send_message(request),
            #[cfg(feature = "quic")]
            Stream::Quic(mut stream) => stream.send_message(request),
        };
        let reply = replies.first_answer().await.map_err(try_error)?.into_buffer();
        self.heard.fetch_add(1, Ordering::Relaxed);
        match asked.matches(&reply) {
            Match::No => Err(TryError::Invalid("an answer to another question".to_owned())),
            Match::Yes | Match::CaseDiffers => Ok(reply),
        }
    }
}

fn try_error(error: NetError) -> TryError {
    match error {
        NetError::Io(error) => TryError::Unreachable(io::Error::new(error.kind(), error.to_string())),
        NetError::Timeout => TryError::Silent,
        NetError::Proto(error) => TryError::Invalid(error.to_string()),
        other => TryError::Unreachable(io::Error::other(other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dns::{Class, Question, RecordType},
        upstream::{asked::Dress, randomness::Randomness},
    };

    #[test]
    fn hickory_writes_queries_as_we_do() {
        let check = |name: &str, rtype: u16, dnssec_ok: bool, checking_disabled: bool| {
            let name = name.parse().unwrap();
            let question = Question { name, rtype: RecordType(rtype), class: Class::IN, dnssec_ok, checking_disabled };
            let asked = Asked::new(&question, Dress::Padded, &mut Randomness::default()).unwrap();
            let written = Message::from_vec(asked.bytes()).unwrap().to_vec().unwrap();
            assert_eq!(written, asked.bytes(), "{name} {rtype}");
        };
        check("www.example.org", 1, false, false);
        check("www.example.org", 65, true, false);
        check("_dns.resolver.arpa", 64, true, true);
        check("a\\000\\255\\.b.example", 65_399, false, true);
        check(".", 48, true, true);
    }
}
