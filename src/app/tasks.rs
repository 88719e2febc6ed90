//! The workers: every task has a name, an owner and an end; one that dies early is told.

use std::{future::Future, time::Duration};

use futures_util::FutureExt;
use tokio::{task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;

/// The running workers.
#[derive(Debug)]
pub(super) struct Tasks {
    set: JoinSet<&'static str>,
    stop: CancellationToken,
}

impl Tasks {
    pub(super) fn new() -> Self {
        Self { set: JoinSet::new(), stop: CancellationToken::new() }
    }

    /// What tells a worker to end.
    pub(super) fn stop_token(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Lets a worker run.
    pub(super) fn spawn(&mut self, name: &'static str, worker: impl Future<Output = ()> + Send + 'static) {
        // In a box, so that the runtime's part is there once and not once for each worker.
        self.set.spawn(worker.map(move |()| name).boxed());
    }

    /// Waits for a worker that ends although nobody told it to, and says so.
    pub(super) async fn watch(&mut self) {
        match self.set.join_next().await {
            Some(Ok(name)) => tracing::error!(worker = name, "a worker has ended"),
            Some(Err(error)) => tracing::error!(%error, "a worker has died"),
            None => std::future::pending().await,
        }
    }

    /// Tells all workers to end and waits for them, at most `patience`.
    pub(super) async fn finish(mut self, patience: Duration) {
        self.stop.cancel();
        let all = async { while self.set.join_next().await.is_some() {} };
        if timeout(patience, all).await.is_err() {
            tracing::warn!(workers = self.set.len(), "workers that did not end in time were given up");
        }
    }
}
