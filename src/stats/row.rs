//! A query as people read it: names instead of numbers, and whose name it was.

use std::{net::IpAddr, sync::Arc};

use serde::Serialize;
use utoipa::ToSchema;

use super::Transport;
use crate::{
    dns::{Rcode, RecordType},
    policy::Verdict,
    time::UnixTime,
};

/// One query as people read it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = QueryRow)]
pub struct Row {
    /// Grows with each query, across restarts too; pages and the live stream are continued from it.
    pub id: u64,
    /// When it was answered, in milliseconds since 1970 UTC.
    #[schema(value_type = u64)]
    pub at: UnixTime,
    /// The device that asked; its address for now.
    #[schema(value_type = String, example = "192.168.1.23")]
    pub device: IpAddr,
    /// What the device is called; its address for now.
    #[schema(example = "192.168.1.23")]
    pub device_name: String,
    /// The name asked for, its case kept.
    #[schema(value_type = String, example = "tracking.intl.miui.com")]
    pub name: Box<str>,
    /// The type asked for.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "A")]
    pub rtype: RecordType,
    /// How it ended.
    pub verdict: Verdict,
    /// The code of the reply.
    #[schema(value_type = String, example = "NOERROR")]
    pub rcode: Rcode,
    /// What carried it.
    pub transport: Transport,
    /// From the arrival of the query to the reply, in microseconds.
    pub latency_us: u64,
    /// What made it end so; `null` when no rule had a word in it.
    #[schema(required)]
    pub cause: Option<RowCause>,
    /// Whose name it is; `null` when the catalogue does not know.
    #[schema(required)]
    pub attribution: Option<Attribution>,
}

/// What made a query end as it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = QueryCause)]
pub struct RowCause {
    /// Whose word it was.
    pub source: SourceKind,
    /// The id of the list or group.
    #[schema(required, value_type = Option<String>, example = "vendors")]
    pub id: Option<Arc<str>>,
    /// The name in the deciding rule, in lower case; `*.` before it when the rule covers only what is below.
    #[schema(example = "miui.com")]
    pub rule: String,
    /// The alias target that the rule covers, where it is not the name in question.
    #[schema(required)]
    pub via: Option<String>,
}

/// Whose word decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CauseSource)]
pub enum SourceKind {
    /// A list.
    List,
    /// The operator's own rules.
    OwnRules,
    /// The own rules of a group.
    GroupRules,
    /// A canary name, by which browsers and phones ask whether they may use other resolvers.
    Canary,
    /// Private addresses in an answer from outside.
    Rebinding,
}

/// Whose name it is and what it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Attribution {
    /// The company.
    #[schema(value_type = String, example = "Xiaomi")]
    pub vendor: Arc<str>,
    /// The company's home country, an ISO 3166-1 code of two letters: not where the data would have gone.
    #[schema(value_type = String, example = "CN")]
    pub country: Arc<str>,
    /// The product or service.
    #[schema(value_type = String, example = "MIUI analytics")]
    pub service: Arc<str>,
    /// What the name is for.
    #[schema(value_type = String, example = "telemetry")]
    pub purpose: Arc<str>,
    /// What stopping it costs: `block` nothing, `mixed` something, `functional` what the device is for.
    #[schema(value_type = String, example = "block")]
    pub class: Arc<str>,
}
