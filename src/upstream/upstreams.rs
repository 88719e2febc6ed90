//! The door to all upstreams: routes, and one exchange for equal questions in flight.

use std::{
    collections::HashMap,
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use rustls::pki_types::CertificateDer;
use tokio::sync::{Semaphore, watch};

use crate::{
    config::{self, Protocol, ServerHost},
    dns::{Answer, Name, Question},
    time::Clock,
    upstream::{
        Bootstrap, Exchange, ExchangeError, ServerHealth,
        server::{Reach, Server},
        server_set::ServerSet,
        tasks::Tasks,
        tls,
    },
};

/// Different questions that may wait for upstreams at once.
const MOST_IN_FLIGHT: usize = 2048;
/// UDP sockets that they may have open, one for each try: half of what a process may open by default.
const MOST_SOCKETS: usize = 512;

/// All upstreams of a configuration. A changed configuration gets a new one; when the last handle of the old one goes, its
/// connections end.
pub struct Upstreams {
    shared: Arc<Shared>,
    bootstrap: Arc<Bootstrap>,
    tasks: Tasks,
}

/// What the tasks of single exchanges need.
struct Shared {
    /// The first is for everything that no route names.
    sets: Vec<ServerSet>,
    /// Which set a domain has, by its name in lower case.
    routes: HashMap<Name, usize>,
    in_flight: Mutex<HashMap<Question, Outcome>>,
}

/// Where the result of an exchange will appear.
type Outcome = watch::Receiver<Option<Result<Arc<Answer>, ExchangeError>>>;

impl Upstreams {
    /// Builds the servers of `config`; asks nobody yet.
    #[must_use]
    pub fn new(config: &config::Upstream, clock: Clock) -> Self {
        Self::with_authorities(config, clock, &[])
    }

    /// As [`Self::new`], and certificates of encrypted servers may also be signed by `authorities`.
    #[must_use]
    pub fn with_authorities(config: &config::Upstream, clock: Clock, authorities: &[CertificateDer<'static>]) -> Self {
        let tasks = Tasks::default();
        let tls = Arc::new(tls::client_config(clock, authorities));
        let sockets = Arc::new(Semaphore::new(MOST_SOCKETS));
        let plain = Reach { bootstrap: None, sockets, tls, tasks: tasks.clone() };
        let bootstrap = config.bootstrap.iter().map(|address| {
            let host = ServerHost::Address(address.ip());
            let place = config::Server { protocol: Protocol::Udp, host, port: address.port(), path: String::new() };
            Arc::new(Server::new(place, plain.clone()))
        });
        let bootstrap = ServerSet::new(bootstrap.collect(), config.timeout, clock);
        let bootstrap = Arc::new(Bootstrap::new(bootstrap, clock));
        let reach = Reach { bootstrap: Some(Arc::clone(&bootstrap)), ..plain };

        let mut servers: HashMap<&config::Server, Arc<Server>> = HashMap::new();
        let mut sets = Vec::new();
        let mut routes = HashMap::new();
        let for_domains = config.routes.iter().map(|route| (&route.servers, route.domains.as_slice()));
        for (places, domains) in std::iter::once((&config.servers, [].as_slice())).chain(for_domains) {
            let chosen = places.iter().map(|place| {
                let server = || Arc::new(Server::new(place.clone(), reach.clone()));
                Arc::clone(servers.entry(place).or_insert_with(server))
            });
            routes.extend(domains.iter().map(|domain| (domain.to_lowercase(), sets.len())));
            sets.push(ServerSet::new(chosen.collect(), config.timeout, clock));
        }
        let shared = Arc::new(Shared { sets, routes, in_flight: Mutex::default() });
        Self { shared, bootstrap, tasks }
    }

    /// Whether a route names `name` or a domain above it.
    #[must_use]
    pub fn is_routed(&self, name: &Name) -> bool {
        self.shared.route(name).is_some()
    }

    /// The way to addresses that does not lead through ponor, for others that must reach hosts by name.
    #[must_use]
    pub fn bootstrap(&self) -> &Arc<Bootstrap> {
        &self.bootstrap
    }

    /// What is known of each server: those of the configuration in its order, then the bootstrap servers.
    #[must_use]
    pub fn health(&self) -> Vec<ServerHealth> {
        let sets = self.shared.sets.iter().chain([self.bootstrap.servers()]);
        let mut seen: Vec<&Arc<Server>> = Vec::new();
        for server in sets.flat_map(ServerSet::servers) {
            if !seen.iter().any(|known| Arc::ptr_eq(known, server)) {
                seen.push(server);
            }
        }
        seen.into_iter().map(|server| server.report()).collect()
    }

    /// Ends all exchanges and connections, and waits until they have.
    pub async fn close(&self) {
        self.tasks.stop();
        self.tasks.stopped().await;
    }

    /// Joins the exchange for an equal question, or begins one.
    fn join(&self, question: &Question) -> Result<Outcome, ExchangeError> {
        let mut in_flight = self.shared.in_flight();
        if let Some(outcome) = in_flight.get(question) {
            return Ok(outcome.clone());
        }
        if in_flight.len() >= MOST_IN_FLIGHT {
            return Err(ExchangeError::Overloaded);
        }
        let (sender, outcome) = watch::channel(None);
        in_flight.insert(*question, outcome.clone());
        drop(in_flight);
        let flight = Flight { shared: Arc::clone(&self.shared), question: *question };
        // Owned here and not by the asker: one that goes away must not take the answer from the others.
        self.tasks.spawn(async move {
            let result = flight.shared.set(&flight.question).ask(&flight.question).await.map(Arc::new);
            drop(flight);
            // Everybody who asked may have gone.
            let _ = sender.send(Some(result));
        });
        self.measure(question);
        Ok(outcome)
    }

    /// Now and then lets another server answer the question too, so that what is known of it stays true.
    fn measure(&self, question: &Question) {
        let (shared, question) = (Arc::clone(&self.shared), *question);
        if let Some(server) = shared.set(&question).to_measure() {
            self.tasks.spawn(async move {
                shared.set(&question).measure(server, &question).await;
            });
        }
    }
}

impl Exchange for Upstreams {
    fn exchange<'a>(
        &'a self,
        question: &'a Question,
    ) -> Pin<Box<dyn Future<Output = Result<Arc<Answer>, ExchangeError>> + Send + 'a>> {
        Box::pin(async {
            let mut outcome = self.join(question)?;
            let result = outcome.wait_for(Option::is_some).await;
            // The sender goes without a word only when this is being closed.
            result.ok().and_then(|result| result.clone()).unwrap_or(Err(ExchangeError::Unreachable))
        })
    }
}

impl Drop for Upstreams {
    fn drop(&mut self) {
        self.tasks.stop();
    }
}

impl fmt::Debug for Upstreams {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Upstreams").field("health", &self.health()).finish_non_exhaustive()
    }
}

impl Shared {
    fn in_flight(&self) -> std::sync::MutexGuard<'_, HashMap<Question, Outcome>> {
        self.in_flight.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The set of the longest route that covers `name`.
    fn route(&self, name: &Name) -> Option<usize> {
        if self.routes.is_empty() {
            return None;
        }
        name.suffixes().find_map(|suffix| self.routes.get(&Name::from_wire(suffix).ok()?).copied())
    }

    fn set(&self, question: &Question) -> &ServerSet {
        &self.sets[self.route(&question.name).unwrap_or_default()]
    }
}

/// An exchange that is under way; when it ends, however it ends, the next equal question begins a new one.
struct Flight {
    shared: Arc<Shared>,
    question: Question,
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.shared.in_flight().remove(&self.question);
    }
}
