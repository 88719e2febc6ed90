//! Queries as they happen.

use std::sync::Arc;

use axum::{
    extract::{Extension, State},
    http::HeaderMap,
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{extract::Query, selection::meant};

use crate::{
    http::{Deps, Problem, events, guard::Peer},
    stats::Row,
};

/// The data of a `queries` event: rows, oldest first.
#[derive(Serialize, ToSchema)]
#[serde(transparent)]
pub(super) struct LiveRows(Vec<Row>);

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Parameters {
    /// Only queries that this filter means, as for pages of queries. Those that are left out leave gaps in the ids.
    filter: Option<String>,
}

/// Queries as they happen, as server-sent events, several times a second: `queries` with rows, oldest first, and the id
/// of the last as event id; `lagged` with `{"missed": 12}` before rows that follow others which were left out because
/// they were too many. A `Last-Event-ID` continues where an earlier stream ended.
#[utoipa::path(
    get,
    path = "/api/v1/queries/live",
    tag = "queries",
    params(Parameters, ("Last-Event-ID" = Option<u64>, Header, description = "The id of the last event that was received")),
    responses(
        (status = 200, body = LiveRows, content_type = "text/event-stream"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn live(
    State(deps): State<Arc<Deps>>,
    Extension(peer): Extension<Peer>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let filter = meant(parameters.filter.as_deref().unwrap_or_default(), deps.clock.now().unix)?;
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.trim().parse().ok());
    let called = deps.view.devices().called();
    deps.streams.open(peer.address, events::queries(deps.live.subscribe(), &deps.stats, last, filter, &called))
}
