//! What goes into the resolver and what comes out of it.

use std::{future::Future, net::IpAddr, pin::Pin};

use crate::{
    dns::{Name, Query, Rcode, reply::Frame},
    policy::{Cause, Verdict},
    stats::{EventBuffer, QueryEvent, Transport},
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

    /// Writes what is recorded of a query that ended in this way; it took no time yet. Returns its end in a word.
    pub fn ended(&self, ended: &Ended<'_>, events: &mut EventBuffer) -> Verdict {
        events.push(&QueryEvent {
            at: self.now.unix,
            client: self.client,
            transport: self.transport,
            name: &self.query.name,
            rtype: self.query.rtype,
            verdict: ended.verdict,
            cause: ended.cause,
            via: ended.via,
            rcode: ended.rcode,
            answered: ended.answered,
        });
        ended.verdict
    }
}

/// What a query leads to, each written behind what is there already.
#[derive(Debug)]
pub struct Output<'o> {
    /// The reply.
    pub reply: &'o mut Vec<u8>,
    /// What is recorded of the query.
    pub events: &'o mut EventBuffer,
}

/// How a query ended.
#[derive(Clone, Copy, Debug)]
pub struct Ended<'n> {
    /// In a word.
    pub verdict: Verdict,
    /// What made it end so.
    pub cause: Option<Cause>,
    /// The alias target that the cause is about, where that is not the name in question.
    pub via: Option<&'n Name>,
    /// The code of the reply.
    pub rcode: Rcode,
    /// The first address of an answer that was just asked for elsewhere: what is remembered was told before.
    pub answered: Option<IpAddr>,
}

impl Ended<'_> {
    /// A query that ended so without a rule having a word in it.
    #[must_use]
    pub fn plainly(verdict: Verdict, rcode: Rcode) -> Self {
        Self { verdict, cause: None, via: None, rcode, answered: None }
    }
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
