//! Whose the files of the state folder are: what root writes into the folder of somebody else becomes theirs.
//!
//! The service runs as a user of its own, and a command of root's works on the same folder while it is stopped. What such a
//! command writes anew would be root's, and closed to the service from then on: its exceptions would be gone.
//!
//! The owner may put anything of root's into their folder, from wherever they may move it, to be given it. So only what was
//! written since ponor took the folder is handed over, on the folder's own file system, and under one name.

use std::{
    ffi::CStr,
    fs::Metadata,
    io,
    os::{
        fd::{AsFd, BorrowedFd},
        unix::fs::MetadataExt,
    },
    path::Path,
};

use nix::{
    dir::Dir,
    errno::Errno,
    fcntl::{AtFlags, OFlag, openat},
    sys::stat::{FileStat, Mode, SFlag, fstat},
    unistd::{Gid, Uid, fchownat},
};

/// How many folders deep the state lies at most.
const DEEPEST: u8 = 8;

/// The owner of a folder, and what else was so when ponor took it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Owner {
    user: Uid,
    group: Gid,
    /// The file system that it lies on.
    device: u64,
    /// Seconds and nanoseconds on the clock of that file system: what is written later is no older.
    taken: (i64, i64),
}

impl Owner {
    /// Of the folder that `folder` is about, in which the file that `first` is about was written first.
    pub(super) fn of(folder: &Metadata, first: &Metadata) -> Self {
        Self {
            user: Uid::from_raw(folder.uid()),
            group: Gid::from_raw(folder.gid()),
            device: folder.dev(),
            taken: (first.mtime(), first.mtime_nsec()),
        }
    }

    /// Makes what root has written below `folder` theirs.
    ///
    /// # Errors
    /// The first that the system gives; all else is handed over nevertheless.
    pub(super) fn hand_over(&self, folder: &Path) -> io::Result<()> {
        if !Uid::effective().is_root() || self.user.is_root() {
            return Ok(());
        }
        let folder = Dir::open(folder, OFlag::O_DIRECTORY | OFlag::O_CLOEXEC, Mode::empty())?;
        Ok(self.hand_over_in(folder, DEEPEST)?)
    }

    fn hand_over_in(&self, mut folder: Dir, deeper: u8) -> nix::Result<()> {
        let place = folder.as_fd().try_clone_to_owned().map_err(|_| Errno::EMFILE)?;
        let mut outcome = Ok(());
        for entry in folder.iter() {
            let done = entry.and_then(|entry| match entry.file_name() {
                name if matches!(name.to_bytes(), b"." | b"..") => Ok(()),
                name => self.hand_over_entry(place.as_fd(), name, deeper),
            });
            // What was there a moment ago may be gone.
            outcome = outcome.and(done.or_else(|error| if error == Errno::ENOENT { Ok(()) } else { Err(error) }));
        }
        outcome
    }

    fn hand_over_entry(&self, place: BorrowedFd<'_>, name: &CStr, deeper: u8) -> nix::Result<()> {
        // Something else may be put there at any time: what is looked at is what is handed over.
        let entry = openat(place, name, OFlag::O_PATH | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC, Mode::empty())?;
        let about = fstat(&entry)?;
        if about.st_dev != self.device {
            return Ok(());
        }
        if self.was_written(&about) {
            fchownat(&entry, c"", Some(self.user), Some(self.group), AtFlags::AT_EMPTY_PATH)?;
        }
        if deeper == 0 || !is(&about, SFlag::S_IFDIR) {
            return Ok(());
        }
        let inside = Dir::openat(entry.as_fd(), c".", OFlag::O_DIRECTORY | OFlag::O_CLOEXEC, Mode::empty())?;
        self.hand_over_in(inside, deeper - 1)
    }

    /// Whether root has written it since the folder was taken.
    fn was_written(&self, about: &FileStat) -> bool {
        let is_whole = is(about, SFlag::S_IFDIR) || (is(about, SFlag::S_IFREG) && about.st_nlink == 1);
        about.st_uid == 0 && is_whole && (about.st_mtime, about.st_mtime_nsec) >= self.taken
    }
}

fn is(about: &FileStat, kind: SFlag) -> bool {
    SFlag::from_bits_truncate(about.st_mode) & SFlag::S_IFMT == kind
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{self, File},
        os::unix::fs::symlink,
        time::{Duration, SystemTime},
    };

    use super::*;

    /// Only root can give files away; anybody else sees that nothing is tried.
    #[test]
    fn what_root_writes_becomes_the_owners_of_the_folder_and_nothing_else_does() {
        let outside = tempfile::tempdir().unwrap();
        let folder = outside.path().join("data");
        fs::create_dir_all(folder.join("lists/ads")).unwrap();
        for file in ["data/changes.json", "data/lists/ads/text", "data/moved", "stranger", "second"] {
            fs::write(outside.path().join(file), "").unwrap();
        }
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_hours(1);
        File::options().write(true).open(folder.join("moved")).unwrap().set_modified(long_ago).unwrap();
        symlink("../stranger", folder.join("link")).unwrap();
        fs::hard_link(outside.path().join("second"), folder.join("second")).unwrap();
        let about = fs::metadata(&folder).unwrap();
        let other = if about.uid() == 0 { 4321 } else { about.uid() };
        let (user, group) = (Uid::from_raw(other), Gid::from_raw(other));
        let owner = Owner { user, group, taken: (7200, 0), ..Owner::of(&about, &about) };
        Owner { device: about.dev() + 1, ..owner }.hand_over(&folder).unwrap();
        let check = |path: &str, owner: u32| {
            assert_eq!(fs::symlink_metadata(outside.path().join(path)).unwrap().uid(), owner, "{path}");
        };
        check("data/changes.json", about.uid());
        owner.hand_over(&folder).unwrap();
        for path in ["data/changes.json", "data/lists", "data/lists/ads", "data/lists/ads/text"] {
            check(path, other);
        }
        for path in ["data", "data/link", "data/second", "data/moved", "stranger"] {
            check(path, about.uid());
        }
    }
}
