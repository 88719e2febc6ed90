//! Who tried to reach whom, and where.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    extract::Query,
    figures::{TimeParameters, meant_ungrouped, no_journal},
};
use crate::{
    figures::{Flow, Household},
    http::{Deps, Problem},
    stats::Range,
};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FlowParameters {
    /// The time range; a day unless a time is given.
    #[param(inline, required = false)]
    range: Option<Range>,
    /// In place of a range, where the time begins, in milliseconds since 1970 UTC.
    from: Option<u64>,
    /// Where it ends; now unless given.
    to: Option<u64>,
    /// Only tries that this filter means, as for queries, without `type` and `transport`. Its `since` and `until` stand for
    /// `from` and `to`.
    #[param(example = "vendor:samsung stopped")]
    filter: Option<String>,
}

/// Which devices tried to reach which companies and where those are at home, by names that no device needs: the busiest of
/// each, and the rest as one.
#[utoipa::path(
    get,
    path = "/api/v1/flow",
    tag = "figures",
    params(FlowParameters),
    responses((status = 200, body = Flow), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn flow(
    State(deps): State<Arc<Deps>>,
    Query(parameters): Query<FlowParameters>,
) -> Result<Json<Flow>, Problem> {
    let FlowParameters { range, from, to, filter } = parameters;
    let (filter, period) = meant_ungrouped(&deps, filter.as_deref(), &TimeParameters { range, from, to })?;
    let journal = deps.journal.clone().ok_or_else(no_journal)?;
    let household = Household::new(&deps.view.devices());
    deps.reading.read(move || Flow::read(&journal, &household, period, &filter)).await.map(Json)
}
