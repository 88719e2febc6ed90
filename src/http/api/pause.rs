//! Pauses, during which nothing is stopped.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::extract::{self, Operator, Query};
use crate::{
    changes::{Change, NewPause, Request, Whom},
    control::Command,
    http::{Deps, Problem},
    policy::Pause,
};

/// The pauses.
#[derive(Serialize, ToSchema)]
pub(super) struct Pauses {
    /// At most one for the same devices.
    pauses: Vec<Pause>,
}

/// Whom a pause is for; everyone unless given.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WhomParameters {
    /// The device: its hardware address, an address, or its name.
    #[param(min_length = 1, max_length = 64, example = "living-room-tv")]
    device: Option<String>,
    /// The id of the group.
    #[param(example = "kids")]
    group: Option<String>,
}

impl WhomParameters {
    fn whom(self) -> Result<Whom, Problem> {
        match (self.device, self.group) {
            (None, None) => Ok(Whom::Everyone),
            (Some(device), None) => Ok(Whom::Device(device)),
            (None, Some(group)) => Ok(Whom::Group(group)),
            (Some(_), Some(_)) => Err(Problem::new(StatusCode::BAD_REQUEST, "expected `device` or `group`, not both")),
        }
    }
}

/// The pauses in force.
#[utoipa::path(
    get,
    path = "/api/v1/pause",
    tag = "pause",
    responses((status = 200, body = Pauses), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn pauses(State(deps): State<Arc<Deps>>) -> Json<Pauses> {
    Json(Pauses { pauses: deps.changes.standing().pauses })
}

/// Stops nothing for a while, for all devices or for some. A pause for the same devices is replaced.
#[utoipa::path(
    post,
    path = "/api/v1/pause",
    tag = "pause",
    request_body = NewPause,
    responses((status = 200, description = "In force", body = Change), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn pause(
    operator: Operator,
    extract::Json(new): extract::Json<NewPause>,
) -> Result<Json<Change>, Problem> {
    operator.change(Command::Change(Request::Pause(new))).await
}

/// Ends a pause.
#[utoipa::path(
    delete,
    path = "/api/v1/pause",
    tag = "pause",
    params(WhomParameters),
    responses((status = 200, description = "In force", body = Change), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn resume(operator: Operator, Query(whom): Query<WhomParameters>) -> Result<Json<Change>, Problem> {
    operator.change(Command::Change(Request::Resume { scope: whom.whom()? })).await
}
