//! An upstream that does what its script says, over UDP and TCP on one loopback port: it answers, delays, drops, truncates
//! and lies, and remembers what it was asked.
//!
//! ```ignore
//! let upstream = ScriptedUpstream::start(|asked| match asked.over {
//!     Over::Udp => vec![Step::Send(Reply::Truncated)],
//!     Over::Tcp => vec![Step::Send(Reply::True)],
//! }).await;
//! ```

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use ponor::dns::{Packet, Query, RecordType};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UdpSocket},
    sync::mpsc,
    task::JoinSet,
    time::sleep,
};

/// The address in the true answer to every A question.
pub const TRUE_ADDRESS: [u8; 4] = [192, 0, 2, 53];
/// The TTL of every true answer.
pub const TRUE_TTL: u32 = 300;

/// What came in.
#[derive(Clone, Debug)]
pub struct Asked {
    /// How.
    pub over: Over,
    /// Who sent it.
    pub from: SocketAddr,
    /// How many queries came before it, over this way.
    pub number: usize,
    /// The query, its name in the case it came in.
    pub query: Query,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The way a query came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// In a datagram.
    Udp,
    /// On a connection.
    Tcp,
}

/// One thing to do about a query; a script is a list of them. An empty list is silence.
#[derive(Clone, Debug)]
pub enum Step {
    /// Let time pass; other queries are served meanwhile.
    Wait(Duration),
    /// Send a reply.
    Send(Reply),
    /// Send a reply over TCP octet by octet with this pause.
    SendSlowly(Reply, Duration),
    /// Close the connection.
    Close,
}

/// A reply, true or not.
#[derive(Clone, Debug)]
pub enum Reply {
    /// The answer.
    True,
    /// The answer with these octets as its whole additional section, counted as one record.
    TrueWith(Vec<u8>),
    /// No records, TC set.
    Truncated,
    /// No records, this code, an extended error (RFC 8914) "no reason" of code 0.
    Code(u8),
    /// The same with an extended error of this code.
    CodeBecause(u8, u8),
    /// An answer to a query with another id.
    OtherId,
    /// An answer to a question for another name.
    OtherName,
    /// An answer to a question of another type.
    OtherType,
    /// The answer with the case of every letter turned round.
    OtherCase,
    /// The answer from another port.
    OtherPort,
    /// The query itself.
    Echo,
    /// These bytes.
    Bytes(Vec<u8>),
}

/// A running scripted upstream; it stops when this is dropped.
pub struct ScriptedUpstream {
    /// Where it listens, over UDP and TCP.
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    connections: Arc<AtomicUsize>,
    _tasks: JoinSet<()>,
}

type Script = Arc<dyn Fn(&Asked) -> Vec<Step> + Send + Sync>;

#[derive(Clone)]
struct Scripted {
    script: Script,
    asked: Arc<Mutex<Vec<Asked>>>,
    connections: Arc<AtomicUsize>,
}

impl ScriptedUpstream {
    /// Starts on a free port of 127.0.0.1.
    pub async fn start(script: impl Fn(&Asked) -> Vec<Step> + Send + Sync + 'static) -> Self {
        let (tcp, udp) = loop {
            let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
            if let Ok(udp) = UdpSocket::bind(tcp.local_addr().unwrap()).await {
                break (tcp, udp);
            }
        };
        let address = tcp.local_addr().unwrap();
        let scripted = Scripted { script: Arc::new(script), asked: Arc::default(), connections: Arc::default() };
        let (asked, connections) = (Arc::clone(&scripted.asked), Arc::clone(&scripted.connections));
        let mut tasks = JoinSet::new();
        tasks.spawn(scripted.clone().serve_datagrams(udp));
        tasks.spawn(scripted.serve_connections(tcp));
        Self { address, asked, connections, _tasks: tasks }
    }

    /// Starts one that always tells the truth.
    pub async fn honest() -> Self {
        Self::start(|_| vec![Step::Send(Reply::True)]).await
    }

    /// What it was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// How often it was asked over UDP and over TCP.
    pub fn counts(&self) -> (usize, usize) {
        let asked = self.asked();
        let count = |over| asked.iter().filter(|asked| asked.over == over).count();
        (count(Over::Udp), count(Over::Tcp))
    }

    /// How many connections were made to it.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Scripted {
    async fn serve_datagrams(self, socket: UdpSocket) {
        let socket = Arc::new(socket);
        let mut tasks = JoinSet::new();
        let mut buffer = vec![0; 65535];
        loop {
            let Ok((length, from)) = socket.recv_from(&mut buffer).await else { continue };
            let Some((asked, steps)) = self.hear(Over::Udp, from, &buffer[..length]) else { continue };
            tasks.spawn(play_datagrams(Arc::clone(&socket), asked, steps));
        }
    }

    async fn serve_connections(self, listener: TcpListener) {
        let mut tasks = JoinSet::new();
        while let Ok((stream, from)) = listener.accept().await {
            self.connections.fetch_add(1, Ordering::SeqCst);
            tasks.spawn(self.clone().serve_connection(stream, from));
        }
    }

    async fn serve_connection(self, stream: TcpStream, from: SocketAddr) {
        let _ = stream.set_nodelay(true);
        let (mut reader, mut writer) = stream.into_split();
        let (sender, mut frames) = mpsc::unbounded_channel::<Option<(Vec<u8>, Duration)>>();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            while let Some(Some((frame, pause))) = frames.recv().await {
                for octets in frame.chunks(if pause.is_zero() { frame.len() } else { 1 }) {
                    sleep(pause).await;
                    if writer.write_all(octets).await.is_err() {
                        return;
                    }
                }
            }
        });
        let read = async {
            while let Ok(length) = reader.read_u16().await {
                let mut message = vec![0; usize::from(length)];
                if reader.read_exact(&mut message).await.is_err() {
                    return;
                }
                let Some((asked, steps)) = self.hear(Over::Tcp, from, &message) else { continue };
                tasks.spawn(play_frames(sender.clone(), asked, steps));
            }
        };
        // Closing ends the writer's channel, whose sender sees it here.
        tokio::select! {
            () = read => {}
            () = sender.closed() => {}
        }
    }

    /// Notes a query and asks the script about it.
    fn hear(&self, over: Over, from: SocketAddr, bytes: &[u8]) -> Option<(Asked, Vec<Step>)> {
        let Packet::Query(query) = Packet::parse(bytes) else { return None };
        let mut all = self.asked.lock().unwrap();
        let number = all.iter().filter(|asked| asked.over == over).count();
        let asked = Asked { over, from, number, query, bytes: bytes.to_vec() };
        all.push(asked.clone());
        drop(all);
        let steps = (self.script)(&asked);
        Some((asked, steps))
    }
}

async fn play_datagrams(socket: Arc<UdpSocket>, asked: Asked, steps: Vec<Step>) {
    for step in steps {
        match step {
            Step::Wait(pause) => sleep(pause).await,
            Step::Send(Reply::OtherPort) | Step::SendSlowly(Reply::OtherPort, _) => {
                let elsewhere = UdpSocket::bind("127.0.0.1:0").await.unwrap();
                let _ = elsewhere.send_to(&Reply::OtherId.bytes(&asked), asked.from).await;
                let _ = elsewhere.send_to(&Reply::True.bytes(&asked), asked.from).await;
            }
            Step::Send(reply) | Step::SendSlowly(reply, _) => {
                let _ = socket.send_to(&reply.bytes(&asked), asked.from).await;
            }
            Step::Close => return,
        }
    }
}

async fn play_frames(frames: mpsc::UnboundedSender<Option<(Vec<u8>, Duration)>>, asked: Asked, steps: Vec<Step>) {
    for step in steps {
        let (reply, pause) = match step {
            Step::Wait(pause) => {
                sleep(pause).await;
                continue;
            }
            Step::Send(reply) => (reply, Duration::ZERO),
            Step::SendSlowly(reply, pause) => (reply, pause),
            Step::Close => {
                let _ = frames.send(None);
                return;
            }
        };
        let message = reply.bytes(&asked);
        let length = u16::try_from(message.len()).unwrap().to_be_bytes();
        let _ = frames.send(Some(([&length, message.as_slice()].concat(), pause)));
    }
}

impl Reply {
    /// The bytes of this reply to `asked`.
    pub fn bytes(&self, asked: &Asked) -> Vec<u8> {
        let query = &asked.query;
        let question_end = 12 + query.name.wire().len() + 4;
        let mut message = asked.bytes[..question_end].to_vec();
        message[2] |= 0x80;
        message[3] |= 0x80;
        message[4..12].copy_from_slice(&[0, 1, 0, 0, 0, 0, 0, 0]);
        match self {
            Self::Echo => return asked.bytes.clone(),
            Self::Bytes(bytes) => return bytes.clone(),
            Self::Truncated => message[2] |= 2,
            Self::Code(code) => push_error(&mut message, *code, 0),
            Self::CodeBecause(code, reason) => push_error(&mut message, *code, *reason),
            _ => push_true_record(&mut message, query.rtype),
        }
        match self {
            Self::OtherId => message[0] ^= 0x55,
            Self::OtherName => message[13] = if message[13] == b'z' { b'y' } else { b'z' },
            Self::OtherType => message[question_end - 3] ^= 1,
            Self::OtherCase => {
                let letters = message[12..question_end - 4].iter_mut().filter(|octet| octet.is_ascii_alphabetic());
                letters.for_each(|octet| *octet ^= 0x20);
            }
            Self::TrueWith(additional) => {
                message[11] = 1;
                message.extend(additional);
            }
            _ => {}
        }
        message
    }
}

/// A response code, and an OPT record with an extended error.
fn push_error(message: &mut Vec<u8>, code: u8, reason: u8) {
    message[3] |= code;
    message[11] = 1;
    message.extend(b"\0\0\x29\x04\xd0\0\0\0\0\0\x0f\0\x0f\0\x0b\0");
    message.push(reason);
    message.extend(b"no reason");
}

/// The record that answers a question: [`TRUE_ADDRESS`] for A, an address for AAAA, text for anything else.
fn push_true_record(message: &mut Vec<u8>, rtype: RecordType) {
    let data: Vec<u8> = match rtype {
        RecordType::A => TRUE_ADDRESS.to_vec(),
        RecordType::AAAA => std::net::Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 53).octets().to_vec(),
        _ => b"\x04true".to_vec(),
    };
    message[7] = 1;
    message.extend([0xC0, 12]);
    message.extend(rtype.0.to_be_bytes());
    message.extend([0, 1]);
    message.extend(TRUE_TTL.to_be_bytes());
    message.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
    message.extend(data);
}
