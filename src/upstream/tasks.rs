//! The one owner of what runs for the upstreams: exchanges, measurements, connections.

use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// A handle to the owner; everything it spawned ends when [`Tasks::stop`] is called.
#[derive(Clone, Debug, Default)]
pub(super) struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Tasks {
    /// Runs `task` until it ends or all are stopped.
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let task = self.stop.clone().run_until_cancelled_owned(task);
        self.tracker.spawn(async move {
            task.await;
        });
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
