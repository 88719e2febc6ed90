//! The life of a query, in two halves: what can be answered from memory at once, and what must ask.
//!
//! Leaves reading and sending bytes to the faces, and recording to whoever called.

mod request;

use std::sync::Arc;

pub use request::{AnswerBytes, Ended, Request};

use crate::{
    dns::{
        Ede, EdeCode, Query, Question, Rcode,
        reply::{self, Ttls},
    },
    policy::Verdict,
    upstream::{Exchange, ExchangeError},
};

/// Answers queries.
pub struct Resolver {
    upstreams: Arc<dyn Exchange>,
}

/// What [`Resolver::answer_now`] came to.
#[derive(Debug)]
pub enum Progress {
    /// The reply is written.
    Done(Ended),
    /// An upstream must be asked.
    Later(Pending),
}

/// A query that waits for an upstream; owns all it needs.
#[derive(Debug)]
pub struct Pending {
    query: Query,
    client: std::net::IpAddr,
    transport: crate::stats::Transport,
    now: crate::time::Now,
}

impl Pending {
    /// The query that waits.
    #[must_use]
    pub fn request(&self) -> Request<'_> {
        Request { query: &self.query, client: self.client, transport: self.transport, now: self.now }
    }
}

impl Resolver {
    /// A resolver that asks `upstreams`.
    #[must_use]
    pub fn new(upstreams: Arc<dyn Exchange>) -> Self {
        Self { upstreams }
    }

    /// Answers what needs no waiting; the reply is written behind what `out` holds. Never allocates for it, if `out` has room.
    pub fn answer_now(&self, request: &Request<'_>, out: &mut Vec<u8>) -> Progress {
        let _ = out;
        Progress::Later(Pending {
            query: request.query.clone(),
            client: request.client,
            transport: request.transport,
            now: request.now,
        })
    }

    /// Asks, and writes the reply behind what `out` holds.
    pub async fn answer_later(&self, pending: Pending, out: &mut Vec<u8>) -> Ended {
        let request = pending.request();
        let question = Question::of(&pending.query);
        match self.upstreams.exchange(&question).await {
            Ok(answer) => {
                reply::from_answer(out, &pending.query, &answer, Ttls::Aged(0), request.frame());
                Ended { verdict: Verdict::Allowed, cause: None, rcode: answer.rcode() }
            }
            Err(error) => {
                let ede = reason(error);
                let frame = reply::Frame { ede: Some(&ede), ..request.frame() };
                reply::bare(out, &pending.query, Rcode::SERVFAIL, frame);
                Ended { verdict: Verdict::Failed, cause: None, rcode: Rcode::SERVFAIL }
            }
        }
    }
}

/// The reason that a client is told when no answer could be had.
fn reason(error: ExchangeError) -> Ede {
    match error {
        ExchangeError::Timeout => Ede::new(EdeCode::NO_REACHABLE_AUTHORITY, "no upstream answered in time"),
        ExchangeError::Unreachable => Ede::new(EdeCode::NETWORK_ERROR, "no upstream could be reached"),
        ExchangeError::Invalid => Ede::new(EdeCode::INVALID_DATA, "no upstream gave a valid answer"),
        ExchangeError::Overloaded => Ede::new(EdeCode::OTHER, "too many questions are waiting for upstreams"),
        ExchangeError::NoServer => Ede::new(EdeCode::NO_REACHABLE_AUTHORITY, "no upstream is configured"),
    }
}
