//! Watches the lease files: each is read again when its date or length has changed.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use tokio::{task::spawn_blocking, time::sleep};

use super::{
    Devices,
    leases::{Lease, USUAL_FILES, parse_leases},
};
use crate::{config::LeaseFiles, time::Clock};

/// How often the files are looked at. A server that writes its file anew gives it a new date.
const LOOK: Duration = Duration::from_secs(2);
/// The most that is read of a file.
const LARGEST_FILE: u64 = 8 << 20;

/// Tells a file from what it was before.
type Mark = (Option<SystemTime>, u64);

/// Looks at the files for ever.
pub(super) async fn leases(devices: &Devices, clock: Clock) {
    let mut settings = devices.settings();
    let mut marks: HashMap<PathBuf, Mark> = HashMap::new();
    loop {
        let files = files(&settings.borrow_and_update().lease_files);
        let before = std::mem::take(&mut marks);
        // The disk may be slow, and this thread serves others too.
        let Ok(looked) = spawn_blocking(move || files.into_iter().map(|path| look(path, &before)).collect()).await
        else {
            return;
        };
        let looked: Vec<Looked> = looked;
        for Looked { path, mark, leases } in looked {
            let now = clock.now().unix;
            devices.note(|registry| leases.iter().for_each(|lease| registry.lease(lease, now)));
            marks.extend(mark.map(|mark| (path, mark)));
        }
        tokio::select! {
            () = sleep(LOOK) => {}
            changed = settings.changed() => if changed.is_err() { return },
        }
    }
}

fn files(which: &LeaseFiles) -> Vec<PathBuf> {
    match which {
        LeaseFiles::Usual => USUAL_FILES.iter().map(PathBuf::from).collect(),
        LeaseFiles::These(files) => files.clone(),
    }
}

/// A file that was looked at.
struct Looked {
    path: PathBuf,
    /// `None`: it is not there.
    mark: Option<Mark>,
    /// What it holds, if it has changed.
    leases: Vec<Lease>,
}

fn look(path: PathBuf, before: &HashMap<PathBuf, Mark>) -> Looked {
    let mark = fs::metadata(&path).ok().filter(fs::Metadata::is_file).map(|file| (file.modified().ok(), file.len()));
    let leases = match mark {
        Some(mark) if before.get(&path) != Some(&mark) => read(&path),
        _ => Vec::new(),
    };
    Looked { path, mark, leases }
}

fn read(path: &Path) -> Vec<Lease> {
    let text = || -> io::Result<String> {
        let mut bytes = Vec::new();
        File::open(path)?.take(LARGEST_FILE).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    match text() {
        Ok(text) => parse_leases(&text),
        Err(error) => {
            tracing::warn!(file = %path.display(), %error, "a lease file cannot be read");
            Vec::new()
        }
    }
}
