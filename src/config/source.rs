//! Where a list comes from, as people write it.

use super::{
    fault::nearest,
    model::ListSource,
    reader::Reader,
    server::split_authority,
    values::path,
    written::{Value, Written},
};

/// `builtin:` with the id of a built-in list, a URL, or a path.
pub(super) fn source(reader: &mut Reader, key: &str, written: &Written) -> Option<ListSource> {
    const EXPECTED: &str = "`builtin:` with a name, an https URL or a path";
    let Value::Text(text) = &written.value else {
        reader.unexpected(key, written, EXPECTED);
        return None;
    };
    if let Some(id) = text.strip_prefix("builtin:") {
        if reader.builtin_lists.iter().any(|known| known == id) {
            return Some(ListSource::Builtin(id.to_owned()));
        }
        let known = reader.builtin_lists.join(", ");
        let near = nearest(id, reader.builtin_lists.iter().map(String::as_str)).map(|near| format!("builtin:{near}"));
        let expected = format!("one of the built-in lists ({known})");
        reader.unexpected_because(key, written, &expected, "", near.as_deref());
        return None;
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        return path(reader, key, written).map(ListSource::File);
    };
    match check_url(scheme, rest) {
        Ok(()) => Some(ListSource::Url(text.clone())),
        Err(reason) => {
            reader.unexpected_because(key, written, EXPECTED, &reason, None);
            None
        }
    }
}

fn check_url(scheme: &str, rest: &str) -> Result<(), String> {
    if !matches!(scheme, "http" | "https") {
        return Err("lists are fetched over https or http".to_owned());
    }
    if let Some(odd) = rest.chars().find(|character| character.is_whitespace() || character.is_control()) {
        return Err(format!("{odd:?} has no place in a URL"));
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    split_authority(authority).map(|_| ())
}
