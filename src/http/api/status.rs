//! How ponor does.

use std::{collections::BTreeMap, sync::Arc};

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    http::{Deps, Problem},
    journal::{Journal, JournalHealth},
    policy::Pause,
    stats::Totals,
    time::UnixTime,
    upstream::ServerHealth,
};

/// How ponor does.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Status {
    /// Its version.
    #[schema(value_type = String, example = "0.1.0")]
    version: &'static str,
    /// Whether all devices and queries are made up.
    demo: bool,
    /// The time here, in milliseconds since 1970 UTC.
    #[schema(value_type = u64)]
    now: UnixTime,
    /// Seconds since the start.
    uptime_seconds: u64,
    /// Whether anything is stopped at all.
    blocking: bool,
    /// The pauses during which nothing is stopped, for all devices or for some.
    pauses: Vec<Pause>,
    /// Whether queries are answered.
    ready: bool,
    /// Why not, a sentence each.
    not_ready: Vec<String>,
    /// Where plain DNS is answered over UDP, as `192.168.1.2:53`.
    dns: Vec<String>,
    /// Queries since the start.
    totals: Totals,
    /// Queries that were answered but not recorded because too many came at once.
    unrecorded: u64,
    /// How the journal does.
    journal: JournalHealth,
    /// The upstreams and how they do.
    upstreams: Vec<ServerHealth>,
    /// Counters of other parts by name.
    counters: BTreeMap<String, u64>,
}

/// How ponor does: version, upstreams, counters.
#[utoipa::path(
    get,
    path = "/api/v1/status",
    tag = "status",
    responses((status = 200, body = Status), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn status(State(deps): State<Arc<Deps>>) -> Json<Status> {
    let now = deps.clock.now();
    let not_ready = deps.view.not_ready();
    Json(Status {
        version: deps.version,
        demo: deps.demo,
        now: now.unix,
        uptime_seconds: now.moment.since(deps.started).as_secs(),
        blocking: deps.view.blocking(),
        pauses: deps.changes.standing().pauses,
        ready: not_ready.is_empty(),
        not_ready,
        dns: deps.view.dns_addresses().iter().map(ToString::to_string).collect(),
        totals: deps.stats.totals(),
        unrecorded: deps.recorder.dropped(),
        journal: deps.journal.as_ref().map(Journal::health).unwrap_or_default(),
        upstreams: deps.view.upstreams(),
        counters: deps.view.counters(),
    })
}
