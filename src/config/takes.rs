//! What each key takes, as its own reader says when it is asked: so no key is described a second time.

use std::collections::BTreeMap;

use super::{
    fault::Origin,
    model::Config,
    reader::Reader,
    section::{Key, Kind, Section, TableReader, join},
    written::{Value, Written},
};

/// What a reader has said that it takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Takes {
    /// The words that it knows.
    pub(super) words: Vec<String>,
    /// The least and the most, of what can be measured.
    pub(super) bounds: Option<(String, String)>,
    /// Whether it takes several values.
    pub(super) many: bool,
}

impl Reader {
    /// Notes what the reader of the key at `path` takes, where that is what is asked for.
    pub(super) fn says(&mut self, path: &str, say: impl FnOnce(&mut Takes)) {
        if let Some(said) = &mut self.said {
            say(said.entry(path.to_owned()).or_default());
        }
    }
}

/// What the keys take that may be set while ponor runs, by their paths.
pub(super) fn ask() -> BTreeMap<String, Takes> {
    let mut reader = Reader { said: Some(BTreeMap::new()), ..Reader::default() };
    let mut written = Written { value: Value::Table(Vec::new()), origin: Origin::Default };
    for path in setting_paths(Config::KEYS, "") {
        // No reader can do anything with it, so that each says what it takes instead.
        written.set(&path, Written { value: Value::Other("a question"), origin: Origin::Default });
    }
    reader.settle(&mut written, Config::KEYS, "", "");
    Config::read(&mut TableReader::new(&mut reader, &written, String::new()));
    reader.said.unwrap_or_default()
}

/// The paths of the keys that may be set while ponor runs.
pub(super) fn setting_paths(keys: &'static [Key], path: &str) -> Vec<String> {
    let below = |key: &Key| {
        let path = join(path, key.name);
        match key.kind {
            Kind::Table(keys) => setting_paths(keys, &path),
            Kind::Value if key.is_setting => vec![path],
            Kind::Value | Kind::Tables(_) => Vec::new(),
        }
    };
    keys.iter().flat_map(below).collect()
}
