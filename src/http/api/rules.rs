//! The operator's own rules.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::extract::{self, Id, Operator};
use crate::{
    changes::{Change, NewRule, OwnRuleStatus, Request},
    control::Command,
    http::{Deps, Problem},
};

/// The own rules.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnRules {
    /// Those of `config.toml` first.
    rules: Vec<OwnRuleStatus>,
    /// The ids of groups that exceptions, pauses or own rules are for and that do not exist: these hold for nobody.
    missing_groups: Vec<String>,
}

/// The own rules, general ones and those of groups.
#[utoipa::path(
    get,
    path = "/api/v1/rules",
    tag = "rules",
    responses((status = 200, body = OwnRules), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn rules(State(deps): State<Arc<Deps>>) -> Json<OwnRules> {
    Json(OwnRules { rules: deps.changes.own_rules(), missing_groups: deps.changes.missing_groups() })
}

/// Adds an own rule.
#[utoipa::path(
    post,
    path = "/api/v1/rules",
    tag = "rules",
    request_body = NewRule,
    responses((status = 200, description = "In force", body = Change), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn add_rule(
    operator: Operator,
    extract::Json(new): extract::Json<NewRule>,
) -> Result<Json<Change>, Problem> {
    operator.change(Command::Change(Request::AddRule(new))).await
}

/// Removes an own rule. Those of `config.toml` can only be removed there.
#[utoipa::path(
    delete,
    path = "/api/v1/rules/{id}",
    tag = "rules",
    params(("id" = String, Path, description = "The rule: its id or its text", min_length = 1, max_length = 1024, example = "7")),
    responses((status = 200, description = "In force", body = Change), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn remove_rule(operator: Operator, Id(id): Id) -> Result<Json<Change>, Problem> {
    operator.change(Command::Change(Request::RemoveRule { id })).await
}
