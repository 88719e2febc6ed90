//! One query as it is recorded.

use std::{net::IpAddr, time::Duration};

use serde::Serialize;

use crate::{
    dns::{Name, Rcode, RecordType},
    policy::{Cause, Verdict},
    time::UnixTime,
};

/// One query and how it ended. Holds no heap memory, so that making one costs no allocation.
#[derive(Clone, Copy, Debug)]
pub struct QueryEvent {
    /// When it was answered.
    pub at: UnixTime,
    /// Who asked.
    pub client: IpAddr,
    /// Over what.
    pub transport: Transport,
    /// For which name.
    pub name: Name,
    /// For which type.
    pub rtype: RecordType,
    /// How it ended.
    pub verdict: Verdict,
    /// What made it end so; `None` when no rule had a word in it.
    pub cause: Option<Cause>,
    /// The code of the reply.
    pub rcode: Rcode,
    /// From the arrival of the query to the reply.
    pub latency: Duration,
}

/// What carried a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// Plain UDP.
    Udp,
    /// Plain TCP.
    Tcp,
    /// DNS over TLS.
    Dot,
    /// DNS over HTTPS, HTTP/2.
    Doh,
    /// DNS over HTTPS, HTTP/3.
    Doh3,
    /// DNS over QUIC.
    Doq,
}

impl Transport {
    /// Whether others on the way can read it.
    #[must_use]
    pub fn is_encrypted(self) -> bool {
        !matches!(self, Self::Udp | Self::Tcp)
    }
}
