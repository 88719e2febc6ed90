//! The devices: what is known of them, and what people say of them.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use super::extract::{self, Id, Operator, said};
use crate::{
    clients::{DeviceId, DeviceKind},
    control::{Command, DeviceOrder},
    devices::{DeviceChange, DeviceList, DeviceStatus},
    http::{Deps, Problem},
};

/// What somebody says of a device. What is left out stays as it is; `null` takes it back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "left out, and taken back")]
pub(super) struct DevicePatch {
    /// What it is called, in 1 to 64 characters.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64, example = "Living-room TV")]
    name: Option<Option<String>>,
    /// What kind of device it is.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<DeviceKind>)]
    kind: Option<Option<DeviceKind>>,
    /// The id of the group that it is in.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    group: Option<Option<String>>,
}

/// Another device.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeviceMerge {
    /// The device that becomes a part of this one: its id, any of its addresses, or its name.
    #[schema(example = "192.168.1.24")]
    device: String,
}

/// An address of a device.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeviceSplit {
    /// The address or hardware address that becomes a device of its own.
    address: DeviceId,
}

/// All devices: what they are, how that is known and how sure it is; those that were seen last first.
#[utoipa::path(
    get,
    path = "/api/v1/devices",
    tag = "devices",
    responses((status = 200, body = DeviceList), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn devices(State(deps): State<Arc<Deps>>) -> Json<DeviceList> {
    Json(deps.view.devices())
}

/// One device.
#[utoipa::path(
    get,
    path = "/api/v1/devices/{id}",
    tag = "devices",
    params(("id" = String, Path, description = "Its id, any of its addresses, or its name", min_length = 1, max_length = 64, example = "living-room-tv")),
    responses(
        (status = 200, body = DeviceStatus),
        (status = 404, description = "There is no such device", body = Problem, content_type = "application/problem+json"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn device(State(deps): State<Arc<Deps>>, Id(id): Id) -> Result<Json<DeviceStatus>, Problem> {
    Ok(Json(deps.view.device(&id)?))
}

/// Names a device, says what it is, or puts it in a group. What `config.toml` says cannot be changed here.
#[utoipa::path(
    patch,
    path = "/api/v1/devices/{id}",
    tag = "devices",
    params(("id" = String, Path, description = "Its id, any of its addresses, or its name", min_length = 1, max_length = 64, example = "living-room-tv")),
    request_body = DevicePatch,
    responses((status = 204, description = "In force"), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn change_device(
    State(deps): State<Arc<Deps>>,
    operator: Operator,
    Id(id): Id,
    extract::Json(patch): extract::Json<DevicePatch>,
) -> Result<StatusCode, Problem> {
    let DevicePatch { name, kind, group } = patch;
    let (id, change) = (deps.view.meant(&id)?, DeviceChange { name, kind, group });
    operator.order(Command::Devices(DeviceOrder::Change { id, change })).await
}

/// Makes two devices one.
#[utoipa::path(
    post,
    path = "/api/v1/devices/{id}/merge",
    tag = "devices",
    params(("id" = String, Path, description = "The device that stays: its id, any of its addresses, or its name", min_length = 1, max_length = 64, example = "living-room-tv")),
    request_body = DeviceMerge,
    responses((status = 204, description = "In force"), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn merge_devices(
    State(deps): State<Arc<Deps>>,
    operator: Operator,
    Id(id): Id,
    extract::Json(other): extract::Json<DeviceMerge>,
) -> Result<StatusCode, Problem> {
    let (id, other) = (deps.view.meant(&id)?, deps.view.meant(&other.device)?);
    operator.order(Command::Devices(DeviceOrder::Merge { id, other })).await
}

/// Makes an address or hardware address of a device a device of its own.
#[utoipa::path(
    post,
    path = "/api/v1/devices/{id}/split",
    tag = "devices",
    params(("id" = String, Path, description = "The device: its id, any of its addresses, or its name", min_length = 1, max_length = 64, example = "living-room-tv")),
    request_body = DeviceSplit,
    responses((status = 204, description = "In force"), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn split_device(
    State(deps): State<Arc<Deps>>,
    operator: Operator,
    Id(id): Id,
    extract::Json(part): extract::Json<DeviceSplit>,
) -> Result<StatusCode, Problem> {
    operator.order(Command::Devices(DeviceOrder::Split { id: deps.view.meant(&id)?, part: part.address })).await
}
