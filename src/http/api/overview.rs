//! The figures of a time range.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::IntoParams;

use super::extract::Query;
use crate::{
    http::{Deps, Problem},
    stats::{Overview, Range},
};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Parameters {
    /// The time range; a day unless given.
    #[serde(default)]
    #[param(inline, required = false)]
    range: Range,
}

/// The figures of a time range: totals, queries over time, who asked for what.
#[utoipa::path(
    get,
    path = "/api/v1/overview",
    tag = "queries",
    params(Parameters),
    responses((status = 200, body = Overview), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn overview(State(deps): State<Arc<Deps>>, Query(parameters): Query<Parameters>) -> Json<Overview> {
    Json(deps.stats.overview(parameters.range, deps.clock.now().unix))
}
