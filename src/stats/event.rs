//! One query as it is recorded.

use std::net::IpAddr;

use serde::Serialize;

use crate::{
    dns::{Name, Rcode, RecordType},
    policy::{Cause, Verdict},
    time::UnixTime,
};

/// One query and how it ended, to be packed into an [`EventBuffer`](super::EventBuffer).
#[derive(Clone, Copy, Debug)]
pub struct QueryEvent<'a> {
    /// When it arrived.
    pub at: UnixTime,
    /// Who asked.
    pub client: IpAddr,
    /// Over what.
    pub transport: Transport,
    /// For which name.
    pub name: &'a Name,
    /// For which type.
    pub rtype: RecordType,
    /// How it ended.
    pub verdict: Verdict,
    /// What made it end so; `None` when no rule had a word in it.
    pub cause: Option<Cause>,
    /// The alias target that the cause is about, where that is not the name in question.
    pub via: Option<&'a Name>,
    /// The code of the reply.
    pub rcode: Rcode,
    /// The first address of an answer that was just asked for elsewhere.
    pub answered: Option<IpAddr>,
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

/// An event at `at`, for tests.
#[cfg(test)]
pub(crate) fn event_at(at: u64, name: &Name) -> QueryEvent<'_> {
    QueryEvent {
        at: UnixTime(at),
        client: std::net::Ipv4Addr::LOCALHOST.into(),
        transport: Transport::Udp,
        name,
        rtype: RecordType::A,
        verdict: Verdict::Allowed,
        cause: None,
        via: None,
        rcode: Rcode::NOERROR,
        answered: None,
    }
}
