//! Where the configuration is read from: the file, the environment, the flags.

use std::{fs, io, path::PathBuf, sync::Arc};

use super::named::{Named, Strictness};
use crate::{
    catalog::Catalog,
    changes::read_settings,
    config::{Config, Fault, Layers, Loaded, Overrides, Setting},
    local::LocalRecord,
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
    /// Records of the household of the demonstration, which the configuration has behind its own.
    pub made_up: Vec<LocalRecord>,
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
    /// Reads the configuration anew, with the settings of the state folder beneath; those that cannot be read are told by who
    /// keeps them.
    ///
    /// # Errors
    /// All faults at once; a file that was named and is not there is one.
    pub fn load(&self) -> Result<Loaded, LoadError> {
        let loaded = self.load_with(&[])?;
        match read_settings(&loaded.config.data_dir) {
            Ok(settings) if !settings.is_empty() => self.settled(&loaded.layers, &settings),
            _ => Ok(loaded),
        }
    }

    /// Reads the configuration anew, with these settings beneath.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_with(&self, settings: &[Setting]) -> Result<Loaded, LoadError> {
        self.settled(&Arc::new(self.layers()?), settings)
    }

    fn layers(&self) -> Result<Layers, LoadError> {
        let usual = || USUAL_FILES.iter().map(PathBuf::from).find(|path| self.usual_files && path.exists());
        let file = self.file.clone().or_else(usual);
        let read = |path: &PathBuf| match fs::read_to_string(path) {
            Ok(text) => Ok((path.clone(), text)),
            Err(error) => Err(LoadError::Unreadable { path: path.clone(), error }),
        };
        let text = file.as_ref().map(read).transpose()?;
        let text = text.as_ref().map(|(path, text)| (path.as_path(), text.as_str()));
        let ids: Vec<&str> = Catalog::built_in_lists().iter().map(|(id, _)| *id).collect();
        Ok(Layers::read(text, environment(), &self.flags, &ids))
    }

    fn settled(&self, layers: &Arc<Layers>, settings: &[Setting]) -> Result<Loaded, LoadError> {
        let mut loaded = layers.load(settings).map_err(LoadError::Faults)?;
        self.add_made_up(&mut loaded.config);
        Ok(loaded)
    }

    /// Adds records that are made up, but for names that have some. An address is called by the first record that has it.
    pub(super) fn add_made_up(&self, config: &mut Config) {
        let records = &mut config.local.records;
        let is_free = |made_up: &&LocalRecord| records.iter().all(|record| record.owner != made_up.owner);
        let made_up: Vec<LocalRecord> = self.made_up.iter().filter(is_free).cloned().collect();
        records.extend(made_up);
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
