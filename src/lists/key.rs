//! The secret that the hashes of this ponor depend on, kept so that runs and the table stay of use.

use std::{fs, path::Path};

use crate::{rules::HashKey, state::write_whole};

const FILE: &str = "key";

/// The key below `data_dir`; made there, for its owner's eyes alone, when there is none. Where it cannot be kept, it
/// lives as long as the process, and everything is compiled again at the next start; so it is, too, when the key is lost.
pub(super) fn load_or_make(data_dir: &Path) -> HashKey {
    let path = data_dir.join(FILE);
    if let Some(octets) = fs::read(&path).ok().and_then(|octets| octets.try_into().ok()) {
        return HashKey::from_octets(octets);
    }
    let key = HashKey::random();
    if let Err(error) = write_whole(&path, &key.octets()) {
        tracing::warn!("cannot keep `{}`, so that lists are compiled at every start: {error}", path.display());
    }
    key
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_is_kept_and_for_its_owner_alone() {
        let directory = tempfile::tempdir().unwrap();
        let key = load_or_make(directory.path());
        assert_eq!(load_or_make(directory.path()).octets(), key.octets());
        let mode = fs::metadata(directory.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::write(directory.path().join(FILE), "short").unwrap();
        assert_ne!(load_or_make(directory.path()).octets(), key.octets());
    }

    #[test]
    fn without_a_place_there_is_a_key_all_the_same() {
        let nowhere = Path::new("/proc/no/such/directory");
        assert_ne!(load_or_make(nowhere).octets(), load_or_make(nowhere).octets());
    }
}
