//! Watches the lease files: each is read again when its date or length has changed.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use tokio::{task::spawn_blocking, time::sleep};

use super::{
    Devices,
    leases::{Lease, USUAL_FILES, parse_leases},
};
use crate::{config::LeaseFiles, state::regular_file, time::Clock};

/// How often the files are looked at. A server that writes its file anew gives it a new date.
const LOOK: Duration = Duration::from_secs(2);
/// The most that is read of a file.
const LARGEST_FILE: u64 = 8 << 20;

/// Tells a file from what it was before.
type Mark = (Option<SystemTime>, u64);

/// What was found of each file when it was last looked at.
type Found = HashMap<PathBuf, Result<Mark, String>>;

/// Looks at the files for ever.
pub(super) async fn leases(devices: &Devices, clock: Clock) {
    let mut settings = devices.settings();
    let mut found = Found::new();
    loop {
        let which = settings.borrow_and_update().lease_files.clone();
        let before = std::mem::take(&mut found);
        // The disk may be slow, and this thread serves others too.
        let Ok(looked) = spawn_blocking(move || look_at_all(&which, &before)).await else { return };
        for Looked { path, is, leases } in looked {
            let now = clock.now().unix;
            devices.note(|registry| leases.iter().for_each(|lease| registry.lease(lease, now)));
            found.insert(path, is);
        }
        tokio::select! {
            () = sleep(LOOK) => {}
            changed = settings.changed() => if changed.is_err() { return },
        }
    }
}

/// A file that was looked at.
struct Looked {
    path: PathBuf,
    /// What it is like, or why it cannot be used.
    is: Result<Mark, String>,
    /// What it holds, if it has changed.
    leases: Vec<Lease>,
}

/// Looks at the files, and says which of them cannot be used, once for each reason. That files are not where DHCP servers usually
/// keep them goes without saying; those that the operator names should be there.
fn look_at_all(which: &LeaseFiles, before: &Found) -> Vec<Looked> {
    let (files, named) = match which {
        LeaseFiles::Usual => (USUAL_FILES.iter().map(PathBuf::from).collect(), false),
        LeaseFiles::These(files) => (files.clone(), true),
    };
    let looked = files.into_iter().filter_map(|path| {
        let looked = look(&path, before.get(&path));
        match looked {
            Err(error) if !named && error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => Some(Looked { path, is: Err(error.to_string()), leases: Vec::new() }),
            Ok((mark, leases)) => Some(Looked { path, is: Ok(mark), leases }),
        }
    });
    looked.inspect(|looked| warn(looked, before)).collect()
}

fn warn(looked: &Looked, before: &Found) {
    if let Err(error) = &looked.is
        && before.get(&looked.path) != Some(&looked.is)
    {
        tracing::warn!(file = %looked.path.display(), %error, "a lease file cannot be read");
    }
}

fn look(path: &Path, before: Option<&Result<Mark, String>>) -> io::Result<(Mark, Vec<Lease>)> {
    let file = regular_file(path)?;
    let mark = (file.modified().ok(), file.len());
    let unchanged = before == Some(&Ok(mark));
    Ok((mark, if unchanged { Vec::new() } else { read(path)? }))
}

fn read(path: &Path) -> io::Result<Vec<Lease>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST_FILE).read_to_end(&mut bytes)?;
    Ok(parse_leases(&String::from_utf8_lossy(&bytes)))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn files_that_are_named_and_not_there_are_told_and_those_of_usual_places_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("leases"), "0 aa:bb:cc:dd:ee:01 10.0.0.1 phone *\n").unwrap();
        let named = LeaseFiles::These(vec![path("leases"), path("missing"), path("")]);
        let mut before = Found::new();
        let mut check = |leases: [usize; 3], right: [bool; 3]| {
            let looked = look_at_all(&named, &before);
            assert_eq!(looked.iter().map(|looked| looked.leases.len()).collect::<Vec<_>>(), leases);
            assert_eq!(looked.iter().map(|looked| looked.is.is_ok()).collect::<Vec<_>>(), right);
            before = looked.into_iter().map(|looked| (looked.path, looked.is)).collect();
        };
        check([1, 0, 0], [true, false, false]);
        check([0, 0, 0], [true, false, false]);
        fs::write(path("missing"), "0 aa:bb:cc:dd:ee:02 10.0.0.2 tv *\n").unwrap();
        check([0, 1, 0], [true, true, false]);
        let usual = look_at_all(&LeaseFiles::Usual, &Found::new());
        let missing = io::Error::from_raw_os_error(nix::libc::ENOENT).to_string();
        assert!(usual.iter().all(|looked| looked.is != Err(missing.clone())), "no machine has all of them");
    }
}
