//! Questions in flight: equal ones share one exchange.
//!
//! Whoever asks drives the exchange while waiting for it, without a task of its own; when one goes away, another goes on with
//! it, and when all have gone, a task does: an asker that hangs up must not take the answer from those who come later.

use std::{
    array,
    collections::hash_map::RandomState,
    fmt,
    hash::BuildHasher,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use futures_util::{FutureExt, future::Shared};
use hashbrown::{HashTable, hash_table::Entry};

use crate::{
    dns::{Answer, Question},
    upstream::{ExchangeError, tasks::Tasks},
};

/// Different questions that may be in flight at once.
const MOST: usize = 2048;
/// Parts that are locked on their own.
const SHARDS: usize = 16;

/// What an exchange comes to.
pub(super) type Outcome = Result<Arc<Answer>, ExchangeError>;
/// An exchange that everybody who wants it may drive.
type Running = Shared<Pin<Box<dyn Future<Output = Outcome> + Send>>>;
type Shard = HashTable<(Question, Running)>;

/// Somebody who can ask.
pub(super) trait Ask: Send + Sync + 'static {
    /// Asks.
    fn ask(&self, question: &Question) -> impl Future<Output = Outcome> + Send;
}

/// The questions in flight.
pub(super) struct Flights {
    shards: [Mutex<Shard>; SHARDS],
    hasher: RandomState,
    count: AtomicUsize,
    tasks: Tasks,
}

/// An exchange as one asker sees it.
pub(super) struct Asking {
    running: Running,
    ended: bool,
    flights: Arc<Flights>,
}

impl Flights {
    /// Nothing is in flight; what all askers have left goes on in `tasks`.
    pub(super) fn new(tasks: Tasks) -> Self {
        let shards = array::from_fn(|_| Mutex::default());
        Self { shards, hasher: RandomState::new(), count: AtomicUsize::new(0), tasks }
    }

    /// Joins the exchange for an equal question, or begins one by whomever `begin` names.
    ///
    /// # Errors
    /// When too many are in flight.
    pub(super) fn join<A: Ask>(
        self: &Arc<Self>,
        question: &Question,
        begin: impl FnOnce() -> Arc<A>,
    ) -> Result<Asking, ExchangeError> {
        let hash = self.hasher.hash_one(question);
        let rehash = |(question, _): &(Question, Running)| self.hasher.hash_one(question);
        let mut shard = self.shard(hash);
        let running = match shard.entry(hash, |(other, _)| other == question, rehash) {
            Entry::Occupied(place) => place.get().1.clone(),
            Entry::Vacant(_) if self.count.load(Ordering::Relaxed) >= MOST => return Err(ExchangeError::Overloaded),
            Entry::Vacant(place) => {
                self.count.fetch_add(1, Ordering::Relaxed);
                let flight = Flight { flights: Arc::clone(self), question: *question, hash };
                let running = fly(flight, begin()).boxed().shared();
                place.insert((*question, running.clone()));
                running
            }
        };
        drop(shard);
        Ok(Asking { running, ended: false, flights: Arc::clone(self) })
    }

    /// Gives up what nobody drives.
    pub(super) fn clear(&self) {
        for shard in &self.shards {
            // What is given up takes itself out, so that the lock must be free.
            let given_up = std::mem::take(&mut *shard.lock().unwrap_or_else(PoisonError::into_inner));
            drop(given_up);
        }
    }

    fn shard(&self, hash: u64) -> MutexGuard<'_, Shard> {
        let shard = usize::try_from(hash >> 32).unwrap_or_default() % SHARDS;
        self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Flights {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Flights").field("count", &self.count).finish_non_exhaustive()
    }
}

/// One exchange. One that comes down must not stand in the way of the next for an equal question.
#[expect(clippy::manual_async_fn, reason = "an `async fn` has room twice for what it is given, and each miss has one")]
fn fly(flight: Flight, asker: Arc<impl Ask>) -> impl Future<Output = Outcome> + Send {
    async move {
        let outcome = AssertUnwindSafe(asker.ask(&flight.question)).catch_unwind().await;
        drop(flight);
        outcome.unwrap_or_else(|_| {
            tracing::error!("asking the upstreams was brought down by a question and goes on");
            Err(ExchangeError::Unreachable)
        })
    }
}

impl Future for Asking {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome> {
        let outcome = self.running.poll_unpin(cx);
        self.ended = outcome.is_ready();
        outcome
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        if !self.ended {
            let running = self.running.clone();
            self.flights.tasks.spawn(running.map(drop));
        }
    }
}

/// The place of an exchange among those in flight; when it ends, however it ends, the next equal question begins a new one.
struct Flight {
    flights: Arc<Flights>,
    question: Question,
    hash: u64,
}

impl Drop for Flight {
    fn drop(&mut self) {
        let mut shard = self.flights.shard(self.hash);
        let ended = match shard.find_entry(self.hash, |(other, _)| *other == self.question) {
            Ok(place) => Some(place.remove().0),
            Err(_) => None,
        };
        drop(shard);
        // Not under the lock: it may be the last handle.
        drop(ended);
        self.flights.count.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use tokio::runtime::Handle;

    use super::*;
    use crate::dns::RecordType;

    /// Does what is scripted.
    struct Script<F>(F);

    impl<F: Fn() -> R + Send + Sync + 'static, R: Future<Output = Outcome> + Send> Ask for Script<F> {
        async fn ask(&self, _question: &Question) -> Outcome {
            (self.0)().await
        }
    }

    fn script<F>(script: F) -> impl FnOnce() -> Arc<Script<F>> {
        || Arc::new(Script(script))
    }

    fn question(text: &str) -> Question {
        Question::plain(&text.parse().unwrap(), RecordType::A)
    }

    #[tokio::test]
    async fn an_exchange_that_comes_down_costs_itself_alone() {
        let flights = Arc::new(Flights::new(Tasks::on(Handle::current())));
        let panic = || async { panic!("a fault") };
        assert_eq!(flights.join(&question("a.example"), script(panic)).unwrap().await, Err(ExchangeError::Unreachable));
        let next = || ready(Err(ExchangeError::NoServer));
        assert_eq!(flights.join(&question("a.example"), script(next)).unwrap().await, Err(ExchangeError::NoServer));
        assert_eq!(flights.count.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn nothing_stays_behind_what_is_given_up() {
        let flights = Arc::new(Flights::new(Tasks::on(Handle::current())));
        for text in ["a.example", "b.example", "a.example"] {
            drop(flights.join(&question(text), script(pending)).unwrap());
        }
        assert_eq!(flights.count.load(Ordering::Relaxed), 2, "tasks go on with them");
        flights.tasks.stop();
        flights.tasks.stopped().await;
        flights.clear();
        assert_eq!(flights.count.load(Ordering::Relaxed), 0);
        assert_eq!(Arc::strong_count(&flights), 1);
    }
}
