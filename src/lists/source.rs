//! Where a list comes from, as text.

use std::borrow::Cow;

use serde::Serializer;

use crate::config::ListSource;

/// The text of a source, as in configuration.
pub(super) fn source_text(source: &ListSource) -> String {
    match source {
        ListSource::Builtin(name) => format!("builtin:{name}"),
        ListSource::File(path) => path.display().to_string(),
        ListSource::Url(url) => url.clone(),
    }
}

/// Serializes the text of a source as people are shown it: without the password that a URL may hold.
pub(super) fn serialize_without_password<S: Serializer>(text: &str, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&without_password(text))
}

fn without_password(text: &str) -> Cow<'_, str> {
    let Ok(mut url) = reqwest::Url::parse(text) else { return text.into() };
    if url.password().is_none() || url.set_password(Some("***")).is_err() {
        return text.into();
    }
    String::from(url).into()
}

/// Reads the source of a list that is added while ponor runs: `builtin:` and a name, or an `http://` or `https://` URL.
/// Files are for `config.toml` alone: whoever may use the page is not thereby allowed to read this host's files.
///
/// # Errors
/// What was expected.
pub fn parse_source(text: &str) -> Result<ListSource, String> {
    if let Some(name) = text.strip_prefix("builtin:") {
        return Ok(ListSource::Builtin(name.to_owned()));
    }
    let expected = || {
        format!(
            "`{text}` is no source of a list: expected an http:// or https:// URL, or `builtin:` and a name; files are \
             named in config.toml"
        )
    };
    let url = reqwest::Url::parse(text).map_err(|_| expected())?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(expected());
    }
    Ok(ListSource::Url(text.to_owned()))
}

/// The path that somebody means who gives `text` for the source of a list: a path that says where it begins, or a `file:` URL.
#[must_use]
pub fn path_meant(text: &str) -> Option<&str> {
    let path = text.strip_prefix("file://").or_else(|| text.strip_prefix("file:")).unwrap_or(text);
    ["/", "./", "../"].iter().any(|start| path.starts_with(start)).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_round_trip_and_others_are_refused() {
        let check = |text: &str, good| match parse_source(text) {
            Ok(source) => assert!(good && source_text(&source) == text, "{text}"),
            Err(_) => assert!(!good, "{text}"),
        };
        check("builtin:vendors", true);
        check("https://example.org/list.txt", true);
        check("http://192.0.2.1:8080/list?x=y", true);
        check("", false);
        check("list.txt", false);
        check("/etc/passwd", false);
        check("file:///etc/passwd", false);
        check("ftp://example.org/list", false);
        check("https://", false);
    }

    #[test]
    fn a_path_is_told_from_what_could_be_a_name() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(path_meant(text), expected, "{text}");
        check("/etc/list.txt", Some("/etc/list.txt"));
        check("./list.txt", Some("./list.txt"));
        check("../list.txt", Some("../list.txt"));
        check("file:///etc/list.txt", Some("/etc/list.txt"));
        check("file:/etc/list.txt", Some("/etc/list.txt"));
        check("list.txt", None);
        check("big.oisd.nl", None);
        check("builtin:vendors", None);
        check("https://example.org/list.txt", None);
        check("", None);
    }

    #[test]
    fn passwords_are_not_shown() {
        let check = |text: &str, expected| assert_eq!(without_password(text), expected);
        check("https://me:s3cret@example.org/list.txt?x=y", "https://me:***@example.org/list.txt?x=y");
        check("https://me@example.org/list.txt", "https://me@example.org/list.txt");
        check("https://EXAMPLE.org/list.txt", "https://EXAMPLE.org/list.txt");
        check("builtin:vendors", "builtin:vendors");
        check("lists/own.txt", "lists/own.txt");
    }
}
