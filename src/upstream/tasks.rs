//! The one owner of what runs for the upstreams: exchanges that lost their askers, measurements, connections, sockets.

use std::io;

use tokio::runtime::Handle;
use tokio_util::{
    sync::CancellationToken,
    task::{AbortOnDropHandle, TaskTracker},
};

use crate::upstream::server::TryError;

/// A handle to the owner; everything it spawned ends when [`Tasks::stop`] is called.
#[derive(Clone, Debug)]
pub(super) struct Tasks {
    /// Where everything runs that may take long, whoever asks for it.
    runtime: Handle,
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Tasks {
    /// Owns what runs on `runtime`.
    pub(super) fn on(runtime: Handle) -> Self {
        Self { runtime, tracker: TaskTracker::new(), stop: CancellationToken::new() }
    }

    /// Runs `task` until it ends or all are stopped.
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let task = self.stop.clone().run_until_cancelled_owned(task);
        self.tracker.spawn_on(
            async move {
                task.await;
            },
            &self.runtime,
        );
    }

    /// The same on the runtime of the caller.
    pub(super) fn spawn_here(&self, task: impl Future<Output = ()> + Send + 'static) {
        let task = self.stop.clone().run_until_cancelled_owned(task);
        self.tracker.spawn(async move {
            task.await;
        });
    }

    /// Has `work` done away from the caller's thread, as long as the caller waits for it.
    ///
    /// # Errors
    /// Those of `work`; and when all are stopped.
    pub(super) async fn carry_out<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, TryError>> + Send + 'static,
    ) -> Result<T, TryError> {
        let work = self.stop.clone().run_until_cancelled_owned(work);
        let result = AbortOnDropHandle::new(self.tracker.spawn_on(work, &self.runtime)).await;
        let stopped = || TryError::Unreachable(io::ErrorKind::NotConnected.into());
        result.ok().flatten().unwrap_or_else(|| Err(stopped()))
    }

    /// Stops all.
    pub(super) fn stop(&self) {
        self.stop.cancel();
        self.tracker.close();
    }

    /// Waits until all have stopped.
    pub(super) async fn stopped(&self) {
        self.tracker.wait().await;
    }
}
