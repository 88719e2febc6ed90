//! One listener of `http` and the task that serves it.

use std::{future::Future, net::SocketAddr, time::Duration};

use tokio::{task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;

/// How long what is being sent may take once a listener closes.
const FAREWELL: Duration = Duration::from_secs(2);

/// A listener that is being served.
pub(super) struct Serving {
    /// Where; `None` for a socket of the file system.
    pub(super) address: Option<SocketAddr>,
    closing: CancellationToken,
    task: JoinHandle<()>,
}

impl Serving {
    /// Serves until [`Self::stop`], which cancels `closing`.
    #[expect(clippy::disallowed_methods, reason = "the handle is kept, and `stop` joins it")]
    pub(super) fn start(
        address: Option<SocketAddr>,
        closing: CancellationToken,
        serve: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        Self { address, closing, task: tokio::spawn(serve) }
    }

    /// Takes nothing new and gives what is being sent a moment.
    pub(super) async fn stop(self) {
        self.closing.cancel();
        if timeout(FAREWELL, self.task).await.is_err() {
            tracing::warn!("a reply over HTTP that was being sent was given up");
        }
    }
}
