//! Whether ponor lives and serves, for those who watch over it.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::Deps;

/// Whether queries are answered.
#[derive(Serialize, ToSchema)]
pub(super) struct Readiness {
    /// Whether they are.
    ready: bool,
    /// Why not, a sentence each.
    reasons: Vec<String>,
}

/// Whether the process lives.
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "status",
    security(()),
    responses((status = 200, description = "It does", body = String, content_type = "text/plain")),
)]
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// Whether queries are answered.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "status",
    security(()),
    responses(
        (status = 200, description = "They are", body = Readiness),
        (status = 503, description = "They are not", body = Readiness),
    ),
)]
pub(super) async fn readyz(State(deps): State<Arc<Deps>>) -> (StatusCode, Json<Readiness>) {
    let reasons = deps.view.not_ready();
    let status = if reasons.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Readiness { ready: reasons.is_empty(), reasons }))
}
