//! What the pages show that neither the statistics nor the journal know, and the shapes it is shown in.

use std::{
    collections::BTreeMap,
    future::Future,
    net::{IpAddr, SocketAddr},
    pin::Pin,
};

use serde::Serialize;
use tokio::sync::broadcast;
use utoipa::ToSchema;

use super::CatalogEntry;
use crate::{
    clients::DeviceId,
    control::Refused,
    devices::{DeviceList, DeviceStatus},
    dns::{Name, RecordType},
    geo::{Origin, Place},
    lists::{ListStatus, UpdateProgress},
    policy::Pause,
    stats::SourceKind,
    time::{Offset, UnixTime, WeekHours},
    upstream::ServerHealth,
};

/// An answer that takes a while.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Looks into the other parts on behalf of the pages; none of it may take long or hold up a query.
pub trait View: Send + Sync {
    /// Whether anything is stopped at all.
    fn blocking(&self) -> bool;
    /// How the upstreams do.
    fn upstreams(&self) -> Vec<ServerHealth>;
    /// Counters of other parts by name, such as `cache_hits`.
    fn counters(&self) -> BTreeMap<String, u64>;
    /// Where plain DNS is answered over UDP.
    fn dns_addresses(&self) -> Vec<SocketAddr>;
    /// Why ponor is not ready to serve, a sentence each; empty when it is.
    fn not_ready(&self) -> Vec<String>;
    /// What does not work as it should although ponor serves, a sentence each, without names: everyone may read it.
    fn degraded(&self) -> Vec<String>;
    /// By how much the clocks of the house differ from UTC now.
    fn offset(&self) -> Offset;
    /// Whether hours in which a group is offline hold now; `None` where there are none, or while the clock is wrong.
    fn hours(&self, hours: &WeekHours) -> Option<GroupHours>;
    /// The figures of all parts in the text format of Prometheus.
    fn metrics(&self) -> String;
    /// The lists in the order of configuration.
    fn lists(&self) -> Vec<ListStatus>;
    /// The steps of list updates from now on.
    fn list_progress(&self) -> broadcast::Receiver<UpdateProgress>;
    /// What would happen to a query, and why.
    fn explain(&self, question: ExplainQuestion) -> Later<'_, Result<Explanation, String>>;
    /// How many lists stop a name for whoever asks from `client`.
    fn stopping_lists(&self, name: &Name, client: IpAddr) -> usize;
    /// All devices, those that were seen last first, and what somebody should look at.
    fn devices(&self) -> DeviceList;
    /// What the device is known by that an id, any address of it or a name of it means. An address at which nobody is
    /// known stands for itself.
    ///
    /// # Errors
    /// When no device is called so, or several are.
    fn meant(&self, text: &str) -> Result<DeviceId, Refused>;
    /// The device that a text means.
    ///
    /// # Errors
    /// As [`Self::meant`], and when nobody is known at that address.
    fn device(&self, text: &str) -> Result<DeviceStatus, Refused>;

    /// An address that the device asks from that a text means. An address stands for itself.
    ///
    /// # Errors
    /// As [`Self::device`], and when no address of the device is known yet.
    fn address(&self, text: &str) -> Result<IpAddr, Refused> {
        let known = || self.device(text).map(|device| device.addresses.first().copied());
        let address = text.trim().parse().map_or_else(|_| known(), |address| Ok(Some(address)))?;
        address.ok_or_else(|| Refused::NotFound("no address of this device is known yet".to_owned()))
    }
}

/// What is told of the hours in which a group is offline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct GroupHours {
    /// Whether it is offline now.
    pub offline: bool,
    /// When that changes next, in milliseconds since 1970 UTC; `null`: never.
    #[schema(required, value_type = Option<u64>)]
    pub changes: Option<UnixTime>,
}

/// A question to be explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExplainQuestion {
    /// The name.
    pub name: Name,
    /// The type.
    pub rtype: RecordType,
    /// The device that would ask; `None`: one that is in no group.
    pub device: Option<IpAddr>,
}

/// What would happen to a query, and why.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Explanation {
    /// The name, in lower case.
    pub name: String,
    /// The type.
    #[serde(rename = "type")]
    #[schema(example = "A")]
    pub rtype: String,
    /// The device that would ask.
    #[schema(required, value_type = Option<String>)]
    pub device: Option<IpAddr>,
    /// The group that the device is in.
    #[schema(required)]
    pub group: Option<String>,
    /// What would happen.
    pub decision: Decision,
    /// One sentence that says it.
    pub summary: String,
    /// What decides.
    #[schema(required)]
    pub cause: Option<ExplainCause>,
    /// The pause by which nothing is stopped for this device.
    #[schema(required)]
    pub pause: Option<Pause>,
    /// Rules that cover the name beside the one that decides.
    pub others: Vec<ExplainCause>,
    /// The aliases that the name leads to, in order; empty when it leads to none or when none was looked up.
    pub aliases: Vec<ExplainAlias>,
    /// What the catalogue knows of the name.
    #[schema(required)]
    pub catalog: Option<CatalogEntry>,
    /// The vendor whose names the list that stops it holds, where the catalogue does not know the name.
    #[schema(required, example = "Xiaomi")]
    pub list_vendor: Option<String>,
    /// What the device would get.
    #[schema(required)]
    pub answer: Option<ExplainAnswer>,
    /// Where the addresses of the answer are at home, when an upstream gave it. Of stopped names nothing is looked up: of
    /// them only the home country of the vendor is known, which `catalog` has.
    #[schema(required)]
    pub places: Option<ExplainPlaces>,
}

/// Where the addresses of an answer are at home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExplainPlaces {
    /// The addresses of which something is known, in the order of the answer.
    pub addresses: Vec<ExplainPlace>,
    /// What this is known from. Its attribution is to be shown beside the places.
    pub origin: Origin,
}

/// Where an address is at home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExplainPlace {
    /// The address.
    #[schema(value_type = String, example = "161.117.97.14")]
    pub address: IpAddr,
    /// Where it is registered, and who announces it.
    #[serde(flatten)]
    pub place: Place,
    /// The same in words.
    #[schema(example = "registered in SG, announced by Alibaba (US) Technology Co., Ltd. (AS45102)")]
    pub text: String,
}

/// What happens to a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// A rule stops it.
    Stopped,
    /// A rule lets it through that others would stop.
    Allowed,
    /// It is answered from data kept here.
    Local,
    /// No rule has a word in it.
    Forwarded,
}

/// A rule that covers a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExplainCause {
    /// Whose rule it is.
    pub source: SourceKind,
    /// The id of the list or group, or the number of the exception.
    #[schema(required)]
    pub id: Option<String>,
    /// Whether it lets through or stops.
    pub action: crate::rules::Action,
    /// The rule, as ponor understood it.
    #[schema(example = "||miui.com^")]
    pub rule: String,
    /// The number of the line in the list, from 1.
    #[schema(required)]
    pub line: Option<u64>,
    /// The text of that line.
    #[schema(required)]
    pub text: Option<String>,
    /// The alias target that the rule covers, where it is not the name in question.
    #[schema(required)]
    pub via: Option<String>,
}

/// One step of an alias chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExplainAlias {
    /// The target of the alias.
    pub name: String,
    /// Whether a rule stops it.
    pub stopped: bool,
}

/// An answer in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExplainAnswer {
    /// The response code.
    #[schema(example = "NOERROR")]
    pub rcode: String,
    /// The records, in zone-file style.
    #[schema(example = json!(["tracking.miui.com. 10 A 0.0.0.0"]))]
    pub records: Vec<String>,
    /// The extended error (RFC 8914): its code, and its text or what the code is called, as `15 stopped by list vendors`.
    #[schema(required)]
    pub ede: Option<String>,
}
