//! A server with everything listening, and what is compared with what.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use ponor::{
    app::clock,
    cache::{Cache, Limits},
    config::{self, Config, Overrides, Tls},
    dns::{Name, RecordType},
    http,
    journal::Recorder,
    local::{Ddr, LocalData},
    policy::{Ingredients, ListName, Policy, PolicyHandle},
    resolver::{Backing, Resolver},
    rules::{LineOptions, ListKind, ListNumber, Rule, Table, TableBuilder, parse_list},
    server::{self, Front, Listeners},
    stats::Transport,
    upstream::Upstreams,
};
use tempfile::TempDir;
use tokio::{net::TcpListener, runtime::Handle, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    carriers::{CARRIERS, Carrier, Clients, Places},
    queries::{Asked, deserves_a_reply},
    reply::Said,
    server_support::{
        dns,
        tls::{renew, tls_in},
    },
    support::upstream::ScriptedUpstream,
    world::{self, LISTS},
};

/// How stopped names may be answered.
pub(crate) const MODES: [&str; 5] = ["null", "nxdomain", "nodata", "refused", "addresses"];

/// The devices that ask; the second is in a group.
const DEVICES: [&str; 2] = ["127.0.0.1", "127.0.0.2"];

pub(crate) struct House {
    configs: Vec<Config>,
    table: Arc<Table>,
    policy: PolicyHandle,
    resolver: Arc<Resolver>,
    upstreams: Arc<Upstreams>,
    clients: [Clients; 2],
    _listeners: Listeners,
    internet: ScriptedUpstream,
    _folder: TempDir,
    _tasks: JoinSet<()>,
}

impl House {
    pub(crate) async fn start() -> Self {
        let internet = ScriptedUpstream::start(world::script).await;
        let configs: Vec<Config> = MODES.iter().map(|mode| configuration(mode, internet.address.port())).collect();
        let table = table();
        let policy = PolicyHandle::new(policy(&configs[0], &table));
        let upstreams = Arc::new(Upstreams::new(&configs[0].upstream, clock::system()));
        let resolver = Resolver::new(policy.clone(), nothing_known(&upstreams), clock::system(), Handle::current());
        let resolver = Arc::new(resolver);
        let front = Arc::new(Front::new(Arc::clone(&resolver), Recorder::new(64), clock::system()));
        let folder = tempfile::tempdir().unwrap();
        let any = vec!["127.0.0.1:0".parse().unwrap()];
        let tls = Tls { dot: any.clone(), doq: any.clone(), doh: any, ..tls_in(&folder) };
        renew(&tls);
        let (limits, dns) = (server::Limits::default(), dns(&["127.0.0.1:0"]));
        let listeners = Listeners::start_within(limits, Arc::clone(&front), &dns, Some(&tls)).await.unwrap();
        let mut tasks = JoinSet::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let doh = listener.local_addr().unwrap();
        let shown = Arc::new(listeners.certificates().server_config(&[b"h2", b"http/1.1"]));
        let shown = Arc::new(move || Arc::clone(&shown));
        tasks.spawn(http::serve_doh(listener, shown, front, CancellationToken::new()));
        let endpoints = listeners.endpoints().await;
        let place = |transport| endpoints.iter().find(|endpoint| endpoint.transport == transport).unwrap().address;
        let places = Places {
            udp: place(Transport::Udp),
            tcp: place(Transport::Tcp),
            dot: place(Transport::Dot),
            doh,
            doh3: place(Transport::Doh3),
            doq: place(Transport::Doq),
        };
        let clients = DEVICES.map(|device| Clients::new(device.parse().unwrap(), places));
        Self {
            configs,
            table,
            policy,
            resolver,
            upstreams,
            clients,
            _listeners: listeners,
            internet,
            _folder: folder,
            _tasks: tasks,
        }
    }

    /// How often the Internet was asked for `rtype` of `name`.
    pub(crate) fn asked(&self, name: &str, rtype: RecordType) -> usize {
        let name: Name = name.parse().unwrap();
        let asked = self.internet.asked().into_iter().map(|asked| asked.query);
        asked.filter(|query| query.name.to_lowercase() == name && query.rtype == rtype).count()
    }

    /// Asks over every transport, each time of a ponor that knows nothing yet, and again once it knows; what was said
    /// differently, if anything was.
    pub(crate) async fn check(&mut self, asked: &Asked) -> Result<(), String> {
        self.policy.publish(policy(&self.configs[asked.mode], &self.table));
        let mut first: Option<(Said, Instant)> = None;
        for carrier in CARRIERS {
            self.resolver.replace(nothing_known(&self.upstreams));
            for time in ["from upstream", "from memory"] {
                let reply = self.clients[asked.device].ask(carrier, &asked.message).await;
                let difference = |told: String| format!("{carrier:?}, {time}: {told}");
                let said = match reply {
                    Some(reply) if deserves_a_reply(&asked.message) => Said::read(&reply).map_err(difference)?,
                    Some(reply) => return Err(difference(format!("an undeserved reply: {reply:02x?}"))),
                    None if deserves_a_reply(&asked.message) => return Err(difference("no reply".to_owned())),
                    None => continue,
                };
                let Some((first, at)) = &first else {
                    first = Some((said, now()));
                    continue;
                };
                let limit = if carrier == Carrier::Udp { asked.udp_limit() } else { usize::from(u16::MAX) };
                let passed = at.elapsed() + Duration::from_secs(1);
                first.agrees_with(&said, carrier.is_encrypted(), limit, passed).map_err(difference)?;
            }
        }
        Ok(())
    }
}

fn configuration(mode: &str, internet: u16) -> Config {
    let text = world::configuration(mode, internet);
    config::load(Some((Path::new("config.toml"), &text)), [], &Overrides::default(), &["vendors"]).unwrap().config
}

fn table() -> Arc<Table> {
    let mut builder = TableBuilder::new();
    for ((id, text), number) in LISTS.iter().zip(0..) {
        let kind = if id.starts_with("allow") { ListKind::Allow } else { ListKind::Block };
        let options = LineOptions { kind, ..LineOptions::default() };
        parse_list(text.as_bytes(), &options, &mut |rule: &Rule| builder.add(ListNumber(number), rule)).unwrap();
    }
    Arc::new(builder.build())
}

fn policy(config: &Config, table: &Arc<Table>) -> Policy {
    let lists =
        LISTS.iter().zip(0..).map(|((id, _), number)| ListName { number: ListNumber(number), id: (*id).into() });
    Policy::new(Ingredients {
        config,
        table: Arc::clone(table),
        lists: lists.collect(),
        local: LocalData::new(&config.local.records, &[]).into(),
        ddr: Ddr::none(),
    })
}

/// An empty cache before the upstreams.
fn nothing_known(upstreams: &Arc<Upstreams>) -> Backing {
    let limits = Limits { size: 1 << 20, min_ttl: 0, max_ttl: 86400, max_negative_ttl: 3600, stale: 86400 };
    Backing { cache: Cache::new(limits), upstreams: Arc::<Upstreams>::clone(upstreams) }
}

#[expect(clippy::disallowed_methods, reason = "lifetimes run on while the transports are asked one after the other")]
fn now() -> Instant {
    Instant::now()
}
