//! The parts of a ponor without its faces: made in the order in which they build on each other.

use std::{borrow::Cow, path::Path, sync::Arc};

use anyhow::Context;
use tokio::{runtime::Handle, task::spawn_blocking};
use tokio_util::sync::CancellationToken;

use super::{hours, memory, named::Named, tasks::Tasks, upward::Upward};
use crate::{
    cache::{Cache, Limits},
    catalog::Catalog,
    changes::{Changes, Fixed},
    clients::KnownDevice,
    config::{self, Config, Loaded, Privacy},
    devices::{self, Devices, Surroundings},
    figures::FirstSeen,
    geo::GeoHandle,
    http::{Reading, Streams},
    journal::{self, Journal, Live, Names, Recorder},
    lists::{self, CompiledLists, ListsHandle},
    local::{Ddr, LocalData},
    policy::{Ingredients, ListName, Policy, PolicyHandle, Standing, StandingRule},
    resolver::{Backing, Resolver},
    rules::parse_own_rule,
    stats::{QueryMetrics, Stats},
    time::{Clock, Moment, UnixTime},
};

/// Live pages that may be open at one time.
const STREAMS: usize = 64;
/// Those of one address.
const STREAMS_OF_ONE: usize = 16;
/// Requests that read the journal at once, and files of it that are written.
const READERS: usize = 2;

/// The parts that faces and commands are given.
pub(super) struct Parts {
    pub(super) clock: Clock,
    pub(super) policy: PolicyHandle,
    pub(super) resolver: Arc<Resolver>,
    pub(super) upward: Upward,
    pub(super) lists: ListsHandle,
    pub(super) devices: Devices,
    pub(super) changes: Changes,
    pub(super) stats: Stats,
    pub(super) recorder: Recorder,
    pub(super) live: Live,
    pub(super) names: Names,
    pub(super) metrics: QueryMetrics,
    /// Where addresses are at home; replaced with the operator's database.
    pub(super) geo: GeoHandle,
    pub(super) journal: Option<Journal>,
    /// Who was first seen when, as the pages tell it.
    pub(super) firsts: FirstSeen,
    /// The live pages that are open, by whatever door they came.
    pub(super) streams: Streams,
    /// Who reads the journal for the pages.
    pub(super) reading: Reading,
    pub(super) started: Moment,
    pub(super) started_at: UnixTime,
}

impl Parts {
    /// Makes the parts; their workers run in `tasks`. Waits for nothing outside this machine.
    pub(super) async fn build(
        loaded: &Loaded,
        files: Named,
        upward: Upward,
        surroundings: Surroundings,
        data_dir: &Path,
        clock: Clock,
        tasks: &mut Tasks,
    ) -> anyhow::Result<Self> {
        let (Named { local, geo }, config) = (files, &loaded.config);
        let lists = start_lists(config, &upward, data_dir, clock, tasks).await?;
        let compiled = lists.compiled().borrow().clone();
        let now = clock.now();
        let changes = Changes::open(data_dir, Fixed::new(loaded.clone()), now);
        let standing = changes.standing();
        let local = with_made(&local, &standing);
        let devices = start_devices(config, &local, surroundings, data_dir, clock, tasks);
        let known = devices.known().borrow().clone();
        let policy = PolicyHandle::new(policy(config, &compiled, local, &Ddr::none(), &standing, &known, now.unix));
        let backing = Backing { cache: cache(&config.cache), upstreams: upward.exchange() };
        let resolver = Arc::new(Resolver::new(policy.clone(), backing, clock, Handle::current()));
        let geo = GeoHandle::new(geo);
        let journal = journal(config, data_dir, &geo, clock);
        let (stats, recorder) = (Stats::new(Catalog::built_in(), now.unix), Recorder::new(journal::CAPACITY));
        let live = Live::default();
        let names = Names::new(policy.clone(), devices.clone());
        let metrics = QueryMetrics::default();
        let worker = journal::Worker::new(
            recorder.clone(),
            stats.clone(),
            live.clone(),
            names.clone(),
            metrics.clone(),
            journal.clone(),
        );
        let writer = journal.clone().map(|journal| journal::Writer::new(journal, &config.journal, &config.stats));
        let recall = recall(journal.clone(), stats.clone(), names.clone());
        tasks.spawn("journal", record(worker, writer, recall, tasks.stop_token()));
        Ok(Self {
            clock,
            policy,
            resolver,
            upward,
            lists,
            devices,
            changes,
            stats,
            recorder,
            live,
            names,
            metrics,
            geo,
            journal,
            firsts: FirstSeen::default(),
            streams: Streams::new(STREAMS, STREAMS_OF_ONE),
            reading: Reading::new(READERS, memory::trim),
            started: now.moment,
            started_at: now.unix,
        })
    }
}

fn start_devices(
    config: &Config,
    local: &Arc<LocalData>,
    surroundings: Surroundings,
    data_dir: &Path,
    clock: Clock,
    tasks: &mut Tasks,
) -> Devices {
    let setup = devices::Setup {
        devices: &config.devices,
        groups: &config.groups,
        local: Arc::clone(local),
        data_dir: data_dir.to_owned(),
        surroundings,
        clock,
        stop: tasks.stop_token(),
    };
    let (devices, worker) = devices::start(setup);
    tasks.spawn("devices", worker);
    devices
}

/// The journal in the state folder, unless nothing is to be kept.
fn journal(config: &Config, data_dir: &Path, geo: &GeoHandle, clock: Clock) -> Option<Journal> {
    let keeps = config.journal.enabled && config.journal.privacy != Privacy::Off;
    keeps.then(|| Journal::new(data_dir.join("journal"), &config.journal, geo.clone(), clock))
}

/// Tells the statistics of what the journal has, once that is known.
async fn recall(journal: Option<Journal>, stats: Stats, names: Names) {
    let Some(journal) = journal else { return };
    journal.known().await;
    // Nobody waits for that.
    drop(spawn_blocking(move || stats.recall(journal.past(stats.first_id()), &names)));
}

/// Counts what is recorded and writes it, until `closing` is cancelled; what was counted last is written last. First, ids that
/// were given before are skipped, and beside it what was before is recalled: both may wait for the disk, as no query does.
async fn record(
    worker: journal::Worker,
    writer: Option<journal::Writer>,
    recall: impl Future<Output = ()>,
    closing: CancellationToken,
) {
    worker.skip_given_ids().await;
    let counted = CancellationToken::new();
    let count = async {
        worker.run(closing).await;
        counted.cancel();
    };
    let write = async {
        if let Some(writer) = writer {
            writer.run(counted.clone()).await;
        }
    };
    tokio::join!(count, write, recall);
}

/// Begins to keep the lists fresh.
async fn start_lists(
    config: &Config,
    upward: &Upward,
    data_dir: &Path,
    clock: Clock,
    tasks: &mut Tasks,
) -> anyhow::Result<ListsHandle> {
    let setup = lists::Setup {
        lists: config.lists.clone(),
        data_dir: data_dir.to_owned(),
        clock,
        catalog: Catalog::built_in(),
        resolver: Arc::new(upward.clone()),
        limits: lists::Limits::default(),
        stop: tasks.stop_token(),
    };
    let (lists, worker) = lists::start(setup).await.context("the lists cannot be kept")?;
    tasks.spawn("lists", worker);
    Ok(lists)
}

/// The policy that a configuration, lists, local data, what people ordered and the devices come to at a time.
pub(super) fn policy(
    config: &Config,
    compiled: &CompiledLists,
    local: Arc<LocalData>,
    ddr: &Ddr,
    standing: &Standing,
    devices: &[KnownDevice],
    now: UnixTime,
) -> Policy {
    let name = |list: &lists::ListInfo| ListName { number: list.number, id: Arc::clone(&list.id) };
    let config = with_standing(config, standing);
    let policy = Policy::new(Ingredients {
        config: &config,
        table: Arc::clone(&compiled.table),
        lists: compiled.lists.iter().filter(|list| list.enabled).map(name).collect(),
        local,
        ddr: ddr.clone(),
    });
    policy.at(&config.groups, hours::minute_for(&config, now)).with_orders(standing, devices)
}

/// The local data with the records that were made while ponor ran.
pub(super) fn with_made(local: &Arc<LocalData>, standing: &Standing) -> Arc<LocalData> {
    local.with(&standing.local_records().collect::<Vec<_>>())
}

/// The configuration with the groups and own rules that were added while ponor ran.
pub(super) fn with_standing<'c>(config: &'c Config, standing: &Standing) -> Cow<'c, Config> {
    let mut config = Cow::Borrowed(config);
    for group in &standing.groups {
        // One that the configuration has by now is as the configuration says.
        if config.groups.iter().all(|known| known.id != group.id) {
            config.to_mut().groups.push(group.into());
        }
    }
    for StandingRule { group, rule, .. } in &standing.rules {
        // It was read when it was added.
        let Ok(rule) = parse_own_rule(rule) else { continue };
        let config = config.to_mut();
        match group {
            None => config.blocking.rules.push(rule),
            Some(id) => config.groups.iter_mut().filter(|group| group.id == *id).for_each(|group| {
                group.rules.push(rule.clone());
            }),
        }
    }
    config
}

/// An empty cache within the limits of the configuration.
pub(super) fn cache(config: &config::Cache) -> Cache {
    let seconds = |duration: std::time::Duration| u32::try_from(duration.as_secs()).unwrap_or(u32::MAX);
    let size = if config.enabled { usize::try_from(config.size).unwrap_or(usize::MAX) } else { 0 };
    Cache::new(Limits {
        size,
        min_ttl: seconds(config.min_ttl),
        max_ttl: seconds(config.max_ttl),
        max_negative_ttl: seconds(config.max_negative_ttl),
        stale: seconds(config.serve_stale),
    })
}
