//! What would happen to a query, and why.

use std::{sync::Arc, time::Duration};

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::IntoParams;

use super::extract::Query;
use crate::{
    dns::{Name, RecordType},
    http::{Deps, ExplainQuestion, Explanation, Problem},
};

/// An explanation looks the name up, which `upstream.timeout` bounds, and reads lists; this bounds both together.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Parameters {
    /// The name.
    #[param(format = "hostname", max_length = 255, example = "tracking.miui.com")]
    name: String,
    /// The record type, `A` unless given: the name of a usual one, or its number as in `TYPE65`.
    #[serde(rename = "type")]
    #[param(pattern = "^(A|AAAA|CAA|CNAME|HTTPS|MX|NS|PTR|SOA|SRV|SVCB|TXT|TYPE[1-9][0-9]{0,3})$", example = "HTTPS")]
    rtype: Option<String>,
    /// The device that would ask: its id, any of its addresses, or its name; without it, one that is in no group.
    #[param(min_length = 1, max_length = 64, example = "living-room-tv")]
    device: Option<String>,
}

/// What would happen to a query, and why: the rule, its list and line, the alias that it stops.
#[utoipa::path(
    get,
    path = "/api/v1/explain",
    tag = "queries",
    params(Parameters),
    responses((status = 200, body = Explanation), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn explain(
    State(deps): State<Arc<Deps>>,
    Query(parameters): Query<Parameters>,
) -> Result<Json<Explanation>, Problem> {
    let rtype = parameters
        .rtype
        .as_deref()
        .map_or(Ok(RecordType::A), str::parse)
        .map_err(|error| Problem::new(StatusCode::BAD_REQUEST, format!("`type`: {error}")))?;
    let name = name_of(&parameters.name)?;
    let device = parameters.device.map(|device| deps.view.address(&device)).transpose()?;
    let question = ExplainQuestion { name, rtype, device };
    let explained = tokio::time::timeout(PATIENCE, deps.view.explain(question))
        .await
        .map_err(|_| Problem::new(StatusCode::GATEWAY_TIMEOUT, "the upstreams took too long"))?;
    explained.map(Json).map_err(|error| Problem::new(StatusCode::BAD_GATEWAY, error))
}

/// The name that a parameter `name` holds.
pub(super) fn name_of(text: &str) -> Result<Name, Problem> {
    let parsed: Result<Name, _> = text.trim().parse();
    parsed.map_err(|error| Problem::new(StatusCode::BAD_REQUEST, format!("`name`: {error}")))
}
