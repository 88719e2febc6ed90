//! What the writer of the journal and its readers share.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use arc_swap::Guard;
use tokio::sync::{Notify, oneshot};
use tokio_util::sync::CancellationToken;

use super::{
    JournalHealth,
    file::DayFile,
    folder::Folder,
    rollups::Rollups,
    tail::{Keeps, Tail},
};
use crate::{
    clients::DeviceId,
    config,
    geo::{Geo, GeoHandle},
    stats::{KnownEvent, Listener, Spellings},
    time::{Clock, Day},
};

/// Files that are asked for the last id.
const NEWEST: usize = 40;

/// The journal: takes what was recorded, and reads what was. Clones share one journal.
#[derive(Clone, Debug)]
pub struct Journal(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    folder: Folder,
    keeps: Keeps,
    tail: Mutex<Tail>,
    /// The ids of the queries in the file of each day.
    spans: Mutex<BTreeMap<Day, (u64, u64)>>,
    /// Cancelled once the writer has looked at the files.
    known: CancellationToken,
    health: Mutex<JournalHealth>,
    filling: Notify,
    /// `None` once nothing is written any more.
    erasures: Mutex<Option<Vec<Erasure>>>,
    geo: GeoHandle,
    clock: Clock,
}

/// A device that is to be erased, and where that is told when it is done.
#[derive(Debug)]
pub(super) struct Erasure {
    pub(super) device: DeviceId,
    pub(super) done: oneshot::Sender<Result<(), String>>,
}

/// Adds queries to the tail.
struct Adding<'j> {
    tail: MutexGuard<'j, Tail>,
    geo: Guard<Arc<Geo>>,
    shared: &'j Shared,
}

impl Listener for Adding<'_> {
    fn expect(&mut self, names: &Spellings) {
        self.tail.touch(names);
    }

    fn hear(&mut self, id: u64, known: &KnownEvent<'_>) {
        if self.tail.push(id, known, &self.shared.keeps, &self.geo) {
            self.shared.filling.notify_one();
        }
    }
}

impl Journal {
    /// The journal in the folder at `path`, which need not be there; nothing is read or written yet. `geo` tells where what
    /// is answered is at home.
    #[must_use]
    pub fn new(path: PathBuf, config: &config::Journal, geo: GeoHandle, clock: Clock) -> Self {
        Self(Arc::new(Shared {
            folder: Folder::new(path),
            keeps: Keeps::new(config.privacy, &config.except),
            tail: Mutex::default(),
            spans: Mutex::default(),
            known: CancellationToken::new(),
            health: Mutex::new(JournalHealth { enabled: true, ..JournalHealth::default() }),
            filling: Notify::new(),
            erasures: Mutex::new(Some(Vec::new())),
            geo,
            clock,
        }))
    }

    /// An id that is greater than that of any query on disk, as far as its newest files can be read. Reads files.
    #[must_use]
    pub fn next_id(&self) -> u64 {
        let days = self.folder().content().map(|content| content.days).unwrap_or_default();
        // Several, because a clock that jumped back has queries of today in the file of a day before.
        let newest = days.into_keys().rev().take(NEWEST);
        let ids = newest.filter_map(|day| DayFile::read(&self.folder().day(day)).ok()?.last_id().ok());
        let rollups = Rollups::read(&self.folder().rollups()).and_then(|rollups| rollups.progress());
        ids.max().unwrap_or(0).max(rollups.map_or(0, |progress| progress.queries)) + 1
    }

    /// Waits until what the files hold is known: who reads sooner may find nothing.
    pub async fn known(&self) {
        self.0.known.cancelled().await;
    }

    pub(super) fn set_known(&self) {
        self.0.known.cancel();
    }

    /// How the journal does.
    #[must_use]
    pub fn health(&self) -> JournalHealth {
        let (waiting, lost) = {
            let tail = self.tail();
            (tail.rows(), tail.lost())
        };
        JournalHealth { waiting, lost, ..self.health_mut().clone() }
    }

    /// Adds queries with their ids, as [`Stats::record`](crate::stats::Stats::record) hands them on. Readers wait until
    /// what is returned is dropped.
    #[must_use]
    pub fn add(&self) -> impl Listener {
        Adding { tail: self.tail(), geo: self.0.geo.load(), shared: &self.0 }
    }

    /// Erases everything that is kept of a device.
    ///
    /// # Errors
    /// Why that could not be done, a sentence.
    pub async fn erase(&self, device: DeviceId) -> Result<(), String> {
        let (done, told) = oneshot::channel();
        let not_written = || Err("the journal is not written any more".to_owned());
        match lock(&self.0.erasures).as_mut() {
            Some(erasures) => erasures.push(Erasure { device, done }),
            None => return not_written(),
        }
        self.0.filling.notify_one();
        told.await.unwrap_or_else(|_| not_written())
    }

    pub(super) fn erasures(&self) -> Vec<Erasure> {
        lock(&self.0.erasures).as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Notes that nothing is written any more; whoever waits for it is told.
    pub(super) fn end_writing(&self) {
        *lock(&self.0.erasures) = None;
    }

    /// Waits until the writer has something to do before its time.
    pub(super) async fn filling(&self) {
        self.0.filling.notified().await;
    }

    pub(super) fn folder(&self) -> &Folder {
        &self.0.folder
    }

    pub(super) fn clock(&self) -> Clock {
        self.0.clock
    }

    pub(super) fn tail(&self) -> MutexGuard<'_, Tail> {
        lock(&self.0.tail)
    }

    pub(super) fn spans(&self) -> MutexGuard<'_, BTreeMap<Day, (u64, u64)>> {
        lock(&self.0.spans)
    }

    pub(super) fn health_mut(&self) -> MutexGuard<'_, JournalHealth> {
        lock(&self.0.health)
    }
}

/// What a panic left behind is still the best there is.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
