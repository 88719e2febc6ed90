//! What devices are called, for the commands that tell of them.

use std::collections::HashMap;

use serde_json::Value;

use super::client::Running;
use crate::{app::offline::Offline, clients::DeviceId};

/// The names of the devices that have one.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<String, String>);

impl Names {
    /// As the running ponor knows them.
    pub(super) async fn of_running(running: &Running) -> anyhow::Result<Self> {
        Ok(Self::of(&running.get("/api/v1/devices").await?))
    }

    /// As the state folder has them, because no ponor runs.
    pub(super) fn of_state(offline: &Offline) -> anyhow::Result<Self> {
        Ok(Self::of(&serde_json::to_value(offline.view().devices())?))
    }

    fn of(devices: &Value) -> Self {
        let text = |device: &Value, key: &str| device[key].as_str().map(str::to_owned);
        let all = devices["devices"].as_array().into_iter().flatten();
        Self(all.filter_map(|device| Some((text(device, "id")?, text(device, "name")?))).collect())
    }

    /// `name (id)` of a device that has a name.
    pub(super) fn called(&self, id: DeviceId) -> Option<String> {
        self.0.get(&id.to_string()).map(|name| id.with_name(name))
    }
}
