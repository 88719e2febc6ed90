//! The addresses of hosts that ponor itself must reach (encrypted upstreams, the places of lists), found without ponor.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::{StreamExt, stream::FuturesUnordered};
use tokio::time::timeout;

use crate::{
    dns::{Answer, Class, Name, NameError, Outcome, Question, RecordType},
    time::{Clock, Moment},
    upstream::{ExchangeError, server_set::ServerSet},
};

/// Hosts that are remembered.
const MOST_HOSTS: usize = 256;
/// Addresses of one host that are kept.
const MOST_ADDRESSES: usize = 16;
/// Addresses are kept at least this long, whatever their TTL.
const SHORTEST: Duration = Duration::from_mins(1);
/// And at most this long.
const LONGEST: Duration = Duration::from_hours(1);
/// How long the addresses of one family wait for those of the other (RFC 8305, section 3, a little more patient).
const OTHER_FAMILY: Duration = Duration::from_millis(200);

/// Finds addresses by asking the `bootstrap` servers, and remembers them as long as their TTL says. When the servers
/// fail, the last addresses that were known are good enough.
#[derive(Debug)]
pub struct Bootstrap {
    servers: ServerSet,
    hosts: Mutex<HashMap<Name, Arc<Host>>>,
    clock: Clock,
}

/// Why a host has no addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BootstrapError {
    /// The text is no name.
    #[error("not a host name: {0}")]
    NotAName(#[from] NameError),
    /// The `bootstrap` servers gave no answer.
    #[error("the bootstrap servers failed: {0}")]
    Exchange(#[from] ExchangeError),
    /// They know no address of that name.
    #[error("the host has no address")]
    NoAddress,
}

/// One host; its lock is held while it is asked for, so that others wait for the one answer.
#[derive(Debug, Default)]
struct Host {
    known: tokio::sync::Mutex<Option<Known>>,
}

#[derive(Debug)]
struct Known {
    addresses: Vec<IpAddr>,
    until: Moment,
}

impl Bootstrap {
    /// Nothing is known yet.
    pub(super) fn new(servers: ServerSet, clock: Clock) -> Self {
        Self { servers, hosts: Mutex::default(), clock }
    }

    /// The servers it asks.
    pub(super) fn servers(&self) -> &ServerSet {
        &self.servers
    }

    /// The addresses of `host`, IPv4 and IPv6 in turn; an address in text is its own. Takes no longer than
    /// `upstream.timeout`.
    ///
    /// # Errors
    /// When it is no name, nobody knows an address of it, or the servers failed and nothing is remembered.
    pub async fn resolve(&self, host: &str) -> Result<Vec<IpAddr>, BootstrapError> {
        if let Ok(address) = host.trim_matches(['[', ']']).parse() {
            return Ok(vec![address]);
        }
        let name = host.parse::<Name>()?.to_lowercase();
        let host = self.host(name);
        let mut known = host.known.lock().await;
        let now = self.clock.now().moment;
        if let Some(fresh) = known.as_ref().filter(|known| now < known.until) {
            return Ok(fresh.addresses.clone());
        }
        match (self.ask(name).await, &mut *known) {
            (Ok((addresses, lifetime)), known) => {
                *known = Some(Known { addresses: addresses.clone(), until: now.after(lifetime) });
                Ok(addresses)
            }
            (Err(error), Some(stale)) => {
                tracing::warn!(%name, %error, "keeping the addresses known so far");
                stale.until = now.after(SHORTEST);
                Ok(stale.addresses.clone())
            }
            (Err(error), None) => Err(error),
        }
    }

    fn host(&self, name: Name) -> Arc<Host> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() >= MOST_HOSTS && !hosts.contains_key(&name) {
            // Far more hosts than anybody configures; which one is asked for again does not matter.
            let one = hosts.keys().next().copied();
            one.and_then(|one| hosts.remove(&one));
        }
        Arc::clone(hosts.entry(name).or_default())
    }

    /// Asks for both families at once. Once one has come, the other may only delay it by a moment.
    async fn ask(&self, name: Name) -> Result<(Vec<IpAddr>, Duration), BootstrapError> {
        let asked = [RecordType::A, RecordType::AAAA].map(|rtype| Question {
            name,
            rtype,
            class: Class::IN,
            dnssec_ok: false,
            checking_disabled: false,
        });
        let mut running: FuturesUnordered<_> = asked.iter().map(|question| self.servers.ask(question)).collect();
        let mut found = Vec::new();
        let mut failure = None;
        let patience = |found: &[_]| if found.is_empty() { Duration::MAX } else { OTHER_FAMILY };
        while let Ok(Some(answer)) = timeout(patience(&found), running.next()).await {
            match answer {
                Ok(answer) if answer.outcome() == Outcome::Failure => failure = Some(ExchangeError::Invalid),
                Ok(answer) => found.extend(addresses(&answer)),
                Err(error) => failure = Some(error),
            }
        }
        let Some(ttl) = found.iter().map(|&(_, ttl)| ttl).min() else {
            return Err(failure.map_or(BootstrapError::NoAddress, BootstrapError::Exchange));
        };
        let family =
            |v6: bool| found.iter().map(|&(address, _)| address).filter(move |address| address.is_ipv6() == v6);
        let mut in_turn: Vec<_> = family(false).enumerate().chain(family(true).enumerate()).collect();
        in_turn.sort_by_key(|&(position, _)| position);
        let addresses = in_turn.into_iter().map(|(_, address)| address).take(MOST_ADDRESSES).collect();
        Ok((addresses, Duration::from_secs(ttl.into()).clamp(SHORTEST, LONGEST)))
    }
}

/// The addresses of the asked type in the answer section, with their TTLs.
fn addresses(answer: &Answer) -> Vec<(IpAddr, u32)> {
    let wanted = answer.answers().filter(|record| record.rtype() == answer.rtype());
    let read = wanted.filter_map(|record| {
        let v4 = || record.data().try_into().ok().map(|octets: [u8; 4]| Ipv4Addr::from(octets).into());
        let v6 = || record.data().try_into().ok().map(|octets: [u8; 16]| Ipv6Addr::from(octets).into());
        v4().or_else(v6).map(|address| (address, record.ttl()))
    });
    read.collect()
}
