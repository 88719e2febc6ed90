//! Whether a download is believed.
//!
//! A server that is broken, moved or taken over still answers: with nothing, with a web page, with half of what it was.
//! Such an answer must not take the place of a good list without somebody having looked at it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::digest::Digest;
use crate::rules::Foreign;

/// A shrunken list is believed when this many downloads after each other were the same.
pub(super) const EQUAL_FETCHES: u32 = 3;

/// Why a download is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Doubt {
    /// It has no rule.
    Empty,
    /// It has less than half of the rules of the copy in use.
    Shrunk {
        /// Rules of the copy in use.
        from: u64,
        /// Rules of the download.
        to: u64,
    },
    /// It is something else.
    #[serde(untagged)]
    Foreign(Foreign),
}

impl fmt::Display for Doubt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => out.write_str("the download has no rules"),
            Self::Shrunk { from, to } => write!(out, "the download shrank from {from} rules to {to}"),
            Self::Foreign(foreign) => write!(out, "the download is {foreign}"),
        }
    }
}

/// What becomes of a download.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It takes the place of the copy in use.
    Believed,
    /// It is put aside.
    Held {
        /// Why.
        doubt: Doubt,
        /// How many downloads after each other were this one.
        times: u32,
    },
}

/// What is to be known of a download.
#[derive(Clone, Copy, Debug)]
pub(super) struct Download {
    /// Its rules.
    pub(super) rules: u64,
    /// What it is, when it is no list.
    pub(super) foreign: Option<Foreign>,
    /// Its digest.
    pub(super) digest: Digest,
}

/// Judges a download against the copy in use, whose rules are `former_rules`, and the download put aside last time.
pub(super) fn judge(download: Download, former_rules: Option<u64>, held: Option<(Digest, u32)>) -> Verdict {
    let doubt = match (download.foreign, download.rules, former_rules) {
        (Some(foreign), ..) => Doubt::Foreign(foreign),
        (None, 0, _) => Doubt::Empty,
        (None, to, Some(from)) if to < from.div_ceil(2) => Doubt::Shrunk { from, to },
        _ => return Verdict::Believed,
    };
    let times = match held {
        Some((digest, times)) if digest == download.digest => times.saturating_add(1),
        _ => 1,
    };
    // Repetition shows that a list is meant to be smaller; it does not make a list of a parked domain's page.
    if times >= EQUAL_FETCHES && matches!(doubt, Doubt::Shrunk { .. }) {
        return Verdict::Believed;
    }
    Verdict::Held { doubt, times }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubts_are_read_as_they_were_kept() {
        let check = |kept: &str, expected: Doubt| {
            assert_eq!(serde_json::from_str::<Doubt>(kept).unwrap(), expected, "{kept}");
        };
        let (empty, shrunk) = (Doubt::Empty, Doubt::Shrunk { from: 100, to: 3 });
        for doubt in [empty, shrunk, Doubt::Foreign(Foreign::WebPage), Doubt::Foreign(Foreign::Utf16)] {
            check(&serde_json::to_string(&doubt).unwrap(), doubt);
        }
        check("\"empty\"", empty);
        check("{\"shrunk\":{\"from\":100,\"to\":3}}", shrunk);
        // What it was called until other things than web pages were known.
        check("\"html\"", Doubt::Foreign(Foreign::WebPage));
    }

    #[test]
    fn downloads_are_judged() {
        let check = |rules, foreign, former, held, expected| {
            let digest = Digest::of(b"now");
            assert_eq!(
                judge(Download { rules, foreign, digest }, former, held),
                expected,
                "{rules} rules, {foreign:?}, former {former:?}, held {held:?}"
            );
        };
        let held = |doubt, times| Verdict::Held { doubt, times };
        let (same, other) = (Digest::of(b"now"), Digest::of(b"before"));
        let page = Doubt::Foreign(Foreign::WebPage);
        let shrunk = Doubt::Shrunk { from: 100, to: 49 };
        check(1, None, None, None, Verdict::Believed);
        check(0, None, None, None, held(Doubt::Empty, 1));
        check(0, None, Some(100), None, held(Doubt::Empty, 1));
        check(0, None, Some(100), Some((same, 7)), held(Doubt::Empty, 8));
        check(5000, Some(Foreign::WebPage), None, None, held(page, 1));
        check(5000, Some(Foreign::WebPage), Some(100), Some((same, 7)), held(page, 8));
        check(50, None, Some(100), None, Verdict::Believed);
        check(49, None, Some(100), None, held(shrunk, 1));
        check(49, None, Some(100), Some((same, 1)), held(shrunk, 2));
        check(49, None, Some(100), Some((other, 2)), held(shrunk, 1));
        check(49, None, Some(100), Some((same, 2)), Verdict::Believed);
        check(49, None, Some(100), Some((same, u32::MAX)), Verdict::Believed);
        check(1, None, Some(3), None, held(Doubt::Shrunk { from: 3, to: 1 }, 1));
        check(1, None, Some(2), None, Verdict::Believed);
        check(u64::MAX, None, Some(u64::MAX), None, Verdict::Believed);
        check(0, None, Some(0), None, held(Doubt::Empty, 1));
    }
}
