//! One server: what is known of it, and one try of one question.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use crate::{
    config::{self, Protocol, ServerHost},
    dns::{Answer, NotAnAnswer, Question, Rcode},
    time::Moment,
    upstream::{
        Bootstrap, BootstrapError, ServerHealth,
        asked::{Asked, Dress, is_truncated},
        health::{Health, ServerState},
        kept::Kept,
        pending::Heard,
        pool::{Pools, Tries},
        randomness::Randomness,
        stream::{Connection, first_to_connect, tcp},
        tasks::Tasks,
        tls,
        web::WebSession,
    },
};
use rustls::ClientConfig;

/// Replies in another case in a row, after which a server gets no random case any more.
const CASE_CHANGES: u32 = 3;
/// Queries in a row that were understood only without EDNS, after which a server is asked without it at once.
const EDNS_REFUSALS: u32 = 3;
/// Each so many queries after that, it is asked with EDNS again: it may be another program by now, and what it refused may have
/// been something else.
const EDNS_AGAIN: u32 = 256;
/// Streams need several round trips for their first query; a second try beside it before that helps nobody.
const STREAM_FLOOR: Duration = Duration::from_secs(1);

/// One server that is asked.
#[derive(Debug)]
pub(super) struct Server {
    place: config::Server,
    health: Mutex<Health>,
    case_changes: AtomicU32,
    /// Queries in a row that it understood without EDNS, and not with it as far as that was tried.
    edns_refusals: AtomicU32,
    pools: Pools,
    /// For streams; pools have their own.
    randomness: Mutex<Randomness>,
    stream: Kept<Connection>,
    web: Kept<WebSession>,
    reach: Reach,
}

/// What a server needs of its surroundings.
#[derive(Clone, Debug)]
pub(super) struct Reach {
    /// Finds addresses of servers that have names; absent for the servers that it asks itself.
    pub(super) bootstrap: Option<Arc<Bootstrap>>,
    /// Judges certificates.
    pub(super) tls: Arc<ClientConfig>,
    /// Owns the connections and sockets.
    pub(super) tasks: Tasks,
}

/// Why one try brought no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum TryError {
    /// Nothing came in time.
    #[error("no answer in time")]
    Silent,
    /// The network or the server's host refuses.
    #[error("cannot be reached: {}", tls::certificate_in_words(&.0.to_string()))]
    Unreachable(#[source] io::Error),
    /// What came is not an answer.
    #[error("not an answer: {0}")]
    Invalid(String),
    /// The server's name has no address.
    #[error(transparent)]
    NoAddress(#[from] BootstrapError),
    /// The system gives no randomness, without which nothing may be asked.
    #[error("the system gives no random numbers")]
    NoRandomness,
}

impl From<NotAnAnswer> for TryError {
    fn from(error: NotAnAnswer) -> Self {
        Self::Invalid(error.to_string())
    }
}

impl Server {
    /// A server that was never asked.
    pub(super) fn new(place: config::Server, reach: Reach) -> Self {
        Self {
            place,
            health: Mutex::default(),
            case_changes: AtomicU32::new(0),
            edns_refusals: AtomicU32::new(0),
            pools: Pools::default(),
            randomness: Mutex::default(),
            stream: Kept::default(),
            web: Kept::default(),
            reach,
        }
    }

    /// What is known of it.
    pub(super) fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes an answer after `round_trip`; the first after many failures is logged.
    pub(super) fn answered(&self, round_trip: Duration) {
        let mut health = self.health();
        let was_down = health.state() == ServerState::Down;
        health.answered(round_trip);
        drop(health);
        if was_down {
            tracing::info!(server = describe(&self.place), "a server answers again");
        }
    }

    /// Notes a failure; when it is one too many, it is logged, once.
    pub(super) fn failed(&self, now: Moment, error: &str) {
        let mut health = self.health();
        let was_down = health.state() == ServerState::Down;
        health.failed(now, error.to_owned());
        let is_down = health.state() == ServerState::Down;
        drop(health);
        if is_down && !was_down {
            tracing::warn!(server = describe(&self.place), error, "a server that is asked does not answer");
        }
    }

    /// What is known of it, for people.
    pub(super) fn report(&self) -> ServerHealth {
        let is_bootstrap = self.reach.bootstrap.is_none();
        self.health().report(describe(&self.place), protocol_name(self.place.protocol), is_bootstrap)
    }

    /// How long to wait for a try before another joins it.
    pub(super) fn try_limit(&self) -> Duration {
        let floor = if self.place.protocol == Protocol::Udp { Duration::ZERO } else { STREAM_FLOOR };
        self.health().try_limit(floor)
    }

    /// Asks once, as long as it takes. What comes of it is not yet noted in the health.
    ///
    /// # Errors
    /// When there is no answer, by the reason.
    pub(super) async fn ask(self: &Arc<Self>, question: &Question, tries: &Tries) -> Result<Arc<Answer>, TryError> {
        self.health().asked();
        let is_plain = matches!(self.place.protocol, Protocol::Udp | Protocol::Tcp);
        let refusals = self.edns_refusals.load(Ordering::Relaxed);
        let is_known = refusals >= EDNS_REFUSALS;
        if is_known {
            // Before it is asked, so that what becomes of this query decides nothing about the next one.
            self.edns_refusals.fetch_add(1, Ordering::Relaxed);
        }
        let with_edns = !is_known || refusals.is_multiple_of(EDNS_AGAIN);
        let answer = self.ask_once(question, tries, with_edns).await?;
        if !is_plain || !with_edns {
            return Ok(answer);
        }
        if !is_of_no_edns(&answer) {
            if refusals > 0 {
                self.edns_refusals.store(0, Ordering::Relaxed);
            }
            return Ok(answer);
        }
        // Seldom, so that others shall not pay for it.
        let again = Box::pin(self.ask_once(question, tries, false)).await?;
        if !is_known && !is_of_no_edns(&again) {
            self.edns_refusals.fetch_add(1, Ordering::Relaxed);
        }
        Ok(again)
    }

    async fn ask_once(
        self: &Arc<Self>,
        question: &Question,
        tries: &Tries,
        with_edns: bool,
    ) -> Result<Arc<Answer>, TryError> {
        if self.place.protocol == Protocol::Udp
            && let Some(answer) = self.ask_datagram(question, tries, with_edns).await?
        {
            return Ok(answer);
        }
        // Connections and their encryption are no work for a lane. They need much room too, which datagrams shall not pay for.
        let (server, question) = (Arc::clone(self), *question);
        let asking = async move { server.ask_session(&question, with_edns).await };
        Box::pin(self.reach.tasks.carry_out(asking)).await
    }

    /// `None`: it has to be asked over TCP.
    async fn ask_datagram(
        &self,
        question: &Question,
        tries: &Tries,
        with_edns: bool,
    ) -> Result<Option<Arc<Answer>>, TryError> {
        let random_case = self.case_changes.load(Ordering::Relaxed) < CASE_CHANGES;
        let dress = match (with_edns, random_case) {
            (true, true) => Dress::RandomCase,
            (true, false) => Dress::Plain,
            (false, random_case) => Dress::WithoutEdns { random_case },
        };
        let address = match self.place.host {
            ServerHost::Address(address) => SocketAddr::new(address, self.place.port),
            ServerHost::Name(_) => *self.addresses().await?.first().ok_or(BootstrapError::NoAddress)?,
        };
        match self.pools.ask(address, question, dress, tries, &self.reach.tasks).await? {
            Heard::Reply(reply) => {
                if random_case && self.case_changes.load(Ordering::Relaxed) > 0 {
                    self.case_changes.store(0, Ordering::Relaxed);
                }
                reply.map(Some).map_err(TryError::from)
            }
            Heard::CaseDiffers => {
                self.case_changes.fetch_add(1, Ordering::Relaxed);
                Ok(None)
            }
            Heard::Truncated | Heard::Flooded => Ok(None),
            Heard::Lost(error) => Err(TryError::Unreachable(error.into())),
        }
    }

    async fn ask_session(&self, question: &Question, with_edns: bool) -> Result<Arc<Answer>, TryError> {
        let dress = match self.place.protocol {
            Protocol::Udp | Protocol::Tcp if !with_edns => Dress::WithoutEdns { random_case: false },
            Protocol::Udp | Protocol::Tcp => Dress::Plain,
            _ => Dress::Padded,
        };
        let asked = {
            let mut randomness = self.randomness.lock().unwrap_or_else(PoisonError::into_inner);
            Asked::new(question, dress, &mut randomness)?
        };
        let patience = self.patience();
        let mut reply = match self.place.protocol {
            Protocol::Udp | Protocol::Tcp | Protocol::Tls => {
                self.stream.ask(&asked, patience, || self.connect_stream()).await?
            }
            Protocol::Https | Protocol::Quic | Protocol::H3 => {
                self.web.ask(&asked, patience, || self.connect_web()).await?
            }
        };
        // There is no way left on which more of it would come (RFC 2181, section 9).
        if is_truncated(&reply) {
            return Err(TryError::Invalid("cut short although it did not come over UDP".to_owned()));
        }
        Ok(asked.read(&mut reply)?)
    }

    /// How long a session may bring nothing before it is doubted; shorter than what a try is waited for, so that the next
    /// try has a new session.
    fn patience(&self) -> Duration {
        self.try_limit() * 3 / 4
    }

    async fn connect_stream(&self) -> Result<Connection, TryError> {
        let addresses = self.addresses().await?;
        if self.place.protocol == Protocol::Tls {
            let name = tls::server_name(&self.place.host)?;
            let connect = |address| tls::connect(address, name.clone(), Arc::clone(&self.reach.tls));
            return Ok(Connection::over(first_to_connect(&addresses, connect).await?, &self.reach.tasks));
        }
        Ok(Connection::over(first_to_connect(&addresses, tcp).await?, &self.reach.tasks))
    }

    async fn connect_web(&self) -> Result<WebSession, TryError> {
        let addresses = self.addresses().await?;
        let name: Arc<str> = match &self.place.host {
            ServerHost::Address(address) => address.to_string().into(),
            ServerHost::Name(name) => name.trim_end_matches('.').into(),
        };
        let path: Arc<str> = self.place.path.as_str().into();
        let connect = |address| {
            let tls = Arc::clone(&self.reach.tls);
            WebSession::connect(self.place.protocol, address, Arc::clone(&name), Arc::clone(&path), tls)
        };
        first_to_connect(&addresses, connect).await
    }

    /// Where the server is. Whoever knows asks other servers, which is this again; so it is boxed.
    fn addresses(&self) -> Pin<Box<dyn Future<Output = Result<Vec<SocketAddr>, TryError>> + Send + '_>> {
        Box::pin(async {
            let addresses = match (&self.place.host, &self.reach.bootstrap) {
                (ServerHost::Address(address), _) => vec![*address],
                (ServerHost::Name(name), Some(bootstrap)) => bootstrap.resolve(name).await?,
                (ServerHost::Name(_), None) => return Err(BootstrapError::NoAddress.into()),
            };
            Ok(addresses.into_iter().map(|address| SocketAddr::new(address, self.place.port)).collect())
        })
    }
}

/// Whether so answers who does not know EDNS: FORMERR (RFC 6891, section 7), or NOTIMP, as some do.
fn is_of_no_edns(answer: &Answer) -> bool {
    matches!(answer.rcode(), Rcode::FORMERR | Rcode::NOTIMP)
}

/// The server as the configuration writes it, the port only where it is not the protocol's own.
fn describe(server: &config::Server) -> String {
    let host = match &server.host {
        ServerHost::Address(std::net::IpAddr::V6(address)) => format!("[{address}]"),
        ServerHost::Address(address) => address.to_string(),
        ServerHost::Name(name) => name.clone(),
    };
    let usual = match server.protocol {
        Protocol::Udp | Protocol::Tcp => 53,
        Protocol::Tls | Protocol::Quic => 853,
        Protocol::Https | Protocol::H3 => 443,
    };
    let port = if server.port == usual { String::new() } else { format!(":{}", server.port) };
    format!("{}://{host}{port}{}", protocol_name(server.protocol), server.path)
}

fn protocol_name(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Udp => "udp",
        Protocol::Tcp => "tcp",
        Protocol::Tls => "tls",
        Protocol::Https => "https",
        Protocol::Quic => "quic",
        Protocol::H3 => "h3",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_described_as_they_are_written() {
        let check = |protocol: Protocol, host: &str, port: u16, path: &str, expected: &str| {
            let host = host.parse().map_or_else(|_| ServerHost::Name(host.to_owned()), ServerHost::Address);
            assert_eq!(describe(&config::Server { protocol, host, port, path: path.to_owned() }), expected);
        };
        check(Protocol::Udp, "192.0.2.1", 53, "", "udp://192.0.2.1");
        check(Protocol::Tcp, "2001:db8::1", 5353, "", "tcp://[2001:db8::1]:5353");
        check(Protocol::Tls, "dns.example", 853, "", "tls://dns.example");
        check(Protocol::H3, "dns.example", 443, "/dns-query", "h3://dns.example/dns-query");
    }
}
