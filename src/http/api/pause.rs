//! Pauses, during which nothing is stopped.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    changes,
    extract::{self, By, Query},
};
use crate::{
    changes::{Change, NewPause, Request},
    clients::DeviceId,
    http::{Deps, Problem},
    policy::{Pause, Scope},
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
pub(super) struct Whom {
    /// The device: its hardware address, or an address.
    #[param(value_type = Option<String>)]
    device: Option<DeviceId>,
    /// The id of the group.
    group: Option<String>,
}

impl Whom {
    fn scope(self) -> Result<Scope, Problem> {
        match (self.device, self.group) {
            (None, None) => Ok(Scope::Everyone),
            (Some(device), None) => Ok(Scope::Device(device)),
            (None, Some(group)) => Ok(Scope::Group(group)),
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
    State(deps): State<Arc<Deps>>,
    By(by): By,
    extract::Json(new): extract::Json<NewPause>,
) -> Result<Json<Change>, Problem> {
    changes::make(&deps, by, Request::Pause(new)).await
}

/// Ends a pause.
#[utoipa::path(
    delete,
    path = "/api/v1/pause",
    tag = "pause",
    params(Whom),
    responses((status = 200, description = "In force", body = Change), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn resume(
    State(deps): State<Arc<Deps>>,
    By(by): By,
    Query(whom): Query<Whom>,
) -> Result<Json<Change>, Problem> {
    changes::make(&deps, by, Request::Resume { scope: whom.scope()? }).await
}
