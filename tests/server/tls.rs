//! DNS over TLS on real sockets: the certificate and its renewal, padding, and peers that do not speak TLS.

use std::{fs, net::SocketAddr, sync::Arc, time::Duration};

use ponor::{
    config::Tls,
    dns::Answer,
    server::{Limits, StreamLimits},
    stats::Transport,
};
use rustls_pki_types::ServerName;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::server_support::{
    Ponor, dns, framed, query, query_with_options, read,
    tls::{Witness, client_config, renew, tls_in},
};

const EVER: Duration = Duration::from_secs(20);

/// A ponor with a certificate of its own.
struct Fixture {
    ponor: Ponor,
    server: SocketAddr,
    tls: Tls,
    certificate: Vec<u8>,
    _folder: TempDir,
}

async fn start(limits: StreamLimits) -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let tls = Tls { dot: vec!["127.0.0.1:0".parse().unwrap()], ..tls_in(&folder) };
    let certificate = renew(&tls);
    let ponor =
        Ponor::start_with(&dns(&["127.0.0.1:0"]), Some(&tls), Limits { tls: limits, ..Limits::default() }).await;
    let server = ponor.address(Transport::Dot).await;
    Fixture { ponor, server, tls, certificate, _folder: folder }
}

async fn connect(server: SocketAddr, alpn: &[&[u8]]) -> (std::io::Result<TlsStream<TcpStream>>, Arc<Witness>) {
    let witness = Arc::<Witness>::default();
    let config = client_config(&witness, alpn);
    let stream = TcpStream::connect(server).await.unwrap();
    let name = ServerName::try_from("dns.example").unwrap();
    (TlsConnector::from(Arc::new(config)).connect(name, stream).await, witness)
}

async fn reply(stream: &mut TlsStream<TcpStream>) -> Vec<u8> {
    let mut bytes = vec![0; usize::from(stream.read_u16().await.unwrap())];
    stream.read_exact(&mut bytes).await.unwrap();
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_are_answered_as_they_are_ready() {
    let Fixture { ponor, server, .. } = start(StreamLimits::TLS).await;
    for alpn in [&[b"dot".as_slice()][..], &[]] {
        let mut stream = connect(server, alpn).await.0.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), alpn.first().copied());
        stream.write_all(&framed(&query(1, "held.example"))).await.unwrap();
        stream.write_all(&framed(&query(2, "www.example"))).await.unwrap();
        assert_eq!(read(&reply(&mut stream).await), (2, 1));
        ponor.script.let_go(1);
        assert_eq!(read(&reply(&mut stream).await), (1, 1));
    }
    assert!(connect(server, &[b"h2"]).await.0.is_err(), "another protocol is refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_to_padded_queries_are_padded() {
    let Fixture { ponor: _ponor, server, .. } = start(StreamLimits::TLS).await;
    let mut stream = connect(server, &[b"dot"]).await.0.unwrap();
    stream.write_all(&framed(&query_with_options(1, "www.example", b"\0\x0c\0\x04\0\0\0\0"))).await.unwrap();
    let padded = reply(&mut stream).await;
    assert_eq!((padded.len(), read(&padded)), (468, (1, 1)));
    stream.write_all(&framed(&query_with_options(2, "www.example", b""))).await.unwrap();
    assert!(reply(&mut stream).await.len() < 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_certificate_is_shown_without_a_restart() {
    let Fixture { ponor, server, tls, certificate, _folder } = start(StreamLimits::TLS).await;
    let (first, witness) = connect(server, &[b"dot"]).await;
    assert_eq!(witness.seen(), certificate);
    let renewed = renew(&tls);
    assert!(ponor.listeners.certificates().refresh().unwrap());
    assert_eq!(connect(server, &[b"dot"]).await.1.seen(), renewed);
    let mut first = first.unwrap();
    first.write_all(&framed(&query(7, "www.example"))).await.unwrap();
    assert_eq!(read(&reply(&mut first).await).0, 7, "connections that stand are not disturbed");

    fs::write(&tls.certificate, "garbage").unwrap();
    let error = ponor.listeners.prepare(&dns(&["127.0.0.1:0"]), Some(&tls)).await.err().unwrap().to_string();
    assert!(error.contains("cert.pem"), "{error}");
    assert_eq!(connect(server, &[b"dot"]).await.1.seen(), renewed);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_finish_the_handshake_is_cut() {
    let soon = Duration::from_millis(100);
    let Fixture { ponor, server, .. } = start(StreamLimits { message: soon, ..StreamLimits::TLS }).await;
    for opening in [&b""[..], b"\x16\x03\x01\x02\0\x01", b"GET / HTTP/1.1\r\n\r\n", &framed(&query(7, "www.example"))] {
        let mut stream = TcpStream::connect(server).await.unwrap();
        stream.write_all(opening).await.unwrap();
        let mut rest = Vec::new();
        let _ = timeout(EVER, stream.read_to_end(&mut rest)).await.expect("an end");
        assert!(Answer::read(&rest).is_err());
    }
    assert_eq!(ponor.front.figures().failed_handshakes, 4);
}
