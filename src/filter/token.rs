//! Text cut into terms, with the place of each part.

use std::ops::Range;

/// A term as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token<'t> {
    /// Whether a minus stands before it.
    pub(super) negated: bool,
    /// What stands before the colon, or the whole where there is none.
    pub(super) word: &'t str,
    /// Where that is, in octets.
    pub(super) word_span: Range<usize>,
    /// What stands behind the colon, its quotes resolved.
    pub(super) value: Option<String>,
    /// Where that is; behind the word where there is none.
    pub(super) value_span: Range<usize>,
}

/// A place where the text cannot be cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Uncut {
    pub(super) span: Range<usize>,
    pub(super) reason: &'static str,
}

/// Cuts the next term off `text` from octet `at`; gives it and where the text goes on.
pub(super) fn next(text: &str, at: usize) -> Option<(Result<Token<'_>, Uncut>, usize)> {
    let rest = text.get(at..)?;
    let start = at + (rest.len() - rest.trim_start().len());
    let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
    let word_start = start + usize::from(rest.starts_with('-'));
    let behind = text.get(word_start..)?;
    let word_length = behind.find(|letter: char| letter.is_whitespace() || letter == ':').unwrap_or(behind.len());
    let word_span = word_start..word_start + word_length;
    let word = text.get(word_span.clone())?;
    let token = |value, value_span| Token {
        negated: word_start > start,
        word,
        word_span: word_span.clone(),
        value,
        value_span,
    };
    let Some(behind) = behind.get(word_length..).and_then(|behind| behind.strip_prefix(':')) else {
        return Some((Ok(token(None, word_span.end..word_span.end)), word_span.end));
    };
    let value_start = word_span.end + 1;
    let (value, length) = if behind.starts_with('"') { quoted(behind) } else { bare(behind) };
    let span = value_start..value_start + length;
    let cut =
        value.map(|value| token(Some(value), span.clone())).map_err(|reason| Uncut { span: span.clone(), reason });
    Some((cut, span.end))
}

/// A value up to the next blank, and how long it is.
fn bare(text: &str) -> (Result<String, &'static str>, usize) {
    let length = text.find(char::is_whitespace).unwrap_or(text.len());
    let (value, _) = text.split_at(length);
    let value = if value.contains('"') {
        Err("a quote stands within a value; put the whole value in quotes")
    } else {
        Ok(value.to_owned())
    };
    (value, length)
}

/// A value in quotes, in which `\"` and `\\` stand for a quote and a backslash.
fn quoted(text: &str) -> (Result<String, &'static str>, usize) {
    let (mut value, mut escaped) = (String::new(), false);
    for (place, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => {
                value.push(letter);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => {
                let behind = text.get(place + 1..).unwrap_or_default();
                if behind.is_empty() || behind.starts_with(char::is_whitespace) {
                    return (Ok(value), place + 1);
                }
                let length = behind.find(char::is_whitespace).unwrap_or(behind.len());
                return (Err("a blank is missing behind the closing quote"), place + 1 + length);
            }
            _ => value.push(letter),
        }
    }
    (Err("the closing quote is missing"), text.len())
}
