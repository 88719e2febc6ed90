//! How a section declares its keys: once, with default and reader; everything else is derived from the declaration.

use super::{
    fault::Origin,
    reader::Reader,
    written::{Value, Written},
};

/// A key that may be written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// What stands for it when nobody wrote it, as TOML.
    pub(super) default: Option<&'static str>,
    /// Whether it may be set while ponor runs, where the configuration leaves it open.
    pub(super) is_setting: bool,
}

/// What a key holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Value,
    /// A section.
    Table(&'static [Key]),
    /// Any number of sections.
    Tables(&'static [Key]),
}

impl Key {
    /// A value that has a default.
    pub(super) const fn default(name: &'static str, default: &'static str) -> Self {
        Self { name, kind: Kind::Value, default: Some(default), is_setting: false }
    }

    /// A value that has a default, and that may be set while ponor runs.
    pub(super) const fn setting(name: &'static str, default: &'static str) -> Self {
        Self { is_setting: true, ..Self::default(name, default) }
    }

    /// A value that may be left out.
    pub(super) const fn optional(name: &'static str) -> Self {
        Self { name, kind: Kind::Value, default: None, is_setting: false }
    }

    /// A value that must be written.
    pub(super) const fn required(name: &'static str) -> Self {
        Self::optional(name)
    }

    /// A section.
    pub(super) const fn table<T: Section>(name: &'static str) -> Self {
        Self { name, kind: Kind::Table(T::KEYS), default: None, is_setting: false }
    }

    /// Any number of sections.
    pub(super) const fn tables<T: Section>(name: &'static str, default: &'static str) -> Self {
        Self { name, kind: Kind::Tables(T::KEYS), default: Some(default), is_setting: false }
    }
}

/// A part of the configuration that is written as a TOML table.
pub(super) trait Section: Sized {
    /// What may stand in it.
    const KEYS: &'static [Key];

    /// Reads it; `None` when a fault was reported.
    fn read(table: &mut TableReader<'_>) -> Option<Self>;
}

/// Declares a section: each line is a key, how it is written (`default(TOML)`, `setting(TOML)`, `optional`, `required` with
/// their reader; `table<Section>`, `tables<Section>(TOML)`), in the order of the reference. A section that is not simply the sum of its
/// keys says behind `|table|` what becomes of them; there every key is a variable of type `Option`.
macro_rules! section {
    ($section:ty { $($key:ident: $way:ident $(<$inner:ty>)? $(($default:literal))? $(=> $read:expr)?,)+ }) => {
        section! { $section { $($key: $way $(<$inner>)? $(($default))? $(=> $read)?,)+ } |table| {
            Some(Self { $($key: $key?),+ })
        } }
    };
    ($section:ty { $($key:ident: $way:ident $(<$inner:ty>)? $(($default:literal))? $(=> $read:expr)?,)+ }
        |$table:ident| $build:block) => {
        impl $crate::config::section::Section for $section {
            const KEYS: &'static [$crate::config::section::Key] = &[
                $($crate::config::section::Key::$way $(::<$inner>)? (stringify!($key) $(, $default)?)),+
            ];

            fn read($table: &mut $crate::config::section::TableReader<'_>) -> Option<Self> {
                $(let $key = $table.$way $(::<$inner>)? (stringify!($key) $(, $read)?);)+
                $build
            }
        }
    };
}
pub(super) use section;

/// A section while it is read. Each way of writing a key has its method; all give `None` when a fault was reported.
#[derive(Debug)]
pub(super) struct TableReader<'a> {
    pub(super) reader: &'a mut Reader,
    written: &'a Written,
    path: String,
}

impl<'a> TableReader<'a> {
    /// Of the settled table at `path`.
    pub(super) fn new(reader: &'a mut Reader, written: &'a Written, path: String) -> Self {
        Self { reader, written, path }
    }

    /// What is written for `key`, which may lead through sections: `cache.size`.
    pub(super) fn written(&self, key: &str) -> Option<&'a Written> {
        self.written.at(key)
    }

    /// Reads a key that has a default.
    pub(super) fn default<T>(
        &mut self,
        key: &str,
        read: impl Fn(&mut Reader, &str, &Written) -> Option<T>,
    ) -> Option<T> {
        read(self.reader, &join(&self.path, key), self.written.get(key)?)
    }

    /// Reads a key that has a default and may be set while ponor runs.
    pub(super) fn setting<T>(
        &mut self,
        key: &str,
        read: impl Fn(&mut Reader, &str, &Written) -> Option<T>,
    ) -> Option<T> {
        self.default(key, read)
    }

    /// Reads a key that may be left out.
    #[expect(
        clippy::option_option,
        reason = "the outer one says whether it is valid, the inner one whether it is there"
    )]
    pub(super) fn optional<T>(
        &mut self,
        key: &str,
        read: impl Fn(&mut Reader, &str, &Written) -> Option<T>,
    ) -> Option<Option<T>> {
        if self.written.get(key).is_some() { self.default(key, read).map(Some) } else { Some(None) }
    }

    /// Reads a key that must be written.
    pub(super) fn required<T>(
        &mut self,
        key: &str,
        read: impl Fn(&mut Reader, &str, &Written) -> Option<T>,
    ) -> Option<T> {
        if self.written.get(key).is_none() && matches!(self.written.value, Value::Table(_)) {
            let message = format!("`{}`: the key `{key}` is missing", self.path);
            self.reader.contradiction(&self.written.origin, message, None);
        }
        self.default(key, read)
    }

    /// Reads a section.
    pub(super) fn table<T: Section>(&mut self, key: &str) -> Option<T> {
        T::read(&mut TableReader::new(self.reader, self.written.get(key)?, join(&self.path, key)))
    }

    /// Reads any number of sections.
    pub(super) fn tables<T: Section>(&mut self, key: &str) -> Option<Vec<T>> {
        let (written, path) = (self.written.get(key)?, join(&self.path, key));
        let Value::Array(elements) = &written.value else { return None };
        let read = |(index, element)| {
            T::read(&mut TableReader::new(self.reader, element, element_path(&path, index, element)))
        };
        let sections: Vec<Option<T>> = elements.iter().enumerate().map(read).collect();
        sections.into_iter().collect()
    }

    /// Reports that what is written for `key` contradicts something else.
    pub(super) fn contradiction(&mut self, key: &str, message: &str) {
        let origin = self.written(key).map_or(Origin::Default, |written| written.origin.clone());
        let path = join(&self.path, key);
        self.reader.contradiction(&origin, format!("`{path}`: {message}"), None);
    }
}

/// The paths of all keys that hold values: `dns.listen`, `lists`.
pub(super) fn paths(keys: &'static [Key]) -> Vec<String> {
    let below = |key: &Key| match key.kind {
        Kind::Table(keys) => paths(keys).iter().map(|below| join(key.name, below)).collect(),
        Kind::Value | Kind::Tables(_) => vec![key.name.to_owned()],
    };
    keys.iter().flat_map(below).collect()
}

/// The key at a path.
pub(super) fn find(keys: &'static [Key], path: &str) -> Option<&'static Key> {
    let (name, below) = path.split_once('.').map_or((path, None), |(name, below)| (name, Some(below)));
    let key = keys.iter().find(|key| key.name == name)?;
    match (key.kind, below) {
        (_, None) => Some(key),
        (Kind::Table(keys), Some(below)) => find(keys, below),
        (Kind::Value | Kind::Tables(_), Some(_)) => None,
    }
}

/// The path of a key: `dns.listen`.
pub(super) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// The path of one of many sections: `lists[vendors]`, or `upstream.routes[0]` without an id.
pub(super) fn element_path(path: &str, index: usize, element: &Written) -> String {
    match element.get("id").map(|id| &id.value) {
        Some(Value::Text(id)) if is_id(id) => format!("{path}[{id}]"),
        _ => format!("{path}[{index}]"),
    }
}

/// Whether `text` is well formed as the id of a list or group: 1 to 64 lower-case letters, digits, `-` and `_`.
#[must_use]
pub fn is_id(text: &str) -> bool {
    let fits = |octet: u8| octet.is_ascii_lowercase() || octet.is_ascii_digit() || matches!(octet, b'-' | b'_');
    (1..=64).contains(&text.len()) && text.bytes().all(fits)
}
