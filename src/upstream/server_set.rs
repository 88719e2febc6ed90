//! The servers for a domain, and the life of one query among them.
//!
//! The fastest server that answers is asked first. When it takes longer than it should, the next one is asked beside it,
//! and the first good answer wins: a slow server costs one round trip more, not the query. A server that failed three times
//! in a row is asked only after the others; now and then a query goes to such a server, or to a slower one, in the background
//! as well, so that what is known of them stays true at nobody's expense.

use std::{
    ops::RangeInclusive,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{StreamExt, future::OptionFuture, stream::FuturesUnordered};
use tokio::time::{sleep, timeout};

use crate::{
    dns::{Answer, Outcome, Question, Rcode, Record, RecordType, Section},
    time::{Clock, Moment},
    upstream::{
        ExchangeError,
        pool::Tries,
        server::{Server, TryError},
    },
};

/// Tries of one query, over all servers.
const MOST_TRIES: usize = 8;
/// Tries of one query when there is only one server.
const FEWEST_TRIES: usize = 3;
/// One query in this many also goes to a server that is not the first choice.
const MEASURE_ONE_IN: usize = 32;

/// Extended errors that are a judgement: DNSSEC bogus and its kinds, blocked, censored and filtered (RFC 8914, section 4).
const JUDGEMENTS: [RangeInclusive<u16>; 2] = [6..=12, 15..=17];

/// Servers that stand in for each other.
#[derive(Debug)]
pub(super) struct ServerSet {
    servers: Vec<Arc<Server>>,
    /// How many queries there were.
    turns: AtomicUsize,
    limit: Duration,
    clock: Clock,
}

/// A query, as all its tries know it.
struct Query<'a> {
    question: &'a Question,
    tries: &'a Tries,
    end: Moment,
}

/// A try that ended.
struct Ended {
    number: usize,
    server: Arc<Server>,
    began: Moment,
    result: Result<Arc<Answer>, TryError>,
}

/// What the tries of one query have brought so far.
#[derive(Default)]
struct Findings {
    /// Answers that say SERVFAIL, REFUSED and the like, or to ask elsewhere, the newest last, with who gave them.
    refusals: Vec<(Arc<Server>, Duration, Arc<Answer>)>,
    /// The numbers of tries whose delay was noted as a failure already.
    late: Vec<usize>,
    invalid: bool,
    silent: bool,
}

impl ServerSet {
    /// Servers that are asked for at most `limit` for one query.
    pub(super) fn new(servers: Vec<Arc<Server>>, limit: Duration, clock: Clock) -> Self {
        Self { servers, turns: AtomicUsize::new(0), limit, clock }
    }

    /// The servers.
    pub(super) fn servers(&self) -> &[Arc<Server>] {
        &self.servers
    }

    /// Asks until there is a good answer, every server has refused, or the time is over.
    ///
    /// # Errors
    /// When nobody gave any answer.
    pub(super) async fn ask(&self, question: &Question) -> Result<Arc<Answer>, ExchangeError> {
        let first = self.first().ok_or(ExchangeError::NoServer)?;
        let began = self.clock.now().moment;
        let (mut findings, tries) = (Findings::default(), Tries::default());
        let mut running = pin!(OptionFuture::from(Some(self.try_once(0, first, question, &tries, began))));
        let patience = first.try_limit().min(self.limit);
        let ended = timeout(patience, running.as_mut()).await;
        let now = self.clock.now().moment;
        let still = if let Ok(ended) = ended {
            if let Some(answer) = ended.and_then(|ended| findings.take(ended, now)) {
                return Ok(answer);
            }
            None
        } else {
            findings.is_late(0, first, now);
            Some(running)
        };
        // The most queries never come here, and shall not pay for it.
        let query = Query { question, tries: &tries, end: began.after(self.limit) };
        Box::pin(self.insist(&query, first, still, findings)).await
    }

    /// Goes on with the other servers, or with another try, beside the first one if that still runs.
    async fn insist<F: Future<Output = Ended> + Send>(
        &self,
        query: &Query<'_>,
        first: &Arc<Server>,
        still: Option<Pin<&mut OptionFuture<F>>>,
        mut findings: Findings,
    ) -> Result<Arc<Answer>, ExchangeError> {
        let order = self.order(first);
        let tries = (order.len() * 2).clamp(FEWEST_TRIES, MOST_TRIES.max(order.len()));
        let time_left = || query.end.since(self.clock.now().moment);
        let mut running: FuturesUnordered<Pin<Box<dyn Future<Output = Ended> + Send + '_>>> = FuturesUnordered::new();
        if let Some(still) = still {
            running.push(Box::pin(query.limited(0, first, still, time_left())));
        }
        let mut number = 1;
        loop {
            let left = |number: usize| {
                (number..tries).map(|n| (n, &order[n % order.len()])).find(|(_, server)| !findings.refused_by(server))
            };
            let mut patience = time_left();
            let begun = left(number).filter(|_| !patience.is_zero());
            if let Some((found, server)) = begun {
                running.push(Box::pin(self.try_limited(found, server, query, patience)));
                number = found + 1;
                // Each round over the same servers is twice as patient as the one before.
                let round = u32::try_from(found / order.len()).unwrap_or_default().min(4);
                patience = patience.min(server.try_limit() * (1 << round));
            }
            let begun = begun.filter(|_| left(number).is_some());
            tokio::select! {
                Some(ended) = running.next() => {
                    if let Some(answer) = findings.take(ended, self.clock.now().moment) {
                        return Ok(answer);
                    }
                }
                () = sleep(patience), if begun.is_some() => {
                    if let Some((number, server)) = begun {
                        findings.is_late(number, server, self.clock.now().moment);
                    }
                }
                else => return findings.conclude(),
            }
        }
    }

    /// A server that should be asked in the background, so that what is known of it stays true.
    pub(super) fn to_measure(&self) -> Option<Arc<Server>> {
        if self.servers.len() < 2 {
            return None;
        }
        let first = self.first()?;
        let others = self.servers.iter().filter(|server| !Arc::ptr_eq(server, first));
        let now = self.clock.now().moment;
        if let Some(down) = others.clone().find(|server| server.health().take_probe(now)) {
            return Some(Arc::clone(down));
        }
        let turn = self.turns.fetch_add(1, Ordering::Relaxed) + 1;
        let chosen = (turn / MEASURE_ONE_IN).checked_rem(others.clone().count())?;
        others.clone().nth(chosen).filter(|_| turn.is_multiple_of(MEASURE_ONE_IN)).map(Arc::clone)
    }

    /// Asks one server for the sake of what is known of it.
    pub(super) async fn measure(&self, server: Arc<Server>, question: &Question) {
        let tries = Tries::default();
        let query = Query { question, tries: &tries, end: self.clock.now().moment.after(self.limit) };
        let ended = self.try_limited(0, &server, &query, self.limit).await;
        let now = self.clock.now().moment;
        match ended.result {
            Ok(_) => server.answered(now.since(ended.began)),
            Err(error) => server.failed(now, &error.to_string()),
        }
    }

    /// The best server.
    fn first(&self) -> Option<&Arc<Server>> {
        self.servers.iter().min_by_key(|server| server.health().rank())
    }

    /// The servers, `first` and then the best of the others.
    fn order(&self, first: &Arc<Server>) -> Vec<Arc<Server>> {
        let mut order = self.servers.clone();
        order.sort_by_cached_key(|server| (!Arc::ptr_eq(server, first), server.health().rank()));
        order
    }

    async fn try_once(
        &self,
        number: usize,
        server: &Arc<Server>,
        question: &Question,
        tries: &Tries,
        began: Moment,
    ) -> Ended {
        let result = server.ask(question, tries).await;
        Ended { number, server: Arc::clone(server), began, result }
    }

    async fn try_limited(&self, number: usize, server: &Arc<Server>, query: &Query<'_>, limit: Duration) -> Ended {
        let began = self.clock.now().moment;
        let running = pin!(OptionFuture::from(Some(self.try_once(number, server, query.question, query.tries, began))));
        query.limited(number, server, running, limit).await
    }
}

impl Query<'_> {
    /// Waits for a try, `limit` at most.
    async fn limited<F: Future<Output = Ended>>(
        &self,
        number: usize,
        server: &Arc<Server>,
        mut running: Pin<&mut OptionFuture<F>>,
        limit: Duration,
    ) -> Ended {
        let ended = timeout(limit, running.as_mut()).await;
        // What it heard in vain is known once it is gone.
        running.set(None.into());
        ended.ok().flatten().unwrap_or_else(|| {
            let wrong = self.tries.were_answered_wrongly();
            let wrong = wrong.then(|| TryError::Invalid("replies that do not match the query".to_owned()));
            let result = Err(wrong.unwrap_or(TryError::Silent));
            Ended { number, server: Arc::clone(server), began: self.end, result }
        })
    }
}

impl Findings {
    /// Notes how a try ended, in the server's health too; a good answer comes back.
    fn take(&mut self, ended: Ended, now: Moment) -> Option<Arc<Answer>> {
        let Ended { number, server, began, result } = ended;
        match result {
            Ok(answer) if is_refusal(&answer) => {
                self.refusals.push((server, now.since(began), answer));
                None
            }
            Ok(answer) => {
                server.answered(now.since(began));
                for (refuser, _, refusal) in self.refusals.drain(..) {
                    refuser.failed(now, &format!("{} where another server had an answer", refusal.rcode()));
                }
                Some(answer)
            }
            Err(error) => {
                self.silent |= matches!(error, TryError::Silent);
                self.invalid |= matches!(error, TryError::Invalid(_));
                if !self.late.contains(&number) {
                    server.failed(now, &error.to_string());
                }
                None
            }
        }
    }

    /// Notes that a try takes longer than it should: a failure already, whatever comes of it.
    fn is_late(&mut self, number: usize, server: &Server, now: Moment) {
        self.late.push(number);
        server.failed(now, &TryError::Silent.to_string());
    }

    fn refused_by(&self, server: &Arc<Server>) -> bool {
        self.refusals.iter().any(|(refuser, ..)| Arc::ptr_eq(refuser, server))
    }

    /// What is left to say when nobody gave a good answer: the last refusal, which is then the servers' honest word.
    fn conclude(mut self) -> Result<Arc<Answer>, ExchangeError> {
        for (server, round_trip, _) in &self.refusals {
            server.answered(*round_trip);
        }
        match self.refusals.pop() {
            Some((.., refusal)) => Ok(refusal),
            None if self.silent => Err(ExchangeError::Timeout),
            None if self.invalid => Err(ExchangeError::Invalid),
            None => Err(ExchangeError::Unreachable),
        }
    }
}

/// Whether another server might do better: this one failed, does not want to, or does not look names up for others. One that
/// says that signatures are bad, or that it stops the name, has judged; asking another one then would only find somebody who
/// does not look.
fn is_refusal(answer: &Answer) -> bool {
    let judged = answer.ede().is_some_and(|ede| JUDGEMENTS.iter().any(|codes| codes.contains(&ede.code.0)));
    match answer.rcode() {
        Rcode::NXDOMAIN => false,
        Rcode::NOERROR => is_referral(answer),
        _ => !judged,
    }
}

/// Whether the answer names servers to be asked in its place (RFC 2308, section 2.2): only an authoritative server, or one that
/// does not recurse, gives such an answer, and whoever asked ponor has no use for it.
fn is_referral(answer: &Answer) -> bool {
    let names_servers = |record: Record<'_>| record.section() == Section::Authority && record.rtype() == RecordType::NS;
    // Without an SOA, which would make it the word that there is no data, nothing tells how long it holds.
    answer.outcome() == Outcome::NoData
        && answer.lifetime().is_none()
        && answer.answers().next().is_none()
        && answer.records().any(names_servers)
}
