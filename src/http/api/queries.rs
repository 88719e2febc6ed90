//! Recent queries, page by page.

use std::{net::IpAddr, sync::Arc};

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::extract::Query;
use crate::{
    filter::{self, Filter},
    http::{Deps, Problem},
    policy::Verdict,
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
    /// Only queries of this device.
    #[param(value_type = Option<String>)]
    device: Option<IpAddr>,
    /// Only queries that ended so.
    #[param(inline)]
    verdict: Option<Verdict>,
    /// Only names that contain this text; case does not matter.
    name: Option<String>,
    /// Only queries that this filter means: terms such as `device:"living-room tv" vendor:samsung stopped
    /// name:*.roku.com type:HTTPS since:2h -name:*.apple.com`. Terms of one key are alternatives; a minus says not.
    #[param(example = "vendor:samsung stopped since:2h")]
    filter: Option<String>,
}

/// A page of recent queries.
#[derive(Serialize, ToSchema)]
pub(super) struct QueryPage {
    /// The rows, newest first.
    #[schema(value_type = Vec<Row>)]
    rows: Vec<Arc<Row>>,
    /// `before` for the page behind this one; `null` on the last.
    #[schema(required)]
    next: Option<u64>,
}

/// Recent queries, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/queries",
    tag = "queries",
    params(Parameters),
    responses((status = 200, body = QueryPage), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn queries(
    State(deps): State<Arc<Deps>>,
    Query(parameters): Query<Parameters>,
) -> Result<Json<QueryPage>, Problem> {
    let meant = meant(parameters.filter.as_deref().unwrap_or_default(), deps.clock.now().unix)?;
    let filter = RowFilter {
        before: parameters.before,
        device: parameters.device,
        verdict: parameters.verdict,
        name: parameters.name.map(|name| name.to_ascii_lowercase()),
    };
    let limit = parameters.limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    let (rows, next) = deps.stats.page(&filter, limit, |row| meant.admits(row));
    Ok(Json(QueryPage { rows, next }))
}

/// The filter that `text` writes. Rows are not grouped.
fn meant(text: &str, now: UnixTime) -> Result<Filter, Problem> {
    let wrong = |reason: String| Problem::new(StatusCode::BAD_REQUEST, format!("`filter`: {reason}"));
    let filter = filter::parse(text, now).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        wrong(faults.join("; "))
    })?;
    if filter.group().is_some() {
        return Err(wrong("`group` is for figures; rows are not grouped".to_owned()));
    }
    Ok(filter)
}
