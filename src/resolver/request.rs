//! What goes into the resolver and what comes out of it.

use std::{future::Future, net::IpAddr, pin::Pin};

use crate::{
    dns::{Query, Rcode, reply::Frame},
    policy::{Cause, Verdict},
    stats::Transport,
    time::Now,
};

/// One query with everything about it that decides the answer.
#[derive(Clone, Copy, Debug)]
pub struct Request<'q> {
    /// The query.
    pub query: &'q Query,
    /// Who asks.
    pub client: IpAddr,
    /// Over what.
    pub transport: Transport,
    /// When it arrived.
    pub now: Now,
}

impl Request<'_> {
    /// The most octets that a reply to this request may have.
    #[must_use]
    pub fn reply_limit(&self) -> usize {
        if self.transport == Transport::Udp { self.query.udp_limit() } else { usize::from(u16::MAX) }
    }

    /// The frame of a reply without a reason.
    #[must_use]
    pub fn frame(&self) -> Frame<'static> {
        Frame { limit: self.reply_limit(), padded: self.transport.is_encrypted(), ede: None }
    }
}

/// How a query ended, to be recorded with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// In a word.
    pub verdict: Verdict,
    /// What made it end so.
    pub cause: Option<Cause>,
    /// The code of the reply.
    pub rcode: Rcode,
    /// The first address of an answer that was just asked for elsewhere: what is remembered was told before.
    pub answered: Option<IpAddr>,
}

/// Something that answers the bytes of a query on behalf of a transport that is not in `server`.
pub trait AnswerBytes: Send + Sync {
    /// The reply, or `None` when the bytes deserve none.
    fn answer_bytes<'a>(
        &'a self,
        bytes: &'a [u8],
        client: IpAddr,
        transport: Transport,
    ) -> Pin<Box<dyn Future<Output = Option<Vec<u8>>> + Send + 'a>>;
}
