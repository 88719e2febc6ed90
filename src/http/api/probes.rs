//! Whether ponor lives and serves, for those who watch over it. Open to everyone, so that no name is told here.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::{Deps, Problem};

/// That queries are answered.
#[derive(Serialize, ToSchema)]
pub(super) struct Readiness {
    /// That they are.
    ready: bool,
    /// What does not work as it should all the same, a sentence each.
    degraded: Vec<String>,
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
        (status = 503, description = "They are not", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn readyz(State(deps): State<Arc<Deps>>) -> Result<Json<Readiness>, Problem> {
    let reasons = deps.view.not_ready();
    if !reasons.is_empty() {
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, reasons.join("; ")));
    }
    let mut degraded = deps.view.degraded();
    degraded.extend(deps.journal.iter().filter_map(|journal| journal.health().fault));
    Ok(Json(Readiness { ready: true, degraded }))
}
