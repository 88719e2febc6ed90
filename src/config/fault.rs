//! What is wrong with a configuration, and where it says so.

use std::{fmt, sync::Arc};

use serde::Serialize;

/// Where a value comes from. The order is the order in which faults are shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "origin", rename_all = "snake_case")]
pub enum Origin {
    /// The configuration file.
    File {
        /// The file, as it was named to ponor.
        file: Arc<str>,
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
    },
    /// An environment variable.
    Variable {
        /// Its name.
        name: Arc<str>,
    },
    /// A flag of the command line.
    Flag {
        /// Its name, dashes included.
        name: &'static str,
    },
    /// It was set while ponor ran.
    Setting,
    /// Nobody set it.
    Default,
}

impl Origin {
    /// The line of the file.
    pub(super) fn line(&self) -> Option<usize> {
        if let Self::File { line, .. } = self { Some(*line) } else { None }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { file, line, column } => write!(out, "{file}:{line}:{column}"),
            Self::Variable { name } => out.write_str(name),
            Self::Flag { name } => out.write_str(name),
            Self::Setting => out.write_str("settings"),
            Self::Default => out.write_str("default"),
        }
    }
}

/// One thing that is wrong with a configuration.
///
/// Shown as `config.toml:3:1: unknown key "cahce"; did you mean "cache"?`; as JSON `origin` (`file`, `variable`, `flag`)
/// with `file`, `line` and `column` or `name`, then `message` and `suggestion`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fault {
    /// Where it was written.
    #[serde(flatten)]
    pub origin: Origin,
    /// What is wrong, and what was expected.
    pub message: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.origin, self.complaint())
    }
}

impl Fault {
    /// What is wrong and what was probably meant, without where it was written.
    pub(super) fn complaint(&self) -> impl fmt::Display {
        fmt::from_fn(|out| match &self.suggestion {
            Some(suggestion) => write!(out, "{}; did you mean \"{suggestion}\"?", self.message),
            None => out.write_str(&self.message),
        })
    }
}

/// The word of `known` that is so near to `word` that it was probably meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_of(word, &mut known.into_iter())
}

/// What is said behind a word that is not among `known`: which of them was probably meant, or nothing.
#[must_use]
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, known).map(|word| format!("; did you mean `{word}`?")).unwrap_or_default()
}

/// That there is no `kind` of thing with this id, told no longer than an id may be, and which was probably meant.
#[must_use]
pub fn no_such<'a>(kind: &str, id: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    format!("there is no {kind} `{}`{}", shown_id(id), did_you_mean(id, known))
}

/// What somebody took for an id: no longer than one may be, and without signs that a terminal takes for orders.
#[must_use]
pub fn shown_id(id: &str) -> String {
    id.chars().take(64).flat_map(char::escape_debug).collect()
}

/// [`nearest`], once for words of all origins.
#[cold]
fn nearest_of<'a>(word: &str, known: &mut dyn Iterator<Item = &'a str>) -> Option<&'a str> {
    // Comparing costs the product of the lengths: hostile text must not make it expensive.
    let length = word.chars().take(65).count();
    if length > 64 {
        return None;
    }
    let word = word.to_lowercase();
    known
        .map(|candidate| (strsim::osa_distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|&(distance, candidate)| distance <= (length.max(candidate.len()) / 3).max(1) && distance < length)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found() {
        let known = ["cache", "dns", "listen", "nxdomain", "nodata", "vendors", "vendors-strict"];
        let check = |word: &str, expected: Option<&str>| assert_eq!(nearest(word, known), expected, "{word}");
        check("cahce", Some("cache"));
        check("DNS", Some("dns"));
        check("listn", Some("listen"));
        check("nxdomian", Some("nxdomain"));
        check("vendor", Some("vendors"));
        check("vendors-strikt", Some("vendors-strict"));
        check("dsn", Some("dns"));
        check("x", None);
        check("", None);
        check("completely-different", None);
        check(&"cache".repeat(1000), None);
    }

    #[test]
    fn faults_are_written_for_people_and_for_programs() {
        let origin = Origin::File { file: "config.toml".into(), line: 3, column: 1 };
        let fault = Fault { origin, message: "unknown key \"cahce\"".to_owned(), suggestion: Some("cache".to_owned()) };
        assert_eq!(fault.to_string(), "config.toml:3:1: unknown key \"cahce\"; did you mean \"cache\"?");
        assert_eq!(
            serde_json::to_value(&fault).unwrap(),
            serde_json::json!({ "origin": "file", "file": "config.toml", "line": 3, "column": 1,
                "message": "unknown key \"cahce\"", "suggestion": "cache" })
        );
    }
}
