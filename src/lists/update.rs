//! One list from its source to its copy: fetch, read, judge, keep.

use std::{
    fmt,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::sync::broadcast;

use super::{
    background::Background,
    fetch::{FetchError, Fetched, Fetcher, Validators},
    meta::{Copy, Held, Meta},
    progress::{UpdateProgress, UpdateState},
    runs::{About, Runs},
    stamp::{Stamp, TICK},
    store::Store,
    vet::{self, Doubt, Download, Verdict},
};
use crate::{
    config::ListSource,
    rules::LineOptions,
    state::regular_file,
    time::{Clock, UnixTime},
};

/// What updating a list needs.
#[derive(Clone, Debug)]
pub(super) struct Updater {
    pub(super) runs: Runs,
    pub(super) background: Background,
    pub(super) fetcher: Fetcher,
    pub(super) clock: Clock,
    pub(super) progress: broadcast::Sender<UpdateProgress>,
    /// The longest local file that is read, in bytes.
    pub(super) longest: u64,
}

/// A list that is to be updated.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) id: String,
    pub(super) source: ListSource,
    pub(super) options: LineOptions,
    pub(super) meta: Meta,
    /// The rules of the copy in use.
    pub(super) former_rules: Option<u64>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub(super) struct Ended {
    pub(super) id: String,
    /// What is remembered of the list now.
    pub(super) meta: Meta,
    pub(super) outcome: Outcome,
}

/// What came of an update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The copy in use is the newest.
    Unchanged,
    /// It was read; the copy may be a new one.
    Updated {
        /// Why what was read is not kept on disk.
        unsaved: Option<String>,
    },
    /// The download is put aside, for this reason, which people are told in these words.
    Held(Doubt, String),
    /// Nothing has changed, for this reason.
    Failed(String),
}

impl Updater {
    /// Updates a list. Dropping the future leaves the copy in use as it is.
    pub(super) async fn run(self, job: Job) -> Ended {
        let (id, meta) = (job.id.clone(), job.meta.clone());
        let tell = self.teller(&id);
        let (meta, outcome) = match self.update(job).await {
            Ok((meta, outcome)) => (meta, outcome),
            Err(error) => (meta, Outcome::Failed(error.to_string())),
        };
        let bytes = meta.copy.as_ref().map_or(0, |copy| copy.bytes);
        let state = match &outcome {
            Outcome::Unchanged => UpdateState::Unchanged,
            Outcome::Updated { .. } => UpdateState::Updated,
            Outcome::Held(_, why) => UpdateState::Held(why.clone()),
            Outcome::Failed(error) => UpdateState::Failed(error.clone()),
        };
        tell(bytes, Some(bytes), state);
        Ended { id, meta, outcome }
    }

    async fn update(&self, job: Job) -> Result<(Meta, Outcome), FetchError> {
        let tell = self.teller(&job.id);
        tell(0, None, UpdateState::Asking);
        let (runs, now) = (self.runs.clone(), self.clock.now().unix);
        match job.source.clone() {
            ListSource::Builtin(_) => Ok((job.meta, Outcome::Unchanged)),
            ListSource::File(path) => {
                let longest = self.longest;
                self.in_background(move || job.take_file(&path, &runs, longest, now).map_err(FetchError::File)).await
            }
            ListSource::Url(url) => {
                let incoming = Incoming(self.runs.store.incoming(&job.id)?);
                let known = job.meta.copy.as_ref().map_or_else(Validators::default, |copy| Validators {
                    etag: copy.etag.clone(),
                    last_modified: copy.last_modified.clone(),
                });
                let receiving = |bytes, total| tell(bytes, total, UpdateState::Receiving);
                let fetched = self.fetcher.fetch(&url, &known, &incoming.0, receiving).await?;
                let now = self.clock.now().unix;
                if let Fetched::Text { bytes, .. } = fetched {
                    tell(bytes, Some(bytes), UpdateState::Reading);
                }
                self.in_background(move || Ok(job.take_download(fetched, &incoming.0, &runs, now)?)).await
            }
        }
    }

    async fn in_background<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, FetchError> + Send + 'static,
    ) -> Result<T, FetchError> {
        self.background.run(work).await.unwrap_or_else(|died| Err(FetchError::Disk(io::Error::other(died))))
    }

    fn teller(&self, id: &str) -> impl Fn(u64, Option<u64>, UpdateState) + Send + Sync + 'static {
        let (progress, id) = (self.progress.clone(), id.to_owned());
        move |bytes, total, state| {
            // Nobody may be watching.
            let _ = progress.send(UpdateProgress { id: id.clone(), bytes, total, state });
        }
    }
}

impl Job {
    /// Judges a download, and keeps it or puts it aside.
    fn take_download(
        self,
        fetched: Fetched,
        incoming: &Path,
        runs: &Runs,
        now: UnixTime,
    ) -> io::Result<(Meta, Outcome)> {
        let store = &runs.store;
        let Fetched::Text { validators, bytes, digest } = fetched else { return self.confirm(None, store, now) };
        if self.meta.copy.as_ref().is_some_and(|copy| copy.digest == digest) {
            return self.confirm(Some(validators), store, now);
        }
        let mut run = runs.make(&self.id, || File::open(incoming), self.options)?;
        let rules = run.about.found.rules;
        let download = Download { rules, foreign: run.about.foreign, digest };
        let held = self.meta.held.as_ref().map(|held| (held.copy.digest, held.times));
        let Validators { etag, last_modified } = validators;
        let copy = Copy { fetched: now, checked: now, etag, last_modified, bytes, digest, rules, stamp: None };
        match vet::judge(download, self.former_rules, held) {
            Verdict::Believed => {
                let meta = Meta { copy: Some(copy), held: None, ..self.meta };
                store.keep(&self.id, incoming, &meta)?;
                let unsaved = run.keep().err().or_else(|| run.unsaved.take()).map(|error| cannot_keep(&error));
                Ok((meta, Outcome::Updated { unsaved }))
            }
            Verdict::Held { doubt, times } => {
                let reject = run.about.found.rejects.first().filter(|_| doubt == Doubt::Empty);
                let reject = reject.map(|reject| format!("line {}: {}", reject.line, reject.reason));
                let held = Held { copy, doubt, times, reject };
                let why = held.to_string();
                let meta = Meta { held: Some(held), ..self.meta };
                store.hold(&self.id, incoming, &meta)?;
                Ok((meta, Outcome::Held(doubt, why)))
            }
        }
    }

    /// Notes that the copy in use is the newest; a download put aside before is then out of date.
    fn confirm(self, validators: Option<Validators>, store: &Store, now: UnixTime) -> io::Result<(Meta, Outcome)> {
        let copy = self.meta.copy.map(|copy| match validators {
            Some(Validators { etag, last_modified }) => Copy { checked: now, etag, last_modified, ..copy },
            None => Copy { checked: now, ..copy },
        });
        let meta = Meta { copy, held: None, ..self.meta };
        store.confirm(&self.id, &meta)?;
        Ok((meta, Outcome::Unchanged))
    }

    /// Reads a local file, if it is not as it was when it was read last. Its text stays where it is.
    fn take_file(self, path: &Path, runs: &Runs, longest: u64, now: UnixTime) -> Result<(Meta, Outcome), String> {
        let cannot_read = |reason: &dyn fmt::Display| format!("cannot read `{}`: {reason}", path.display());
        let state = regular_file(path).map_err(|error| cannot_read(&error))?;
        if state.len() > longest {
            return Err(cannot_read(&format!("it is larger than the limit of {longest} bytes")));
        }
        let stamp = Stamp::of(&state, now).or_else(|| {
            // Read a tick later, the file need not be read again for its stamp's sake.
            std::thread::sleep(Duration::from_millis(TICK));
            fs::metadata(path).ok().and_then(|state| Stamp::of(&state, UnixTime(now.0 + TICK)))
        });
        if stamp.is_some() && self.meta.copy.as_ref().is_some_and(|copy| copy.stamp == stamp) {
            return Ok((self.meta, Outcome::Unchanged));
        }
        let open = || File::open(path).map(|file| file.take(longest));
        let mut run = runs.make(&self.id, open, self.options).map_err(|error| cannot_read(&error))?;
        if let Some(foreign) = run.about.foreign {
            return Err(cannot_read(&format!("it is {foreign}")));
        }
        let About { digest, bytes, ref found, .. } = run.about;
        let (etag, last_modified, rules) = (None, None, found.rules);
        let copy = Copy { fetched: now, checked: now, etag, last_modified, bytes, digest, rules, stamp };
        let meta = Meta { copy: Some(copy), held: None, ..self.meta };
        let kept = run.unsaved.take().map_or(Ok(()), Err);
        let kept = kept.and_then(|()| run.keep()).and_then(|()| runs.store.remember_without_copy(&self.id, &meta));
        Ok((meta, Outcome::Updated { unsaved: kept.err().map(|error| cannot_keep(&error)) }))
    }
}

fn cannot_keep(error: &io::Error) -> String {
    format!("cannot keep a copy of its rules: {error}")
}

/// Whether a local file is not as it was when it was read last, as far as that can be told without reading it.
pub(super) fn is_changed(path: &Path, meta: &Meta, now: UnixTime) -> io::Result<bool> {
    let stamp = Stamp::of(&fs::metadata(path)?, now);
    Ok(stamp.is_none() || meta.copy.as_ref().is_none_or(|copy| copy.stamp != stamp))
}

/// A download under way, removed when it was not kept.
struct Incoming(PathBuf);

impl Drop for Incoming {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
