//! What is remembered of a list's copies beside their text: a small JSON file.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{digest::Digest, stamp::Stamp, vet::Doubt};
use crate::time::UnixTime;

/// The form of the file that this program writes and reads.
const VERSION: u32 = 1;

/// What is remembered of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Meta {
    /// The form of the file.
    pub(super) version: u32,
    /// The source of the copies. Copies of another source are not used.
    pub(super) source: String,
    /// The copy in use.
    pub(super) copy: Option<Copy>,
    /// A download that is not believed.
    pub(super) held: Option<Held>,
}

/// What is remembered of a copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Copy {
    /// When it was fetched.
    pub(super) fetched: UnixTime,
    /// When its source last said that it is still the newest.
    pub(super) checked: UnixTime,
    /// The server's `ETag`.
    pub(super) etag: Option<String>,
    /// The server's `Last-Modified`.
    pub(super) last_modified: Option<String>,
    /// Its length.
    pub(super) bytes: u64,
    /// Its digest.
    pub(super) digest: Digest,
    /// Its rules.
    pub(super) rules: u64,
    /// The state of the local file that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) stamp: Option<Stamp>,
}

/// What is remembered of a download that is not believed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Held {
    /// The download.
    pub(super) copy: Copy,
    /// Why it is not believed.
    pub(super) doubt: Doubt,
    /// How many downloads after each other were this one.
    pub(super) times: u32,
    /// The first of its lines that give no rule, and why, where it has no rule at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reject: Option<String>,
}

/// Why it is not believed, for people.
impl fmt::Display for Held {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reject {
            Some(reject) => write!(out, "{} ({reject})", self.doubt),
            None => self.doubt.fmt(out),
        }
    }
}

impl Meta {
    /// Nothing but the source.
    pub(super) fn new(source: String) -> Self {
        Self { version: VERSION, source, copy: None, held: None }
    }

    /// Reads the file's bytes. `None` for what is no such file, or one of another version: it is only a memory aid.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().filter(|meta: &Self| meta.version == VERSION)
    }

    /// The file's bytes.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("structs with string keys always have a JSON form");
        bytes.push(b'\n');
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Meta {
        let copy = Copy {
            fetched: UnixTime(1),
            checked: UnixTime(2),
            etag: Some("\"x\"".into()),
            last_modified: None,
            bytes: 3,
            digest: Digest::of(b"abc"),
            rules: 4,
            stamp: None,
        };
        let held = Held { copy: copy.clone(), doubt: Doubt::Shrunk { from: 9, to: 4 }, times: 2, reject: None };
        Meta { copy: Some(copy), held: Some(held), ..Meta::new("https://example.org/list".into()) }
    }

    #[test]
    fn it_round_trips() {
        for meta in [example(), Meta::new(String::new())] {
            assert_eq!(Meta::from_bytes(&meta.to_bytes()), Some(meta));
        }
    }

    #[test]
    fn damage_is_survived() {
        let whole = example().to_bytes();
        let text = String::from_utf8(whole.clone()).unwrap();
        let check = |bytes: &[u8]| assert_eq!(Meta::from_bytes(bytes), None, "{}", String::from_utf8_lossy(bytes));
        check(b"");
        check(b"null");
        check(b"[]");
        check(&[0xff; 100]);
        check(text.replace("\"version\": 1", "\"version\": 2").as_bytes());
        check(text.replace(&Digest::of(b"abc").to_string(), "not hexadecimal").as_bytes());
        for length in 0..whole.len() - 2 {
            check(&whole[..length]);
        }
    }
}
