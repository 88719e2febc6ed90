//! DNS over QUIC and over HTTP/3 on real sockets, asked by the clients of hickory.

use std::{net::UdpSocket, sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::StreamExt;
use hickory_net::{h3::H3ClientStream, quic::QuicClientStream, xfer::DnsRequestSender};
use hickory_proto::{
    op::{DnsRequest, DnsRequestOptions, DnsResponse, Edns, Message, Query},
    rr::{Name, RecordType},
};
use ponor::{
    config::Tls,
    server::{Limits, StreamLimits},
    stats::Transport,
};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::server_support::{
    Ponor, dns, query,
    tls::{Witness, client_config, renew, tls_in},
};

const EVER: Duration = Duration::from_secs(20);

async fn start(limits: StreamLimits) -> (Ponor, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let any = vec!["127.0.0.1:0".parse().unwrap()];
    let tls = Tls { doq: any.clone(), doh: any, ..tls_in(&folder) };
    renew(&tls);
    let limits = Limits { quic: limits, ..Limits::default() };
    (Ponor::start_with(&dns(&["127.0.0.1:0"]), Some(&tls), limits).await, folder)
}

async fn quic(ponor: &Ponor) -> Option<QuicClientStream> {
    let server = ponor.address(Transport::Doq).await;
    let config = client_config(&Arc::<Witness>::default(), &[b"doq"]);
    QuicClientStream::builder().crypto_config(config).build(server, "dns.example".into()).await.ok()
}

async fn h3(ponor: &Ponor, path: &str) -> H3ClientStream {
    let server = ponor.address(Transport::Doh3).await;
    let config = client_config(&Arc::<Witness>::default(), &[b"h3"]);
    H3ClientStream::builder().crypto_config(config).build(server, "dns.example".into(), path.into()).await.unwrap()
}

fn question(name: &str) -> DnsRequest {
    let mut message = Message::query();
    message.metadata.id = 0;
    message.metadata.recursion_desired = true;
    message.add_query(Query::query(Name::from_ascii(name).unwrap(), RecordType::A));
    message.edns = Some(Edns::new());
    DnsRequest::new(message, DnsRequestOptions::default())
}

async fn ask(stream: &mut impl DnsRequestSender, name: &str) -> Option<DnsResponse> {
    timeout(EVER, stream.send_message(question(name)).next()).await.expect("an end").and_then(Result::ok)
}

#[tokio::test(flavor = "multi_thread")]
async fn quic_answers_each_stream_when_it_is_ready() {
    let (ponor, _folder) = start(StreamLimits::QUIC).await;
    let mut stream = quic(&ponor).await.unwrap();
    let mut held = stream.send_message(question("held.example"));
    // The stream of the first is opened when it is first looked at.
    assert!(timeout(Duration::from_millis(50), held.next()).await.is_err());
    assert_eq!(ask(&mut stream, "www.example").await.unwrap().answers.len(), 1);
    assert_eq!(ask(&mut stream, "big.example").await.unwrap().answers.len(), 200);
    ponor.script.let_go(1);
    assert_eq!(held.next().await.unwrap().unwrap().answers.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn http3_answers_at_its_path() {
    let (ponor, _folder) = start(StreamLimits::QUIC).await;
    let mut stream = h3(&ponor, "/dns-query").await;
    for (name, count) in [("www.example", 1), ("big.example", 200)] {
        assert_eq!(ask(&mut stream, name).await.unwrap().answers.len(), count);
    }
    assert!(ask(&mut h3(&ponor, "/other").await, "www.example").await.is_none());
    assert!(ask(&mut stream, "www.example").await.is_some());
}

/// The head of a request in the form of HTTP/3: a frame of type 1 (RFC 9114, section 7.2.2) with entries of the static table
/// (RFC 9204, appendix A): the method GET, the scheme https, and an authority and a path as they stand.
fn request_head(path: &str) -> Vec<u8> {
    let text = |text: &str| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
    let fields = [&[0, 0, 0xD1, 0xD7, 0x50][..], &text("dns.example"), &[0x51], &text(path)].concat();
    // A length of two octets (RFC 9000, section 16).
    [&[1, 0x40, u8::try_from(fields.len()).unwrap()], fields.as_slice()].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_comes_in_parts_is_not_lost_when_another_is_answered() {
    let (ponor, _folder) = start(StreamLimits::QUIC).await;
    let config = client_config(&Arc::<Witness>::default(), &[b"h3"]);
    let mut endpoint = quinn::Endpoint::client("127.0.0.1:0".parse().unwrap()).unwrap();
    let config = quinn::crypto::rustls::QuicClientConfig::try_from(config).unwrap();
    endpoint.set_default_client_config(quinn::ClientConfig::new(Arc::new(config)));
    let server = ponor.address(Transport::Doh3).await;
    let connection = endpoint.connect(server, "dns.example").unwrap().await.unwrap();
    // Opens the streams that HTTP/3 wants beside those of requests.
    let _streams = h3::client::new(h3_quinn::Connection::new(connection.clone())).await.unwrap();
    let ask = async |name: &str, first: usize| {
        let query = URL_SAFE_NO_PAD.encode(query(0, name));
        let head = request_head(&format!("/dns-query?dns={query}"));
        let (mut up, down) = connection.open_bi().await.unwrap();
        up.write_all(&head[..first]).await.unwrap();
        (up, down, head[first..].to_vec())
    };
    let (mut held, mut held_reply, rest) = ask("held.example", 1).await;
    held.write_all(&rest).await.unwrap();
    held.finish().unwrap();
    let (mut slow, mut slow_reply, rest) = ask("www.example", 1).await;
    ponor.script.let_go(1);
    assert!(!timeout(EVER, held_reply.read_to_end(4096)).await.unwrap().unwrap().is_empty());
    // The answered request has a moment to end on the other side.
    tokio::time::sleep(Duration::from_millis(50)).await;
    slow.write_all(&rest).await.unwrap();
    slow.finish().unwrap();
    assert!(!timeout(EVER, slow_reply.read_to_end(4096)).await.unwrap().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn quic_connections_are_limited() {
    let (ponor, _folder) = start(StreamLimits { per_address: 1, ..StreamLimits::QUIC }).await;
    let mut first = quic(&ponor).await.unwrap();
    assert!(ask(&mut first, "www.example").await.is_some());
    if let Some(mut second) = quic(&ponor).await {
        assert!(ask(&mut second, "www.example").await.is_none());
    }
    assert!(ask(&mut first, "www.example").await.is_some());
    assert_eq!(ponor.front.figures().crowded_out, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn datagrams_that_are_not_quic_do_no_harm() {
    let (ponor, _folder) = start(StreamLimits::QUIC).await;
    let rude = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut random = fastrand::Rng::with_seed(3);
    for transport in [Transport::Doq, Transport::Doh3] {
        let server = ponor.address(transport).await;
        for _ in 0..500 {
            let bytes: Vec<u8> = (0..random.usize(..1400)).map(|_| random.u8(..)).collect();
            rude.send_to(&bytes, server).unwrap();
        }
    }
    assert!(ask(&mut quic(&ponor).await.unwrap(), "www.example").await.is_some());
    assert!(ask(&mut h3(&ponor, "/dns-query").await, "www.example").await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_finishes_the_streams_in_flight() {
    let (ponor, _folder) = start(StreamLimits::QUIC).await;
    let mut stream = quic(&ponor).await.unwrap();
    let mut held = stream.send_message(question("held.example"));
    assert!(timeout(Duration::from_millis(50), held.next()).await.is_err());
    assert!(ask(&mut stream, "www.example").await.is_some());
    ponor.script.let_go(1);
    let ((), reply) = tokio::join!(ponor.listeners.stop(), held.next());
    assert_eq!(reply.unwrap().unwrap().answers.len(), 1);
}
