//! Records that are answered here.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::extract::{self, Id, Operator};
use crate::{
    changes::{Change, NewRecord, RecordStatus, Request},
    control::Command,
    http::{Deps, Problem},
};

/// The records.
#[derive(Serialize, ToSchema)]
pub(super) struct Records {
    /// Those of `config.toml` first.
    records: Vec<RecordStatus>,
}

/// The records that are answered here. What hosts files say is not among them.
#[utoipa::path(
    get,
    path = "/api/v1/records",
    tag = "records",
    responses((status = 200, body = Records), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn records(State(deps): State<Arc<Deps>>) -> Json<Records> {
    Json(Records { records: deps.changes.records() })
}

/// Adds a record. A name that has one is answered here for all its types.
#[utoipa::path(
    post,
    path = "/api/v1/records",
    tag = "records",
    request_body = NewRecord,
    responses((status = 200, description = "In force", body = Change), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn add_record(
    operator: Operator,
    extract::Json(new): extract::Json<NewRecord>,
) -> Result<Json<Change>, Problem> {
    operator.change(Command::Change(Request::AddRecord(new))).await
}

/// Removes a record. Those of `config.toml` can only be removed there.
#[utoipa::path(
    delete,
    path = "/api/v1/records/{id}",
    tag = "records",
    params(("id" = String, Path, description = "The record: its id or its text", min_length = 1, max_length = 1024, example = "7")),
    responses((status = 200, description = "In force", body = Change), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn remove_record(operator: Operator, Id(id): Id) -> Result<Json<Change>, Problem> {
    operator.change(Command::Change(Request::RemoveRecord { id })).await
}
