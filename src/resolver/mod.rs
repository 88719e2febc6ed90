//! The life of a query, in two halves: [`Resolver::answer_now`] answers from memory, [`Resolver::answer_later`] is the one
//! await. Every transport calls the same two; there is no second implementation of any answer.
//!
//! Leaves reading and sending bytes, and recording, to the faces.

mod explain;
mod kept;
mod refresh;
mod request;
mod scope;
mod stopped;

use std::{net::IpAddr, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use tokio::{runtime::Handle, time::timeout};
use tokio_util::task::TaskTracker;

pub use explain::{Explanation, Outlook};
use kept::AliasOutside;
pub use request::{AnswerBytes, Ended, Request};

use crate::{
    cache::{Cache, Hit, Lookup},
    dns::{
        Answer, Ede, EdeCode, Outcome, Query, Question, Rcode,
        reply::{self, Frame, Ttls},
    },
    policy::{Cause, Decision, Policy, PolicyHandle, Review, Verdict},
    stats::Transport,
    time::{Clock, Now},
    upstream::{Exchange, ExchangeError},
};

/// How long a fresh answer is waited for when a stale one is at hand (RFC 8767, section 5).
const PATIENCE: Duration = Duration::from_millis(1800);
/// The lifetime stated for a stale answer, in seconds (RFC 8767, section 4).
const STALE_TTL: u32 = 30;

/// Answers queries.
#[derive(Debug)]
pub struct Resolver {
    policy: PolicyHandle,
    backing: ArcSwap<Backing>,
    clock: Clock,
    runtime: Handle,
    refreshes: TaskTracker,
}

/// What answers come from; replaced as one.
pub struct Backing {
    /// What is remembered.
    pub cache: Cache,
    /// Who is asked.
    pub upstreams: Arc<dyn Exchange>,
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
    client: IpAddr,
    transport: Transport,
    now: Now,
    policy: Arc<Policy>,
    allowed: Option<Cause>,
    wait: Wait,
}

/// What a query waits for.
#[derive(Debug)]
enum Wait {
    /// The answer; there is none at hand.
    Absent,
    /// A fresh answer; this one is past its end.
    Fresher(Hit),
    /// The rest of a chain that begins with an alias kept here.
    Rest(AliasOutside),
}

impl Pending {
    /// The query that waits.
    #[must_use]
    pub fn request(&self) -> Request<'_> {
        Request { query: &self.query, client: self.client, transport: self.transport, now: self.now }
    }
}

impl Resolver {
    /// A resolver that decides by `policy`. Refreshes that nobody waits for run on `runtime`.
    #[must_use]
    pub fn new(policy: PolicyHandle, backing: Backing, clock: Clock, runtime: Handle) -> Self {
        let backing = ArcSwap::from_pointee(backing);
        Self { policy, backing, clock, runtime, refreshes: TaskTracker::new() }
    }

    /// Answers from `backing` from now on.
    pub fn replace(&self, backing: Backing) {
        self.backing.store(Arc::new(backing));
    }

    /// What is remembered now.
    #[must_use]
    pub fn cache(&self) -> Cache {
        self.backing.load().cache.clone()
    }

    /// Waits until no refresh is under way.
    pub async fn finish(&self) {
        self.refreshes.close();
        self.refreshes.wait().await;
    }

    /// Answers what needs no waiting; the reply is written behind what `out` holds.
    pub fn answer_now(&self, request: &Request<'_>, out: &mut Vec<u8>) -> Progress {
        let query = request.query;
        if let Some(refusal) = scope::refusal(query) {
            return Progress::Done(refusal.write(request, out));
        }
        let policy = self.policy.load();
        let profile = policy.profile(request.client);
        let allowed = match policy.decide(profile, &query.name, query.rtype) {
            Decision::Local(answer) => {
                return match kept::write(request, &answer, out) {
                    Ok(ended) => Progress::Done(ended),
                    Err(alias) => Progress::Later(request.wait(&policy, None, Wait::Rest(alias))),
                };
            }
            Decision::Designation(records) => return Progress::Done(kept::write_designation(request, records, out)),
            Decision::SpecialUse(special) => return Progress::Done(kept::write_special(request, &special, out)),
            Decision::Stop(cause) => return Progress::Done(stopped::write(request, &policy, cause, out)),
            Decision::Allow(cause) => Some(cause),
            Decision::Forward => None,
        };
        if let Some(refusal) = scope::not_forwarded(query) {
            return Progress::Done(refusal.write(request, out));
        }
        let question = Question::of(query);
        match self.backing.load().cache.get(&question, request.now.moment) {
            Lookup::Fresh(hit) => {
                if hit.prefetch {
                    self.refresh(question);
                }
                let found =
                    Found { answer: &hit.answer, ttls: Ttls::Aged(hit.age), reason: hit.answer.ede(), memory: true };
                Progress::Done(found.write(request, &policy, allowed, out))
            }
            Lookup::Failed(_, Some(stale)) => {
                Progress::Done(Found::stale(&stale.answer).write(request, &policy, allowed, out))
            }
            Lookup::Failed(rcode, None) => Progress::Done(write_failure(request, rcode, &refresh::REMEMBERED, out)),
            Lookup::Stale(hit) => Progress::Later(request.wait(&policy, allowed, Wait::Fresher(hit))),
            Lookup::Absent => Progress::Later(request.wait(&policy, allowed, Wait::Absent)),
        }
    }

    /// Asks, and writes the reply behind what `out` holds.
    pub async fn answer_later(&self, pending: Pending, out: &mut Vec<u8>) -> Ended {
        let request = pending.request();
        let (asked, stale) = match &pending.wait {
            Wait::Absent => (self.ask(&Question::of(&pending.query)).await, None),
            Wait::Fresher(hit) => {
                let refreshed = timeout(PATIENCE, self.refresh(Question::of(&pending.query))).await;
                (refreshed.ok().and_then(Result::ok).unwrap_or(Err(ExchangeError::Timeout)), Some(hit))
            }
            Wait::Rest(alias) => return self.answer_rest(&pending, alias, out).await,
        };
        match (asked, stale) {
            (Ok(answer), None) => Found::fresh(&answer).write(&request, &pending.policy, pending.allowed, out),
            (Ok(answer), Some(_)) if answer.rcode() != Rcode::SERVFAIL => {
                Found::fresh(&answer).write(&request, &pending.policy, pending.allowed, out)
            }
            (_, Some(hit)) => Found::stale(&hit.answer).write(&request, &pending.policy, pending.allowed, out),
            (Err(error), None) => write_failure(&request, Rcode::SERVFAIL, &refresh::reason(error), out),
        }
    }

    /// Asks for the end of a chain that begins here, and writes the whole chain.
    async fn answer_rest(&self, pending: &Pending, alias: &AliasOutside, out: &mut Vec<u8>) -> Ended {
        let request = pending.request();
        let question = Question { name: alias.target.to_lowercase(), ..Question::of(&pending.query) };
        match self.ask(&question).await {
            Ok(answer) => alias.write_with(&request, &answer, out),
            Err(error) => write_failure(&request, Rcode::SERVFAIL, &refresh::reason(error), out),
        }
    }
}

impl Request<'_> {
    fn wait(&self, policy: &Arc<Policy>, allowed: Option<Cause>, wait: Wait) -> Pending {
        Pending {
            query: self.query.clone(),
            client: self.client,
            transport: self.transport,
            now: self.now,
            policy: Arc::clone(policy),
            allowed,
            wait,
        }
    }
}

/// An answer that was found, on its way to becoming a reply.
struct Found<'a> {
    answer: &'a Answer,
    ttls: Ttls,
    reason: Option<&'a Ede>,
    memory: bool,
}

impl<'a> Found<'a> {
    /// An answer that has just come.
    fn fresh(answer: &'a Answer) -> Self {
        Self { answer, ttls: Ttls::Aged(0), reason: answer.ede(), memory: false }
    }

    /// An answer past its end.
    fn stale(answer: &'a Answer) -> Self {
        static STALE: Ede = Ede::new(EdeCode::STALE_ANSWER, "no upstream answered; this is what it said before");
        static NXDOMAIN: Ede = Ede::new(EdeCode::STALE_NXDOMAIN, "no upstream answered; this is what it said before");
        let reason = if answer.outcome() == Outcome::NxDomain { &NXDOMAIN } else { &STALE };
        Self { answer, ttls: Ttls::Fixed(STALE_TTL), reason: Some(reason), memory: true }
    }

    /// Reviews the answer and writes the reply.
    fn write(&self, request: &Request<'_>, policy: &Policy, allowed: Option<Cause>, out: &mut Vec<u8>) -> Ended {
        let query = request.query;
        let profile = policy.profile(request.client);
        if let Review::Stop(cause) = policy.review(profile, &query.name, self.answer, allowed.is_some()) {
            return stopped::write(request, policy, cause, out);
        }
        reply::from_answer(out, query, self.answer, self.ttls, Frame { ede: self.reason, ..request.frame() });
        let verdict = match self.answer.outcome() {
            Outcome::Failure => Verdict::Failed,
            _ if self.memory => Verdict::Cached,
            _ => Verdict::Allowed,
        };
        Ended { verdict, cause: allowed, rcode: self.answer.rcode() }
    }
}

/// Failure is a reply with its reason, never silence.
fn write_failure(request: &Request<'_>, rcode: Rcode, reason: &Ede, out: &mut Vec<u8>) -> Ended {
    reply::bare(out, request.query, rcode, Frame { ede: Some(reason), ..request.frame() });
    Ended { verdict: Verdict::Failed, cause: None, rcode }
}

impl std::fmt::Debug for Backing {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Backing").field("cache", &self.cache.usage()).finish_non_exhaustive()
    }
}
