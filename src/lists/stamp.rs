//! Whether a local file is the one that was read last, without reading it.

use std::{fs::Metadata, os::unix::fs::MetadataExt};

use serde::{Deserialize, Serialize};

use crate::time::UnixTime;

/// How old a change must be for a later one to have another time, in milliseconds: clocks of files tick slowly.
pub(super) const TICK: u64 = 20;

/// Stands for a state of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    size: u64,
    inode: u64,
    /// Nanoseconds within the second included.
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    /// The stamp of a file; `None` when it may change without its stamp changing, because it changed a moment ago.
    pub(super) fn of(file: &Metadata, now: UnixTime) -> Option<Self> {
        let modified = (file.mtime(), file.mtime_nsec());
        let changed = (file.ctime(), file.ctime_nsec());
        let milliseconds = |(seconds, nanoseconds): (i64, i64)| {
            u64::try_from(seconds.saturating_mul(1000).saturating_add(nanoseconds / 1_000_000)).unwrap_or_default()
        };
        let last = milliseconds(modified).max(milliseconds(changed));
        (last.saturating_add(TICK) < now.0).then_some(Self { size: file.size(), inode: file.ino(), modified, changed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changed_has_another_stamp_or_none() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("list");
        let stamp = |now| Stamp::of(&std::fs::metadata(&path).unwrap(), UnixTime(now));
        std::fs::write(&path, "a").unwrap();
        let before = stamp(u64::MAX).unwrap();
        assert_eq!(stamp(u64::MAX), Some(before));
        assert_eq!(stamp(0), None);
        std::fs::write(&path, "ab").unwrap();
        assert_ne!(stamp(u64::MAX), Some(before));
    }
}
