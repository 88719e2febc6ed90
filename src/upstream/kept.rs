//! One session a server that is kept while it is used, doubted when it falls silent, and made again when it is needed.

use std::{fmt, io, pin::pin, sync::Arc, time::Duration};

use tokio::{sync::Mutex, time::sleep};

use crate::upstream::{asked::Asked, server::TryError};

/// How often a query is sent again because its session ended under it.
const SESSIONS: usize = 3;

/// Something that carries many queries at once.
pub(super) trait Session: Send + Sync {
    /// Whether it has ended.
    fn is_closed(&self) -> bool;

    /// How many messages it has brought.
    fn heard(&self) -> u64;

    /// Asks; [`TryError::Unreachable`] means that the session ended before there was a reply.
    fn ask(&self, asked: Asked) -> impl Future<Output = Result<Vec<u8>, TryError>> + Send;
}

/// The place of the one session to a server. It lives on while somebody still waits on it.
pub(super) struct Kept<S> {
    current: Mutex<Option<Arc<S>>>,
}

impl<S> Default for Kept<S> {
    fn default() -> Self {
        Self { current: Mutex::new(None) }
    }
}

impl<S> fmt::Debug for Kept<S> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let connected = self.current.try_lock().is_ok_and(|current| current.is_some());
        out.debug_struct("Kept").field("connected", &connected).finish_non_exhaustive()
    }
}

impl<S: Session> Kept<S> {
    /// Asks over the kept session, or over a new one that `connect` makes. A session that was closed while it lay idle costs
    /// another try, not the query. One that brings nothing at all for `patience` may be dead without a word: whoever asks
    /// next makes a new one.
    ///
    /// # Errors
    /// When no session can be made, the server ends each without a reply, or the reply is none.
    pub(super) async fn ask<F>(
        &self,
        asked: &Asked,
        patience: Duration,
        connect: impl Fn() -> F,
    ) -> Result<Vec<u8>, TryError>
    where
        F: Future<Output = Result<S, TryError>>,
    {
        for _ in 0..SESSIONS {
            let (session, fresh) = self.session(&connect).await?;
            let result = self.ask_patiently(&session, asked.clone(), patience).await;
            if !matches!(result, Err(TryError::Unreachable(_))) {
                return result;
            }
            self.forget(&session).await;
            if fresh {
                return result;
            }
        }
        Err(TryError::Unreachable(io::ErrorKind::ConnectionReset.into()))
    }

    async fn ask_patiently(&self, session: &Arc<S>, asked: Asked, patience: Duration) -> Result<Vec<u8>, TryError> {
        let heard = session.heard();
        let mut reply = pin!(session.ask(asked));
        tokio::select! {
            reply = &mut reply => return reply,
            () = sleep(patience) => {}
        }
        if session.heard() == heard {
            // Whoever connects anew may hold the place for long; a reply that comes after all need not wait for that.
            tokio::select! {
                reply = &mut reply => return reply,
                () = self.forget(session) => {}
            }
        }
        reply.await
    }

    async fn session<F>(&self, connect: &impl Fn() -> F) -> Result<(Arc<S>, bool), TryError>
    where
        F: Future<Output = Result<S, TryError>>,
    {
        // Held while connecting, so that all who wait share the one new session.
        let mut current = self.current.lock().await;
        if let Some(session) = current.as_ref().filter(|session| !session.is_closed()) {
            return Ok((Arc::clone(session), false));
        }
        let session = Arc::new(connect().await?);
        *current = Some(Arc::clone(&session));
        Ok((session, true))
    }

    async fn forget(&self, session: &Arc<S>) {
        let mut current = self.current.lock().await;
        if current.as_ref().is_some_and(|kept| Arc::ptr_eq(kept, session)) {
            *current = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::{sync::Notify, time::timeout};

    use super::*;
    use crate::{
        dns::{Question, RecordType},
        upstream::{asked::Dress, randomness::Randomness},
    };

    /// Replies once it is told to.
    #[derive(Default)]
    struct Slow(Notify);

    impl Session for Slow {
        fn is_closed(&self) -> bool {
            false
        }

        fn heard(&self) -> u64 {
            0
        }

        async fn ask(&self, _: Asked) -> Result<Vec<u8>, TryError> {
            self.0.notified().await;
            Ok(Vec::new())
        }
    }

    #[tokio::test]
    async fn a_late_reply_does_not_wait_for_the_next_session() {
        let (kept, session) = (Kept::default(), Arc::new(Slow::default()));
        let question = Question::plain(&"a.example".parse().unwrap(), RecordType::A);
        let asked = Asked::new(&question, Dress::Plain, &mut Randomness::default()).unwrap();
        let _connecting = kept.current.lock().await;
        let mut asking = pin!(kept.ask_patiently(&session, asked, Duration::ZERO));
        assert!(timeout(Duration::from_millis(20), &mut asking).await.is_err(), "it is out of patience, and waits");
        session.0.notify_one();
        assert!(timeout(Duration::from_secs(5), asking).await.is_ok_and(|reply| reply.is_ok()));
    }
}
