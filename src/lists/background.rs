//! The thread on which lists are read and compiled, behind everything that answers queries.
//!
//! Work is done in the order in which it was given. The thread also lets go of tables that were replaced: the last to
//! hold one has it unmapped, and that should not be a thread that answers.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread::{Builder, JoinHandle},
    time::Duration,
};

use tokio::sync::oneshot;

use crate::rules::Table;

/// How much the thread lets others go first: beside one that wants the whole of a processor it has a tenth of it left.
const NICE: i32 = 10;
/// How often tables that were replaced are looked at until nobody holds them any more.
const LOOK: Duration = Duration::from_millis(100);

enum Work {
    Do(Box<dyn FnOnce() + Send>),
    Retire(Arc<Table>),
}

/// Work under way died.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("it panicked")]
pub(super) struct Died;

/// The thread, for whoever gives it work. A clone is the same thread.
#[derive(Clone, Debug)]
pub(super) struct Background(Sender<Work>);

impl Background {
    /// Starts the thread; it ends when the last handle is dropped and everything is done.
    ///
    /// # Errors
    /// When no thread can be had.
    pub(super) fn start() -> std::io::Result<(Self, JoinHandle<()>)> {
        let (sender, receiver) = channel();
        let thread = Builder::new().name("lists".into()).spawn(move || serve(&receiver))?;
        Ok((Self(sender), thread))
    }

    /// Does something and waits for what comes of it.
    ///
    /// # Errors
    /// When it panicked.
    pub(super) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Died> {
        let (result, wait) = oneshot::channel();
        self.begin(move || drop(result.send(work())));
        wait.await.map_err(|_| Died)
    }

    /// Has something done, some time.
    pub(super) fn begin(&self, work: impl FnOnce() + Send + 'static) {
        // The thread outlives its handles.
        let _ = self.0.send(Work::Do(Box::new(work)));
    }

    /// Has all work from now on wait for what answers queries. There is no way back.
    pub(super) fn step_back(&self) {
        self.begin(|| {
            if let Err(error) = rustix::process::nice(NICE) {
                tracing::debug!(%error, "lists are compiled at the usual priority");
            }
        });
    }

    /// Lets go of a table once nobody else holds it.
    pub(super) fn retire(&self, table: Arc<Table>) {
        let _ = self.0.send(Work::Retire(table));
    }
}

fn serve(receiver: &Receiver<Work>) {
    let mut retired: Vec<Arc<Table>> = Vec::new();
    loop {
        let work = if retired.is_empty() {
            receiver.recv().map_err(|_| RecvTimeoutError::Disconnected)
        } else {
            receiver.recv_timeout(LOOK)
        };
        match work {
            // What panicked was told by the panic itself; whoever waits for it hears that it died.
            Ok(Work::Do(work)) => drop(catch_unwind(AssertUnwindSafe(work))),
            Ok(Work::Retire(table)) => retired.push(table),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        retired.retain(|table| Arc::strong_count(table) > 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::TableBuilder;

    #[tokio::test]
    async fn work_is_done_in_order_and_a_panic_costs_only_itself() {
        let (background, thread) = Background::start().unwrap();
        assert_eq!(background.run(|| 1).await.unwrap(), 1);
        assert!(background.run(|| panic!("meant")).await.is_err());
        assert_eq!(background.run(|| 2).await.unwrap(), 2);
        let table = Arc::new(TableBuilder::new().build());
        let watched = Arc::downgrade(&table);
        background.retire(Arc::clone(&table));
        background.run(|| ()).await.unwrap();
        assert!(watched.upgrade().is_some(), "somebody holds it");
        drop(table);
        while watched.upgrade().is_some() {
            background.run(|| ()).await.unwrap();
        }
        drop(background);
        thread.join().unwrap();
    }
}
