//! One list from its source to its copy: fetch, read, judge, keep.

use std::{
    fmt,
    fs::{self, File},
    io::{self, BufReader, Read, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::{sync::broadcast, task::spawn_blocking};

use super::{
    compile::Text,
    digest::{Digest, DigestBuilder},
    fetch::{FetchError, Fetched, Fetcher, Validators},
    meta::{Copy, Held, Meta},
    progress::{UpdateProgress, UpdateState},
    store::Store,
    vet::{self, Doubt, Download, Verdict},
};
use crate::{
    config::ListSource,
    rules::{self, LineOptions},
    time::{Clock, UnixTime},
};

/// What updating a list needs.
#[derive(Clone, Debug)]
pub(super) struct Updater {
    pub(super) store: Arc<Store>,
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
    /// There is a new copy.
    Updated,
    /// The download is put aside.
    Held(Doubt),
    /// A local file that could not be copied, and is used where it is.
    Uncopied {
        /// Where it is.
        text: Text,
        /// Its digest.
        digest: Digest,
        /// Why it could not be copied.
        error: String,
    },
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
            Outcome::Updated | Outcome::Uncopied { .. } => UpdateState::Updated,
            Outcome::Held(doubt) => UpdateState::Held(doubt.to_string()),
            Outcome::Failed(error) => UpdateState::Failed(error.clone()),
        };
        tell(bytes, Some(bytes), state);
        Ended { id, meta, outcome }
    }

    async fn update(&self, job: Job) -> Result<(Meta, Outcome), FetchError> {
        let tell = self.teller(&job.id);
        tell(0, None, UpdateState::Asking);
        let (store, now) = (Arc::clone(&self.store), self.clock.now().unix);
        match job.source.clone() {
            ListSource::Builtin(_) => Ok((job.meta, Outcome::Unchanged)),
            ListSource::File(path) => {
                let longest = self.longest;
                on_blocking_thread(move || job.take_file(&path, &store, longest, now).map_err(FetchError::File)).await
            }
            ListSource::Url(url) => {
                let incoming = Incoming(self.store.incoming(&job.id)?);
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
                on_blocking_thread(move || Ok(job.take_download(fetched, &incoming.0, &store, now)?)).await
            }
        }
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
        store: &Store,
        now: UnixTime,
    ) -> io::Result<(Meta, Outcome)> {
        let Fetched::Text { validators, bytes, digest } = fetched else { return self.confirm(None, store, now) };
        if self.meta.copy.as_ref().is_some_and(|copy| copy.digest == digest) {
            return self.confirm(Some(validators), store, now);
        }
        let summary = rules::parse_list(BufReader::new(File::open(incoming)?), &self.options, |_| ())?;
        let download = Download { rules: summary.rules, looks_like_html: summary.looks_like_html, digest };
        let held = self.meta.held.as_ref().map(|held| (held.copy.digest, held.times));
        let Validators { etag, last_modified } = validators;
        let copy = Copy { fetched: now, checked: now, etag, last_modified, bytes, digest, rules: summary.rules };
        match vet::judge(download, self.former_rules, held) {
            Verdict::Believed => {
                let meta = Meta { copy: Some(copy), held: None, ..self.meta };
                store.keep(&self.id, incoming, &meta)?;
                Ok((meta, Outcome::Updated))
            }
            Verdict::Held { doubt, times } => {
                let meta = Meta { held: Some(Held { copy, doubt, times }), ..self.meta };
                store.hold(&self.id, incoming, &meta)?;
                Ok((meta, Outcome::Held(doubt)))
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

    /// Takes the text of a local file over, as it is.
    fn take_file(self, path: &Path, store: &Store, longest: u64, now: UnixTime) -> Result<(Meta, Outcome), String> {
        let cannot_read = |reason: &dyn fmt::Display| format!("cannot read `{}`: {reason}", path.display());
        if !fs::metadata(path).map_err(|error| cannot_read(&error))?.is_file() {
            return Err(cannot_read(&"it is no file"));
        }
        let file = File::open(path).map_err(|error| cannot_read(&error))?.take(longest.saturating_add(1));
        let incoming = store.incoming(&self.id).map(Incoming);
        let (digest, bytes, copied) = copy_file(file, &incoming).map_err(|error| cannot_read(&error))?;
        if bytes > longest {
            return Err(cannot_read(&format!("it is larger than the limit of {longest} bytes")));
        }
        if self.meta.copy.as_ref().is_some_and(|copy| copy.digest == digest) {
            return Ok((self.meta, Outcome::Unchanged));
        }
        let (etag, last_modified, rules) = (None, None, 0);
        let copy = Copy { fetched: now, checked: now, etag, last_modified, bytes, digest, rules };
        let meta = Meta { copy: Some(copy), held: None, ..self.meta.clone() };
        let kept = incoming.and_then(|incoming| copied.and_then(|()| store.keep(&self.id, &incoming.0, &meta)));
        Ok(match kept {
            Ok(()) => (meta, Outcome::Updated),
            Err(error) => {
                let error = format!("cannot keep a copy: {error}");
                (self.meta, Outcome::Uncopied { text: Text::File(path.to_owned()), digest, error })
            }
        })
    }
}

/// Copies a file, as far as that is possible, and gives its digest and length: that it can be read is one thing, that
/// the copy can be written another.
fn copy_file(mut file: impl Read, to: &io::Result<Incoming>) -> io::Result<(Digest, u64, io::Result<()>)> {
    let (mut digest, mut length) = (DigestBuilder::default(), 0);
    let mut copy = to.as_ref().map_err(|error| error.kind().into()).and_then(|to| File::create(&to.0));
    let mut buffer = vec![0; 64 << 10];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((digest.finish(), length, copy.map(drop)));
        }
        digest.write(&buffer[..read]);
        length += read as u64;
        copy = copy.and_then(|mut copy| copy.write_all(&buffer[..read]).map(|()| copy));
    }
}

/// A download under way, removed when it was not kept.
struct Incoming(PathBuf);

impl Drop for Incoming {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

async fn on_blocking_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FetchError> + Send + 'static,
) -> Result<T, FetchError> {
    spawn_blocking(work).await.unwrap_or_else(|died| Err(FetchError::Disk(io::Error::other(died))))
}
