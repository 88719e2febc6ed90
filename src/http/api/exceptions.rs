//! Exceptions from the rules, made for a while or for ever.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::extract::{self, Number, Operator};
use crate::{
    changes::{Change, NewException, Request},
    control::Command,
    http::{Deps, Problem},
    policy::Exception,
};

/// The exceptions.
#[derive(Serialize, ToSchema)]
pub(super) struct Exceptions {
    /// The newest first.
    exceptions: Vec<Exception>,
}

/// The exceptions in force: those for a device beat those for a group, these the ones for everyone, the newest wins.
#[utoipa::path(
    get,
    path = "/api/v1/exceptions",
    tag = "exceptions",
    responses((status = 200, body = Exceptions), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn exceptions(State(deps): State<Arc<Deps>>) -> Json<Exceptions> {
    let mut exceptions = deps.changes.standing().exceptions;
    exceptions.sort_by_key(|exception| std::cmp::Reverse(exception.id));
    Json(Exceptions { exceptions })
}

/// Lets a name through, or stops it, for a while. One for the same names and devices is replaced.
///
/// If that does the opposite and lasts longer, it holds again when the new one ends; `edit.after.afterwards` is it then.
#[utoipa::path(
    post,
    path = "/api/v1/exceptions",
    tag = "exceptions",
    request_body = NewException,
    responses((status = 200, description = "In force", body = Change), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn except(
    operator: Operator,
    extract::Json(new): extract::Json<NewException>,
) -> Result<Json<Change>, Problem> {
    operator.change(Command::Change(Request::Except(new))).await
}

/// Ends an exception, one that waits for another to end as well. What there was to come after it holds from then on.
#[utoipa::path(
    delete,
    path = "/api/v1/exceptions/{id}",
    tag = "exceptions",
    params(("id" = u64, Path, description = "Its number")),
    responses((status = 200, description = "In force", body = Change), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn end_exception(operator: Operator, Number(id): Number) -> Result<Json<Change>, Problem> {
    operator.change(Command::Change(Request::EndException { id })).await
}
