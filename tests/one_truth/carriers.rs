//! Clients of every transport that send any bytes as they are.

use std::{
    io,
    net::{IpAddr, SocketAddr, UdpSocket},
    sync::Arc,
    time::Duration,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::{Buf, Bytes};
use h3::client::SendRequest;
use h3_quinn::OpenStreams;
use http::{Method, Request, Version};
use quinn::{Endpoint, ReadToEndError, VarInt, crypto::rustls::QuicClientConfig};
use rustls_pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpSocket,
    task::JoinSet,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use crate::{
    queries::deserves_a_reply,
    server_support::{
        framed,
        tls::{Witness, client_config},
    },
};

const NAME: &str = "dns.example";
const MESSAGE: &str = "application/dns-message";
const EVER: Duration = Duration::from_secs(20);
/// The id of a question whose reply shows that what was sent before it gets none.
const MARK: [u8; 2] = [0xBE, 0xEF];
/// The error code of a stream whose query is against the protocol (RFC 9250, section 4.3).
const DOQ_PROTOCOL_ERROR: VarInt = VarInt::from_u32(2);

/// A way to ask. The first is what the others are compared with: it has no limit and no padding.
pub(crate) const CARRIERS: [Carrier; 8] = [
    Carrier::Tcp,
    Carrier::Udp,
    Carrier::Dot,
    Carrier::DohPost,
    Carrier::DohGet,
    Carrier::Doq,
    Carrier::Doh3Post,
    Carrier::Doh3Get,
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    Udp,
    Tcp,
    Dot,
    /// Over HTTP/2.
    DohPost,
    /// Over HTTP/1.1.
    DohGet,
    Doq,
    Doh3Post,
    Doh3Get,
}

impl Carrier {
    pub(crate) fn is_encrypted(self) -> bool {
        !matches!(self, Self::Udp | Self::Tcp)
    }
}

/// Where a server listens.
#[derive(Clone, Copy)]
pub(crate) struct Places {
    pub(crate) udp: SocketAddr,
    pub(crate) tcp: SocketAddr,
    pub(crate) dot: SocketAddr,
    pub(crate) doh: SocketAddr,
    pub(crate) doh3: SocketAddr,
    pub(crate) doq: SocketAddr,
}

/// The clients of one device.
pub(crate) struct Clients {
    device: IpAddr,
    places: Places,
    udp: UdpSocket,
    http1: reqwest::Client,
    http2: reqwest::Client,
    doq: Option<quinn::Connection>,
    http3: Option<Http3>,
}

struct Http3 {
    connection: quinn::Connection,
    requests: SendRequest<OpenStreams, Bytes>,
    _driver: JoinSet<()>,
}

impl Clients {
    pub(crate) fn new(device: IpAddr, places: Places) -> Self {
        let udp = UdpSocket::bind((device, 0)).unwrap();
        udp.connect(places.udp).unwrap();
        udp.set_read_timeout(Some(EVER)).unwrap();
        let http = |protocol: &[u8]| {
            let builder = reqwest::Client::builder().tls_backend_preconfigured(tls(protocol)).resolve(NAME, places.doh);
            builder.local_address(device).no_proxy().timeout(EVER).build().unwrap()
        };
        Self { device, places, udp, http1: http(b"http/1.1"), http2: http(b"h2"), doq: None, http3: None }
    }

    /// The reply to `message`, or `None` when the transport says or shows that there is none.
    pub(crate) async fn ask(&mut self, carrier: Carrier, message: &[u8]) -> Option<Vec<u8>> {
        timeout(2 * EVER, async {
            match carrier {
                Carrier::Udp => self.by_datagram(message),
                Carrier::Tcp => by_stream(self.connect(self.places.tcp).await, message).await,
                Carrier::Dot => {
                    let stream = self.connect(self.places.dot).await;
                    let connector = TlsConnector::from(Arc::new(tls(b"dot")));
                    let stream = connector.connect(ServerName::try_from(NAME).unwrap(), stream).await.unwrap();
                    by_stream(stream, message).await
                }
                Carrier::DohPost => self.by_http(Method::POST, message).await,
                Carrier::DohGet => self.by_http(Method::GET, message).await,
                Carrier::Doq => self.by_quic(message).await,
                Carrier::Doh3Post => self.by_http3(Method::POST, message).await,
                Carrier::Doh3Get => self.by_http3(Method::GET, message).await,
            }
        })
        .await
        .expect("an end")
    }

    fn by_datagram(&self, message: &[u8]) -> Option<Vec<u8>> {
        self.udp.send(message).unwrap();
        let marked = !deserves_a_reply(message);
        if marked {
            let mark = [&MARK, b"\x01\0\0\x01\0\0\0\0\0\0\x09localhost\0\0\x01\0\x01".as_slice()].concat();
            self.udp.send(&mark).unwrap();
        }
        let mut reply = vec![0; 65535];
        let length = self.udp.recv(&mut reply).unwrap();
        reply.truncate(length);
        (!marked || !reply.starts_with(&MARK)).then_some(reply)
    }

    async fn connect(&self, server: SocketAddr) -> tokio::net::TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((self.device, 0).into()).unwrap();
        socket.connect(server).await.unwrap()
    }

    async fn by_http(&self, method: Method, message: &[u8]) -> Option<Vec<u8>> {
        let url = format!("https://{NAME}:{}", self.places.doh.port());
        let request = match method {
            Method::GET => self.http1.get(url + &path(message)),
            _ => self.http2.post(url + "/dns-query").header("content-type", MESSAGE).body(message.to_vec()),
        };
        let response = request.send().await.unwrap();
        let expected = if method == Method::GET { Version::HTTP_11 } else { Version::HTTP_2 };
        assert_eq!(response.version(), expected);
        let status = response.status().as_u16();
        answered(status).then_some(response.bytes().await.unwrap().to_vec())
    }

    async fn by_quic(&mut self, message: &[u8]) -> Option<Vec<u8>> {
        let connection = match &self.doq {
            Some(connection) if connection.close_reason().is_none() => connection.clone(),
            _ => self.doq.insert(quic(self.device, self.places.doq, b"doq").await).clone(),
        };
        let (mut up, mut down) = connection.open_bi().await.unwrap();
        up.write_all(&framed(message)).await.unwrap();
        up.finish().unwrap();
        match down.read_to_end(70_000).await {
            Ok(framed) => {
                let (length, reply) = framed.split_first_chunk::<2>().unwrap();
                assert_eq!(usize::from(u16::from_be_bytes(*length)), reply.len());
                Some(reply.to_vec())
            }
            Err(ReadToEndError::Read(quinn::ReadError::Reset(code))) if code == DOQ_PROTOCOL_ERROR => None,
            Err(error) => panic!("{error}"),
        }
    }

    async fn by_http3(&mut self, method: Method, message: &[u8]) -> Option<Vec<u8>> {
        if self.http3.as_ref().is_none_or(|http3| http3.connection.close_reason().is_some()) {
            self.http3 = Some(Http3::connect(self.device, self.places.doh3).await);
        }
        let requests = &mut self.http3.as_mut().unwrap().requests;
        let is_get = method == Method::GET;
        let path = if is_get { path(message) } else { "/dns-query".to_owned() };
        let request = Request::builder().method(method).uri(format!("https://{NAME}{path}"));
        let request = request.header("content-type", MESSAGE).body(()).unwrap();
        let mut stream = requests.send_request(request).await.unwrap();
        if !is_get {
            stream.send_data(message.to_vec().into()).await.unwrap();
        }
        stream.finish().await.unwrap();
        let status = stream.recv_response().await.unwrap().status().as_u16();
        let mut reply = Vec::new();
        while let Some(mut part) = stream.recv_data().await.unwrap() {
            reply.extend_from_slice(&part.copy_to_bytes(part.remaining()));
        }
        answered(status).then_some(reply)
    }
}

impl Http3 {
    async fn connect(device: IpAddr, server: SocketAddr) -> Self {
        let connection = quic(device, server, b"h3").await;
        let (mut driver, requests) = h3::client::new(h3_quinn::Connection::new(connection.clone())).await.unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            driver.wait_idle().await;
        });
        Self { connection, requests, _driver: tasks }
    }
}

/// Asks on a fresh connection that is closed instead of a reply where there is none.
async fn by_stream(mut stream: impl AsyncRead + AsyncWrite + Unpin, message: &[u8]) -> Option<Vec<u8>> {
    stream.write_all(&framed(message)).await.unwrap();
    let length = match stream.read_u16().await {
        Err(error) if matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) => {
            return None;
        }
        length => length.unwrap(),
    };
    let mut reply = vec![0; usize::from(length)];
    stream.read_exact(&mut reply).await.unwrap();
    Some(reply)
}

async fn quic(device: IpAddr, server: SocketAddr, protocol: &[u8]) -> quinn::Connection {
    let config = QuicClientConfig::try_from(tls(protocol)).unwrap();
    let mut endpoint = Endpoint::client((device, 0).into()).unwrap();
    endpoint.set_default_client_config(quinn::ClientConfig::new(Arc::new(config)));
    endpoint.connect(server, NAME).unwrap().await.unwrap()
}

fn tls(protocol: &[u8]) -> rustls::ClientConfig {
    client_config(&Arc::<Witness>::default(), &[protocol])
}

/// Where a query by GET is asked.
fn path(message: &[u8]) -> String {
    format!("/dns-query?dns={}", URL_SAFE_NO_PAD.encode(message))
}

/// Whether a response has a reply in it, or says that the query deserves none.
fn answered(status: u16) -> bool {
    assert!(matches!(status, 200 | 400), "status {status}");
    status == 200
}
