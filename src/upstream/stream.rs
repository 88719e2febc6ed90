//! Connections that carry many queries at once: TCP (RFC 7766), and TLS on top of it (RFC 7858).
//!
//! Replies come in any order and are matched on id and question; what matches nothing is passed over, up to a limit.

use std::{
    collections::HashMap,
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::{StreamExt, stream::FuturesUnordered};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpStream,
    sync::{mpsc, oneshot},
    time::{sleep, timeout},
};

use crate::upstream::{
    asked::{Asked, Match},
    kept::Session,
    server::TryError,
    tasks::Tasks,
};

/// A connection that brought nothing for this long is closed; most servers close it earlier.
const IDLE: Duration = Duration::from_secs(30);
/// Queries that wait for replies on one connection.
const PIPELINED: usize = 512;
/// Messages in a row that match no query, after which a connection is closed.
const UNMATCHED: u32 = 64;
/// How long after one address of a server the next is tried beside it (RFC 8305, section 5).
const NEXT_ADDRESS: Duration = Duration::from_millis(250);

/// A TCP connection that sends at once.
pub(super) async fn tcp(address: SocketAddr) -> Result<TcpStream, TryError> {
    let stream = TcpStream::connect(address).await.map_err(TryError::Unreachable)?;
    stream.set_nodelay(true).map_err(TryError::Unreachable)?;
    Ok(stream)
}

/// Tries `addresses` one after the other, each joining the ones before after a moment, and takes the first that connects.
///
/// # Errors
/// The last one's, when none does.
pub(super) async fn first_to_connect<T, F>(
    addresses: &[SocketAddr],
    connect: impl Fn(SocketAddr) -> F,
) -> Result<T, TryError>
where
    F: Future<Output = Result<T, TryError>>,
{
    let mut tries = FuturesUnordered::new();
    let mut addresses = addresses.iter();
    let mut failure = TryError::Unreachable(io::ErrorKind::AddrNotAvailable.into());
    let mut more = true;
    loop {
        match addresses.next() {
            Some(&address) => tries.push(connect(address)),
            None => more = false,
        }
        tokio::select! {
            Some(connected) = tries.next() => match connected {
                Ok(stream) => return Ok(stream),
                Err(error) => failure = error,
            },
            () = sleep(NEXT_ADDRESS), if more => {}
            else => return Err(failure),
        }
    }
}

/// A connection as those who ask see it. It ends when the last of them has let go of it.
#[derive(Debug)]
pub(super) struct Connection {
    queries: mpsc::Sender<Waiting>,
    /// How many messages came.
    heard: Arc<AtomicU64>,
}

/// A query that waits for its reply.
#[derive(Debug)]
struct Waiting {
    asked: Asked,
    reply: oneshot::Sender<Vec<u8>>,
}

/// Queries that were sent, by id.
type Pending = Mutex<HashMap<u16, Waiting>>;

impl Connection {
    /// Speaks over `stream`, which a task drives from now on.
    pub(super) fn over(stream: impl AsyncRead + AsyncWrite + Send + 'static, tasks: &Tasks) -> Self {
        let (queries, waiting) = mpsc::channel(PIPELINED);
        let heard = Arc::new(AtomicU64::new(0));
        tasks.spawn(serve(stream, waiting, Arc::clone(&heard)));
        Self { queries, heard }
    }
}

impl Session for Connection {
    fn is_closed(&self) -> bool {
        self.queries.is_closed()
    }

    fn heard(&self) -> u64 {
        self.heard.load(Ordering::Relaxed)
    }

    async fn ask(&self, asked: Asked) -> Result<Vec<u8>, TryError> {
        let ended = || TryError::Unreachable(io::ErrorKind::ConnectionReset.into());
        let (sender, receiver) = oneshot::channel();
        self.queries.send(Waiting { asked, reply: sender }).await.map_err(|_| ended())?;
        receiver.await.map_err(|_| ended())
    }
}

/// Drives one connection until it is closed, idle, or not wanted any more.
async fn serve(
    stream: impl AsyncRead + AsyncWrite + Send,
    mut queries: mpsc::Receiver<Waiting>,
    heard: Arc<AtomicU64>,
) {
    let (reader, mut writer) = tokio::io::split(stream);
    let pending = Pending::default();
    let end = tokio::select! {
        end = read_replies(BufReader::new(reader), &pending, &heard) => end,
        end = write_queries(&mut writer, &mut queries, &pending) => end,
    };
    if let Err(error) = end {
        tracing::debug!(%error, "connection to upstream ended");
    }
    queries.close();
    // A polite end of a TLS session; the peer may be gone already, and then nothing is lost.
    let _ = timeout(NEXT_ADDRESS, writer.shutdown()).await;
}

async fn write_queries(
    writer: &mut (impl AsyncWrite + Unpin),
    queries: &mut mpsc::Receiver<Waiting>,
    pending: &Pending,
) -> io::Result<()> {
    while let Some(mut waiting) = queries.recv().await {
        let message = {
            let mut pending = pending.lock().unwrap_or_else(PoisonError::into_inner);
            if pending.len() >= PIPELINED {
                pending.retain(|_, waiting| !waiting.reply.is_closed());
            }
            if pending.len() >= PIPELINED {
                continue;
            }
            let free =
                (0..=u16::MAX).map(|step| waiting.asked.id().wrapping_add(step)).find(|id| !pending.contains_key(id));
            let Some(id) = free else { continue };
            waiting.asked.set_id(id);
            let mut message = Vec::with_capacity(2 + waiting.asked.bytes().len());
            message.extend(u16::try_from(waiting.asked.bytes().len()).unwrap_or_default().to_be_bytes());
            message.extend_from_slice(waiting.asked.bytes());
            pending.insert(id, waiting);
            message
        };
        writer.write_all(&message).await?;
        writer.flush().await?;
    }
    Ok(())
}

async fn read_replies(mut reader: impl AsyncRead + Unpin, pending: &Pending, heard: &AtomicU64) -> io::Result<()> {
    let mut unmatched = 0;
    while unmatched < UNMATCHED {
        let message = timeout(IDLE, read_message(&mut reader)).await??;
        heard.fetch_add(1, Ordering::Relaxed);
        let mut pending = pending.lock().unwrap_or_else(PoisonError::into_inner);
        let id = message.first_chunk::<2>().map(|octets| u16::from_be_bytes(*octets));
        // A stream cannot be forged blindly, so the case of the name does not matter here.
        let waiting = id.filter(|id| pending.get(id).is_some_and(|sent| sent.asked.matches(&message) != Match::No));
        match waiting.and_then(|id| pending.remove(&id)) {
            Some(waiting) => {
                unmatched = 0;
                // The asker may have its answer from another server by now.
                let _ = waiting.reply.send(message);
            }
            None => unmatched += 1,
        }
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, "too many messages that match no query"))
}

/// Reads one message behind its length (RFC 1035, section 4.2.2).
async fn read_message(reader: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let length = reader.read_u16().await?;
    let mut message = vec![0; usize::from(length)];
    reader.read_exact(&mut message).await?;
    Ok(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dns::{Class, Question, RecordType},
        upstream::{asked::Dress, randomness::Randomness},
    };

    fn asked(name: &str) -> Asked {
        let name = name.parse().unwrap();
        let question =
            Question { name, rtype: RecordType::A, class: Class::IN, dnssec_ok: false, checking_disabled: false };
        Asked::new(&question, Dress::Plain, &mut Randomness::default()).unwrap()
    }

    fn frame(message: &[u8]) -> Vec<u8> {
        [&u16::try_from(message.len()).unwrap().to_be_bytes(), message].concat()
    }

    /// One query on a connection whose server has written `sent` already; the reply, or `None` when it ended.
    async fn check(sent: &[Vec<u8>], asked: &Asked, expected: Option<&[u8]>) {
        let (ours, mut theirs) = tokio::io::duplex(1 << 20);
        let tasks = Tasks::on(tokio::runtime::Handle::current());
        let connection = Connection::over(ours, &tasks);
        let asking = connection.ask(asked.clone());
        let serving = async {
            let query = read_message(&mut theirs).await.unwrap();
            assert_eq!(query, asked.bytes());
            theirs.write_all(&sent.concat()).await.unwrap();
            theirs.shutdown().await.unwrap();
        };
        let (reply, ()) = tokio::join!(asking, serving);
        assert_eq!(reply.ok().as_deref(), expected);
    }

    #[tokio::test]
    async fn what_a_server_may_send() {
        let asked = asked("a.example");
        let mut reply = asked.bytes().to_vec();
        reply[2] |= 0x80;
        let garbage = |count: u32| vec![frame(b"garbage"); usize::try_from(count).unwrap()];
        check(&[frame(&reply)], &asked, Some(&reply)).await;
        check(&[frame(b""), frame(&vec![0; 65535]), frame(&reply)], &asked, Some(&reply)).await;
        check(&[garbage(UNMATCHED - 1), vec![frame(&reply)]].concat(), &asked, Some(&reply)).await;
        check(&[garbage(UNMATCHED), vec![frame(&reply)]].concat(), &asked, None).await;
        check(&[frame(&reply)[..20].to_vec()], &asked, None).await;
        check(&[], &asked, None).await;
    }

    #[tokio::test]
    async fn the_first_address_that_connects_is_taken() {
        let check = async |works: &[u8], expected: Option<u8>| {
            let addresses = [1, 2, 3].map(|last| SocketAddr::from(([127, 0, 0, last], 53)));
            let connect = async |address: SocketAddr| match address {
                SocketAddr::V4(v4) if works.contains(&v4.ip().octets()[3]) => Ok(v4.ip().octets()[3]),
                _ => Err(TryError::Silent),
            };
            assert_eq!(first_to_connect(&addresses, connect).await.ok(), expected);
        };
        check(&[1, 2, 3], Some(1)).await;
        check(&[3], Some(3)).await;
        check(&[], None).await;
    }
}
