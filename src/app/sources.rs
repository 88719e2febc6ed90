//! Where the configuration is read from: the file, the environment, the flags.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use crate::{
    catalog::Catalog,
    config::{self, Fault, List, ListSource, Loaded, Overrides},
    geo::Geo,
    local::{LocalData, parse_hosts},
    server::{CertificateError, check_certificate},
    time::format_size,
};

/// Files that are read when none is named, the first that exists.
const USUAL_FILES: [&str; 2] = ["config.toml", "/etc/ponor/config.toml"];

/// The largest database of addresses that is read.
const LARGEST_DATABASE: u64 = 256 << 20;

/// Where the configuration is read from; it can be read again.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The file that was named.
    pub file: Option<PathBuf>,
    /// What the flags say.
    pub flags: Overrides,
    /// Whether the usual places are looked at when no file was named.
    pub usual_files: bool,
    /// What stands in place of a file when there is none: the household of the demonstration.
    pub made_up: Option<String>,
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("cannot read the configuration `{}`: {error}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// What it says is wrong.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Faults(Vec<Fault>),
    /// A list of it is a file that cannot be read.
    #[error("cannot read the list `{id}` from `{}`: {error}", path.display())]
    ListFile {
        /// The list.
        id: String,
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A hosts file that it names is wrong or cannot be read.
    #[error("cannot read the hosts file `{}`: {error}", path.display())]
    HostsFile {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The database of addresses that it names is wrong or cannot be read.
    #[error("cannot read the database of addresses `{}`: {reason}", path.display())]
    GeoDatabase {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The certificate that it names, or its key, cannot be used.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

impl Sources {
    /// Reads the configuration anew.
    ///
    /// # Errors
    /// All faults at once; a file that was named and is not there is one.
    pub fn load(&self) -> Result<Loaded, LoadError> {
        let usual = || USUAL_FILES.iter().map(PathBuf::from).find(|path| self.usual_files && path.exists());
        let file = self.file.clone().or_else(usual);
        let text = match &file {
            Some(path) => {
                let text =
                    fs::read_to_string(path).map_err(|error| LoadError::Unreadable { path: path.clone(), error })?;
                Some((path.as_path(), text))
            }
            None => self.made_up.clone().map(|text| (Path::new("demonstration"), text)),
        };
        let text = text.as_ref().map(|(path, text)| (*path, text.as_str()));
        let ids: Vec<&str> = Catalog::built_in_lists().iter().map(|(id, _)| *id).collect();
        config::load(text, environment(), &self.flags, &ids).map_err(LoadError::Faults)
    }

    /// Reads the configuration and looks whether the files that it names can be read.
    ///
    /// # Errors
    /// As [`Self::load`], and when one of those files cannot be read.
    pub fn check(&self) -> Result<Loaded, LoadError> {
        let loaded = self.load()?;
        check_list_files(&loaded.config.lists)?;
        read_local(&loaded.config.local)?;
        read_geo(&loaded.config.geo)?;
        loaded.config.tls.as_ref().map(check_certificate).transpose()?;
        Ok(loaded)
    }
}

/// The variables that are text; others cannot be meant for ponor.
fn environment() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// The text of list files counts as configuration. A start goes on without a file that cannot be read; whoever has the
/// time to look should be told.
pub(super) fn check_list_files(lists: &[List]) -> Result<(), LoadError> {
    for List { id, source, .. } in lists.iter().filter(|list| list.enabled) {
        let ListSource::File(path) = source else { continue };
        let refused = |error| LoadError::ListFile { id: id.clone(), path: path.clone(), error };
        let file = File::open(path).and_then(|file| file.metadata()).map_err(refused)?;
        if !file.is_file() {
            return Err(refused(io::Error::other("it is no file")));
        }
    }
    Ok(())
}

/// Reads the local data that the configuration names. A hosts file with lines that cannot be read is used without them.
///
/// # Errors
/// When a hosts file cannot be read.
pub(super) fn read_local(config: &config::Local) -> Result<LocalData, LoadError> {
    let mut hosts = Vec::new();
    for path in &config.hosts_files {
        hosts.extend(read_hosts(path).map_err(|error| LoadError::HostsFile { path: path.clone(), error })?);
    }
    Ok(LocalData::new(&config.records, &hosts))
}

/// Reads the database of addresses that the configuration names, if it names one.
///
/// # Errors
/// When it cannot be read, is too large, or is something else.
pub(super) fn read_geo(config: &config::Geo) -> Result<Geo, LoadError> {
    let Some(path) = &config.database else { return Ok(Geo::new()) };
    let refused = |reason: String| LoadError::GeoDatabase { path: path.clone(), reason };
    let size = fs::metadata(path).map_err(|error| refused(error.to_string()))?.len();
    if size > LARGEST_DATABASE {
        let largest = format_size(LARGEST_DATABASE);
        return Err(refused(format!("it has {}, more than the {largest} that are kept in memory", format_size(size))));
    }
    let octets = fs::read(path).map_err(|error| refused(error.to_string()))?;
    Geo::with_database(octets).map_err(|error| refused(error.to_string()))
}

fn read_hosts(path: &Path) -> io::Result<Vec<(crate::dns::Name, std::net::IpAddr)>> {
    let read = parse_hosts(&fs::read_to_string(path)?);
    for fault in &read.faults {
        tracing::warn!(file = %path.display(), line = fault.line, "a line of a hosts file is left out: {}", fault.reason);
    }
    Ok(read.hosts)
}
