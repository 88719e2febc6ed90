//! The door to all upstreams: routes, and one exchange for equal questions in flight.

use std::{collections::HashMap, fmt, future::ready, pin::Pin, sync::Arc};

use rustls::pki_types::CertificateDer;
use tokio::runtime::Handle;

use crate::{
    config::{self, Protocol, ServerHost},
    dns::{Answer, DomainMap, Name, Question},
    time::Clock,
    upstream::{
        Bootstrap, Exchange, ExchangeError, ServerHealth,
        flights::{Ask, Flights, Outcome},
        server::{Reach, Server},
        server_set::ServerSet,
        tally::Validation,
        tasks::Tasks,
        tls,
        validator::Validator,
    },
};

/// All upstreams of a configuration. A changed configuration gets a new one; when the last handle of the old one goes, its
/// connections end.
pub struct Upstreams {
    shared: Arc<Shared>,
    flights: Arc<Flights>,
    bootstrap: Arc<Bootstrap>,
    tasks: Tasks,
}

/// What single exchanges need.
struct Shared {
    /// The first is for everything that no route names.
    sets: Vec<Arc<ServerSet>>,
    /// Which set a domain has.
    routes: DomainMap<usize>,
    /// Judges what the first says, where that is wanted.
    validator: Option<Arc<Validator>>,
    tasks: Tasks,
}

impl Upstreams {
    /// Builds the servers of `config`; asks nobody yet. Connections will live on the runtime that this is called on, which
    /// must be one of tokio's; questions over UDP are asked and answered on the runtime of whoever asks.
    #[must_use]
    pub fn new(config: &config::Upstream, clock: Clock) -> Self {
        Self::with_authorities(config, clock, &[])
    }

    /// As [`Self::new`], and certificates of encrypted servers may also be signed by `authorities`.
    #[must_use]
    pub fn with_authorities(config: &config::Upstream, clock: Clock, authorities: &[CertificateDer<'static>]) -> Self {
        let tasks = Tasks::on(Handle::current());
        let tls = Arc::new(tls::client_config(clock, authorities));
        let plain = Reach { bootstrap: None, tls, tasks: tasks.clone() };
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
        let mut routes = Vec::new();
        let for_domains = config.routes.iter().map(|route| (&route.servers, route.domains.as_slice()));
        for (places, domains) in std::iter::once((&config.servers, [].as_slice())).chain(for_domains) {
            let chosen = places.iter().map(|place| {
                let server = || Arc::new(Server::new(place.clone(), reach.clone()));
                Arc::clone(servers.entry(place).or_insert_with(server))
            });
            routes.extend(domains.iter().map(|domain| (*domain, sets.len())));
            sets.push(Arc::new(ServerSet::new(chosen.collect(), config.timeout, clock)));
        }
        let flights = Arc::new(Flights::new(tasks.clone()));
        let judged = sets.first().filter(|_| config.dnssec.validate);
        let validator = judged.map(|set| Arc::new(Validator::new(Arc::clone(set), config, tasks.clone(), clock)));
        let shared = Shared { sets, routes: routes.into_iter().collect(), validator, tasks: tasks.clone() };
        Self { shared: Arc::new(shared), flights, bootstrap, tasks }
    }

    /// The way to addresses that does not lead through ponor, for others that must reach hosts by name.
    #[must_use]
    pub fn bootstrap(&self) -> &Arc<Bootstrap> {
        &self.bootstrap
    }

    /// What is known of each server: those of the configuration in its order, then the bootstrap servers.
    #[must_use]
    pub fn health(&self) -> Vec<ServerHealth> {
        let sets = self.shared.sets.iter().map(Arc::as_ref).chain([self.bootstrap.servers()]);
        let mut seen: Vec<&Arc<Server>> = Vec::new();
        for server in sets.flat_map(ServerSet::servers) {
            if !seen.iter().any(|known| Arc::ptr_eq(known, server)) {
                seen.push(server);
            }
        }
        seen.into_iter().map(|server| server.report()).collect()
    }

    /// What judging answers has come to, where that is wanted.
    #[must_use]
    pub fn validation(&self) -> Option<Validation> {
        self.shared.validator.as_ref().map(|validator| validator.tally().report())
    }

    /// Ends all exchanges and connections, and waits until they have.
    pub async fn close(&self) {
        self.stop();
        self.tasks.stopped().await;
    }

    fn stop(&self) {
        self.tasks.stop();
        self.flights.clear();
        if let Some(validator) = &self.shared.validator {
            validator.clear();
        }
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
        let begin = || {
            self.measure(question);
            Arc::clone(&self.shared)
        };
        match self.flights.join(question, begin) {
            Ok(asking) => Box::pin(asking),
            Err(error) => Box::pin(ready(Err(error))),
        }
    }
}

impl Drop for Upstreams {
    fn drop(&mut self) {
        self.stop();
    }
}

impl fmt::Debug for Upstreams {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Upstreams").field("health", &self.health()).finish_non_exhaustive()
    }
}

impl Ask for Shared {
    async fn ask(&self, question: &Question) -> Outcome {
        match &self.validator {
            // In a box, because it needs much room that others shall not pay for.
            Some(validator) if self.route(&question.name).is_none() => Box::pin(self.judged(validator, question)).await,
            _ => self.set(question).ask(question).await,
        }
    }
}

impl Ask for ServerSet {
    fn ask(&self, question: &Question) -> impl Future<Output = Outcome> + Send {
        ServerSet::ask(self, question)
    }
}

impl Shared {
    async fn judged(&self, validator: &Arc<Validator>, question: &Question) -> Outcome {
        if !validator.is_due(question) {
            let checking_disabled = question.checking_disabled || validator.is_excepted(&question.name);
            return self.set(question).ask(&Question { checking_disabled, ..*question }).await;
        }
        // Checking signatures is no work for a lane.
        let (validator, question) = (Arc::clone(validator), *question);
        let judging = async move { Ok(validator.ask(&question).await) };
        self.tasks.carry_out(judging).await.unwrap_or(Err(ExchangeError::Unreachable))
    }

    /// The set of the longest route that covers `name`.
    fn route(&self, name: &Name) -> Option<usize> {
        self.routes.longest(name).copied()
    }

    fn set(&self, question: &Question) -> &ServerSet {
        &self.sets[self.route(&question.name).unwrap_or_default()]
    }
}
