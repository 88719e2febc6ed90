//! The figures of a time range.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::IntoParams;

use super::extract::Query;
use crate::{
    catalog::Catalog,
    http::{Deps, Problem},
    stats::{Overview, Range},
    time::UnixTime,
};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Parameters {
    /// The time range; a day unless given.
    #[param(inline, required = false)]
    range: Option<Range>,
    /// In place of a range, where it begins, in milliseconds since 1970 UTC: the hour that holds this time, or the day
    /// when that is longer ago than hours are kept.
    from: Option<u64>,
    /// Where it ends; now unless given.
    to: Option<u64>,
}

/// The figures of a time range: totals, queries over time, who asked for what. Without a journal only of the last hour
/// and the last day, and since the start.
#[utoipa::path(
    get,
    path = "/api/v1/overview",
    tag = "queries",
    params(Parameters),
    responses((status = 200, body = Overview), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn overview(
    State(deps): State<Arc<Deps>>,
    Query(parameters): Query<Parameters>,
) -> Result<Json<Overview>, Problem> {
    let now = deps.clock.now().unix;
    let (range, from, to) = match (parameters.range, parameters.from, parameters.to) {
        (None, Some(from), to) => (None, UnixTime(from), to.map_or(now, UnixTime)),
        (range, None, None) => {
            let range = range.unwrap_or_default();
            (Some(range), range.start(now), now)
        }
        _ => return Err(Problem::new(StatusCode::BAD_REQUEST, "expected either `range`, or `from` and perhaps `to`")),
    };
    if from > to || to > now {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "`from` must not be behind `to`, nor `to` behind now"));
    }
    let recent = range.and_then(Range::recent);
    let renamed = |mut overview: Overview| {
        overview.rename(&deps.view.devices().called());
        overview
    };
    let in_memory = deps.stats.since().is_some_and(|since| since <= from);
    match (recent, deps.journal.clone()) {
        // What is counted in memory is finer; but it begins with this run.
        (Some(recent), journal) if in_memory || journal.is_none() => {
            Ok(Json(renamed(deps.stats.overview(recent, now))))
        }
        (_, Some(journal)) => {
            let found = deps.reading.read(move || journal.overview(from, to, Catalog::built_in())).await?;
            Ok(Json(renamed(Overview { range, ..found })))
        }
        (_, None) => {
            Err(Problem::new(StatusCode::NOT_FOUND, "nothing is kept for so long: `journal.enabled` is false"))
        }
    }
}
