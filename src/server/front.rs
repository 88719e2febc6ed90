//! The front: what happens to the bytes of one query, whatever carried them.

use std::{future::Future, net::IpAddr, pin::Pin, sync::Arc};

use arc_swap::{ArcSwap, Guard};

use super::{Figures, figures::Counters};
use crate::{
    clients::{Access, RateLimiter},
    dns::{Ede, EdeCode, Packet, Query, Rcode, reply},
    journal::Recorder,
    policy::Verdict,
    resolver::{AnswerBytes, Ended, Foreseen, Output, Pending, Progress, Request, Resolver, Snapshot},
    stats::{EventBuffer, Transport},
    time::{Clock, Moment, Now},
};

/// Ancestors of a stopped name down to which it is worth while to look ahead; others mostly end at the first.
const STEPS_TO_A_RULE: usize = 3;

/// Reads, admits, answers and records queries; every transport calls it, so that there is one way through.
pub struct Front {
    resolver: Arc<Resolver>,
    clock: Clock,
    gate: ArcSwap<Gate>,
    recorder: Recorder,
    counters: Counters,
}

/// Who gets in, and how often.
#[derive(Clone)]
struct Gate {
    access: Arc<Access>,
    limiter: Arc<RateLimiter>,
}

/// What holds for queries that arrive together: the time, who gets in, and what the resolver decides by, each taken once.
pub struct Round<'f> {
    front: &'f Front,
    now: Now,
    gate: Guard<Arc<Gate>>,
    snapshot: Snapshot,
}

/// The ends that many of the queries that are heard together are likely to come to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Likely {
    pub(super) stopped: bool,
    pub(super) remembered: bool,
}

/// The bytes of one query as they are understood, and what is found out about it before its turn.
#[derive(Debug)]
pub struct Reading {
    packet: Packet,
    foreseen: Foreseen,
}

/// What became of the bytes of one query.
#[derive(Debug)]
pub enum Heard {
    /// They deserve no reply.
    Nothing,
    /// The reply says that they were no query that can be answered.
    Refused,
    /// The reply is written, and what is recorded of the query, which ended so.
    Answered(Verdict),
    /// The reply has to be waited for.
    Waits(Waiting),
}

/// A query on its way to the upstreams.
#[derive(Debug)]
pub struct Waiting(Box<Pending>);

impl Front {
    /// A front that asks `resolver`. Until it is told otherwise it answers private addresses only, without a limit.
    #[must_use]
    pub fn new(resolver: Arc<Resolver>, recorder: Recorder, clock: Clock) -> Self {
        Self {
            resolver,
            clock,
            gate: ArcSwap::from_pointee(Gate {
                access: Arc::new(Access::private([])),
                limiter: Arc::new(RateLimiter::new(0)),
            }),
            recorder,
            counters: Counters::default(),
        }
    }

    /// Answers these clients from now on.
    pub fn set_access(&self, access: Access) {
        let access = Arc::new(access);
        self.gate.rcu(|gate| Gate { access: Arc::clone(&access), ..Gate::clone(gate) });
    }

    /// Limits each client by `limiter` from now on.
    pub fn set_limiter(&self, limiter: RateLimiter) {
        let limiter = Arc::new(limiter);
        self.gate.rcu(|gate| Gate { limiter: Arc::clone(&limiter), ..Gate::clone(gate) });
    }

    /// What was turned away so far.
    #[must_use]
    pub fn figures(&self) -> Figures {
        self.counters.figures()
    }

    /// Begins to hear queries that have arrived by now.
    #[must_use]
    #[inline]
    pub fn round(&self) -> Round<'_> {
        Round { front: self, now: self.clock.now(), gate: self.gate.load(), snapshot: self.resolver.snapshot() }
    }

    /// Hears `bytes` from `client`. What is recorded is to be given to [`Self::record`] once the reply is sent.
    #[must_use]
    pub fn hear(&self, bytes: &[u8], client: IpAddr, transport: Transport, out: &mut Output<'_>) -> Heard {
        let (round, start) = (self.round(), out.events.end());
        let heard = round.hear(&mut Reading::of(bytes), client, transport, out);
        round.end(out.events, start);
        heard
    }

    /// Waits for the reply to a query.
    pub async fn wait(&self, waiting: Waiting, out: &mut Output<'_>) {
        let start = out.events.end();
        self.resolver.answer_later(&waiting.0, out).await;
        self.replied(waiting.0.request().now.moment, out.events, start);
    }

    /// Hears `bytes` and waits for the reply, and for what is to be recorded; `None` when they deserve no reply.
    pub async fn answer(&self, bytes: &[u8], client: IpAddr, transport: Transport) -> Option<(Vec<u8>, EventBuffer)> {
        let (mut reply, mut events) = (Vec::new(), EventBuffer::default());
        let mut out = Output { reply: &mut reply, events: &mut events };
        match self.hear(bytes, client, transport, &mut out) {
            Heard::Nothing => return None,
            Heard::Refused | Heard::Answered(_) => {}
            Heard::Waits(waiting) => self.wait(waiting, &mut out).await,
        }
        Some((reply, events))
    }

    /// Writes the reply to a query that finds too many others waiting: SERVFAIL, with the reason.
    pub fn overloaded(&self, waiting: &Waiting, out: &mut Output<'_>) {
        const REASON: Ede = Ede::new(EdeCode::OTHER, "too many questions are waiting");
        self.counters.overloaded.add();
        let request = waiting.0.request();
        reply::bare(out.reply, request.query, Rcode::SERVFAIL, reply::Frame { ede: Some(&REASON), ..request.frame() });
        request.ended(&Ended::plainly(Verdict::Failed, Rcode::SERVFAIL), out.events);
    }

    /// Records queries whose replies are sent, and leaves the buffer empty.
    pub fn record(&self, events: &mut EventBuffer) {
        self.recorder.record(events);
        events.clear();
    }

    /// States how long the queries took that arrived at one time and are recorded from `start` on.
    fn replied(&self, arrived: Moment, events: &mut EventBuffer, start: usize) {
        events.set_latency(start, self.clock.now().moment.since(arrived));
    }

    /// Whether `client` may connect at all; counted when it may not.
    pub(super) fn welcomes(&self, client: IpAddr) -> bool {
        let welcome = self.gate.load().access.allows(client.to_canonical());
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
}

impl Round<'_> {
    /// Readies what is going to be looked at for queries that are heard together, as far as it is likely to lie where nothing
    /// was looked up lately.
    pub(super) fn foresee(&self, together: &mut [Reading], likely: Likely) {
        self.snapshot.foresee_rules(queries(together), if likely.stopped { STEPS_TO_A_RULE } else { 1 });
        if likely.remembered {
            self.snapshot.foresee_answers(queries(together));
        }
    }

    /// When the queries had arrived.
    pub(super) fn arrived(&self) -> Moment {
        self.now.moment
    }

    /// Hears what was read from `client`; how long it took is known once the round [ends](Self::end).
    #[must_use]
    pub fn hear(&self, reading: &mut Reading, client: IpAddr, transport: Transport, out: &mut Output<'_>) -> Heard {
        let client = client.to_canonical();
        if !self.admits(client) {
            return Heard::Nothing;
        }
        let query = match &reading.packet {
            Packet::Query(query) => query,
            Packet::Refuse(refusal) => {
                self.front.counters.refused.add();
                reply::refusal(out.reply, refusal);
                return Heard::Refused;
            }
            Packet::Drop => {
                self.front.counters.ignored.add();
                return Heard::Nothing;
            }
        };
        let request = Request { query, client, transport, now: self.now };
        match self.front.resolver.answer_now(&self.snapshot, &request, &mut reading.foreseen, out) {
            Progress::Done(verdict) => Heard::Answered(verdict),
            Progress::Later(pending) => Heard::Waits(Waiting(pending)),
        }
    }

    /// Ends the round, whose queries are recorded from the octet `start` on.
    pub fn end(&self, events: &mut EventBuffer, start: usize) {
        if events.end() > start {
            self.front.replied(self.arrived(), events, start);
        }
    }

    fn admits(&self, client: IpAddr) -> bool {
        let counters = &self.front.counters;
        let Gate { access, limiter } = &**self.gate;
        if !access.allows(client) {
            counters.not_allowed.add();
            return false;
        }
        let admitted = limiter.admit(client, self.now.moment);
        if !admitted {
            counters.rate_limited.add();
        }
        admitted
    }
}

impl Reading {
    /// Reads `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self { packet: Packet::parse(bytes), foreseen: Foreseen::default() }
    }
}

/// Those of them that can be answered.
fn queries(readings: &mut [Reading]) -> impl Iterator<Item = (&Query, &mut Foreseen)> {
    readings.iter_mut().filter_map(|Reading { packet, foreseen }| match packet {
        Packet::Query(query) => Some((&*query, foreseen)),
        Packet::Refuse(_) | Packet::Drop => None,
    })
}

impl AnswerBytes for Front {
    fn answer_bytes<'a>(
        &'a self,
        bytes: &'a [u8],
        client: IpAddr,
        transport: Transport,
    ) -> Pin<Box<dyn Future<Output = Option<Vec<u8>>> + Send + 'a>> {
        Box::pin(async move {
            let (reply, mut events) = self.answer(bytes, client, transport).await?;
            self.record(&mut events);
            Some(reply)
        })
    }
}
