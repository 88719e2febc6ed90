//! The front: what happens to the bytes of one query, whatever carried them.

use std::{future::Future, net::IpAddr, pin::Pin, sync::Arc};

use arc_swap::ArcSwap;

use super::{Figures, figures::Counters};
use crate::{
    clients::{Access, RateLimiter},
    dns::{Ede, EdeCode, Packet, Query, Rcode, reply},
    journal::Recorder,
    policy::Verdict,
    resolver::{AnswerBytes, Ended, Pending, Progress, Request, Resolver},
    stats::{QueryEvent, Transport},
    time::{Clock, Moment, Now},
};

/// Reads, admits, answers and records queries; every transport calls it, so that there is one way through.
pub struct Front {
    resolver: Arc<Resolver>,
    clock: Clock,
    access: ArcSwap<Access>,
    limiter: ArcSwap<RateLimiter>,
    recorder: Recorder,
    counters: Counters,
}

/// What became of the bytes of one query.
#[derive(Debug)]
pub enum Heard {
    /// They deserve no reply.
    Nothing,
    /// The reply says that they were no query that can be answered.
    Refused,
    /// The reply is written; it is recorded once it is sent.
    Answered(Receipt),
    /// The reply has to be waited for.
    Waits(Waiting),
}

/// A query on its way to the upstreams.
#[derive(Debug)]
pub struct Waiting(Pending);

/// A query that has its reply, to be given to [`Front::record`] once that is sent.
#[derive(Debug)]
#[must_use = "a query that is not recorded is missing on the page"]
pub struct Receipt {
    arrived: Now,
    event: QueryEvent,
}

impl Front {
    /// A front that asks `resolver`. Until it is told otherwise it answers private addresses only, without a limit.
    #[must_use]
    pub fn new(resolver: Arc<Resolver>, recorder: Recorder, clock: Clock) -> Self {
        Self {
            resolver,
            clock,
            access: ArcSwap::from_pointee(Access::private([])),
            limiter: ArcSwap::from_pointee(RateLimiter::new(0)),
            recorder,
            counters: Counters::default(),
        }
    }

    /// Answers these clients from now on.
    pub fn set_access(&self, access: Access) {
        self.access.store(Arc::new(access));
    }

    /// Limits each client by `limiter` from now on.
    pub fn set_limiter(&self, limiter: RateLimiter) {
        self.limiter.store(Arc::new(limiter));
    }

    /// What was turned away so far.
    #[must_use]
    pub fn figures(&self) -> Figures {
        self.counters.figures()
    }

    /// Hears `bytes` from `client`; a reply is written behind what `out` holds.
    #[must_use]
    pub fn hear(&self, bytes: &[u8], client: IpAddr, transport: Transport, out: &mut Vec<u8>) -> Heard {
        let now = self.clock.now();
        let client = client.to_canonical();
        if !self.admits(client, now.moment) {
            return Heard::Nothing;
        }
        let query = match Packet::parse(bytes) {
            Packet::Query(query) => query,
            Packet::Refuse(refusal) => {
                self.counters.refused.add();
                reply::refusal(out, &refusal);
                return Heard::Refused;
            }
            Packet::Drop => {
                self.counters.ignored.add();
                return Heard::Nothing;
            }
        };
        let request = Request { query: &query, client, transport, now };
        match self.resolver.answer_now(&request, out) {
            Progress::Done(ended) => Heard::Answered(Receipt::new(&request, &ended)),
            Progress::Later(pending) => Heard::Waits(Waiting(pending)),
        }
    }

    /// Waits for the reply to a query and writes it behind what `out` holds.
    pub async fn wait(&self, waiting: Waiting, out: &mut Vec<u8>) -> Receipt {
        let pending = waiting.0;
        let (query, client, transport, now) = parts(&pending);
        let ended = self.resolver.answer_later(pending, out).await;
        Receipt::new(&Request { query: &query, client, transport, now }, &ended)
    }

    /// Hears `bytes` and waits for the reply; `None` when they deserve none.
    pub async fn answer(
        &self,
        bytes: &[u8],
        client: IpAddr,
        transport: Transport,
    ) -> Option<(Vec<u8>, Option<Receipt>)> {
        let mut reply = Vec::new();
        let receipt = match self.hear(bytes, client, transport, &mut reply) {
            Heard::Nothing => return None,
            Heard::Refused => None,
            Heard::Answered(receipt) => Some(receipt),
            Heard::Waits(waiting) => Some(self.wait(waiting, &mut reply).await),
        };
        Some((reply, receipt))
    }

    /// Writes the reply to a query that finds too many others waiting: SERVFAIL, with the reason.
    pub fn overloaded(&self, waiting: &Waiting, out: &mut Vec<u8>) -> Receipt {
        const REASON: Ede = Ede::new(EdeCode::OTHER, "too many questions are waiting");
        self.counters.overloaded.add();
        let request = waiting.0.request();
        reply::bare(out, request.query, Rcode::SERVFAIL, reply::Frame { ede: Some(&REASON), ..request.frame() });
        Receipt::new(&request, &Ended { verdict: Verdict::Failed, cause: None, rcode: Rcode::SERVFAIL })
    }

    /// Records queries whose replies are sent.
    pub fn record(&self, receipts: impl IntoIterator<Item = Receipt>) {
        let mut now = None;
        for Receipt { arrived, mut event } in receipts {
            let now: &Now = now.get_or_insert_with(|| self.clock.now());
            event.latency = now.moment.since(arrived.moment);
            self.recorder.record(event);
        }
    }

    /// Whether `client` may connect at all; counted when it may not.
    pub(super) fn welcomes(&self, client: IpAddr) -> bool {
        let welcome = self.access.load().allows(client.to_canonical());
        if !welcome {
            self.counters.not_allowed.add();
        }
        welcome
    }

    pub(super) fn counters(&self) -> &Counters {
        &self.counters
    }

    pub(super) fn clock(&self) -> Clock {
        self.clock
    }

    fn admits(&self, client: IpAddr, now: Moment) -> bool {
        if !self.welcomes(client) {
            return false;
        }
        let admitted = self.limiter.load().admit(client, now);
        if !admitted {
            self.counters.rate_limited.add();
        }
        admitted
    }
}

impl AnswerBytes for Front {
    fn answer_bytes<'a>(
        &'a self,
        bytes: &'a [u8],
        client: IpAddr,
        transport: Transport,
    ) -> Pin<Box<dyn Future<Output = Option<Vec<u8>>> + Send + 'a>> {
        Box::pin(async move {
            let (reply, receipt) = self.answer(bytes, client, transport).await?;
            self.record(receipt);
            Some(reply)
        })
    }
}

impl Receipt {
    fn new(request: &Request<'_>, ended: &Ended) -> Self {
        Self {
            arrived: request.now,
            event: QueryEvent {
                at: request.now.unix,
                client: request.client,
                transport: request.transport,
                name: request.query.name,
                rtype: request.query.rtype,
                verdict: ended.verdict,
                cause: ended.cause,
                rcode: ended.rcode,
                latency: std::time::Duration::ZERO,
            },
        }
    }
}

/// A copy of what a waiting query is recorded with: the resolver takes the query itself.
fn parts(pending: &Pending) -> (Query, IpAddr, Transport, Now) {
    let request = pending.request();
    (request.query.clone(), request.client, request.transport, request.now)
}
