//! What would happen to a query, and why.

use std::{net::IpAddr, sync::Arc, time::Duration};

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
    /// The device that would ask; without it, one that is in no group.
    #[param(value_type = Option<String>, pattern = "^([0-9]{1,3}([.][0-9]{1,3}){3}|[0-9a-f:.]{2,45})$", example = "192.168.1.23")]
    device: Option<IpAddr>,
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
    let question = ExplainQuestion { name: name_of(&parameters.name)?, rtype, device: parameters.device };
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
