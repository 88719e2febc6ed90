//! Whose the files of the state folder are: what root writes into the folder of somebody else becomes theirs.
//!
//! The service runs as a user of its own, and a command of root's works on the same folder while it is stopped. What such a
//! command writes anew would be root's, and closed to the service from then on: its exceptions would be gone.

use std::{
    fs::Metadata,
    io,
    os::{fd::AsFd, unix::fs::MetadataExt},
    path::Path,
};

use nix::{
    dir::Dir,
    fcntl::{AtFlags, OFlag, openat},
    sys::stat::{FileStat, Mode, SFlag, fstat},
    unistd::{Gid, Uid, fchownat},
};

/// How many folders deep the state lies at most.
const DEEPEST: u8 = 8;

/// The owner of a folder.
#[derive(Clone, Copy, Debug)]
pub(super) struct Owner {
    user: Uid,
    group: Gid,
}

impl Owner {
    /// Of the folder that `about` is about.
    pub(super) fn of(about: &Metadata) -> Self {
        Self { user: Uid::from_raw(about.uid()), group: Gid::from_raw(about.gid()) }
    }

    /// Makes what root has written below `folder` theirs.
    ///
    /// # Errors
    /// When the system refuses.
    pub(super) fn hand_over(self, folder: &Path) -> io::Result<()> {
        if !Uid::effective().is_root() || self.user.is_root() {
            return Ok(());
        }
        let folder = Dir::open(folder, OFlag::O_DIRECTORY | OFlag::O_CLOEXEC, Mode::empty())?;
        Ok(self.hand_over_in(folder, DEEPEST)?)
    }

    fn hand_over_in(self, mut folder: Dir, deeper: u8) -> nix::Result<()> {
        let entries: Vec<_> = folder.iter().collect::<nix::Result<_>>()?;
        for name in
            entries.iter().map(nix::dir::Entry::file_name).filter(|name| !matches!(name.to_bytes(), b"." | b".."))
        {
            // Whoever owns the folder may put something else there at any time: what is looked at is what is handed over.
            let entry = openat(&folder, name, OFlag::O_PATH | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC, Mode::empty())?;
            let about = fstat(&entry)?;
            if is_roots(&about) {
                fchownat(&entry, c"", Some(self.user), Some(self.group), AtFlags::AT_EMPTY_PATH)?;
            }
            if is(&about, SFlag::S_IFDIR) && deeper > 0 {
                let inside = Dir::openat(entry.as_fd(), c".", OFlag::O_DIRECTORY | OFlag::O_CLOEXEC, Mode::empty())?;
                self.hand_over_in(inside, deeper - 1)?;
            }
        }
        Ok(())
    }
}

/// Whether root has written it; a file that has another name elsewhere was only put here.
fn is_roots(about: &FileStat) -> bool {
    let is_ours = is(about, SFlag::S_IFDIR) || (is(about, SFlag::S_IFREG) && about.st_nlink == 1);
    about.st_uid == 0 && is_ours
}

fn is(about: &FileStat, kind: SFlag) -> bool {
    SFlag::from_bits_truncate(about.st_mode) & SFlag::S_IFMT == kind
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    /// Only root can give files away; anybody else sees that nothing is tried.
    #[test]
    fn what_root_writes_becomes_the_owners_of_the_folder_and_nothing_else_does() {
        let outside = tempfile::tempdir().unwrap();
        let folder = outside.path().join("data");
        fs::create_dir_all(folder.join("lists/ads")).unwrap();
        for file in ["data/changes.json", "data/lists/ads/text", "stranger", "second"] {
            fs::write(outside.path().join(file), "").unwrap();
        }
        symlink("../stranger", folder.join("link")).unwrap();
        fs::hard_link(outside.path().join("second"), folder.join("second")).unwrap();
        let own = fs::metadata(&folder).unwrap().uid();
        let other = if own == 0 { 4321 } else { own };
        let owner = Owner { user: Uid::from_raw(other), group: Gid::from_raw(other) };
        owner.hand_over(&folder).unwrap();
        let check = |path: &str, owner: u32| {
            assert_eq!(fs::symlink_metadata(outside.path().join(path)).unwrap().uid(), owner, "{path}");
        };
        for path in ["data/changes.json", "data/lists", "data/lists/ads", "data/lists/ads/text"] {
            check(path, other);
        }
        for path in ["data", "data/link", "data/second", "stranger"] {
            check(path, own);
        }
    }
}
