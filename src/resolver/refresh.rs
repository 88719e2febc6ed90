//! Asking the upstreams and remembering what they say, also when nobody waits for it any more.

use std::sync::Arc;

use tokio::task::JoinHandle;

use super::{Backing, Resolver};
use crate::{
    cache::Failure,
    dns::{Answer, Ede, EdeCode, Question, Rcode},
    policy::PolicyHandle,
    time::Clock,
    upstream::ExchangeError,
};

/// The reason for a failure that is remembered (RFC 9520).
pub(super) static REMEMBERED: Ede = Ede::new(EdeCode::CACHED_ERROR, "this failed a moment ago");

impl Resolver {
    /// Asks, and remembers the answer or the failure.
    pub(super) async fn ask(&self, question: &Question) -> Result<Arc<Answer>, ExchangeError> {
        self.backing.load_full().ask(question, &self.policy, self.clock).await
    }

    /// Asks in a task of its own, which ends also when its handle is dropped.
    pub(super) fn refresh(&self, question: Question) -> JoinHandle<Result<Arc<Answer>, ExchangeError>> {
        let (backing, policy, clock) = (self.backing.load_full(), self.policy.clone(), self.clock);
        self.refreshes.spawn_on(async move { backing.ask(&question, &policy, clock).await }, &self.runtime)
    }
}

impl Backing {
    async fn ask(
        &self,
        question: &Question,
        policy: &PolicyHandle,
        clock: Clock,
    ) -> Result<Arc<Answer>, ExchangeError> {
        match self.upstreams.exchange(question).await {
            Ok(answer) => {
                let policy = policy.load();
                let answer = policy.without_denial(question, policy.without_private_extras(&question.name, answer));
                let answer = self.cache.limited(answer);
                self.cache.put(question, &answer, clock.now().moment);
                Ok(answer)
            }
            Err(error) => {
                if matches!(error, ExchangeError::Timeout | ExchangeError::Unreachable | ExchangeError::Invalid) {
                    let failure = Failure { rcode: Rcode::SERVFAIL, reason: None };
                    self.cache.put_failure(question, &failure, clock.now().moment);
                }
                Err(error)
            }
        }
    }
}

/// The reason that a client is told when no answer could be had.
pub(super) fn reason(error: ExchangeError) -> Ede {
    match error {
        ExchangeError::Timeout => Ede::new(EdeCode::NO_REACHABLE_AUTHORITY, "no upstream answered in time"),
        ExchangeError::Unreachable => Ede::new(EdeCode::NETWORK_ERROR, "no upstream could be reached"),
        ExchangeError::Invalid => Ede::new(EdeCode::INVALID_DATA, "no upstream gave a valid answer"),
        ExchangeError::Overloaded => Ede::new(EdeCode::OTHER, "too many questions are waiting for upstreams"),
        ExchangeError::NoServer => Ede::new(EdeCode::NO_REACHABLE_AUTHORITY, "no upstream is configured"),
    }
}
