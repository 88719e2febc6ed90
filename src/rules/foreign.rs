//! What servers and people hand over in place of a list, known by how it begins.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What something is that is no text of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Foreign {
    /// A web page: an error page, or that of a parked domain.
    #[serde(alias = "html")]
    WebPage,
    /// An archive, or a file that is compressed by itself.
    Compressed,
    /// Text in UTF-16, where lists are in UTF-8.
    Utf16,
}

/// How files that are compressed begin: gzip (RFC 1952), ZIP, xz, bzip2, zstd (RFC 8878), 7z.
const COMPRESSED: [&[u8]; 6] =
    [b"\x1F\x8B", b"PK\x03\x04", b"\xFD7zXZ\0", b"BZh", b"\x28\xB5\x2F\xFD", b"7z\xBC\xAF\x27\x1C"];
/// The byte order marks of UTF-16 (RFC 2781, section 3.2).
const UTF16: [&[u8]; 2] = [b"\xFF\xFE", b"\xFE\xFF"];
/// How web pages begin, in any case.
const WEB_PAGE: [&[u8]; 4] = [b"<!doctype html", b"<html", b"<head", b"<?xml"];

impl Foreign {
    /// What something is whose first line that is neither empty nor a comment is `line`; `None`: it may be a list.
    pub(super) fn recognise(line: &[u8]) -> Option<Self> {
        let begins_with = |start: &&[u8]| line.starts_with(start);
        if COMPRESSED.iter().any(begins_with) {
            return Some(Self::Compressed);
        }
        if UTF16.iter().any(begins_with) {
            return Some(Self::Utf16);
        }
        let text = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line).trim_ascii_start();
        let is_html = |start: &&[u8]| text.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start));
        WEB_PAGE.iter().any(is_html).then_some(Self::WebPage)
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::WebPage => "a web page, not a list",
            Self::Compressed => "a compressed file, not a list",
            Self::Utf16 => "text in UTF-16, where lists are in UTF-8",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_list_is_known_by_its_beginning() {
        let check = |line: &[u8], expected| assert_eq!(Foreign::recognise(line), expected, "{}", line.escape_ascii());
        check(b"<!DOCTYPE html>", Some(Foreign::WebPage));
        check(b"\xEF\xBB\xBF <HTML lang=en>", Some(Foreign::WebPage));
        check(b"<?xml version=\"1.0\"?>", Some(Foreign::WebPage));
        check(b"\x1F\x8B\x08\x00\x00", Some(Foreign::Compressed));
        check(b"PK\x03\x04\x14", Some(Foreign::Compressed));
        check(b"\xFD7zXZ\0\0", Some(Foreign::Compressed));
        check(b"BZh91AY&SY", Some(Foreign::Compressed));
        check(b"\x28\xB5\x2F\xFD\x04", Some(Foreign::Compressed));
        check(b"7z\xBC\xAF\x27\x1C\0", Some(Foreign::Compressed));
        check(b"\xFF\xFE0\0.\x000\0", Some(Foreign::Utf16));
        check(b"\xFE\xFF\x000\0.", Some(Foreign::Utf16));
        check(b"\xEF\xBB\xBF0.0.0.0 ads.example", None);
        check(b"7zip.example", None);
        check(b"PK.example", None);
        check(b"", None);
    }
}
