//! A query as people read it: names instead of numbers, and whose name it was.

use std::{net::IpAddr, sync::Arc};

use serde::Serialize;
use utoipa::ToSchema;

use super::{Packed, Transport};
use crate::{
    catalog::{Catalog, Class, Entry, Purpose},
    clients::{Called, Caller, DeviceId},
    dns::{Name, Rcode, RecordType},
    policy::{Cause, CauseSource, Verdict},
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
    /// The device that asked, by its address.
    #[schema(value_type = String, example = "192.168.1.23")]
    pub device: IpAddr,
    /// What that device is known by, which its addresses share.
    #[schema(value_type = String, example = "aa:bb:cc:dd:ee:ff")]
    pub device_id: DeviceId,
    /// What the device is called; its address when nobody knows a name.
    #[schema(example = "living-room-tv")]
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
    /// The name in the deciding rule, in lower case; `*.` before it when the rule covers only what is below; `null`
    /// when no rule with a name decided.
    #[schema(required, example = "miui.com")]
    pub rule: Option<String>,
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
    /// An exception that somebody made while ponor ran.
    Exception,
    /// An answer from outside without any address but `0.0.0.0` or `::`, as servers give that stop names.
    NoAddress,
    /// Safe search: the name of a search engine led to the addresses at which it filters.
    SafeSearch,
    /// The hours in which a group is offline.
    Offline,
}

/// Whose name it is and what it is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, ToSchema)]
pub struct Attribution {
    /// The company.
    #[schema(value_type = String, example = "Xiaomi")]
    pub vendor: Arc<str>,
    /// The company's home country, an ISO 3166-1 code of two letters: not where the data would have gone.
    #[schema(required, value_type = Option<String>, example = "CN")]
    pub country: Option<Arc<str>>,
    /// The product or service.
    #[schema(value_type = String, example = "MIUI analytics")]
    pub service: Arc<str>,
    /// What the name is for.
    pub purpose: Purpose,
    /// What stopping it costs: `block` nothing, `mixed` something, `functional` what the device is for.
    pub class: Class,
}

impl Row {
    /// The row `id` for an event; `source` is the id of the list or group that its cause names, `device` who asked.
    pub(super) fn new(
        id: u64,
        event: &Packed<'_>,
        source: Option<Arc<str>>,
        device: &Caller,
        catalog: &Catalog,
    ) -> Self {
        let (name, client, via) = (event.name(), event.client(), event.via());
        let entry = catalog.find(&name).or_else(|| catalog.find(via.as_ref()?));
        Self {
            id,
            at: event.at(),
            device: client,
            device_id: device.id,
            device_name: device.name.as_deref().map_or_else(|| client.to_string(), str::to_owned),
            name: name.to_string().into(),
            rtype: event.rtype(),
            verdict: event.verdict(),
            rcode: event.rcode(),
            transport: event.transport(),
            latency_us: event.latency_us().into(),
            attribution: entry.map(Attribution::from),
            cause: event.cause().map(|cause| RowCause::new(cause, &name, via.as_ref(), source)),
        }
    }

    /// Has the device called what it is called now, if anybody knows it.
    pub fn rename(&mut self, called: &Called) {
        called.rename(self.device_id, self.device, &mut self.device_name);
    }
}

impl RowCause {
    /// The cause of a query for `name` as people read it, about the alias target `via` if there is one; `id` is that of its
    /// list or group.
    #[must_use]
    pub fn new(cause: Cause, name: &Name, via: Option<&Name>, id: Option<Arc<str>>) -> Self {
        Self {
            source: cause.source.into(),
            id,
            rule: cause.rule_name(via.unwrap_or(name)),
            via: via.map(|via| via.to_lowercase().to_string()),
        }
    }
}

impl SourceKind {
    /// Whether what it stops says something of whose name it is: while a group is offline everything is stopped, and whoever asks
    /// for it asks again and again.
    #[must_use]
    pub fn tells_of_owner(self) -> bool {
        self != Self::Offline
    }
}

impl From<CauseSource> for SourceKind {
    fn from(source: CauseSource) -> Self {
        match source {
            CauseSource::Exception => Self::Exception,
            CauseSource::List(_) => Self::List,
            CauseSource::OwnRules => Self::OwnRules,
            CauseSource::GroupRules(_) => Self::GroupRules,
            CauseSource::Canary => Self::Canary,
            CauseSource::Rebinding => Self::Rebinding,
            CauseSource::NoAddress => Self::NoAddress,
            CauseSource::SafeSearch => Self::SafeSearch,
            CauseSource::Offline(_) => Self::Offline,
        }
    }
}

impl From<&Entry> for Attribution {
    fn from(entry: &Entry) -> Self {
        Self {
            vendor: Arc::clone(&entry.vendor),
            country: entry.country.clone(),
            service: Arc::clone(&entry.service),
            purpose: entry.purpose,
            class: entry.class,
        }
    }
}
