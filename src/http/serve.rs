//! Connections: accepted within bounds, served, and given a moment to finish when ponor ends.

use std::{
    collections::HashMap,
    fs::{self, Permissions},
    future::Future,
    io,
    net::IpAddr,
    os::unix::fs::PermissionsExt,
    path::Path,
    sync::Arc,
    time::Duration,
};

use axum::Router;
use rustls::ServerConfig;
use socket2::{SockRef, TcpKeepalive};
use tokio::{
    net::{TcpListener, TcpStream, UnixListener},
    task::{Id, JoinSet},
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::{
    Connection,
    connection::{self, Protocol},
    doh,
};
use crate::{clients::has_room, resolver::AnswerBytes};

/// Bounds on the connections of one listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Limits {
    /// Connections at one time; further ones wait to be accepted.
    connections: usize,
    /// Connections from one address, of which a network gets half in all; further ones are closed at once.
    per_address: usize,
}

const PAGES: Limits = Limits { connections: 256, per_address: 64 };
const DOH: Limits = Limits { connections: 512, per_address: 32 };
/// What a client has for the TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// What connections have to finish when ponor ends.
const GRACE: Duration = Duration::from_secs(2);
/// How long a client may leave what was sent to it unacknowledged.
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);
/// How long to wait when accepting fails, mostly because too many files are open.
const RETRY: Duration = Duration::from_millis(200);

/// Serves [`router`](super::router) to other programs until `closing` is cancelled.
pub async fn serve_tcp(listener: TcpListener, router: Router, closing: CancellationToken) {
    let ended = closing.clone();
    accept(
        PAGES,
        closing,
        || accept_tcp(&listener),
        move |stream: TcpStream, connection| {
            connection::serve(stream, Protocol::Http1, router.clone(), connection, ended.clone())
        },
    )
    .await;
}

/// Serves [`router`](super::router) to the owner of the data directory until `closing` is cancelled.
pub async fn serve_socket(listener: UnixListener, router: Router, closing: CancellationToken) {
    let ended = closing.clone();
    let next = || async { Ok((listener.accept().await?.0, None)) };
    accept(PAGES, closing, next, move |stream, _| {
        connection::serve(stream, Protocol::Http1, router.clone(), None, ended.clone())
    })
    .await;
}

/// Serves DNS over HTTPS, and nothing else, until `closing` is cancelled. `tls` gives the configuration in force, so that
/// a renewed certificate counts from the next connection on; its ALPN decides between HTTP/2 and HTTP/1.1.
pub async fn serve_doh(
    listener: TcpListener,
    tls: Arc<dyn Fn() -> Arc<ServerConfig> + Send + Sync>,
    answers: Arc<dyn AnswerBytes>,
    closing: CancellationToken,
) {
    let router = doh::router(answers);
    let ended = closing.clone();
    accept(
        DOH,
        closing,
        || accept_tcp(&listener),
        move |stream: TcpStream, connection| {
            let (router, ended, acceptor) = (router.clone(), ended.clone(), TlsAcceptor::from(tls()));
            async move {
                let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await else { return };
                let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                let protocol = if is_http2 { Protocol::Http2 } else { Protocol::Http1 };
                connection::serve(stream, protocol, router, connection, ended).await;
            }
        },
    )
    .await;
}

/// Binds the socket through which the command line speaks to a running ponor. Only its owner can connect. A socket that a
/// former ponor left there gives way; whoever calls this holds the lock of the data directory.
///
/// # Errors
/// When it cannot be bound, closed to others, or moved to its place.
pub fn bind_socket(path: &Path) -> io::Result<UnixListener> {
    let fresh = path.with_extension("new");
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&fresh)?;
    fs::set_permissions(&fresh, Permissions::from_mode(0o600))?;
    fs::rename(&fresh, path)?;
    Ok(listener)
}

async fn accept_tcp(listener: &TcpListener) -> io::Result<(TcpStream, Option<Connection>)> {
    let (stream, remote) = listener.accept().await?;
    let local = stream.local_addr()?;
    let socket = SockRef::from(&stream);
    socket.set_tcp_nodelay(true)?;
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(UNACKNOWLEDGED))?;
    socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED))?;
    Ok((stream, Some(Connection { remote, local })))
}

async fn accept<S, A, F>(
    limits: Limits,
    closing: CancellationToken,
    mut next: impl FnMut() -> A,
    serve: impl Fn(S, Option<Connection>) -> F,
) where
    A: Future<Output = io::Result<(S, Option<Connection>)>>,
    F: Future<Output = ()> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    let mut open: HashMap<Id, Option<IpAddr>> = HashMap::new();
    loop {
        tokio::select! {
            () = closing.cancelled() => break,
            Some(ended) = tasks.join_next_with_id() => {
                open.remove(&ended.map_or_else(|error| error.id(), |(id, ())| id));
            }
            accepted = next(), if tasks.len() < limits.connections => match accepted {
                Ok((stream, connection)) => {
                    let address = connection.map(|connection| connection.remote.ip().to_canonical());
                    let others = || open.values().flatten().copied();
                    let Limits { connections, per_address } = limits;
                    if address.is_none_or(|address| has_room(address, others(), connections, per_address)) {
                        open.insert(tasks.spawn(serve(stream, connection)).id(), address);
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(RETRY).await;
                }
            },
        }
    }
    // Connections see the same token, and finish what they are at.
    let finished = async { while tasks.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(GRACE, finished).await;
}

#[cfg(test)]
mod tests {
    use std::{net::Ipv4Addr, pin::Pin};

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::UnixStream,
        time::timeout,
    };

    use super::*;
    use crate::{
        http::{
            Auth, Door,
            tests::fake::{Site, token_alone},
        },
        stats::Transport,
    };

    const PATIENCE: Duration = Duration::from_secs(5);

    async fn listener() -> TcpListener {
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap()
    }

    /// What comes back for `text` until the other side closes.
    async fn exchange(mut stream: impl AsyncReadExt + AsyncWriteExt + Unpin, text: &str) -> String {
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut reply = Vec::new();
        timeout(PATIENCE, stream.read_to_end(&mut reply)).await.unwrap().unwrap();
        String::from_utf8_lossy(&reply).into_owned()
    }

    #[tokio::test]
    async fn requests_know_their_connection_and_streams_end_with_ponor() {
        let site = Site::new(Auth::open(), &[]);
        let listener = listener().await;
        let address = listener.local_addr().unwrap();
        let server = serve_tcp(listener, site.router(Door::Tcp), site.closing.clone());
        let client = async {
            let asked = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
            let reply = exchange(TcpStream::connect(address).await.unwrap(), &asked).await;
            assert!(reply.starts_with("HTTP/1.1 200 OK\r\n") && reply.ends_with("ok\n"), "{reply}");
            let mut live = TcpStream::connect(address).await.unwrap();
            let asked = format!("GET /api/v1/queries/live HTTP/1.1\r\nHost: {address}\r\n\r\n");
            live.write_all(asked.as_bytes()).await.unwrap();
            let mut head = [0; 15];
            live.read_exact(&mut head).await.unwrap();
            assert_eq!(&head, b"HTTP/1.1 200 OK");
            site.closing.cancel();
            assert!(exchange(live, "").await.contains("text/event-stream"));
        };
        timeout(PATIENCE, async { tokio::join!(server, client) }).await.unwrap();
    }

    #[tokio::test]
    async fn one_address_cannot_take_all_connections() {
        let closing = CancellationToken::new();
        let listener = listener().await;
        let address = listener.local_addr().unwrap();
        let limits = Limits { connections: 8, per_address: 2 };
        let held = CancellationToken::new();
        let keep = |stream: TcpStream, _: Option<Connection>| {
            let held = held.clone();
            async move {
                held.cancelled().await;
                drop(stream);
            }
        };
        let server = accept(limits, closing.clone(), || accept_tcp(&listener), keep);
        let client = async {
            let mut first = TcpStream::connect(address).await.unwrap();
            let _second = TcpStream::connect(address).await.unwrap();
            let third = TcpStream::connect(address).await.unwrap();
            assert_eq!(exchange(third, "").await, "", "closed at once");
            held.cancel();
            assert_eq!(first.read(&mut [0; 1]).await.unwrap(), 0);
            closing.cancel();
        };
        timeout(PATIENCE, async { tokio::join!(server, client) }).await.unwrap();
    }

    #[tokio::test]
    async fn the_socket_is_for_its_owner_and_replaces_an_old_one() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("control.sock");
        drop(bind_socket(&path).unwrap());
        let listener = bind_socket(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let site = Site::new(token_alone(), &[]);
        let server = serve_socket(listener, site.router(Door::Socket), site.closing.clone());
        let client = async {
            let asked = "GET /api/v1/status HTTP/1.1\r\nHost: ponor\r\nConnection: close\r\n\r\n";
            let reply = exchange(UnixStream::connect(&path).await.unwrap(), asked).await;
            assert!(reply.starts_with("HTTP/1.1 200 OK\r\n"), "{reply}");
            site.closing.cancel();
        };
        timeout(PATIENCE, async { tokio::join!(server, client) }).await.unwrap();
    }

    /// Sends a query back as it came.
    struct Echo;

    impl AnswerBytes for Echo {
        fn answer_bytes<'a>(
            &'a self,
            bytes: &'a [u8],
            client: IpAddr,
            _: Transport,
        ) -> Pin<Box<dyn Future<Output = Option<Vec<u8>>> + Send + 'a>> {
            assert!(client.is_loopback());
            Box::pin(async { Some(bytes.to_vec()) })
        }
    }

    #[tokio::test]
    async fn dns_over_https_speaks_both_versions_of_http_over_tls() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = rustls_pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder().with_no_client_auth();
        let mut config = config.with_single_cert(vec![made.cert.der().clone()], key).unwrap();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let config = Arc::new(config);
        let closing = CancellationToken::new();
        let listener = listener().await;
        let address = listener.local_addr().unwrap();
        let server = serve_doh(listener, Arc::new(move || Arc::clone(&config)), Arc::new(Echo), closing.clone());
        let client = async {
            let root = reqwest::Certificate::from_der(made.cert.der()).unwrap();
            let base =
                || reqwest::Client::builder().tls_certs_only([root.clone()]).resolve("localhost", address).no_proxy();
            for (client, version) in [(base(), "HTTP/2.0"), (base().http1_only(), "HTTP/1.1")] {
                let url = format!("https://localhost:{}/dns-query", address.port());
                let request = client.build().unwrap().post(url).header("content-type", "application/dns-message");
                let response = request.body(&b"any bytes"[..]).send().await.unwrap();
                assert_eq!((format!("{:?}", response.version()).as_str(), response.status().as_u16()), (version, 200));
                assert_eq!(response.headers()["cache-control"], "max-age=0");
                assert_eq!(response.bytes().await.unwrap(), &b"any bytes"[..]);
            }
            closing.cancel();
        };
        timeout(PATIENCE, async { tokio::join!(server, client) }).await.unwrap();
    }
}
