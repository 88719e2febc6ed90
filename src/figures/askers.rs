//! Which devices asked lately, and for which of them something was stopped.

use std::{cmp::Reverse, collections::HashMap, sync::Arc};

use serde::Serialize;
use utoipa::ToSchema;

use super::Household;
use crate::{clients::DeviceId, policy::Verdict, stats::Row, time::UnixTime};

/// A device that asked lately.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Asker {
    /// What it is known by.
    #[schema(value_type = String, example = "aa:bb:cc:dd:ee:ff")]
    pub device_id: DeviceId,
    /// What it is called; what it is known by when nobody knows a name.
    #[schema(example = "living-room-tv")]
    pub device_name: String,
    /// How often it asked.
    pub queries: u64,
    /// How often of these it was stopped.
    pub stopped: u64,
    /// When it last asked, in milliseconds since 1970 UTC.
    #[schema(value_type = u64)]
    pub last_seen: UnixTime,
    /// When it was last stopped.
    #[schema(required, value_type = Option<u64>)]
    pub last_stopped: Option<UnixTime>,
}

/// The devices that asked for `rows`: those that were stopped last first, then those that asked last.
#[must_use]
pub fn askers(rows: &[Arc<Row>], household: &Household) -> Vec<Asker> {
    let mut askers: HashMap<DeviceId, Asker> = HashMap::new();
    for row in rows {
        let id = household.now(row.device_id);
        let asker = askers.entry(id).or_insert_with(|| Asker {
            device_id: id,
            device_name: household.called(id),
            queries: 0,
            stopped: 0,
            last_seen: row.at,
            last_stopped: None,
        });
        asker.queries += 1;
        asker.last_seen = asker.last_seen.max(row.at);
        if row.verdict == Verdict::Stopped {
            asker.stopped += 1;
            asker.last_stopped = asker.last_stopped.max(Some(row.at));
        }
    }
    let mut askers: Vec<Asker> = askers.into_values().collect();
    askers.sort_by_key(|asker| (Reverse(asker.last_stopped), Reverse(asker.last_seen), asker.device_id));
    askers
}
