//! What a path must lead to for it to be read.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

/// What the system says of the regular file at `path`. Whatever else is there is not to be opened: a pipe would be waited for,
/// perhaps for ever.
///
/// # Errors
/// When nothing is there, when nobody may look, and when it is something else.
pub fn regular_file(path: &Path) -> io::Result<fs::Metadata> {
    let found = fs::metadata(path)?;
    if found.is_file() { Ok(found) } else { Err(io::Error::other("it is no file")) }
}

/// Opens the regular file at `path`.
///
/// # Errors
/// As [`regular_file`], and when the system does not let it be read.
pub fn open_regular_file(path: &Path) -> io::Result<File> {
    regular_file(path).and_then(|_| File::open(path))
}

#[cfg(test)]
mod tests {
    use nix::{sys::stat::Mode, unistd::mkfifo};

    use super::*;

    #[test]
    fn only_files_are_read_and_links_to_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("file"), "text").unwrap();
        std::os::unix::fs::symlink(path("file"), path("link")).unwrap();
        mkfifo(&path("pipe"), Mode::S_IRWXU).unwrap();
        let check = |name: &str, expected: Result<u64, &str>| match (regular_file(&path(name)), expected) {
            (Ok(found), Ok(length)) => assert_eq!(found.len(), length, "{name}"),
            (Err(error), Err(reason)) => assert!(error.to_string().contains(reason), "{name}: {error}"),
            (found, expected) => panic!("{name}: {found:?}, expected {expected:?}"),
        };
        check("file", Ok(4));
        check("link", Ok(4));
        check("pipe", Err("it is no file"));
        check(".", Err("it is no file"));
        check("missing", Err("No such file"));
    }
}
