//! What may have broken something: which devices asked lately, and what was stopped for one of them.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::{Extension, State},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    extract::Id,
    queries::{QueryPage, latest},
};
use crate::{
    clients::DeviceId,
    figures::{self, Asker, FailedName, Household, Known, Suspect},
    filter::Filter,
    http::{Deps, Door, Problem, guard::Peer},
    rules::ListKind,
    stats::RowFilter,
    time::UnixTime,
};

/// How long what broke something may be ago.
const LATELY: Duration = Duration::from_mins(10);
/// The most queries that are looked at, of all devices and of one.
const MOST: usize = 5000;
const MOST_OF_ONE: usize = 2000;

/// The devices that asked in the last minutes.
#[derive(Serialize, ToSchema)]
pub(super) struct Askers {
    /// Where these minutes begin, in milliseconds since 1970 UTC.
    #[schema(value_type = u64)]
    from: UnixTime,
    /// Now.
    #[schema(value_type = u64)]
    to: UnixTime,
    /// The device that this request comes from; `null` when that is this machine or nobody who is known.
    #[schema(required, value_type = Option<String>)]
    here: Option<DeviceId>,
    /// The devices: those that were stopped last first, then those that asked last.
    devices: Vec<Asker>,
    /// Whether there were too many queries to look at all of them.
    partial: bool,
}

/// What was stopped for a device in the last minutes.
#[derive(Serialize, ToSchema)]
pub(super) struct Suspects {
    /// Where these minutes begin, in milliseconds since 1970 UTC.
    #[schema(value_type = u64)]
    from: UnixTime,
    /// Now.
    #[schema(value_type = u64)]
    to: UnixTime,
    /// What the device is known by.
    #[schema(value_type = String, example = "aa:bb:cc:dd:ee:ff")]
    device_id: DeviceId,
    /// What it is called; what it is known by when nobody knows a name.
    #[schema(example = "living-room-tv")]
    device_name: String,
    /// How many queries of it there were.
    queries: usize,
    /// The names that were stopped, the likeliest to have broken something first; 50 at most.
    names: Vec<Suspect>,
    /// The names whose last look-up failed, the latest first; 50 at most.
    failed: Vec<FailedName>,
    /// Whether there were too many queries to look at all of them.
    partial: bool,
}

/// The devices that asked in the last ten minutes, and which of them this request comes from.
#[utoipa::path(
    get,
    path = "/api/v1/askers",
    tag = "suspects",
    responses((status = 200, body = Askers), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn askers(
    State(deps): State<Arc<Deps>>,
    Extension(peer): Extension<Peer>,
) -> Result<Json<Askers>, Problem> {
    let (to, household) = (deps.clock.now().unix, Household::new(&deps.view.devices()));
    let (from, seen) = lately(&deps, to, None, MOST).await?;
    let devices = figures::askers(&seen.rows, &household);
    let is_known = |id: &DeviceId| household.knows(*id) || devices.iter().any(|asker| asker.device_id == *id);
    let here = Some(peer).filter(|peer| peer.door == Door::Tcp && !peer.address.is_loopback());
    let here = here.map(|peer| household.now(DeviceId::at(peer.address))).filter(is_known);
    Ok(Json(Askers { from, to, here, devices, partial: is_partial(&seen) }))
}

/// The names that were stopped for a device in the last ten minutes, the likeliest to have broken something first, and why each
/// is thought to be so.
#[utoipa::path(
    get,
    path = "/api/v1/devices/{id}/suspects",
    tag = "suspects",
    params(("id" = String, Path, description = "Its id, any of its addresses, or its name", min_length = 1, max_length = 64, example = "living-room-tv")),
    responses(
        (status = 200, body = Suspects),
        (status = 404, description = "There is no such device", body = Problem, content_type = "application/problem+json"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn suspects(State(deps): State<Arc<Deps>>, Id(id): Id) -> Result<Json<Suspects>, Problem> {
    let device_id = deps.view.meant(&id)?;
    let (to, household) = (deps.clock.now().unix, Household::new(&deps.view.devices()));
    let (from, seen) = lately(&deps, to, Some(device_id), MOST_OF_ONE).await?;
    let lists = deps.view.lists().iter().filter(|list| list.enabled && list.kind == ListKind::Block).count();
    let client = seen.rows.first().map(|row| row.device);
    let is_on_one_list = |name: &str| match (client, name.parse()) {
        (Some(client), Ok(name)) if lists > 1 => deps.view.stopping_lists(&name, client) == 1,
        _ => false,
    };
    let rhythms = deps.stats.rhythms(deps.view.offset(), |id| household.now(id) == device_id);
    let known = Known { from, to, rhythms: &rhythms, since: deps.stats.since(), is_on_one_list: &is_on_one_list };
    let (names, failed) = figures::suspects(&seen.rows, &known);
    Ok(Json(Suspects {
        from,
        to,
        device_id,
        device_name: household.called(device_id),
        queries: seen.rows.len(),
        names,
        failed,
        partial: is_partial(&seen),
    }))
}

/// The queries of the last minutes, those of one device or of all, newest first; and where these minutes begin.
async fn lately(
    deps: &Deps,
    now: UnixTime,
    device: Option<DeviceId>,
    limit: usize,
) -> Result<(UnixTime, QueryPage), Problem> {
    let lately = u64::try_from(LATELY.as_millis()).unwrap_or(u64::MAX);
    let from = UnixTime(now.0.saturating_sub(lately));
    let filter = RowFilter { from: Some(from), device, ..RowFilter::default() };
    Ok((from, latest(deps, filter, limit, Filter::default()).await?))
}

fn is_partial(seen: &QueryPage) -> bool {
    seen.partial || seen.next.is_some()
}
