//! Where the configuration is read from: the file, the environment, the flags.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::named::{Named, Strictness};
use crate::{
    catalog::Catalog,
    config::{self, Fault, Loaded, Overrides},
};

/// Files that are read when none is named, the first that exists.
const USUAL_FILES: [&str; 2] = ["config.toml", "/etc/ponor/config.toml"];

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

    /// Reads the configuration and looks whether the files that it names can be used.
    ///
    /// # Errors
    /// All faults of the configuration at once, or of the files.
    pub fn check(&self) -> Result<Loaded, LoadError> {
        let loaded = self.load()?;
        Named::read(&loaded, Strictness::Everything)?;
        Ok(loaded)
    }
}

/// The variables that are text; others cannot be meant for ponor.
fn environment() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}
