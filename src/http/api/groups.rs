//! Groups of devices that are treated differently.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::{self, Id, Operator, said};
use crate::{
    changes::{Change, GroupChange, GroupStatus, NewGroup, Request},
    config::SafeSearch,
    control::Command,
    http::{Deps, GroupHours, Problem},
};

/// The groups.
#[derive(Serialize, ToSchema)]
pub(super) struct Groups {
    /// Those of `config.toml` first.
    groups: Vec<GroupNow>,
}

/// A group, and whether it is offline now.
#[derive(Serialize, ToSchema)]
pub(super) struct GroupNow {
    #[serde(flatten)]
    status: GroupStatus,
    /// Whether its hours hold now; `null` where it has none, or while the clock here is wrong.
    #[schema(required)]
    hours: Option<GroupHours>,
}

/// What is to be different about a group. What is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "left out, and all lists")]
pub(super) struct GroupPatch {
    /// Whether anything is stopped for its devices.
    blocking: Option<bool>,
    /// The ids of the lists that govern its devices; `null`: all lists.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<Vec<String>>, example = json!(["vendors"]))]
    lists: Option<Option<Vec<String>>>,
    /// Whether search engines answer with their filters on; `null`: as for devices in no group.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<SafeSearch>)]
    safe_search: Option<Option<SafeSearch>>,
    /// Windows of the week in which its devices are offline; none: never.
    #[schema(example = json!(["mon-thu,sun 20:30-06:30"]))]
    offline: Option<Vec<String>>,
}

/// The groups of devices. Which devices are in one is told with the devices.
#[utoipa::path(
    get,
    path = "/api/v1/groups",
    tag = "groups",
    responses((status = 200, body = Groups), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn groups(State(deps): State<Arc<Deps>>) -> Json<Groups> {
    let now = |status: GroupStatus| GroupNow { hours: deps.view.hours(&status.offline), status };
    Json(Groups { groups: deps.changes.groups().into_iter().map(now).collect() })
}

/// Makes a group; devices are put in it by `PATCH /api/v1/devices/{id}`.
#[utoipa::path(
    post,
    path = "/api/v1/groups",
    tag = "groups",
    request_body = NewGroup,
    responses((status = 200, description = "In force", body = Change), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn make_group(
    operator: Operator,
    extract::Json(new): extract::Json<NewGroup>,
) -> Result<Json<Change>, Problem> {
    operator.change(Command::Change(Request::MakeGroup(new))).await
}

/// Treats a group differently. Those of `config.toml` can only be changed there.
#[utoipa::path(
    patch,
    path = "/api/v1/groups/{id}",
    tag = "groups",
    params(("id" = String, Path, description = "Its id", min_length = 1, max_length = 64, example = "kids")),
    request_body = GroupPatch,
    responses((status = 200, description = "In force", body = Change), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn change_group(
    operator: Operator,
    Id(id): Id,
    extract::Json(patch): extract::Json<GroupPatch>,
) -> Result<Json<Change>, Problem> {
    let GroupPatch { blocking, lists, safe_search, offline } = patch;
    let change = GroupChange { blocking, lists, safe_search, offline };
    operator.change(Command::Change(Request::ChangeGroup { id, change })).await
}

/// Removes a group. Its devices are treated like those in none from then on; what is for the group holds for nobody.
#[utoipa::path(
    delete,
    path = "/api/v1/groups/{id}",
    tag = "groups",
    params(("id" = String, Path, description = "Its id", min_length = 1, max_length = 64, example = "kids")),
    responses((status = 200, description = "In force", body = Change), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn remove_group(operator: Operator, Id(id): Id) -> Result<Json<Change>, Problem> {
    operator.change(Command::Change(Request::RemoveGroup { id })).await
}
