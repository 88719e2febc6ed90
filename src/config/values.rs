//! Readers of single values: each says what it expects and gives the value that cannot be wrong.

use std::{
    fmt::{self, Display},
    net::{IpAddr, SocketAddr},
    ops::RangeInclusive,
    path::PathBuf,
    time::Duration,
};

use super::{
    fault::nearest,
    reader::Reader,
    section::is_id,
    server::host_name,
    written::{Value, Written},
};
use crate::{
    dns::Name,
    time::{format_duration, format_size, parse_duration, parse_size},
};

/// `true` or `false`.
pub(super) fn boolean(reader: &mut Reader, path: &str, written: &Written) -> Option<bool> {
    let Value::Boolean(boolean) = written.value else {
        reader.unexpected(path, written, "true or false");
        return None;
    };
    Some(boolean)
}

/// A whole number within bounds.
pub(super) fn integer<T>(bounds: RangeInclusive<T>) -> impl Fn(&mut Reader, &str, &Written) -> Option<T>
where
    T: TryFrom<i64> + PartialOrd + Display,
{
    move |reader, path, written| {
        let integer = match written.value {
            Value::Integer(integer) => T::try_from(integer).ok().filter(|integer| bounds.contains(integer)),
            _ => None,
        };
        if integer.is_none() {
            let (least, most) = (bounds.start(), bounds.end());
            reader.says(path, |takes| takes.bounds = Some((least.to_string(), most.to_string())));
            let several = format!("an integer from {least} to {most}");
            reader.unexpected(path, written, &if least == most { least.to_string() } else { several });
        }
        integer
    }
}

/// A text that `parse` understands or gives a reason against, which may be empty.
pub(super) fn text<T, E: Display>(
    expected: impl Display,
    parse: impl Fn(&str) -> Result<T, E>,
) -> impl Fn(&mut Reader, &str, &Written) -> Option<T> {
    move |reader, path, written| {
        let reason = match &written.value {
            Value::Text(text) => match parse(text) {
                Ok(value) => return Some(value),
                Err(reason) => reason.to_string(),
            },
            _ => String::new(),
        };
        reader.unexpected_because(path, written, &expected.to_string(), &reason, None);
        None
    }
}

/// A duration within bounds.
pub(super) fn duration(bounds: RangeInclusive<Duration>) -> impl Fn(&mut Reader, &str, &Written) -> Option<Duration> {
    within("a duration", bounds, |text| parse_duration(text).ok(), format_duration)
}

/// A lifetime in DNS: whole seconds, up to `most`.
pub(super) fn lifetime(most: Duration) -> impl Fn(&mut Reader, &str, &Written) -> Option<Duration> {
    let parse = |text: &str| parse_duration(text).ok().filter(|duration| duration.subsec_nanos() == 0);
    within("a duration of whole seconds", Duration::ZERO..=most, parse, format_duration)
}

/// A time for which something is kept, within bounds: whole days.
pub(super) fn days(bounds: RangeInclusive<Duration>) -> impl Fn(&mut Reader, &str, &Written) -> Option<Duration> {
    const DAY: u128 = Duration::from_hours(24).as_nanos();
    let parse = |text: &str| parse_duration(text).ok().filter(|duration| duration.as_nanos().is_multiple_of(DAY));
    within("a duration of whole days", bounds, parse, format_duration)
}

/// A size in bytes within bounds.
pub(super) fn size(bounds: RangeInclusive<u64>) -> impl Fn(&mut Reader, &str, &Written) -> Option<u64> {
    within("a size", bounds, |text| parse_size(text).ok(), format_size)
}

/// A text that `parse` understands as a quantity within bounds, which are told as `format` writes them.
fn within<T: PartialOrd + Copy>(
    what: &str,
    bounds: RangeInclusive<T>,
    parse: impl Fn(&str) -> Option<T>,
    format: fn(T) -> String,
) -> impl Fn(&mut Reader, &str, &Written) -> Option<T> {
    let (least, most) = (*bounds.start(), *bounds.end());
    // Told on a fault only: a start reads dozens of these.
    let expected = fmt::from_fn(move |out| write!(out, "{what} from \"{}\" to \"{}\"", format(least), format(most)));
    let text = text(expected, move |text| parse(text).filter(|found| bounds.contains(found)).ok_or(""));
    move |reader, path, written| {
        reader.says(path, |takes| takes.bounds = Some((format(least), format(most))));
        text(reader, path, written)
    }
}

/// One of some words.
pub(super) fn word<T: Clone>(words: &[(&str, T)]) -> impl Fn(&mut Reader, &str, &Written) -> Option<T> {
    move |reader, path, written| {
        let found = if let Value::Text(text) = &written.value { text } else { "" };
        if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == found) {
            return Some(meaning.clone());
        }
        let known: Vec<&str> = words.iter().map(|&(word, _)| word).collect();
        unknown_word(reader, path, written, &known);
        None
    }
}

/// Reports that a value is none of the known words.
#[cold]
fn unknown_word(reader: &mut Reader, path: &str, written: &Written, known: &[&str]) {
    let found = if let Value::Text(text) = &written.value { text } else { "" };
    let quoted: Vec<String> = known.iter().map(|word| format!("\"{word}\"")).collect();
    reader.says(path, |takes| takes.words = known.iter().map(ToString::to_string).collect());
    let suggestion = nearest(found, known.iter().copied());
    reader.unexpected_because(path, written, &format!("one of {}", quoted.join(", ")), "", suggestion);
}

/// Any number of values; one may be written without brackets.
pub(super) fn list<T>(
    element: impl Fn(&mut Reader, &str, &Written) -> Option<T>,
) -> impl Fn(&mut Reader, &str, &Written) -> Option<Vec<T>> {
    move |reader, path, written| {
        reader.says(path, |takes| takes.many = true);
        let elements: Vec<Option<T>> = written.elements().iter().map(|value| element(reader, path, value)).collect();
        elements.into_iter().collect()
    }
}

/// At least one value.
pub(super) fn some<T>(
    expected: &str,
    element: impl Fn(&mut Reader, &str, &Written) -> Option<T>,
) -> impl Fn(&mut Reader, &str, &Written) -> Option<Vec<T>> {
    let list = list(element);
    move |reader, path, written| {
        if written.elements().is_empty() {
            reader.fault(&written.origin, format!("`{path}`: expected {expected}, found none"), None);
            return None;
        }
        list(reader, path, written)
    }
}

/// A word that stands for something, or whatever `otherwise` reads.
pub(super) fn word_or<T: Clone>(
    words: &[(&str, T)],
    otherwise: impl Fn(&mut Reader, &str, &Written) -> Option<T>,
) -> impl Fn(&mut Reader, &str, &Written) -> Option<T> {
    move |reader, path, written| {
        let found = if let Value::Text(text) = &written.value { text } else { "" };
        if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == found) {
            return Some(meaning.clone());
        }
        reader.says(path, |takes| takes.words = words.iter().map(|(word, _)| (*word).to_owned()).collect());
        let before = reader.faults.len();
        let read = otherwise(reader, path, written);
        if let Some(near) = nearest(found, words.iter().map(|&(word, _)| word)) {
            reader.faults.iter_mut().skip(before).for_each(|fault| fault.suggestion = Some(near.to_owned()));
        }
        read
    }
}

/// What `read` reads, put into something.
pub(super) fn map<T, U>(
    read: impl Fn(&mut Reader, &str, &Written) -> Option<T>,
    into: impl Fn(T) -> U,
) -> impl Fn(&mut Reader, &str, &Written) -> Option<U> {
    move |reader, path, written| read(reader, path, written).map(&into)
}

/// A path; one in the file is relative to the folder of the file, another one to the working directory.
pub(super) fn path(reader: &mut Reader, path: &str, written: &Written) -> Option<PathBuf> {
    let text = text("a path", |text| match text {
        "" => Err("it is empty"),
        text if text.contains('\0') => Err("it contains a NUL"),
        text => Ok(PathBuf::from(text)),
    });
    text(reader, path, written).map(|found| reader.resolve(&found, &written.origin))
}

/// The id of a list or group.
pub(super) fn id(reader: &mut Reader, path: &str, written: &Written) -> Option<String> {
    let expected = "an id of lower-case letters, digits, `-` and `_`";
    text(expected, |text| match text {
        "all" => Err("the word stands for all lists"),
        text if is_id(text) => Ok(text.to_owned()),
        _ => Err(""),
    })(reader, path, written)
}

/// An address with its port, to listen on.
pub(super) fn socket(reader: &mut Reader, path: &str, written: &Written) -> Option<SocketAddr> {
    let expected = "an address with its port such as \"127.0.0.1:5300\" or \"[::1]:5300\"";
    text(expected, |text| {
        text.parse::<SocketAddr>().map_err(|_| match text.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(_) => "the port is missing",
            Err(_) => "",
        })
    })(reader, path, written)
}

/// A domain.
pub(super) fn domain(reader: &mut Reader, path: &str, written: &Written) -> Option<Name> {
    text("a domain such as \"example.org\"", |text| {
        if text.contains('*') {
            return Err("everything below a domain is meant anyway: leave out the `*`".to_owned());
        }
        let name = host_name(text)?;
        name.parse::<Name>().map_err(|error| error.to_string())
    })(reader, path, written)
}
