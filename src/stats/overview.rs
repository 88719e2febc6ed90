//! The figures of a time range.

use std::{iter::Sum, net::IpAddr, sync::Arc};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Attribution;
use crate::{
    catalog::Purpose,
    clients::{Called, DeviceId},
    policy::Verdict,
    time::UnixTime,
};

/// A time range that ends now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Range {
    /// The running ten minutes and the five times ten before: 50 to 60 minutes.
    #[serde(rename = "1h")]
    Hour,
    /// The running hour and the 23 before: 23 to 24 hours.
    #[default]
    #[serde(rename = "24h")]
    Day,
    /// The running hour and the 167 before.
    #[serde(rename = "7d")]
    Week,
    /// The running day, UTC, and the 29 before.
    #[serde(rename = "30d")]
    Month,
    /// The running day, UTC, and the 364 before.
    #[serde(rename = "1y")]
    Year,
}

/// A time range that is counted in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecentRange {
    /// [`Range::Hour`].
    Hour,
    /// [`Range::Day`].
    Day,
}

impl Range {
    /// Where it begins when it ends at `now`.
    #[must_use]
    pub fn start(self, now: UnixTime) -> UnixTime {
        const MINUTE: u64 = 60_000;
        let (unit, before) = match self {
            Self::Hour => (10 * MINUTE, 5),
            Self::Day => (60 * MINUTE, 23),
            Self::Week => (60 * MINUTE, 167),
            Self::Month => (1440 * MINUTE, 29),
            Self::Year => (1440 * MINUTE, 364),
        };
        UnixTime((now.0 / unit).saturating_sub(before) * unit)
    }

    /// The range as one that is counted in memory; `None` for a longer one.
    #[must_use]
    pub fn recent(self) -> Option<RecentRange> {
        match self {
            Self::Hour => Some(RecentRange::Hour),
            Self::Day => Some(RecentRange::Day),
            Self::Week | Self::Month | Self::Year => None,
        }
    }
}

/// Queries by how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Totals {
    /// All of them.
    pub queries: u64,
    /// Stopped by a rule.
    pub stopped: u64,
    /// Answered by an upstream.
    pub allowed: u64,
    /// Answered from memory.
    pub cached: u64,
    /// Answered from data kept here.
    pub local: u64,
    /// Not answered.
    pub failed: u64,
}

impl Totals {
    /// Counts so many queries that ended so.
    pub fn add(&mut self, verdict: Verdict, queries: u64) {
        self.queries += queries;
        *match verdict {
            Verdict::Stopped => &mut self.stopped,
            Verdict::Allowed => &mut self.allowed,
            Verdict::Cached => &mut self.cached,
            Verdict::Local => &mut self.local,
            Verdict::Failed => &mut self.failed,
        } += queries;
    }

    /// The share of queries that were stopped, 0 to 1; 0 of none.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a share of more than 2^53 queries may be off in its last digit")]
    pub fn stopped_share(&self) -> f64 {
        if self.queries == 0 { 0.0 } else { self.stopped as f64 / self.queries as f64 }
    }
}

impl Sum for Totals {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, other| Self {
            queries: sum.queries + other.queries,
            stopped: sum.stopped + other.stopped,
            allowed: sum.allowed + other.allowed,
            cached: sum.cached + other.cached,
            local: sum.local + other.local,
            failed: sum.failed + other.failed,
        })
    }
}

/// The figures of a time range. Tables are sorted, largest first. Their counts come from sketches of bounded memory:
/// they are exact while few different keys occur, and never higher than the truth.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Overview {
    /// The range; `null` for a time that was given by its ends.
    #[schema(required)]
    pub range: Option<Range>,
    /// Where it begins, in milliseconds since 1970 UTC: whole windows only, so that all figures speak of the same time.
    #[schema(value_type = u64)]
    pub from: UnixTime,
    /// Where it ends.
    #[schema(value_type = u64)]
    pub to: UnixTime,
    /// All queries of the range.
    pub totals: Totals,
    /// The share of queries that were stopped, 0 to 1.
    pub stopped_share: f64,
    /// The length of one bucket of `series`, in seconds.
    pub bucket_seconds: u64,
    /// Queries over time, oldest first, without gaps.
    pub series: Vec<Bucket>,
    /// Names that were stopped most.
    pub stopped_names: Vec<StoppedName>,
    /// Names that were asked most.
    pub names: Vec<TopName>,
    /// Devices that asked most.
    pub devices: Vec<TopDevice>,
    /// Companies whose names were asked most.
    pub vendors: Vec<TopVendor>,
    /// Purposes of the names that the catalogue knows.
    pub purposes: Vec<TopPurpose>,
    /// Lists that stopped most.
    pub lists: Vec<TopList>,
}

/// A stretch of time and the queries in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Bucket {
    /// Where it begins, in milliseconds since 1970 UTC.
    #[schema(value_type = u64)]
    pub at: UnixTime,
    /// The queries.
    #[serde(flatten)]
    pub totals: Totals,
}

/// A name that was stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StoppedName {
    /// The name, in lower case.
    #[schema(value_type = String)]
    pub name: Arc<str>,
    /// How often.
    pub stopped: u64,
    /// The list that stopped it last; `null` when it was no list.
    #[schema(required, value_type = Option<String>)]
    pub list: Option<Arc<str>>,
    /// Whose name it is.
    #[schema(required)]
    pub attribution: Option<Attribution>,
}

/// A name that was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TopName {
    /// The name, in lower case.
    #[schema(value_type = String)]
    pub name: Arc<str>,
    /// How often it was asked.
    pub queries: u64,
    /// How often of these it was stopped.
    pub stopped: u64,
    /// Whose name it is.
    #[schema(required)]
    pub attribution: Option<Attribution>,
}

/// A device that asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TopDevice {
    /// The device, by its address.
    #[schema(value_type = String)]
    pub device: IpAddr,
    /// What that device is known by, which its addresses share.
    #[schema(value_type = String)]
    pub device_id: DeviceId,
    /// What it is called; its address when nobody knows a name.
    pub device_name: String,
    /// How often it asked.
    pub queries: u64,
    /// How often of these it was stopped.
    pub stopped: u64,
}

impl Overview {
    /// Has the devices called what they are called now, as far as anybody knows them.
    pub fn rename(&mut self, called: &Called) {
        for line in &mut self.devices {
            called.rename(line.device_id, line.device, &mut line.device_name);
        }
    }
}

/// A company whose names were asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TopVendor {
    /// The company.
    #[schema(value_type = String)]
    pub vendor: Arc<str>,
    /// Its home country, an ISO 3166-1 code of two letters.
    #[schema(required, value_type = Option<String>)]
    pub country: Option<Arc<str>>,
    /// How often its names were asked.
    pub queries: u64,
    /// How often of these they were stopped.
    pub stopped: u64,
}

/// What names were for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TopPurpose {
    /// The purpose.
    pub purpose: Purpose,
    /// How often such names were asked.
    pub queries: u64,
    /// How often of these they were stopped.
    pub stopped: u64,
}

/// A list that stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TopList {
    /// Its id.
    #[schema(value_type = String)]
    pub list: Arc<str>,
    /// How often.
    pub stopped: u64,
}
