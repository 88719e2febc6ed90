//! What was changed, and taking it back.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::extract::{Number, Operator};
use crate::{
    changes::Change,
    control::Command,
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
pub(super) async fn undo(operator: Operator, Number(change): Number) -> Result<Json<Change>, Problem> {
    operator.change(Command::Undo { change }).await
}
