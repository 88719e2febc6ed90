//! The one door to other servers.

use std::{future::Future, pin::Pin, sync::Arc};

use crate::dns::{Answer, Class, Name, RecordType};

/// What is asked of an upstream, and the key under which its answer is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    /// The name, in lower case.
    pub name: Name,
    /// The type.
    pub rtype: RecordType,
    /// The class.
    pub class: Class,
    /// Whether signatures are wanted (DO).
    pub dnssec_ok: bool,
    /// Whether the upstream may leave validation to the asker (CD).
    pub checking_disabled: bool,
}

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
