//! The keys of the configuration: what they are, and setting those that it leaves open.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::{self, Id, Operator};
use crate::{
    changes::{Change, NewSetting, Request},
    config::{SettingStatus, SettingValue},
    control::Command,
    http::{Deps, Problem},
};

/// The keys of the configuration.
#[derive(Serialize, ToSchema)]
pub(super) struct SettingList {
    /// In the order of the reference.
    settings: Vec<SettingStatus>,
    /// The configuration file; `null`: there is none.
    #[schema(required, example = "/etc/ponor/config.toml")]
    file: Option<String>,
    /// The state folder, where settings are kept.
    #[schema(example = "/var/lib/ponor")]
    data_dir: String,
}

/// A key to be set.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewValue {
    /// Its value.
    value: SettingValue,
}

/// Every key of the configuration: its value, its default, who set it and where, and whether it may be set here.
#[utoipa::path(
    get,
    path = "/api/v1/settings",
    tag = "settings",
    responses((status = 200, body = SettingList), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn settings(State(deps): State<Arc<Deps>>) -> Json<SettingList> {
    let loaded = deps.changes.settled();
    Json(SettingList {
        settings: deps.changes.settings(),
        file: loaded.layers.file.as_ref().map(|file| file.display().to_string()),
        data_dir: loaded.config.data_dir.display().to_string(),
    })
}

/// Sets a key that the configuration leaves open. It takes effect at once, and holds after a restart.
#[utoipa::path(
    put,
    path = "/api/v1/settings/{key}",
    tag = "settings",
    params(("key" = String, Path, description = "The key", min_length = 1, max_length = 64, example = "cache.size")),
    request_body = NewValue,
    responses((status = 200, description = "In force", body = Change), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn set(
    operator: Operator,
    Id(key): Id,
    extract::Json(NewValue { value }): extract::Json<NewValue>,
) -> Result<Json<Change>, Problem> {
    operator.change(Command::Change(Request::Set(NewSetting { key, value }))).await
}

/// Lets a key have its default again.
#[utoipa::path(
    delete,
    path = "/api/v1/settings/{key}",
    tag = "settings",
    params(("key" = String, Path, description = "The key", min_length = 1, max_length = 64, example = "cache.size")),
    responses((status = 200, description = "In force", body = Change), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn reset(operator: Operator, Id(key): Id) -> Result<Json<Change>, Problem> {
    operator.change(Command::Change(Request::Reset { key })).await
}
