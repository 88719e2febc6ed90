//! The files that the configuration names: what they hold, and what is wrong with them, told like any other fault of it.

use std::{fmt::Display, io::Read, path::Path, sync::Arc};

use super::sources::LoadError;
use crate::{
    config::{Fault, ListSource, Loaded},
    geo::Geo,
    local::{LocalData, read_hosts},
    server::{CertificateError, check_certificate},
    state::open_regular_file,
    time::format_size,
};

/// The largest database of addresses that is read, in octets.
const LARGEST_DATABASE: u64 = 256 << 20;
/// The largest hosts file that is read, in octets: a million lines and more.
const LARGEST_HOSTS: u64 = 32 << 20;

/// What the files hold that the configuration names.
pub(super) struct Named {
    /// The operator's records and hosts.
    pub(super) local: Arc<LocalData>,
    /// Where addresses are at home: the operator's database before the snapshot.
    pub(super) geo: Geo,
}

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strictness {
    /// What nobody can go on without.
    Needed,
    /// The files of lists too. Their text counts as configuration: a start goes on without one that cannot be read, but whoever
    /// has the time to look should be told.
    Everything,
}

impl Named {
    /// Reads the files. The certificate and its key are only looked at: `server` reads them when it shows them.
    ///
    /// # Errors
    /// All files that cannot be used, each blamed on the key that names it.
    pub(super) fn read(loaded: &Loaded, strictness: Strictness) -> Result<Self, LoadError> {
        let mut faults = Faults { loaded, found: Vec::new() };
        if strictness == Strictness::Everything {
            look_at_lists(&mut faults);
        }
        look_at_certificate(&mut faults);
        let (local, geo) = (Arc::new(read_local(&mut faults)), read_geo(&mut faults));
        faults.found.sort();
        // A file that is named twice is wrong once.
        faults.found.dedup();
        match geo.filter(|_| faults.found.is_empty()) {
            Some(geo) => Ok(Self { local, geo }),
            None => Err(LoadError::Faults(faults.found)),
        }
    }
}

/// What is wrong with the files.
struct Faults<'l> {
    loaded: &'l Loaded,
    found: Vec<Fault>,
}

impl Faults<'_> {
    /// Reports that the file that `key` names is not what is expected.
    fn unusable(&mut self, key: &str, expected: &str, path: &Path, reason: &dyn Display) {
        let message = format!("expected {expected}, found `{}`: {reason}", path.display());
        self.found.push(self.loaded.fault(key, &message));
    }
}

fn look_at_lists(faults: &mut Faults<'_>) {
    for list in faults.loaded.config.lists.iter().filter(|list| list.enabled) {
        let ListSource::File(path) = &list.source else { continue };
        if let Err(error) = open_regular_file(path) {
            faults.unusable(&format!("lists[{}].source", list.id), "a list that can be read", path, &error);
        }
    }
}

fn look_at_certificate(faults: &mut Faults<'_>) {
    let Some(tls) = &faults.loaded.config.tls else { return };
    for error in check_certificate(tls) {
        match error {
            CertificateError::Certificate { path, error } => {
                faults.unusable("tls.certificate", "a certificate in PEM", &path, &error);
            }
            CertificateError::PrivateKey { path, error } => faults.unusable("tls.key", "a key in PEM", &path, &error),
            CertificateError::Pair { certificate, key, error } => {
                let expected = format!("the key of the certificate in `{}`", certificate.display());
                faults.unusable("tls.key", &expected, &key, &error);
            }
        }
    }
}

/// The local data. A hosts file with lines that cannot be read is used without them.
fn read_local(faults: &mut Faults<'_>) -> LocalData {
    let config = &faults.loaded.config.local;
    let mut local = LocalData::new(&config.records, &[]);
    for path in &config.hosts_files {
        if let Err(reason) = add_hosts(&mut local, path) {
            faults.unusable("local.hosts_files", "a hosts file that can be read", path, &reason);
        }
    }
    local
}

fn add_hosts(local: &mut LocalData, path: &Path) -> Result<(), String> {
    let octets = read_at_most(path, LARGEST_HOSTS)?;
    // Comments may be in any encoding; a name that is not UTF-8 costs its line.
    let faults = read_hosts(&String::from_utf8_lossy(&octets), |name, address| local.add_host(name, address));
    for fault in faults {
        tracing::warn!(file = %path.display(), line = fault.line, "a line of a hosts file is left out: {}", fault.reason);
    }
    Ok(())
}

/// Where addresses are at home, by the operator's database if there is one.
fn read_geo(faults: &mut Faults<'_>) -> Option<Geo> {
    let Some(path) = &faults.loaded.config.geo.database else { return Some(Geo::new()) };
    read_database(path).map_err(|reason| faults.unusable("geo.database", "a database of addresses", path, &reason)).ok()
}

fn read_database(path: &Path) -> Result<Geo, String> {
    Geo::with_database(read_at_most(path, LARGEST_DATABASE)?).map_err(|error| error.to_string())
}

/// What a file holds whose content is kept in memory, of at most so many octets.
fn read_at_most(path: &Path, largest: u64) -> Result<Vec<u8>, String> {
    let mut file = open_regular_file(path).map_err(|error| error.to_string())?;
    let size = file.metadata().map_err(|error| error.to_string())?.len();
    if size > largest {
        let (size, largest) = (format_size(size), format_size(largest));
        return Err(format!("it has {size}, more than the {largest} that are kept in memory"));
    }
    let mut octets = Vec::new();
    file.read_to_end(&mut octets).map_err(|error| error.to_string())?;
    Ok(octets)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_hosts_file_may_be_in_any_encoding_as_far_as_it_is_no_name() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("hosts");
        fs::write(&path, b"\xEF\xBB\xBF10.0.0.1 nas # caf\xE9\r\n# caf\xE9\n10.0.0.2 caf\xE9.lan\n10.0.0.3 tv\n")
            .unwrap();
        let mut local = LocalData::default();
        add_hosts(&mut local, &path).unwrap();
        let called = ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
            .map(|address| local.host_name(address.parse().unwrap()).map(|name| name.to_string()));
        assert_eq!(called, [Some("nas".to_owned()), None, Some("tv".to_owned())]);
    }

    #[test]
    fn a_hosts_file_that_memory_is_not_for_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("hosts");
        fs::File::create(&path).unwrap().set_len(2 * LARGEST_HOSTS).unwrap();
        let fault = add_hosts(&mut LocalData::default(), &path).unwrap_err();
        assert!(fault.ends_with("more than the 32MiB that are kept in memory"), "{fault}");
    }
}
