//! The task that writes the journal: every few minutes, sooner when much waits.

use std::time::Duration;

use tokio::{task::spawn_blocking, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{
    Journal,
    store::{Limits, Store},
};
use crate::config;

/// How soon it is tried again when nothing could be written.
const RETRY: Duration = Duration::from_mins(1);

/// Writes the journal.
#[derive(Debug)]
pub struct Writer {
    journal: Journal,
    flush_every: Duration,
    /// Away while it works; never back when it panicked.
    store: Option<Box<Store>>,
}

impl Writer {
    /// A writer for `journal`, within the limits of the configuration.
    #[must_use]
    pub fn new(journal: Journal, config: &config::Journal, stats: &config::Stats) -> Self {
        let store = Store::new(journal.clone(), Limits::new(config, stats));
        Self { journal, flush_every: config.flush_every, store: Some(Box::new(store)) }
    }

    /// Writes until `closing` is cancelled, then what is left. Whoever waits for [`Journal::known`] waits for this.
    pub async fn run(mut self, closing: CancellationToken) {
        loop {
            self.write().await;
            self.journal.set_known();
            let is_faulty = self.journal.health().fault.is_some();
            let pause = if is_faulty { self.flush_every.min(RETRY) } else { self.flush_every };
            tokio::select! {
                () = closing.cancelled() => break,
                () = sleep(pause) => {}
                () = self.journal.filling(), if !is_faulty => {}
            }
        }
        self.write().await;
        self.journal.end_writing();
        let health = self.journal.health();
        if health.waiting > 0 {
            tracing::warn!(queries = health.waiting, "what could not be written to the journal until the end is lost");
        }
    }

    /// Writes what waits, on a thread that may wait, and does what else is due.
    pub async fn write(&mut self) {
        let Some(mut store) = self.store.take() else { return };
        let worked = spawn_blocking(move || {
            store.work();
            store
        });
        match worked.await {
            Ok(store) => self.store = Some(store),
            Err(error) => {
                tracing::error!(%error, "the journal is not written any more");
                self.journal.end_writing();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;
    use crate::{geo::GeoHandle, time::Clock};

    #[tokio::test]
    async fn who_has_a_device_erased_is_told_that_nothing_is_written_any_more() {
        let folder = tempfile::tempdir().unwrap();
        let config = config::load(None, [], &config::Overrides::default(), &["vendors"]).unwrap().config;
        let clock = Clock(|| panic!("this one is meant"));
        let journal = Journal::new(folder.path().join("journal"), &config.journal, GeoHandle::default(), clock);
        let mut writer = Writer::new(journal.clone(), &config.journal, &config.stats);
        let erase = || timeout(Duration::from_secs(5), journal.erase("192.168.1.23".parse().unwrap()));
        let (erased, ()) = tokio::join!(erase(), writer.write());
        assert!(erased.expect("who asked before is told").is_err());
        assert!(erase().await.expect("who asks afterwards is told").is_err());
    }
}
