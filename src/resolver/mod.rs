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

use arc_swap::{ArcSwap, Guard};
use tokio::{runtime::Handle, time::timeout};
use tokio_util::task::TaskTracker;

pub use explain::{Explanation, Outlook};
use kept::AliasOutside;
pub use request::{AnswerBytes, Ended, Output, Request};

use crate::{
    cache::{Cache, Failure, Hit, Lookup, Place},
    dns::{
        Answer, Asked, Ede, EdeCode, Name, Outcome, Query, Question, Rcode, RecordType,
        reply::{self, Frame, Ttls},
    },
    policy::{Cause, Decision, Foresight, Policy, PolicyHandle, Profile, Review, Verdict},
    stats::Transport,
    time::{Clock, Moment, Now},
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

/// The policy and the memory in force at one moment: one atomic load each, for all queries that arrived by then.
#[derive(Debug)]
pub struct Snapshot {
    policy: Guard<Arc<Policy>>,
    backing: Guard<Arc<Backing>>,
}

/// What was found out about a query before its turn, by a [`Snapshot`] and for that one alone; nothing yet by default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Foreseen {
    /// For the decision on its name.
    name: Foresight,
    /// Where its answer is remembered, if it is.
    place: Option<Place>,
}

/// What [`Resolver::answer_now`] came to.
#[derive(Debug)]
pub enum Progress {
    /// The reply is written, and what is recorded: the query ended so.
    Done(Verdict),
    /// An upstream must be asked. Boxed, because it waits in a task, which is moved about.
    Later(Box<Pending>),
}

/// A query that waits for an upstream; owns all it needs, so that the futures that wait for it are small.
#[derive(Debug)]
pub struct Pending {
    query: Query,
    /// What is asked on its behalf.
    question: Question,
    client: IpAddr,
    transport: Transport,
    now: Now,
    policy: Arc<Policy>,
    allowed: Option<Cause>,
    /// An alias kept here that the chain begins with, which is rare.
    alias: Option<Box<AliasOutside>>,
    /// An answer past its end, for when no better one comes.
    stale: Option<Answer>,
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

    /// What is in force now.
    #[must_use]
    #[inline]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot { policy: self.policy.load(), backing: self.backing.load() }
    }

    /// Answers what needs no waiting.
    pub fn answer_now(
        &self,
        snapshot: &Snapshot,
        request: &Request<'_>,
        foreseen: &mut Foreseen,
        out: &mut Output<'_>,
    ) -> Progress {
        let (query, policy) = (request.query, &snapshot.policy);
        if let Some(refusal) = scope::refusal(query) {
            return Progress::Done(refusal.write(request, out));
        }
        let profile = policy.profile(request.client);
        let mut decision = policy.decide(profile, &query.name, &mut foreseen.name, query.rtype);
        let mut alias = AliasOutside::of(&decision, policy, profile, &query.name);
        if let Some(alias) = &mut alias {
            decision = alias.decide(policy, profile, query.into());
        }
        let allowed = match decision {
            Decision::Local(answer) => return Progress::Done(kept::write(request, &answer, out)),
            Decision::SafeSearch(answer) => return Progress::Done(kept::write_safe(request, policy, &answer, out)),
            Decision::Designation(records) => return Progress::Done(kept::write_designation(request, records, out)),
            Decision::SpecialUse(special) => {
                return Progress::Done(kept::write_special(request, alias.as_ref(), &special, out));
            }
            Decision::Stop(cause) => {
                let via = alias.as_ref().and_then(AliasOutside::via);
                return Progress::Done(stopped::write(request, policy, cause, via, out));
            }
            Decision::Allow(cause) => Some(cause),
            Decision::Forward => None,
        };
        if let Some(refusal) = scope::not_forwarded(query) {
            return Progress::Done(refusal.write(request, out));
        }
        let asked = Asked { name: alias.as_ref().map_or(&query.name, |alias| &alias.target), ..query.into() };
        let place = foreseen.place.filter(|_| alias.is_none());
        let memory = Memory { request, policy, profile, allowed, alias: alias.as_ref() };
        match snapshot.remembered(place, asked, request.now.moment, out.reply) {
            Lookup::Fresh(hit) => {
                if hit.prefetch {
                    self.refresh(question(query, alias.as_ref()));
                }
                let reason = hit.answer(out.reply).ede();
                Progress::Done(memory.write(&hit, Ttls::Aged(hit.age), reason.as_ref(), out))
            }
            Lookup::Failed(_, Some(stale)) => {
                let reason = stale_reason(stale.summary.outcome());
                Progress::Done(memory.write(&stale, Ttls::Fixed(STALE_TTL), Some(reason), out))
            }
            Lookup::Failed(Failure { rcode, reason }, None) => {
                let reason = reason.as_ref().unwrap_or(&refresh::REMEMBERED);
                Progress::Done(write_failure(request, rcode, Some(reason), (allowed, alias.as_ref()), out))
            }
            Lookup::Stale(hit) => {
                let stale = hit.take(out.reply);
                Progress::Later(request.wait(policy, allowed, alias, Some(stale)))
            }
            Lookup::Absent => Progress::Later(request.wait(policy, allowed, alias, None)),
        }
    }

    /// Asks, and answers; returns how the query ended.
    pub async fn answer_later(&self, pending: &Pending, out: &mut Output<'_>) -> Verdict {
        let (request, alias) = (pending.request(), pending.alias.as_deref());
        let asked = if pending.stale.is_none() {
            self.ask(&pending.question).await
        } else {
            let refreshed = timeout(PATIENCE, self.refresh(pending.question)).await;
            refreshed.ok().and_then(Result::ok).unwrap_or(Err(ExchangeError::Timeout))
        };
        // A failure does not refresh what is remembered (RFC 8767, section 5).
        let useful = asked.as_ref().is_ok_and(|answer| answer.outcome() != Outcome::Failure);
        let (answer, ttls, reason, memory) = match (&asked, &pending.stale) {
            (_, Some(stale)) if !useful => {
                (stale, Ttls::Fixed(STALE_TTL), Some(stale_reason(stale.outcome()).clone()), true)
            }
            (Ok(answer), _) => (&**answer, Ttls::Aged(0), answer.ede(), false),
            (Err(error), _) => {
                let reason = refresh::reason(*error);
                return write_failure(&request, Rcode::SERVFAIL, Some(&reason), (pending.allowed, alias), out);
            }
        };
        let found = Found { answer, ttls, reason: reason.as_ref(), memory, alias };
        found.write(&request, &pending.policy, pending.allowed, out)
    }
}

impl Snapshot {
    /// Readies the rules that these queries are going to be decided by, as far as the decision goes down so many `steps` from
    /// the top-level domain.
    pub fn foresee_rules<'q>(&'q self, queries: impl Iterator<Item = (&'q Query, &'q mut Foreseen)>, steps: usize) {
        self.policy.foresee(queries.map(|(query, foreseen)| (&query.name, &mut foreseen.name)), steps);
    }

    /// Readies the answers that these queries are going to be looked up in.
    pub fn foresee_answers<'q>(&self, queries: impl Iterator<Item = (&'q Query, &'q mut Foreseen)>) {
        let mut ahead = self.backing.cache.ahead();
        queries.for_each(|(query, foreseen)| foreseen.place = ahead.add(query.into()));
        ahead.read();
    }

    /// What the cache knows. The NXDOMAIN of a name above is not the word of the servers that the name is routed to.
    fn remembered(&self, place: Option<Place>, asked: Asked<'_>, now: Moment, out: &mut Vec<u8>) -> Lookup {
        match self.backing.cache.get_at(place, asked, now, out) {
            Lookup::Fresh(hit)
                if hit.summary.name_length() != asked.name.wire().len() && self.policy.is_routed(asked.name) =>
            {
                out.truncate(hit.start);
                Lookup::Absent
            }
            known => known,
        }
    }
}

/// What is asked on behalf of `query`: the rest of the chain, where it begins with an alias kept here.
fn question(query: &Query, alias: Option<&AliasOutside>) -> Question {
    let question = Question::of(query);
    alias.map_or(question, |alias| Question { name: alias.target.to_lowercase(), ..question })
}

/// The reason that is stated with an answer past its end.
fn stale_reason(outcome: Outcome) -> &'static Ede {
    static STALE: Ede = Ede::new(EdeCode::STALE_ANSWER, "no upstream answered; this is what it said before");
    static NXDOMAIN: Ede = Ede::new(EdeCode::STALE_NXDOMAIN, "no upstream answered; this is what it said before");
    if outcome == Outcome::NxDomain { &NXDOMAIN } else { &STALE }
}

impl Request<'_> {
    fn wait(
        &self,
        policy: &Arc<Policy>,
        allowed: Option<Cause>,
        alias: Option<AliasOutside>,
        stale: Option<Answer>,
    ) -> Box<Pending> {
        Box::new(Pending {
            query: self.query.clone(),
            question: question(self.query, alias.as_ref()),
            client: self.client,
            transport: self.transport,
            now: self.now,
            policy: Arc::clone(policy),
            allowed,
            alias: alias.map(Box::new),
            stale,
        })
    }
}

/// What a reply from memory depends on.
struct Memory<'a> {
    request: &'a Request<'a>,
    policy: &'a Policy,
    /// How whoever asks is treated.
    profile: &'a Profile,
    allowed: Option<Cause>,
    /// An alias kept here that led to it.
    alias: Option<&'a AliasOutside>,
}

impl Memory<'_> {
    /// Reviews the answer at the end of `out` and makes it the reply, where it lies if it can be.
    fn write(&self, hit: &Hit, ttls: Ttls, reason: Option<&Ede>, out: &mut Output<'_>) -> Verdict {
        let Self { request, policy, profile, allowed, alias } = *self;
        let query = request.query;
        if alias.is_some() || hit.summary.name_length() != query.name.wire().len() {
            let answer = &hit.take(out.reply);
            return Found { answer, ttls, reason, memory: true, alias }.write(request, policy, allowed, out);
        }
        if let Review::Stop(cause, via) = policy.review(profile, &query.name, hit.answer(out.reply), allowed.is_some())
        {
            out.reply.truncate(hit.start);
            return stopped::write(request, policy, cause, via.as_ref(), out);
        }
        reply::from_block(out.reply, hit.start, query, hit.summary, ttls, Frame { ede: reason, ..request.frame() });
        request.ended(&Ended { cause: allowed, ..Ended::plainly(Verdict::Cached, hit.summary.rcode()) }, out.events)
    }
}

/// An answer that was found, on its way to becoming a reply.
struct Found<'a> {
    answer: &'a Answer,
    ttls: Ttls,
    reason: Option<&'a Ede>,
    memory: bool,
    /// An alias kept here that led to it.
    alias: Option<&'a AliasOutside>,
}

impl Found<'_> {
    /// Reviews the answer and writes the reply.
    fn write(&self, request: &Request<'_>, policy: &Policy, allowed: Option<Cause>, out: &mut Output<'_>) -> Verdict {
        let rcode = self.answer.rcode();
        if self.answer.outcome() == Outcome::Failure {
            return write_failure(request, rcode, self.reason, (allowed, self.alias), out);
        }
        let profile = policy.profile(request.client);
        let name = self.alias.map_or(&request.query.name, |alias| &alias.target);
        if let Review::Stop(cause, via) = policy.review(profile, name, self.answer.view(), allowed.is_some()) {
            return stopped::write(request, policy, cause, via.as_ref(), out);
        }
        let made_by = self.alias.and_then(|alias| alias.made_by);
        let reason = self.reason.or_else(|| Some(policy.reason(made_by?.source)));
        let frame = Frame { ede: reason, ..request.frame() };
        match self.alias {
            Some(alias) => alias.write_with(request.query, self.answer, self.ttls, frame, out.reply),
            None => reply::from_answer(out.reply, request.query, self.answer, self.ttls, frame),
        }
        let verdict = match self.memory {
            _ if self.alias.is_some() => Verdict::Local,
            true => Verdict::Cached,
            false => Verdict::Allowed,
        };
        let answered = if self.memory { None } else { first_address(self.answer) };
        let (cause, via) = told(allowed, self.alias);
        request.ended(&Ended { cause, via, answered, ..Ended::plainly(verdict, rcode) }, out.events)
    }
}

/// The first address of an answer.
fn first_address(answer: &Answer) -> Option<IpAddr> {
    answer.answers().find_map(|record| match record.rtype() {
        RecordType::A => Some(<[u8; 4]>::try_from(record.data()).ok()?.into()),
        RecordType::AAAA => Some(<[u8; 16]>::try_from(record.data()).ok()?.into()),
        _ => None,
    })
}

/// Failure is a reply with its reason, never silence; and nothing else, so that it looks the same when it is remembered.
fn write_failure(
    request: &Request<'_>,
    rcode: Rcode,
    reason: Option<&Ede>,
    (allowed, alias): (Option<Cause>, Option<&AliasOutside>),
    out: &mut Output<'_>,
) -> Verdict {
    reply::bare(out.reply, request.query, rcode, Frame { ede: reason, ..request.frame() });
    let (cause, via) = told(allowed, alias);
    request.ended(&Ended { cause, via, ..Ended::plainly(Verdict::Failed, rcode) }, out.events)
}

/// What is recorded as the cause, and the target of an alias kept here, if it is about that.
fn told(allowed: Option<Cause>, alias: Option<&AliasOutside>) -> (Option<Cause>, Option<&Name>) {
    alias.map_or((allowed, None), |alias| alias.cause(allowed))
}

impl std::fmt::Debug for Backing {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Backing").field("cache", &self.cache.usage()).finish_non_exhaustive()
    }
}
