//! What others may ask of the lists.

use std::{future::Future, path::PathBuf, sync::Arc};

use tokio::{
    sync::{broadcast, mpsc, oneshot, watch},
    task::spawn_blocking,
};
use tokio_util::sync::CancellationToken;

use super::{
    CompiledLists, Limits, ListStatus, Resolve, UpdateProgress,
    waiters::Reply,
    worker::{Outputs, Worker},
};
use crate::{
    catalog::Catalog,
    config,
    dns::Name,
    rules::{self, LineMatch, ListNumber},
    state::Refused,
    time::Clock,
};

/// Requests that may wait for the worker.
const REQUESTS: usize = 16;
/// Steps of updates that a slow watcher may be behind before it misses some.
const PROGRESS: usize = 256;

/// What the lists are made from.
pub struct Setup {
    /// The lists of the configuration.
    pub lists: Vec<config::List>,
    /// Where copies are kept.
    pub data_dir: PathBuf,
    /// The clocks.
    pub clock: Clock,
    /// For the built-in lists, and for warnings about names that devices need.
    pub catalog: &'static Catalog,
    /// Finds the servers of lists.
    pub resolver: Arc<dyn Resolve>,
    /// The bounds of downloads.
    pub limits: Limits,
    /// Ends the worker.
    pub stop: CancellationToken,
}

/// Takes up the table of the last time, or without one reads what is there without the network — built-in lists, local
/// files, the last good copies — and compiles it. Gives the handle, in whose [`compiled`](ListsHandle::compiled) the rules are in force already, and the worker, which
/// keeps the lists fresh for as long as it is polled and ends when [`Setup::stop`] is cancelled.
///
/// # Errors
/// When no HTTP client can be made, or no thread. Lists that cannot be read are told in their status.
pub async fn start(setup: Setup) -> Result<(ListsHandle, impl Future<Output = ()> + Send + 'static), Refused> {
    let (orders, requests) = mpsc::channel(REQUESTS);
    let (progress, _) = broadcast::channel(PROGRESS);
    let (outputs, compiled, statuses) = Outputs::new();
    let mut worker = Worker::new(setup, outputs, progress.clone())?;
    worker.read_what_is_there().await;
    let fault = worker.settings_fault();
    Ok((ListsHandle { orders, compiled, statuses, progress, fault }, worker.run(requests)))
}

/// What the worker is asked.
#[derive(Debug)]
pub(super) enum Request {
    Update(Option<String>),
    Accept(String),
    Add(config::List),
    Enable(String, bool),
    Remove(String),
    Reconfigure(Vec<config::List>),
}

/// A request with the place for its answer.
pub(super) type Order = (Request, Reply);

/// Asks the lists' worker.
#[derive(Clone, Debug)]
pub struct ListsHandle {
    orders: mpsc::Sender<Order>,
    compiled: watch::Receiver<Arc<CompiledLists>>,
    statuses: watch::Receiver<Arc<Vec<ListStatus>>>,
    progress: broadcast::Sender<UpdateProgress>,
    fault: Option<Arc<str>>,
}

impl ListsHandle {
    /// The rules in force, and each later state of them.
    #[must_use]
    pub fn compiled(&self) -> watch::Receiver<Arc<CompiledLists>> {
        self.compiled.clone()
    }

    /// What is known of each list, the configuration's first.
    #[must_use]
    pub fn status(&self) -> Vec<ListStatus> {
        self.statuses.borrow().as_ref().clone()
    }

    /// The steps of updates from now on.
    #[must_use]
    pub fn progress(&self) -> broadcast::Receiver<UpdateProgress> {
        self.progress.subscribe()
    }

    /// Why the lists that were added earlier while ponor ran cannot be read; none of them is in use then.
    #[must_use]
    pub fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    /// Fetches or reads the list `id` now, or all that are enabled, and waits until what came of it is in force.
    ///
    /// # Errors
    /// [`Refused::Failed`] when one of them failed; the others are updated all the same.
    pub async fn update(&self, id: Option<String>) -> Result<(), Refused> {
        self.ask(Request::Update(id)).await
    }

    /// Believes the download of list `id` that was put aside, and waits until it is in force.
    ///
    /// # Errors
    /// When there is none, or it is no list.
    pub async fn accept(&self, id: String) -> Result<(), Refused> {
        self.ask(Request::Accept(id)).await
    }

    /// Adds a list and keeps it in the data directory. Its download goes on after this returns.
    ///
    /// # Errors
    /// When its id is taken or malformed, its source is a file, or the change cannot be written.
    pub async fn add(&self, list: config::List) -> Result<(), Refused> {
        self.ask(Request::Add(list)).await
    }

    /// Uses the list `id`, or stops using it, and waits until that is in force. A download that it needs goes on after
    /// this returns.
    ///
    /// # Errors
    /// When the configuration fixes it, or the change cannot be written.
    pub async fn enable(&self, id: String, enabled: bool) -> Result<(), Refused> {
        self.ask(Request::Enable(id, enabled)).await
    }

    /// Forgets the list `id` and its copies, and waits until that is in force.
    ///
    /// # Errors
    /// When the configuration fixes it, or the change cannot be written.
    pub async fn remove(&self, id: String) -> Result<(), Refused> {
        self.ask(Request::Remove(id)).await
    }

    /// Takes over the lists of a new configuration, reads local files again, and waits until both are in force.
    ///
    /// # Errors
    /// [`Refused::Failed`] when a local file cannot be read; everything else is taken over all the same.
    pub async fn reconfigure(&self, lists: Vec<config::List>) -> Result<(), Refused> {
        self.ask(Request::Reconfigure(lists)).await
    }

    /// The lines of the list with number `list` that cover `name`. Reads the whole list.
    ///
    /// # Errors
    /// When no list in use has that number, or its copy cannot be read.
    pub async fn find_lines(&self, name: Name, list: ListNumber) -> Result<Vec<LineMatch>, Refused> {
        let compiled = Arc::clone(&self.compiled.borrow());
        let search = move || {
            let input = compiled.texts.iter().find(|input| input.origin.number == list);
            let input = input.ok_or_else(|| Refused::NotFound(format!("there is no list {}", list.0)))?;
            let found = input.text.open().and_then(|text| rules::find_lines(text, &input.origin.options, &name));
            found.map_err(|error| Refused::Failed(format!("cannot read the list: {error}")))
        };
        spawn_blocking(search).await.map_err(|died| Refused::Failed(died.to_string()))?
    }

    async fn ask(&self, request: Request) -> Result<(), Refused> {
        let (reply, answer) = oneshot::channel();
        self.orders.send((request, reply)).await.map_err(|_| Refused::Closing)?;
        answer.await.map_err(|_| Refused::Closing)?
    }
}
