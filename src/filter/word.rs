//! The words of the language: keys and the values that are words.

use super::Grouping;
use crate::{
    catalog::{Class, Purpose},
    policy::Verdict,
    stats::{SourceKind, Transport},
};

/// What may stand before a colon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Device,
    Vendor,
    Service,
    Purpose,
    Class,
    Country,
    Registered,
    Network,
    Name,
    Type,
    Verdict,
    List,
    Reason,
    Transport,
    Since,
    Until,
    Group,
}

/// Words and what they stand for.
pub(super) type Words<T> = &'static [(&'static str, T)];

pub(super) const KEYS: Words<Key> = &[
    ("device", Key::Device),
    ("vendor", Key::Vendor),
    ("service", Key::Service),
    ("purpose", Key::Purpose),
    ("class", Key::Class),
    ("country", Key::Country),
    ("registered", Key::Registered),
    ("network", Key::Network),
    ("name", Key::Name),
    ("type", Key::Type),
    ("verdict", Key::Verdict),
    ("list", Key::List),
    ("reason", Key::Reason),
    ("transport", Key::Transport),
    ("since", Key::Since),
    ("until", Key::Until),
    ("group", Key::Group),
];

/// These may stand alone.
pub(super) const VERDICTS: Words<Verdict> = &[
    ("stopped", Verdict::Stopped),
    ("allowed", Verdict::Allowed),
    ("cached", Verdict::Cached),
    ("local", Verdict::Local),
    ("failed", Verdict::Failed),
];

pub(super) const CLASSES: Words<Class> =
    &[("block", Class::Block), ("mixed", Class::Mixed), ("functional", Class::Functional)];

pub(super) const PURPOSES: Words<Purpose> = Purpose::WORDS;

pub(super) const REASONS: Words<SourceKind> = &[
    ("list", SourceKind::List),
    ("own_rules", SourceKind::OwnRules),
    ("group_rules", SourceKind::GroupRules),
    ("exception", SourceKind::Exception),
    ("offline", SourceKind::Offline),
    ("safe_search", SourceKind::SafeSearch),
    ("canary", SourceKind::Canary),
    ("rebinding", SourceKind::Rebinding),
    ("no_address", SourceKind::NoAddress),
];

pub(super) const TRANSPORTS: Words<Transport> = &[
    ("udp", Transport::Udp),
    ("tcp", Transport::Tcp),
    ("dot", Transport::Dot),
    ("doh", Transport::Doh),
    ("doh3", Transport::Doh3),
    ("doq", Transport::Doq),
];

pub(super) const GROUPINGS: Words<Grouping> = &[
    ("device", Grouping::Device),
    ("vendor", Grouping::Vendor),
    ("service", Grouping::Service),
    ("purpose", Grouping::Purpose),
    ("country", Grouping::Country),
    ("registered", Grouping::Registered),
    ("network", Grouping::Network),
    ("name", Grouping::Name),
    ("type", Grouping::Type),
    ("verdict", Grouping::Verdict),
    ("list", Grouping::List),
];

/// What `word` stands for; case does not matter, and a hyphen stands for an underscore.
pub(super) fn meaning<T: Copy>(words: Words<T>, word: &str) -> Option<T> {
    let same = |known: &str| {
        known.len() == word.len()
            && known
                .bytes()
                .zip(word.bytes())
                .all(|(known, octet)| known == if octet == b'-' { b'_' } else { octet.to_ascii_lowercase() })
    };
    words.iter().find(|(known, _)| same(known)).map(|(_, meaning)| *meaning)
}

/// The word that stands for `meaning`.
pub(super) fn word<T: Copy + PartialEq>(words: Words<T>, meaning: T) -> &'static str {
    words.iter().find(|(_, known)| *known == meaning).map_or("", |(word, _)| *word)
}

/// The words as a list for people: `a`, `b` or `c`.
pub(super) fn choice<T>(words: Words<T>) -> String {
    let known: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
    match known.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => known.concat(),
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;

    #[test]
    fn words_are_those_of_the_api() {
        fn check<T: Copy + Serialize>(words: Words<T>, count: usize) {
            assert_eq!(words.len(), count);
            for (word, meaning) in words {
                assert_eq!(serde_json::to_value(meaning).unwrap(), *word);
            }
        }
        check(VERDICTS, 5);
        check(CLASSES, 3);
        check(PURPOSES, 23);
        check(REASONS, 9);
        check(TRANSPORTS, 6);
    }

    #[test]
    fn case_and_hyphens_do_not_matter() {
        assert_eq!(meaning(PURPOSES, "Usage-Analytics"), Some(Purpose::UsageAnalytics));
        assert_eq!(meaning(PURPOSES, "usage"), None);
    }
}
