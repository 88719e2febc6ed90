//! Queries, page by page.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    extract::{Operator, Query},
    selection::{Select, Selection},
};
use crate::{
    clients::DeviceId,
    control::Command,
    filter::Filter,
    http::{Deps, Problem},
    stats::{Row, RowFilter},
    time::UnixTime,
};

const PAGE: usize = 100;
const LARGEST_PAGE: usize = 500;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Parameters {
    /// Rows wanted, 100 unless given, 500 at most.
    limit: Option<usize>,
    /// Only rows older than the one with this id: `next` of the page before.
    before: Option<u64>,
}

/// A page of queries.
#[derive(Serialize, ToSchema)]
pub(super) struct QueryPage {
    /// The rows, newest first.
    #[schema(value_type = Vec<Row>)]
    pub(super) rows: Vec<Arc<Row>>,
    /// `before` for the page behind this one; `null` on the last.
    #[schema(required)]
    pub(super) next: Option<u64>,
    /// Whether the search took too long, so that there may be fewer rows than were wanted; `next` continues it.
    pub(super) partial: bool,
    /// How far back it came then, in milliseconds since 1970 UTC.
    #[schema(required, value_type = Option<u64>)]
    scanned_to: Option<UnixTime>,
}

/// Queries, newest first: the latest thousand from memory, those before from the journal. Names in the journal are in
/// lower case.
#[utoipa::path(
    get,
    path = "/api/v1/queries",
    tag = "queries",
    params(Parameters, Selection),
    responses((status = 200, body = QueryPage), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn queries(
    State(deps): State<Arc<Deps>>,
    Select { selection, others: parameters }: Select<Parameters>,
) -> Result<Json<QueryPage>, Problem> {
    let (filter, meant) = selection.meant(deps.clock.now().unix)?;
    let filter = RowFilter { before: parameters.before, ..filter };
    let limit = parameters.limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    latest(&deps, filter, limit, meant).await.map(Json)
}

/// The latest queries that `filter` admits and `meant` means, at most `limit`: from memory, then from the journal.
pub(super) async fn latest(deps: &Deps, filter: RowFilter, limit: usize, meant: Filter) -> Result<QueryPage, Problem> {
    let called = deps.view.devices().called();
    let (mut rows, next, oldest) = deps.stats.page(&filter, limit, &called, |row| meant.admits(row));
    let mut page = QueryPage { rows: Vec::new(), next, partial: false, scanned_to: None };
    if let Some(journal) = deps.journal.clone().filter(|_| next.is_none()) {
        let before = Some(filter.before.map_or(oldest, |before| before.min(oldest)));
        let (older, wanted) = (RowFilter { before, ..filter }, limit - rows.len());
        let found = deps.reading.read(move || journal.page(&older, wanted, &meant, &called)).await?;
        page.next = found.next;
        page.partial = found.scanned_to.is_some();
        page.scanned_to = found.scanned_to;
        rows.extend(found.rows);
    }
    Ok(QueryPage { rows, ..page })
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Erasure {
    /// The device whose queries are erased.
    device: DeviceId,
}

/// Erases everything that was recorded of a device, in memory and on disk. What it asks from now on is recorded again.
#[utoipa::path(
    delete,
    path = "/api/v1/queries",
    tag = "queries",
    params(Erasure),
    responses(
        (status = 204, description = "It is erased"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn erase(
    State(deps): State<Arc<Deps>>,
    operator: Operator,
    Query(Erasure { device }): Query<Erasure>,
) -> Result<StatusCode, Problem> {
    let erased = operator.order(Command::EraseDevice { device }).await?;
    deps.firsts.forget();
    Ok(erased)
}
