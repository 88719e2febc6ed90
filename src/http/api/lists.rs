//! The lists: what is known of them, and what may be asked of them.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Extension, State},
    http::StatusCode,
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::{self, Id, Operator};
use crate::{
    control::{Command, NewList},
    http::{Deps, Problem, events, guard::Peer},
    lists::{ListStatus, UpdateProgress},
};

/// The lists.
#[derive(Serialize, ToSchema)]
pub(super) struct Lists {
    /// In the order of configuration.
    lists: Vec<ListStatus>,
}

/// A change to a list.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListChange {
    /// Whether it is used.
    enabled: bool,
}

/// The lists with their rules, age and last error.
#[utoipa::path(
    get,
    path = "/api/v1/lists",
    tag = "lists",
    responses((status = 200, body = Lists), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn all(State(deps): State<Arc<Deps>>) -> Json<Lists> {
    Json(Lists { lists: deps.view.lists() })
}

/// Subscribes to a list. It is in force once it has been fetched.
#[utoipa::path(
    post,
    path = "/api/v1/lists",
    tag = "lists",
    request_body = NewList,
    responses((status = 204, description = "Subscribed"), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn add(
    operator: Operator,
    extract::Json(list): extract::Json<NewList>,
) -> Result<StatusCode, Problem> {
    operator.order(Command::AddList(list)).await
}

/// Uses a list, or stops using it.
#[utoipa::path(
    patch,
    path = "/api/v1/lists/{id}",
    tag = "lists",
    params(("id" = String, Path, description = "The list", pattern = "^[a-z0-9_-]{1,64}$", example = "vendors")),
    request_body = ListChange,
    responses((status = 204, description = "In force"), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn change(
    operator: Operator,
    Id(id): Id,
    extract::Json(change): extract::Json<ListChange>,
) -> Result<StatusCode, Problem> {
    operator.order(Command::EnableList { id, enabled: change.enabled }).await
}

/// Forgets a list.
#[utoipa::path(
    delete,
    path = "/api/v1/lists/{id}",
    tag = "lists",
    params(("id" = String, Path, description = "The list", pattern = "^[a-z0-9_-]{1,64}$", example = "vendors")),
    responses((status = 204, description = "Forgotten"), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn remove(operator: Operator, Id(id): Id) -> Result<StatusCode, Problem> {
    operator.order(Command::RemoveList { id }).await
}

/// Fetches all lists now. Answers when they are in force; `update/progress` tells the steps.
#[utoipa::path(
    post,
    path = "/api/v1/lists/update",
    tag = "lists",
    responses((status = 204, description = "In force"), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn update_all(operator: Operator) -> Result<StatusCode, Problem> {
    operator.order(Command::UpdateLists { id: None }).await
}

/// Fetches a list now. Answers when it is in force.
#[utoipa::path(
    post,
    path = "/api/v1/lists/{id}/update",
    tag = "lists",
    params(("id" = String, Path, description = "The list", pattern = "^[a-z0-9_-]{1,64}$", example = "vendors")),
    responses((status = 204, description = "In force"), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn update_one(operator: Operator, Id(id): Id) -> Result<StatusCode, Problem> {
    operator.order(Command::UpdateLists { id: Some(id) }).await
}

/// Believes a download that was held back because it had shrunk.
#[utoipa::path(
    post,
    path = "/api/v1/lists/{id}/accept",
    tag = "lists",
    params(("id" = String, Path, description = "The list", pattern = "^[a-z0-9_-]{1,64}$", example = "vendors")),
    responses((status = 204, description = "In force"), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn accept(operator: Operator, Id(id): Id) -> Result<StatusCode, Problem> {
    operator.order(Command::AcceptList { id }).await
}

/// The steps of list updates as server-sent events: `progress` with a step, `lagged` when steps were left out.
#[utoipa::path(
    get,
    path = "/api/v1/lists/update/progress",
    tag = "lists",
    responses(
        (status = 200, body = UpdateProgress, content_type = "text/event-stream"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn update_progress(
    State(deps): State<Arc<Deps>>,
    Extension(peer): Extension<Peer>,
) -> Result<Response, Problem> {
    deps.streams.open(peer.address, events::progress(deps.view.list_progress()))
}
