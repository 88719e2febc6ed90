//! What the tests of the listeners share: a scripted upstream, a ponor around it, and messages by hand.
#![allow(dead_code, unreachable_pub, reason = "each test program uses its part")]
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

pub mod tls;

use std::{
    future::Future,
    net::{IpAddr, SocketAddr, UdpSocket},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use ponor::{
    app::clock,
    cache::{self, Cache},
    config::{self, AllowedClients, Dns, Listen, Overrides, Tls},
    dns::{Answer, Name, Question, RecordType},
    journal::Recorder,
    local::Ddr,
    policy::{Ingredients, Policy, PolicyHandle},
    resolver::{Backing, Resolver},
    rules::TableBuilder,
    server::{Front, Limits, Listeners},
    stats::Transport,
    upstream::{Exchange, ExchangeError},
};
use tokio::{runtime::Handle, sync::Semaphore};

/// Answers every question with 192.0.2.1; `held.` names wait until they are let go, `big.` names have 200 addresses and
/// `wide.` names 60, `dead.` names fail, `fatal.` names bring down whoever asks.
pub struct Script {
    held: Semaphore,
}

impl Script {
    /// Lets `count` of the held questions go.
    pub fn let_go(&self, count: usize) {
        self.held.add_permits(count);
    }
}

impl Exchange for Script {
    fn exchange<'a>(
        &'a self,
        question: &'a Question,
    ) -> Pin<Box<dyn Future<Output = Result<Arc<Answer>, ExchangeError>> + Send + 'a>> {
        Box::pin(async move {
            let name = question.name.to_string();
            if name.starts_with("held.") {
                self.held.acquire().await.unwrap().forget();
            }
            assert!(!name.starts_with("fatal."), "{name} is asked for, as it should be");
            if name.starts_with("dead.") {
                return Err(ExchangeError::Timeout);
            }
            let count = match name.split_once('.') {
                Some(("big", _)) => 200,
                Some(("wide", _)) => 60,
                _ => 1,
            };
            Ok(Arc::new(Answer::read(&answer(question, count)).unwrap()))
        })
    }
}

/// A running ponor.
pub struct Ponor {
    pub listeners: Listeners,
    pub front: Arc<Front>,
    pub script: Arc<Script>,
}

impl Ponor {
    pub async fn start(listen: &[&str]) -> Self {
        Self::start_with(&dns(listen), None, Limits::default()).await
    }

    pub async fn start_with(dns: &Dns, tls: Option<&Tls>, limits: Limits) -> Self {
        let script = Arc::new(Script { held: Semaphore::new(0) });
        let front = front(&script);
        let listeners = Listeners::start_within(limits, Arc::clone(&front), dns, tls).await.unwrap();
        Self { listeners, front, script }
    }

    /// Where it listens over `transport`; the first, if there are several.
    pub async fn address(&self, transport: Transport) -> SocketAddr {
        let endpoints = self.listeners.endpoints().await;
        endpoints.iter().find(|endpoint| endpoint.transport == transport).unwrap().address
    }
}

pub fn front(script: &Arc<Script>) -> Arc<Front> {
    let config = config::load(None, [], &Overrides::default(), &["vendors"]).unwrap().config;
    let table = Arc::new(TableBuilder::new().build());
    let ingredients =
        Ingredients { config: &config, table, lists: Vec::new(), local: Arc::default(), ddr: Ddr::none() };
    let limits = cache::Limits { size: 0, min_ttl: 0, max_ttl: 0, max_negative_ttl: 0, stale: 0 };
    let backing = Backing { cache: Cache::new(limits), upstreams: Arc::<Script>::clone(script) };
    let policy = PolicyHandle::new(Policy::new(ingredients));
    let resolver = Resolver::new(policy, backing, clock::system(), Handle::current());
    Arc::new(Front::new(Arc::new(resolver), Recorder::new(64), clock::system()))
}

pub fn script() -> Arc<Script> {
    Arc::new(Script { held: Semaphore::new(0) })
}

pub fn dns(listen: &[&str]) -> Dns {
    Dns {
        listen: Listen::Addresses(listen.iter().map(|address| address.parse().unwrap()).collect()),
        port: 53,
        threads: 2,
        allowed_clients: AllowedClients::Private,
        rate_limit: 0,
    }
}

/// A query for the addresses of `name`.
pub fn query(id: u16, name: &str) -> Vec<u8> {
    let mut bytes = id.to_be_bytes().to_vec();
    bytes.extend([1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    bytes.extend_from_slice(name.parse::<Name>().unwrap().wire());
    bytes.extend([0, 1, 0, 1]);
    bytes
}

/// The same with an OPT record that holds these options.
pub fn query_with_options(id: u16, name: &str, options: &[u8]) -> Vec<u8> {
    let mut bytes = query(id, name);
    bytes[11] = 1;
    bytes.extend([0, 0, 41, 4, 208, 0, 0, 0, 0]);
    bytes.extend(u16::try_from(options.len()).unwrap().to_be_bytes());
    bytes.extend(options);
    bytes
}

/// A reply, read; its id and its number of records.
pub fn read(bytes: &[u8]) -> (u16, usize) {
    let reply = Answer::read(bytes).unwrap();
    (reply.id(), reply.records().count())
}

/// A message as TCP carries it.
pub fn framed(message: &[u8]) -> Vec<u8> {
    [&u16::try_from(message.len()).unwrap().to_be_bytes(), message].concat()
}

/// A client's UDP socket on `from`.
pub fn client(from: &str) -> UdpSocket {
    let socket = UdpSocket::bind((from.parse::<IpAddr>().unwrap(), 0)).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    socket
}

/// Asks over UDP; the reply and whom it came from.
pub fn ask(client: &UdpSocket, server: SocketAddr, message: &[u8]) -> (Vec<u8>, SocketAddr) {
    client.send_to(message, server).unwrap();
    let mut buffer = vec![0; 65535];
    let (length, from) = client.recv_from(&mut buffer).unwrap();
    buffer.truncate(length);
    (buffer, from)
}

fn answer(question: &Question, count: u8) -> Vec<u8> {
    let mut bytes = vec![0, 0, 0x81, 0x80, 0, 1, 0, count, 0, 0, 0, 0];
    bytes.extend_from_slice(question.name.wire());
    bytes.extend(question.rtype.0.to_be_bytes());
    bytes.extend([0, 1]);
    for last in 1..=count {
        bytes.extend([0xC0, 12]);
        bytes.extend(RecordType::A.0.to_be_bytes());
        bytes.extend([0, 1, 0, 0, 1, 44, 0, 4, 192, 0, 2, last]);
    }
    bytes
}
