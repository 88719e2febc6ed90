//! What was changed, and taking it back.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::extract::{By, Id};
use crate::{
    changes::{Author, Change, Request},
    control::{Command, Outcome},
    http::{Deps, Problem},
};

/// The changes.
#[derive(Serialize, ToSchema)]
pub(super) struct Changes {
    /// Those of the last 90 days, the newest first.
    changes: Vec<Change>,
}

/// What was changed while ponor ran: by whom, when, and what there was before and after.
#[utoipa::path(
    get,
    path = "/api/v1/changes",
    tag = "changes",
    responses((status = 200, body = Changes), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn changes(State(deps): State<Arc<Deps>>) -> Json<Changes> {
    let changes = deps.changes.ledger().changes().iter().rev().cloned().collect();
    Json(Changes { changes })
}

/// Takes a change back, which is a change too. Refused when something else came after it, about the same.
#[utoipa::path(
    post,
    path = "/api/v1/changes/{id}/undo",
    tag = "changes",
    params(("id" = u64, Path, description = "The change")),
    responses((status = 200, description = "In force", body = Change), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn undo(State(deps): State<Arc<Deps>>, By(by): By, Id(id): Id) -> Result<Json<Change>, Problem> {
    made(deps.control.run(Command::Undo { change: number(&id)? }, by).await)
}

/// Has a change made; the answer is the change.
pub(super) async fn make(deps: &Deps, by: Author, request: Request) -> Result<Json<Change>, Problem> {
    made(deps.control.run(Command::Change(request), by).await)
}

/// The number that a path holds.
pub(super) fn number(id: &str) -> Result<u64, Problem> {
    id.parse().map_err(|_| Problem::new(StatusCode::BAD_REQUEST, format!("`{}`: expected a number", id.escape_debug())))
}

fn made(outcome: Outcome) -> Result<Json<Change>, Problem> {
    let not_kept = || Problem::new(StatusCode::BAD_GATEWAY, "it is in force, but could not be remembered");
    outcome?.map(Json).ok_or_else(not_kept)
}
