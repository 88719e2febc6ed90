//! A file of the catalogue: from TOML to entries, with every fault that it has.

use std::{collections::BTreeMap, sync::Arc};

use serde::Deserialize;

use super::{
    entry::{Pattern, PatternKind},
    {Class, Confidence, Entry, Purpose},
};
use crate::dns::Name;

/// A fault of a file of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct FileFault {
    /// The file.
    pub file: String,
    /// What is wrong with it.
    pub reason: Reason,
}

/// What is wrong with a file of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// It is not TOML, or not of this shape.
    #[error("{0}")]
    Shape(String),
    /// A country is not two capital letters.
    #[error("`{0}` is not a country; expected two capital letters such as KR (ISO 3166-1)")]
    Country(String),
    /// What tells a region is not one label of a name.
    #[error("`{0}` is not a label in lower case")]
    BadLabel(String),
    /// A text is empty, has blanks at its ends, or ends in a full stop.
    #[error("the text `{0}` is empty, begins or ends with a blank, or ends in a full stop")]
    Text(String),
    /// A service has no names.
    #[error("`{0}` has no names; give `exact`, `subdomains` or `glob`")]
    NoNames(String),
    /// A service has no sources.
    #[error("`{0}` has no sources")]
    NoSources(String),
    /// A name is not one.
    #[error("`{0}` is not a name of at least two labels in lower case")]
    BadName(String),
    /// A glob is not one.
    #[error("`{0}` is not a glob: one `*`, and that in the first label")]
    BadGlob(String),
    /// A glob whose names would have to be stopped, which no rule can say.
    #[error("`{0}` is a glob, which no rule can stop; write `exact` names, or `subdomains` of their parent")]
    GlobToStop(String),
    /// A list of names or sources is not in order.
    #[error("`{0}` is out of order, or there twice")]
    Order(String),
    /// The name is there already.
    #[error("`{name}` is in {other} too")]
    Twice {
        /// The name.
        name: String,
        /// Where it is as well.
        other: String,
    },
    /// A name that must not be stopped lies below one whose subdomains are.
    #[error("`{name}` would be stopped by everything below `{by}`; name what is to be stopped there one by one")]
    Covered {
        /// The name that must not be stopped.
        name: String,
        /// The name whose subdomains are stopped.
        by: String,
    },
}

/// The file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFile {
    vendor: Arc<str>,
    country: Option<Arc<str>>,
    /// Labels of names that tell a regional variant, and what the region is called.
    #[serde(default)]
    regions: BTreeMap<Box<str>, Box<str>>,
    services: Vec<WrittenService>,
}

/// A service as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenService {
    name: Arc<str>,
    purpose: Purpose,
    class: Class,
    confidence: Confidence,
    sent: Option<Arc<str>>,
    breaks: Option<Arc<str>>,
    sources: Vec<Arc<str>>,
    #[serde(default)]
    exact: Vec<String>,
    #[serde(default)]
    subdomains: Vec<String>,
    #[serde(default)]
    glob: Vec<String>,
}

/// Reads a file of the catalogue into `entries`; what is wrong with it goes to `fault`.
pub(super) fn read(text: &str, entries: &mut Vec<Entry>, fault: &mut impl FnMut(Reason)) {
    let written: WrittenFile = match toml::from_str(text) {
        Ok(written) => written,
        Err(error) => return fault(Reason::Shape(error.to_string())),
    };
    check_text(&written.vendor, fault);
    if let Some(country) = written.country.as_deref().filter(|country| !is_country(country)) {
        fault(Reason::Country(country.to_owned()));
    }
    if written.services.is_empty() {
        fault(Reason::NoNames(written.vendor.to_string()));
    }
    for (label, title) in &written.regions {
        check_text(title, fault);
        if label.contains('.') || plain_name(&format!("{label}.x")).is_none() {
            fault(Reason::BadLabel(label.to_string()));
        }
    }
    let regions: Arc<[_]> = written.regions.into_iter().collect();
    for service in written.services {
        check_service(&service, fault);
        let names = patterns(&service, fault);
        entries.push(Entry {
            vendor: Arc::clone(&written.vendor),
            country: written.country.clone(),
            service: service.name,
            purpose: service.purpose,
            class: service.class,
            confidence: service.confidence,
            sent: service.sent,
            breaks: service.breaks,
            sources: service.sources,
            regions: Arc::clone(&regions),
            names,
        });
    }
}

fn check_service(service: &WrittenService, fault: &mut impl FnMut(Reason)) {
    let texts = [&service.name].into_iter().chain(&service.sent).chain(&service.breaks).chain(&service.sources);
    for text in texts {
        check_text(text, fault);
    }
    if service.sources.is_empty() {
        fault(Reason::NoSources(service.name.to_string()));
    }
    if service.exact.is_empty() && service.subdomains.is_empty() && service.glob.is_empty() {
        fault(Reason::NoNames(service.name.to_string()));
    }
    let lower = |text: &str| text.to_lowercase();
    check_order(&service.sources.iter().map(|source| lower(source)).collect::<Vec<_>>(), fault);
    for names in [&service.exact, &service.subdomains, &service.glob] {
        check_order(names, fault);
    }
}

fn check_text(text: &str, fault: &mut impl FnMut(Reason)) {
    if text.trim() != text || text.is_empty() || text.ends_with('.') {
        fault(Reason::Text(text.to_owned()));
    }
}

pub(super) fn check_order(texts: &[String], fault: &mut impl FnMut(Reason)) {
    for pair in texts.windows(2).filter(|pair| pair[0] >= pair[1]) {
        fault(Reason::Order(pair[1].clone()));
    }
}

fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|letter| letter.is_ascii_uppercase())
}

fn patterns(service: &WrittenService, fault: &mut impl FnMut(Reason)) -> Vec<Pattern> {
    let mut patterns = Vec::new();
    let plain = [(&service.exact, PatternKind::Exact), (&service.subdomains, PatternKind::Subdomains)];
    for (texts, kind) in plain {
        for text in texts {
            match plain_name(text) {
                Some(name) => patterns.push(Pattern { name, kind: kind.clone() }),
                None => fault(Reason::BadName(text.clone())),
            }
        }
    }
    for text in &service.glob {
        match glob(text) {
            None => fault(Reason::BadGlob(text.clone())),
            Some(_) if service.class != Class::Functional => fault(Reason::GlobToStop(text.clone())),
            Some(pattern) => patterns.push(pattern),
        }
    }
    patterns
}

/// The name that `text` writes as this catalogue writes names: at least two labels of lower-case letters, digits,
/// `-` and `_`, no final dot.
pub(super) fn plain_name(text: &str) -> Option<Name> {
    let plain = |octet: u8| octet.is_ascii_lowercase() || octet.is_ascii_digit() || b"-_.".contains(&octet);
    let name: Name = text.parse().ok()?;
    (text.bytes().all(plain) && !text.ends_with('.') && name.label_count() >= 2).then_some(name)
}

fn glob(text: &str) -> Option<Pattern> {
    let (label, rest) = text.split_once('.')?;
    let (before, behind) = label.split_once('*')?;
    // The star stands for at least one octet: `x` in its place must give a name.
    plain_name(&format!("{before}x{behind}.{rest}"))?;
    let kind = PatternKind::Glob { before: before.as_bytes().into(), behind: behind.as_bytes().into() };
    Some(Pattern { name: plain_name(rest)?, kind })
}
