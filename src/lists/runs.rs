//! The run of each list, beside its copy: what reading its text came to.

use std::{
    cell::Cell,
    fs::{self, File},
    io::{self, BufReader, Cursor, Read, Seek, Write},
    os::unix::fs::FileExt,
    path::PathBuf,
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::{
    compile::Found,
    digest::{Digest, DigestBuilder},
    store::Store,
};
use crate::rules::{Foreign, HashKey, LineOptions, ReadAt, Run, RunWriter, parse_list};

/// What is read of a text at a time.
const BUFFER: usize = 64 << 10;

/// The runs of all lists.
#[derive(Clone, Debug)]
pub(super) struct Runs {
    pub(super) store: Arc<Store>,
    pub(super) key: HashKey,
    /// Ends reading.
    pub(super) cancel: CancellationToken,
}

/// Where a run is.
#[derive(Debug)]
pub(super) enum Octets {
    /// In a file.
    File(File),
    /// In memory, because no file could be written.
    Memory(Vec<u8>),
}

impl ReadAt for File {
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        FileExt::read_exact_at(self, buffer, offset)
    }
}

impl ReadAt for Octets {
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        match self {
            Self::File(file) => ReadAt::read_exact_at(file, buffer, offset),
            Self::Memory(octets) => octets.read_exact_at(buffer, offset),
        }
    }
}

/// What a run was made of, and what was found; kept in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct About {
    /// The version of ponor that read the text: another one may read it differently.
    program: String,
    /// Stands for the text.
    pub(super) digest: Digest,
    options: LineOptions,
    /// The length of the text.
    pub(super) bytes: u64,
    /// What it is, when it is no list.
    pub(super) foreign: Option<Foreign>,
    /// What was found in it.
    pub(super) found: Found,
}

/// A run just made. Dropped, it is gone; [`Self::keep`] puts it into its place.
pub(super) struct Made {
    pub(super) about: About,
    octets: Octets,
    /// Where its file is, and where it belongs.
    paths: Option<(PathBuf, PathBuf)>,
    /// Why it has no file.
    pub(super) unsaved: Option<io::Error>,
}

/// Why no run could be made.
enum Failed {
    /// The text could not be read.
    Reading(io::Error),
    /// The run could not be written.
    Writing(io::Error),
}

impl Runs {
    /// The run of list `id`, if it is whole and was made of the text that `digest` stands for.
    pub(super) fn find(&self, id: &str, digest: Digest, options: LineOptions) -> Option<(Run<Octets>, About)> {
        let file = File::open(self.store.run(id)).ok()?;
        let run = Run::open(Octets::File(file), &self.key).ok()?.ok()?;
        let about: About = serde_json::from_slice(run.about()).ok()?;
        let fits = about.digest == digest && about.options == options && about.program == env!("CARGO_PKG_VERSION");
        fits.then_some((run, about))
    }

    /// Reads the text of list `id` and makes its run: in a file, or where that cannot be, in memory.
    ///
    /// # Errors
    /// When the text cannot be read, or reading was cancelled.
    pub(super) fn make<T: Read>(
        &self,
        id: &str,
        open: impl Fn() -> io::Result<T>,
        options: LineOptions,
    ) -> io::Result<Made> {
        let in_file = self.store.incoming(id).map_err(Failed::Writing).and_then(|path| {
            let remove = |failed| {
                let _ = fs::remove_file(&path);
                failed
            };
            let file = File::options().read(true).write(true).create_new(true).open(&path).map_err(Failed::Writing)?;
            let (about, file) =
                self.write(open().map_err(Failed::Reading).map_err(remove)?, options, file).map_err(remove)?;
            let paths = Some((path, self.store.run(id)));
            Ok(Made { about, octets: Octets::File(file), paths, unsaved: None })
        });
        match in_file {
            Ok(made) => Ok(made),
            Err(Failed::Reading(error)) => Err(error),
            Err(Failed::Writing(why)) => match self.write(open()?, options, Cursor::new(Vec::new())) {
                Ok((about, memory)) => {
                    let octets = Octets::Memory(memory.into_inner());
                    Ok(Made { about, octets, paths: None, unsaved: Some(why) })
                }
                Err(Failed::Reading(error) | Failed::Writing(error)) => Err(error),
            },
        }
    }

    fn write<W: Write + Seek>(&self, text: impl Read, options: LineOptions, out: W) -> Result<(About, W), Failed> {
        let (digest, bytes) = (Cell::new(DigestBuilder::default()), Cell::new(0));
        let text = Watched { text, digest: &digest, bytes: &bytes, cancel: &self.cancel };
        let mut writer = RunWriter::new(self.key, out).map_err(Failed::Writing)?;
        let text = BufReader::with_capacity(BUFFER, text);
        let summary = parse_list(text, &options, &mut writer).map_err(Failed::Reading)?;
        let found =
            Found { rules: summary.rules, rejected: summary.rejected, rejects: summary.rejects, ..Found::default() };
        let about = About {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            digest: digest.into_inner().finish(),
            options,
            bytes: bytes.get(),
            foreign: summary.foreign,
            found,
        };
        let kept = serde_json::to_vec(&about).map_err(|error| Failed::Writing(error.into()))?;
        Ok((about, writer.finish(&kept).map_err(Failed::Writing)?))
    }
}

impl Made {
    /// Puts the run into its place beside the copy. It needs no syncing: one that is not whole is made again.
    pub(super) fn keep(&mut self) -> io::Result<()> {
        match self.paths.take() {
            Some((from, to)) => fs::rename(&from, &to).inspect_err(|_| self.paths = Some((from, to))),
            None => Ok(()),
        }
    }

    /// Opens the run.
    pub(super) fn open(mut self, key: &HashKey) -> io::Result<(Run<Octets>, About)> {
        let octets = std::mem::replace(&mut self.octets, Octets::Memory(Vec::new()));
        let run = Run::open(octets, key)?.map_err(io::Error::other)?;
        Ok((run, self.about.clone()))
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        if let Some((path, _)) = &self.paths {
            let _ = fs::remove_file(path);
        }
    }
}

/// A text that is digested while it is read, and whose reading ends with an error once it is cancelled.
struct Watched<'a, T> {
    text: T,
    digest: &'a Cell<DigestBuilder>,
    bytes: &'a Cell<u64>,
    cancel: &'a CancellationToken,
}

impl<T: Read> Read for Watched<'_, T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.cancel.is_cancelled() {
            return Err(io::Error::other("ponor is shutting down"));
        }
        let read = self.text.read(buffer)?;
        let mut digest = self.digest.take();
        digest.write(&buffer[..read]);
        self.digest.set(digest);
        self.bytes.set(self.bytes.get() + read as u64);
        Ok(read)
    }
}
