//! The copies of lists on disk, one directory a list.
//!
//! A copy is written under a name of its own, synced, and then renamed over the one before, so that a power cut at any
//! moment leaves a whole copy. Everything here blocks; the worker calls it on threads made for that.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use super::{
    digest::{Digest, DigestBuilder},
    meta::{Copy, Meta},
};
use crate::{
    state::{TEMPORARY, write_atomically, write_whole},
    time::UnixTime,
};

const TEXT: &str = "list.txt";
const HELD: &str = "held.txt";
const META: &str = "meta.json";
const RUN: &str = "rules.run";
/// Downloads under way; what a killed process left of them is removed at the next start.
const INCOMING: &str = "incoming-";
/// A memory file that is larger than this was not written by us.
const LARGEST_META: u64 = 1 << 20;

/// The copies of lists on disk.
#[derive(Debug)]
pub(super) struct Store {
    root: PathBuf,
    downloads: AtomicU64,
}

impl Store {
    /// The store below `data_dir`; nothing is touched yet.
    pub(super) fn new(data_dir: &Path) -> Self {
        Self { root: data_dir.join("lists"), downloads: AtomicU64::new(0) }
    }

    /// Where the copy in use of list `id` is.
    pub(super) fn text(&self, id: &str) -> PathBuf {
        self.directory(id).join(TEXT)
    }

    /// Where what was read of the text of list `id` is.
    pub(super) fn run(&self, id: &str) -> PathBuf {
        self.directory(id).join(RUN)
    }

    /// Reads what is remembered of list `id` whose text lies elsewhere, and removes what was cut short.
    pub(super) fn load_without_copy(&self, id: &str, source: &str) -> Meta {
        self.remove_leftovers(id);
        let meta = self.read_meta(id).filter(|meta| meta.source == source);
        meta.unwrap_or_else(|| Meta::new(source.to_owned()))
    }

    /// Reads what is remembered of list `id`, and removes what downloads cut short left behind. Memory of another
    /// source is dropped; a copy whose memory is damaged is used, and fetched again.
    pub(super) fn load(&self, id: &str, source: &str) -> Meta {
        self.remove_leftovers(id);
        let mut meta = self.read_meta(id).unwrap_or_else(|| Meta::new(source.to_owned()));
        if meta.source != source {
            return Meta::new(source.to_owned());
        }
        let length = fs::metadata(self.text(id)).ok().map(|file| file.len());
        if meta.copy.as_ref().map(|copy| copy.bytes) != length {
            meta.copy = self.rediscover(id);
        }
        meta.held = meta.held.filter(|_| self.directory(id).join(HELD).exists());
        meta
    }

    /// A path for a download of list `id`; its directory exists.
    pub(super) fn incoming(&self, id: &str) -> io::Result<PathBuf> {
        let directory = self.directory(id);
        fs::create_dir_all(&directory)?;
        Ok(directory.join(format!("{INCOMING}{}", self.downloads.fetch_add(1, Ordering::Relaxed))))
    }

    /// Puts the download at `incoming` in the place of the copy in use of list `id`.
    pub(super) fn keep(&self, id: &str, incoming: &Path, meta: &Meta) -> io::Result<()> {
        File::open(incoming)?.sync_all()?;
        fs::rename(incoming, self.text(id))?;
        self.confirm(id, meta)
    }

    /// Writes what is remembered of list `id` whose copy in use is the newest: what was put aside is out of date.
    pub(super) fn confirm(&self, id: &str, meta: &Meta) -> io::Result<()> {
        self.remember(id, meta)?;
        remove_if_there(&self.directory(id).join(HELD))
    }

    /// Puts the download at `incoming` aside.
    pub(super) fn hold(&self, id: &str, incoming: &Path, meta: &Meta) -> io::Result<()> {
        fs::rename(incoming, self.directory(id).join(HELD))?;
        self.remember(id, meta)
    }

    /// Puts the download that was put aside in the place of the copy in use.
    pub(super) fn accept(&self, id: &str, meta: &Meta) -> io::Result<()> {
        self.keep(id, &self.directory(id).join(HELD), meta)
    }

    /// Removes everything of list `id`.
    pub(super) fn forget(&self, id: &str) -> io::Result<()> {
        match fs::remove_dir_all(self.directory(id)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }

    fn directory(&self, id: &str) -> PathBuf {
        self.root.join(id)
    }

    /// Writes what is remembered of list `id` whose text lies elsewhere. Waits for no disk: the text can be read again, and
    /// the first start does not answer before all have been.
    pub(super) fn remember_without_copy(&self, id: &str, meta: &Meta) -> io::Result<()> {
        write_whole(&self.directory(id).join(META), &meta.to_bytes())
    }

    /// Writes what is remembered of list `id`.
    fn remember(&self, id: &str, meta: &Meta) -> io::Result<()> {
        write_atomically(&self.directory(id).join(META), &meta.to_bytes())
    }

    fn read_meta(&self, id: &str) -> Option<Meta> {
        let mut bytes = Vec::new();
        File::open(self.directory(id).join(META)).ok()?.take(LARGEST_META).read_to_end(&mut bytes).ok()?;
        Meta::from_bytes(&bytes)
    }

    /// A copy of which nothing is remembered. Its age is unknown, so it counts as old and is fetched soon.
    fn rediscover(&self, id: &str) -> Option<Copy> {
        let (digest, bytes) = digest_file(&self.text(id)).ok()?;
        let unknown = UnixTime::default();
        let (etag, last_modified, stamp) = (None, None, None);
        Some(Copy { fetched: unknown, checked: unknown, etag, last_modified, bytes, digest, rules: 0, stamp })
    }

    fn remove_leftovers(&self, id: &str) {
        let Ok(entries) = fs::read_dir(self.directory(id)) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name();
            if name.to_string_lossy().starts_with(INCOMING) || name.to_string_lossy().ends_with(TEMPORARY) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// The digest and the length of a file.
pub(super) fn digest_file(path: &Path) -> io::Result<(Digest, u64)> {
    let (mut file, mut digest, mut length) = (File::open(path)?, DigestBuilder::default(), 0);
    let mut buffer = vec![0; 64 << 10];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((digest.finish(), length));
        }
        digest.write(&buffer[..read]);
        length += read as u64;
    }
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lists::{meta::Held, vet::Doubt};

    const SOURCE: &str = "https://example.org/list";

    fn copy_of(text: &str) -> Copy {
        let (digest, bytes) = (Digest::of(text.as_bytes()), text.len() as u64);
        let (fetched, checked) = (UnixTime(5), UnixTime(5));
        Copy { fetched, checked, etag: Some("e".into()), last_modified: None, bytes, digest, rules: 1, stamp: None }
    }

    fn store_with(text: &str) -> (tempfile::TempDir, Store) {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::new(directory.path());
        let incoming = store.incoming("ads").unwrap();
        fs::write(&incoming, text).unwrap();
        store.keep("ads", &incoming, &Meta { copy: Some(copy_of(text)), ..Meta::new(SOURCE.into()) }).unwrap();
        (directory, store)
    }

    #[test]
    fn a_kept_copy_is_found_again() {
        let (_directory, store) = store_with("a.example\n");
        assert_eq!(store.load("ads", SOURCE).copy, Some(copy_of("a.example\n")));
        assert_eq!(fs::read_to_string(store.text("ads")).unwrap(), "a.example\n");
        assert_eq!(store.load("other", SOURCE), Meta::new(SOURCE.into()));
    }

    #[test]
    fn a_copy_of_another_source_is_not_used() {
        let (_directory, store) = store_with("a.example\n");
        assert_eq!(store.load("ads", "https://example.net/list"), Meta::new("https://example.net/list".into()));
    }

    #[test]
    fn what_a_killed_process_left_is_removed_and_the_copy_stays() {
        let (_directory, store) = store_with("a.example\n");
        let incoming = store.incoming("ads").unwrap();
        fs::write(&incoming, "half of it").unwrap();
        fs::write(store.text("ads").with_file_name("meta.json.new"), "{").unwrap();
        let store = Store::new(store.root.parent().unwrap());
        assert_eq!(store.load("ads", SOURCE).copy, Some(copy_of("a.example\n")));
        assert!(!incoming.exists());
        assert_eq!(fs::read_dir(store.directory("ads")).unwrap().count(), 2);
    }

    #[test]
    fn a_copy_whose_memory_is_damaged_is_used_and_fetched_again() {
        let check = |damage: &dyn Fn(&Store)| {
            let (_directory, store) = store_with("a.example\n");
            damage(&store);
            let text = fs::read(store.text("ads")).unwrap();
            let copy = store.load("ads", SOURCE).copy.unwrap();
            assert_eq!((copy.etag, copy.fetched), (None, UnixTime(0)));
            assert_eq!((copy.digest, copy.bytes), (Digest::of(&text), text.len() as u64));
        };
        check(&|store| fs::write(store.directory("ads").join(META), "{").unwrap());
        check(&|store| fs::write(store.directory("ads").join(META), [0xff; 9]).unwrap());
        check(&|store| fs::remove_file(store.directory("ads").join(META)).unwrap());
        check(&|store| fs::write(store.text("ads"), "another.example\n").unwrap());
    }

    #[test]
    fn memory_without_its_text_is_no_copy() {
        let (_directory, store) = store_with("a.example\n");
        fs::remove_file(store.text("ads")).unwrap();
        assert_eq!(store.load("ads", SOURCE), Meta::new(SOURCE.into()));
    }

    #[test]
    fn a_download_put_aside_waits_until_it_is_accepted() {
        let (_directory, store) = store_with("a.example\n");
        let held = Held { copy: copy_of("# nothing\n"), doubt: Doubt::Empty, times: 1, reject: None };
        let meta = Meta { held: Some(held.clone()), ..store.load("ads", SOURCE) };
        let incoming = store.incoming("ads").unwrap();
        fs::write(&incoming, "# nothing\n").unwrap();
        store.hold("ads", &incoming, &meta).unwrap();
        assert_eq!(store.load("ads", SOURCE), meta);
        assert_eq!(fs::read_to_string(store.text("ads")).unwrap(), "a.example\n");
        let accepted = Meta { copy: Some(held.copy), ..Meta::new(SOURCE.into()) };
        store.accept("ads", &accepted).unwrap();
        assert_eq!(store.load("ads", SOURCE), accepted);
        assert_eq!(fs::read_to_string(store.text("ads")).unwrap(), "# nothing\n");
    }

    #[test]
    fn forgetting_removes_everything_and_may_be_repeated() {
        let (directory, store) = store_with("a.example\n");
        store.forget("ads").unwrap();
        store.forget("ads").unwrap();
        assert_eq!(fs::read_dir(directory.path().join("lists")).unwrap().count(), 0);
    }
}
