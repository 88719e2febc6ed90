//! The worker: keeps all lists fresh, one event after the other.

use std::{
    collections::{BTreeSet, HashSet},
    fs::File,
    sync::Arc,
    thread::JoinHandle,
    time::Duration,
};

use tokio::{
    sync::{broadcast, mpsc, watch},
    task::{AbortHandle, JoinError, JoinSet, spawn_blocking},
    time::sleep,
};
use tokio_util::sync::CancellationToken;

use super::{
    ListStatus, UpdateProgress,
    background::{Background, Died},
    compile::{self, Compiled, CompiledLists, Found, Input, ListInfo, Workshop},
    entry::{Entry, Surroundings},
    fetch::Fetcher,
    handle::{Order, Setup},
    key,
    numbers::Numbers,
    runs::Runs,
    settings::Settings,
    store::Store,
    tables::{Provenance, Tables},
    update::{Ended, Outcome, Updater, is_changed},
    waiters::Waiters,
};
use crate::{
    catalog::Catalog,
    config::{self, ListSource},
    rules::{ListNumber, Table, TableBuilder},
    state::Refused,
    time::{Clock, Moment},
};

/// Lists that are fetched at the same time.
const MOST_JOBS: usize = 2;
/// How long a change waits for other updates under way, so that one compiling serves several.
const GATHER: Duration = Duration::from_secs(2);
/// The worker looks around at least this often.
const LONGEST_SLEEP: Duration = Duration::from_hours(1);

/// Where the worker tells what is.
#[derive(Debug)]
pub(super) struct Outputs {
    compiled: watch::Sender<Arc<CompiledLists>>,
    statuses: watch::Sender<Arc<Vec<ListStatus>>>,
}

impl Outputs {
    /// The outputs, and where to read them.
    #[expect(clippy::type_complexity, reason = "the two ends of two channels, taken apart at once")]
    pub(super) fn new() -> (Self, watch::Receiver<Arc<CompiledLists>>, watch::Receiver<Arc<Vec<ListStatus>>>) {
        let table = Arc::new(TableBuilder::new().build());
        let (compiled, compiled_here) = watch::channel(Arc::new(CompiledLists {
            table,
            lists: Vec::new(),
            origins: Vec::new(),
            texts: Vec::new(),
        }));
        let (statuses, statuses_here) = watch::channel(Arc::default());
        (Self { compiled, statuses }, compiled_here, statuses_here)
    }
}

/// Keeps all lists fresh.
pub(super) struct Worker {
    pub(super) configured: Vec<config::List>,
    pub(super) settings: Settings,
    pub(super) entries: Vec<Entry>,
    pub(super) store: Arc<Store>,
    pub(super) catalog: &'static Catalog,
    pub(super) clock: Clock,
    pub(super) waiters: Waiters,
    updater: Updater,
    workshop: Workshop,
    pub(super) background: Background,
    /// The thread behind `background`; waited for at the end.
    thread: JoinHandle<()>,
    numbers: Numbers,
    outputs: Outputs,
    stop: CancellationToken,
    jobs: JoinSet<Ended>,
    compiling: JoinSet<Result<Compiling, Died>>,
    /// Why the table is in memory alone.
    unsaved: Option<String>,
    /// Changes made so far, and those of them that are in force.
    made: u64,
    in_force: u64,
    /// When the first change was made that no compiling has taken up yet.
    changed: Option<Moment>,
}

/// A compiling that has ended.
struct Compiling {
    change: u64,
    inputs: Vec<Input>,
    lists: Vec<ListInfo>,
    compiled: std::io::Result<Compiled>,
}

impl Worker {
    /// A worker that has read nothing yet but the lists added earlier.
    pub(super) fn new(
        setup: Setup,
        outputs: Outputs,
        progress: broadcast::Sender<UpdateProgress>,
    ) -> Result<Self, Refused> {
        let Setup { lists, data_dir, clock, catalog, resolver, limits, stop } = setup;
        let failed = |error: &dyn std::fmt::Display| Refused::Failed(error.to_string());
        let fetcher = Fetcher::new(resolver, limits, clock).map_err(|error| failed(&error))?;
        let (background, thread) = Background::start().map_err(|error| failed(&error))?;
        let (store, key) = (Arc::new(Store::new(&data_dir)), key::load_or_make(&data_dir));
        let runs = Runs { store: Arc::clone(&store), key, cancel: stop.clone() };
        let updater = Updater {
            runs: runs.clone(),
            background: background.clone(),
            fetcher,
            clock,
            progress,
            longest: limits.bytes,
        };
        Ok(Self {
            configured: lists,
            settings: Settings::load(&data_dir),
            entries: Vec::new(),
            updater,
            workshop: Workshop { runs, tables: Tables::new(&data_dir, key), catalog },
            background,
            thread,
            unsaved: None,
            store,
            catalog,
            clock,
            waiters: Waiters::default(),
            numbers: Numbers::default(),
            outputs,
            stop,
            jobs: JoinSet::new(),
            compiling: JoinSet::new(),
            made: 0,
            in_force: 0,
            changed: None,
        })
    }

    /// Why the lists added earlier cannot be read.
    pub(super) fn settings_fault(&self) -> Option<Arc<str>> {
        self.settings.fault().map(Arc::from)
    }

    /// Takes up the last table, or without one reads what is there without the network and compiles it.
    pub(super) async fn read_what_is_there(&mut self) {
        let last = self.workshop.tables.load();
        let origins = last.iter().flat_map(|(.., provenance)| &provenance.lists).map(|(origin, _)| origin);
        self.numbers = Numbers::new(origins.map(|origin| (origin.id.as_str(), origin.number)));
        self.take_over_lists().await;
        let is_in_force = last.is_some();
        if let Some((table, file, provenance)) = last {
            self.adopt(table, &file, provenance);
        }
        self.look_at_files(is_in_force).await;
        if !is_in_force {
            self.start_compiling();
            if let Some(ended) = self.compiling.join_next().await {
                self.compiling_ended(ended);
            }
        }
        self.tell_status();
    }

    /// Puts the last table in force as it is; what has changed since is compiled later.
    fn adopt(&mut self, table: Table, file: &File, provenance: Provenance) {
        for entry in &mut self.entries {
            entry.adopt(&provenance.lists, &table, file, self.catalog);
        }
        let origins = provenance.lists.into_iter().map(|(origin, _)| origin).collect();
        self.publish(CompiledLists { table: Arc::new(table), lists: self.infos(), origins, texts: self.inputs() });
    }

    /// Reads local files: those that cannot be read, and without a table all of them, now; others later if they have
    /// changed.
    async fn look_at_files(&mut self, is_in_force: bool) {
        let now = self.clock.now().unix;
        for place in 0..self.entries.len() {
            let entry = &mut self.entries[place];
            let ListSource::File(path) = &entry.list.source else { continue };
            match is_changed(path, &entry.meta, now) {
                Ok(changed) if is_in_force => entry.asked = changed,
                _ if entry.can_update() => {
                    entry.asked = false;
                    let ended = self.updater.clone().run(entry.job()).await;
                    self.job_ended(ended);
                }
                _ => {}
            }
        }
    }

    /// Works until it is stopped.
    pub(super) async fn run(mut self, mut requests: mpsc::Receiver<Order>) {
        let stop = self.stop.clone();
        // Before, nothing was in force, and whoever asks waited for this.
        self.background.step_back();
        loop {
            self.start_jobs();
            self.start_compiling();
            self.waiters.settle(self.made, self.in_force);
            self.tell_status();
            let time_to_sleep = self.time_to_sleep();
            tokio::select! {
                () = stop.cancelled() => break,
                Some((request, reply)) = requests.recv() => self.carry_out(request, reply).await,
                Some(ended) = self.jobs.join_next() => self.job_over(ended),
                Some(ended) = self.compiling.join_next() => self.compiling_ended(ended),
                () = sleep(time_to_sleep) => {}
            }
        }
        self.jobs.shutdown().await;
        while self.compiling.join_next().await.is_some() {}
        let Self { background, updater, thread, .. } = self;
        drop((background, updater));
        // What it still does is put the last table in its place.
        let _ = spawn_blocking(move || thread.join()).await;
    }

    /// Brings the entries in line with the configuration and the lists added earlier. Those of the configuration win.
    pub(super) async fn take_over_lists(&mut self) {
        let taken: HashSet<&str> = self.configured.iter().map(|list| list.id.as_str()).collect();
        let added = self.settings.lists().iter().filter(|list| !taken.contains(list.id.as_str()));
        let configured = self.configured.iter().map(|list| self.settings.instead_of(list).unwrap_or(list));
        let wanted: Vec<_> = configured.chain(added).cloned().collect();
        let mut former = std::mem::take(&mut self.entries);
        for list in wanted {
            if let Some(place) = former.iter().position(|entry| entry.is_of(&list)) {
                self.entries.push(former.swap_remove(place).with(list));
            } else if let Some(number) = self.numbers.number(&list.id) {
                self.load(list, number).await;
            } else {
                tracing::error!("list `{}` is left out: too many lists were added since the start", list.id);
            }
        }
        let unused = self.entries.iter_mut().filter(|entry| !entry.list.enabled);
        for entry in unused.chain(&mut former) {
            if let Some(job) = entry.job.take() {
                job.abort();
            }
            self.waiters.tried(&entry.list.id, Some("it was changed or removed meanwhile"));
        }
        self.changed();
    }

    /// Adds a list with what is stored of it, which is read on a thread that may wait.
    async fn load(&mut self, list: config::List, number: ListNumber) {
        let (id, store, catalog, now) = (list.id.clone(), Arc::clone(&self.store), self.catalog, self.clock.now());
        let load = move || Entry::load(list, number, &Surroundings { store: &store, catalog, now });
        match spawn_blocking(load).await {
            Ok(entry) => self.entries.push(entry),
            Err(error) => tracing::error!("list `{id}` is left out: reading what is stored of it died: {error}"),
        }
    }

    /// Notes that something changed that compiling depends on.
    pub(super) fn changed(&mut self) {
        self.made += 1;
        self.changed.get_or_insert(self.clock.now().moment);
    }

    /// Asks for an update of some lists; gives their ids.
    pub(super) fn ask_for(&mut self, which: impl Fn(&Entry) -> bool) -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        for entry in self.entries.iter_mut().filter(|entry| entry.can_update() && which(entry)) {
            entry.asked |= entry.job.is_none();
            ids.insert(entry.list.id.clone());
        }
        ids
    }

    fn start_jobs(&mut self) {
        let now = self.clock.now();
        for entry in &mut self.entries {
            if self.jobs.len() >= MOST_JOBS {
                break;
            }
            if entry.wants_update(now) {
                entry.asked = false;
                entry.job = Some(self.jobs.spawn(self.updater.clone().run(entry.job())));
            }
        }
    }

    /// Has the update of a list end, if one is under way. What it has begun in the background goes on there.
    pub(super) async fn end_job(&mut self, place: usize) {
        let Some(job) = self.entries[place].job.take() else { return };
        job.abort();
        while let Some(ended) = self.jobs.join_next_with_id().await {
            let id = ended.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
            self.job_over(ended.map(|(_, ended)| ended));
            if id == job.id() {
                break;
            }
        }
    }

    fn job_over(&mut self, ended: Result<Ended, JoinError>) {
        match ended {
            Ok(ended) => self.job_ended(ended),
            Err(error) => self.job_died(&error),
        }
    }

    fn job_ended(&mut self, ended: Ended) {
        let now = self.clock.now();
        let id = ended.id.clone();
        let fault = match &ended.outcome {
            Outcome::Failed(error) | Outcome::Updated { unsaved: Some(error) } => Some(error.clone()),
            Outcome::Held(_, why) => Some(format!("{why}, so it is not used")),
            Outcome::Unchanged | Outcome::Updated { unsaved: None } => None,
        };
        if let Some(fault) = &fault {
            tracing::warn!(list = id, "a list was not updated: {fault}");
        }
        let entry = self.entries.iter_mut().find(|entry| entry.list.id == id && entry.meta.source == ended.meta.source);
        if entry.is_some_and(|entry| entry.updated(ended, now)) {
            self.changed();
        }
        self.waiters.tried(&id, fault.as_deref());
    }

    /// A job ended without a result: it was aborted, of which whoever did it took care, or it panicked.
    fn job_died(&mut self, error: &JoinError) {
        if !error.is_panic() {
            return;
        }
        tracing::error!("the update of a list died: {error}");
        let finished = |entry: &&Entry| entry.job.as_ref().is_some_and(AbortHandle::is_finished);
        let dead: Vec<_> =
            self.entries.iter().filter(finished).map(|entry| (entry.list.id.clone(), entry.meta.clone())).collect();
        for (id, meta) in dead {
            self.job_ended(Ended { id, meta, outcome: Outcome::Failed("its update died".into()) });
        }
    }

    /// Starts compiling when there are changes, none is under way, and no update is about to bring more.
    fn start_compiling(&mut self) {
        let Some(changed) = self.changed else { return };
        let gathering = !self.jobs.is_empty() && self.clock.now().moment.since(changed) < GATHER;
        if gathering || !self.compiling.is_empty() {
            return;
        }
        self.changed = None;
        let (inputs, lists) = (self.inputs(), self.infos());
        let current = Arc::clone(&self.outputs.compiled.borrow());
        if current.origins.iter().eq(inputs.iter().map(|input| &input.origin)) {
            if current.lists != lists {
                let (table, origins) = (Arc::clone(&current.table), current.origins.clone());
                self.publish(CompiledLists { table, lists, origins, texts: inputs });
            }
            self.in_force = self.made;
            return;
        }
        let (change, workshop, background) = (self.made, self.workshop.clone(), self.background.clone());
        self.compiling.spawn(async move {
            let work = move || {
                let compiled = compile::compile(&inputs, &workshop);
                Compiling { change, inputs, lists, compiled }
            };
            background.run(work).await
        });
    }

    /// Publishes what was compiled. When a list that is in force could not be read again, everything stays as it was.
    fn compiling_ended(&mut self, ended: Result<Result<Compiling, Died>, JoinError>) {
        let ended = ended.map_err(|error| error.to_string()).and_then(|ended| ended.map_err(|died| died.to_string()));
        let ended = ended.and_then(|ended| match ended.compiled {
            Ok(compiled) => Ok((ended.change, ended.inputs, ended.lists, compiled)),
            Err(error) => Err(error.to_string()),
        });
        let (change, inputs, lists, Compiled { new, found }) = match ended {
            Ok(ended) => ended,
            Err(_) if self.stop.is_cancelled() => return,
            Err(error) => {
                tracing::error!("the lists were not compiled: {error}");
                self.waiters.failed(&format!("the lists were not compiled: {error}"));
                self.in_force = self.made;
                return;
            }
        };
        self.in_force = change;
        let broken = self.note_unreadable(&found);
        if self.stop.is_cancelled()
            || self.outputs.compiled.borrow().origins.iter().any(|origin| broken.contains(&origin.number))
        {
            return;
        }
        for entry in &mut self.entries {
            let of_entry = found.iter().find(|(number, _)| *number == entry.number);
            entry.found = of_entry.and_then(|(_, found)| found.as_ref().ok().cloned());
        }
        if let Some(unsaved) = &new.unsaved {
            tracing::warn!("{unsaved}");
        }
        self.unsaved = new.unsaved;
        let is_read = |input: &&Input| !broken.contains(&input.origin.number);
        let origins = inputs.iter().filter(is_read).map(|input| input.origin.clone()).collect();
        self.publish(CompiledLists { table: Arc::new(new.table), lists, origins, texts: inputs });
        if let Some(file) = new.file {
            self.background.begin(move || {
                if let Err(error) = file.settle() {
                    tracing::warn!("the rules are not kept for the next start: {error}");
                }
            });
        }
    }

    /// Notes which lists could not be read; gives their numbers.
    fn note_unreadable(&mut self, found: &[(ListNumber, Result<Found, String>)]) -> Vec<ListNumber> {
        let mut broken = Vec::new();
        for (number, found) in found {
            let Err(fault) = found else { continue };
            broken.push(*number);
            if let Some(entry) = self.entries.iter_mut().find(|entry| entry.number == *number) {
                tracing::warn!(list = entry.list.id, "{fault}");
                self.waiters.failed(&format!("list `{}`: {fault}", entry.list.id));
                entry.unreadable(fault.clone());
            }
        }
        broken
    }

    /// Puts rules in force; the table before is let go where that disturbs nobody.
    fn publish(&self, compiled: CompiledLists) {
        let before = self.outputs.compiled.send_replace(Arc::new(compiled));
        self.background.retire(Arc::clone(&before.table));
    }

    fn inputs(&self) -> Vec<Input> {
        self.entries.iter().filter_map(|entry| entry.input(&self.store)).collect()
    }

    fn infos(&self) -> Vec<ListInfo> {
        self.entries.iter().map(Entry::info).collect()
    }

    fn tell_status(&self) {
        let now = self.clock.now();
        let status = |entry: &Entry| entry.status(now, self.unsaved.as_deref(), !self.is_configured(&entry.list.id));
        self.outputs.statuses.send_replace(Arc::new(self.entries.iter().map(status).collect()));
    }

    /// Whether a list comes with the configuration, or with ponor where the configuration has none.
    pub(super) fn is_configured(&self, id: &str) -> bool {
        self.configured.iter().any(|list| list.id == id)
    }

    /// How long nothing happens by itself.
    fn time_to_sleep(&self) -> Duration {
        let now = self.clock.now().moment;
        let gathered = self.changed.filter(|_| self.compiling.is_empty()).map(|changed| changed.after(GATHER));
        let slots_free = self.jobs.len() < MOST_JOBS;
        let due = self.entries.iter().filter(|_| slots_free).filter_map(Entry::due);
        due.chain(gathered).map(|moment| moment.since(now)).min().unwrap_or(LONGEST_SLEEP).min(LONGEST_SLEEP)
    }
}
