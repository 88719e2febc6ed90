//! The block lists that are made from the catalogue, as text in AdGuard's syntax.

use std::fmt::Write;

use super::{Catalog, Class, Confidence, Entry, entry::PatternKind};

/// The built-in lists: id and title.
const LISTS: &[(&str, &str)] = &[
    ("vendors", "Telemetry and advertising of device makers"),
    ("vendors-strict", "The same, with less certain names and names whose stopping has side effects"),
];

impl Catalog {
    /// The built-in lists: id and title of each.
    #[must_use]
    pub fn built_in_lists() -> &'static [(&'static str, &'static str)] {
        LISTS
    }

    /// The built-in list with this id as text: each service's names behind a comment line that says what they are.
    /// `||x^` stops `x` and everything below it, `|x^` only `x`.
    ///
    /// `vendors` holds what is telemetry or advertising with confidence high or medium; `vendors-strict` adds what is
    /// less certain, and what has side effects. What devices need is on neither. There are no allow rules: a list that
    /// allowed something would free it from every other list.
    #[must_use]
    pub fn list_text(&self, id: &str) -> Option<String> {
        let (_, title) = LISTS.iter().find(|(known, _)| *known == id)?;
        let strict = id == "vendors-strict";
        let mut text = format!("! Title: {title}\n");
        for entry in self.entries().iter().filter(|entry| is_stopped(entry, strict)) {
            push_entry(&mut text, entry);
        }
        Some(text)
    }
}

fn is_stopped(entry: &Entry, strict: bool) -> bool {
    match entry.class {
        Class::Block => strict || entry.confidence >= Confidence::Medium,
        Class::Mixed => strict,
        Class::Functional => false,
    }
}

fn push_entry(text: &mut String, entry: &Entry) {
    let purpose = entry.purpose.title();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "! {}: {} ({purpose})", entry.vendor, entry.service);
    for pattern in &entry.names {
        let name = &pattern.name;
        let _ = match pattern.kind {
            PatternKind::Exact => writeln!(text, "|{name}^"),
            PatternKind::Subdomains => writeln!(text, "||{name}^"),
            PatternKind::Glob { .. } => Ok(()),
        };
    }
}
