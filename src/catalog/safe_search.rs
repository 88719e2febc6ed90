//! Search engines that filter what they find at an address of their own, where a network answers their names with it. A file
//! of its own in `blocklists/safe-search`, read when first asked for.
//!
//! Leaves answering to `policy`: this is what operators document.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{
    FileFault, Reason,
    file::{check_order, plain_name},
    find::shipped_files,
};
use crate::dns::Name;

/// Where the file lies.
const FOLDER: &str = "safe-search/";

/// A search engine.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchEngine {
    /// What it is called.
    pub name: String,
    /// The name of its addresses at which it filters most.
    strict: String,
    /// The name of those at which it filters less; none where there is one filter.
    moderate: Option<String>,
    /// Where its operator documents them.
    pub sources: Vec<String>,
    /// Its domains, each a name that is asked for by itself and behind `www.`.
    #[serde(default)]
    domains: Vec<String>,
    /// Other names that are asked for.
    #[serde(default)]
    names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFile {
    engines: Vec<SearchEngine>,
}

impl SearchEngine {
    /// Those that are embedded in the program.
    ///
    /// # Panics
    /// Never in a program whose tests passed: they read the same file.
    #[must_use]
    pub fn all() -> &'static [Self] {
        static ENGINES: LazyLock<Vec<SearchEngine>> = LazyLock::new(|| {
            let read =
                |(file, text): (_, String)| SearchEngine::read(file, &text).expect("the tests have read the same file");
            shipped_files(FOLDER).flat_map(read).collect()
        });
        &ENGINES
    }

    /// Reads engines from the text of a file.
    ///
    /// # Errors
    /// All faults of it.
    pub fn read(file: &str, text: &str) -> Result<Vec<Self>, Vec<FileFault>> {
        let mut faults = Vec::new();
        let mut fault = |reason| faults.push(FileFault { file: file.to_owned(), reason });
        let written = toml::from_str::<WrittenFile>(text);
        let engines = written.map(|written| written.engines).map_err(|error| fault(Reason::Shape(error.to_string())));
        let engines = engines.unwrap_or_default();
        check(&engines, &mut fault);
        if faults.is_empty() { Ok(engines) } else { Err(faults) }
    }

    /// The names that are asked for to search.
    pub fn names(&self) -> impl Iterator<Item = Name> {
        self.spelled_names().filter_map(|name| plain_name(&name))
    }

    /// The name of the addresses at which it filters: most, or less where it has such.
    ///
    /// # Panics
    /// Never: it was read.
    #[must_use]
    pub fn filtered(&self, strict: bool) -> Name {
        let text = self.moderate.as_ref().filter(|_| !strict).unwrap_or(&self.strict);
        plain_name(text).expect("names were looked at when they were read")
    }

    fn spelled_names(&self) -> impl Iterator<Item = String> {
        let domains = self.domains.iter().flat_map(|domain| [domain.clone(), format!("www.{domain}")]);
        domains.chain(self.names.iter().cloned())
    }
}

/// What is wrong with the engines.
fn check(engines: &[SearchEngine], fault: &mut impl FnMut(Reason)) {
    let mut known: Vec<(String, &str)> = Vec::new();
    for engine in engines {
        if engine.sources.is_empty() {
            fault(Reason::NoSources(engine.name.clone()));
        }
        if engine.spelled_names().next().is_none() {
            fault(Reason::NoNames(engine.name.clone()));
        }
        let targets = [Some(&engine.strict), engine.moderate.as_ref()].into_iter().flatten().cloned();
        for name in targets.chain(engine.spelled_names()) {
            if plain_name(&name).is_none() {
                fault(Reason::BadName(name.clone()));
            }
            // An address at which an engine filters is no name of another one, so that no alias leads to an alias.
            match known.iter().find(|(other, _)| *other == name) {
                Some((_, other)) => fault(Reason::Twice { name, other: (*other).to_owned() }),
                None => known.push((name, &engine.name)),
            }
        }
        for list in [&engine.sources, &engine.domains, &engine.names] {
            check_order(list, fault);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So that what is lost in an edit is missed.
    #[test]
    fn the_shipped_file_holds_this_much() {
        let engines = SearchEngine::all();
        let count = |name: &str| engines.iter().find(|engine| engine.name == name).map(|engine| engine.names().count());
        let counted = ["Bing", "DuckDuckGo", "Ecosia", "Google", "YouTube"].map(|name| (name, count(name).unwrap()));
        assert_eq!(counted, [("Bing", 2), ("DuckDuckGo", 3), ("Ecosia", 1), ("Google", 374), ("YouTube", 5)]);
        assert_eq!(engines.len(), counted.len());
        assert!(engines.iter().flat_map(|engine| &engine.sources).all(|source| source.starts_with("https://")));
    }

    #[test]
    fn where_engines_filter() {
        let check = |name: &str, strict: Option<&str>, moderate: Option<&str>| {
            let name: Name = name.parse().unwrap();
            let engine = SearchEngine::all().iter().find(|engine| engine.names().any(|known| known == name));
            let found = [true, false].map(|strict| engine.map(|engine| engine.filtered(strict).to_string()));
            assert_eq!(found, [strict, moderate].map(|text| text.map(str::to_owned)), "{name}");
        };
        let alike = |name: &str, filtered: &str| check(name, Some(filtered), Some(filtered));
        alike("www.google.com", "forcesafesearch.google.com");
        alike("google.de", "forcesafesearch.google.com");
        alike("www.google.co.uk", "forcesafesearch.google.com");
        alike("www.google.com.af", "forcesafesearch.google.com");
        alike("www.google.cat", "forcesafesearch.google.com");
        alike("bing.com", "strict.bing.com");
        alike("www.bing.com", "strict.bing.com");
        alike("duckduckgo.com", "safe.duckduckgo.com");
        alike("start.duckduckgo.com", "safe.duckduckgo.com");
        alike("www.ecosia.org", "strict-safe-search.ecosia.org");
        for name in ["www.youtube.com", "m.youtube.com", "youtubei.googleapis.com", "www.youtube-nocookie.com"] {
            check(name, Some("restrict.youtube.com"), Some("restrictmoderate.youtube.com"));
        }
        for name in ["mail.google.com", "google.example", "www.google.com.example", "forcesafesearch.google.com"] {
            check(name, None, None);
        }
    }

    #[test]
    fn faults_of_a_file() {
        let check = |text: &str, expected: &str| {
            let faults = SearchEngine::read("x.toml", text).err().unwrap_or_default();
            assert!(faults.len() == 1 && faults[0].to_string().contains(expected), "{text}: {faults:?}");
        };
        let engine =
            |rest: &str| format!("[[engines]]\nname = \"X\"\nstrict = \"safe.x.example\"\nsources = [\"a\"]\n{rest}");
        let good = engine("domains = [\"x.example\"]");
        assert!(SearchEngine::read("x.toml", &good).is_ok());
        check("engines = 1", "invalid type");
        check(&engine(""), "`X` has no names");
        check(&engine("names = [\"X.example\"]"), "`X.example` is not a name");
        check(&good.replace("safe.x.example", "safe"), "`safe` is not a name");
        check(&good.replace("[\"a\"]", "[]"), "`X` has no sources");
        check(&engine("names = [\"b.example\", \"a.example\"]"), "`a.example` is out of order");
        check(&engine("domains = [\"x.example\"]\nnames = [\"www.x.example\"]"), "`www.x.example` is in X too");
        // No alias leads to an alias.
        check(&engine("names = [\"safe.x.example\"]"), "`safe.x.example` is in X too");
        check(&engine("moderate = \"m.x.example\"\nnames = [\"m.x.example\"]"), "`m.x.example` is in X too");
        check(&engine("name = [\"a.b\"]"), "duplicate key");
        check(&engine("hosts = [\"a.b\"]"), "unknown field `hosts`");
    }
}
