//! The one door to other servers.

use std::{future::Future, pin::Pin, sync::Arc};

use crate::dns::{Answer, Question};

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// No server answered within the time limit.
    #[error("no upstream answered in time")]
    Timeout,
    /// No server could be reached.
    #[error("no upstream could be reached")]
    Unreachable,
    /// Servers answered, but with nothing that is an answer to the question.
    #[error("no upstream gave a valid answer")]
    Invalid,
    /// Too many questions are waiting already.
    #[error("too many questions are waiting for upstreams")]
    Overloaded,
    /// There is no server for the name.
    #[error("no upstream is configured")]
    NoServer,
}

/// Something that answers questions: the upstreams, or a script in tests.
pub trait Exchange: Send + Sync {
    /// Asks, within the time limit of the configuration. An answer with SERVFAIL or REFUSED is an answer.
    fn exchange<'a>(
        &'a self,
        question: &'a Question,
    ) -> Pin<Box<dyn Future<Output = Result<Arc<Answer>, ExchangeError>> + Send + 'a>>;
}
