//! Rules about all names of a form: wildcards within a name, and regular expressions.
//!
//! A name is asked for patterns once, in one pass over its text that looks for words which a pattern cannot do without;
//! only patterns whose word occurs are tried. A pattern without such a word is refused, and so is one that takes much
//! memory to be recognised: all states are made beforehand, so that trying one allocates nothing and reads each octet
//! of the name once.

use std::{io, sync::Arc};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex_automata::{
    Input, MatchKind,
    dfa::{Automaton, StartKind, dense, sparse},
    nfa::thompson,
};

use super::{
    claim::Claim,
    literal,
    mask::ProfileMask,
    reason::{self, Reason},
    rule::{Action, PatternRule},
    sealed::u32_at,
};
use crate::dns::{MAX_NAME, Name};

/// Patterns that a table holds, and that are taken from one list.
pub const MAX_PATTERNS: usize = 512;
/// The longest pattern, in octets.
const MAX_TEXT: usize = 1024;
/// The octets that a regular expression may take while it is made, and once it is made.
const LARGEST_MAKING: usize = 256 << 10;
const LARGEST_MADE: usize = 16 << 10;

/// A pattern that is ready to be tried.
pub(super) struct Pattern {
    shape: Shape,
    /// One of these occurs in every name that the pattern matches.
    words: Vec<Vec<u8>>,
}

enum Shape {
    /// Parts with anything between them, the first of them at the begin of a label, or else of the name.
    Glob { at_label: bool, parts: Vec<Box<[u8]>> },
    /// The states of a regular expression.
    Regex(Box<sparse::DFA<Vec<u8>>>),
}

impl Pattern {
    /// Makes a pattern ready, from `/expression/`, or from a name with `*` in it between `||` or `|` and `^`.
    ///
    /// # Errors
    /// Says why it is refused.
    pub(super) fn new(text: &str) -> Result<Self, Reason> {
        if text.len() > MAX_TEXT {
            return Err(reason::LONG_PATTERN);
        }
        // No name has one on the wire, so that it would be a rule that never does anything.
        if !text.is_ascii() {
            return Err(reason::FOREIGN_PATTERN);
        }
        match text.strip_prefix('/').and_then(|text| text.strip_suffix('/')) {
            Some(expression) => Self::from_expression(expression),
            None => Self::from_wildcards(text),
        }
    }

    fn from_wildcards(text: &str) -> Result<Self, Reason> {
        let body = text.strip_prefix('|').and_then(|body| body.strip_suffix('^')).ok_or(reason::BROKEN)?;
        let (at_label, body) = body.strip_prefix('|').map_or((false, body), |body| (true, body));
        let body = body.to_ascii_lowercase();
        let parts: Vec<Box<[u8]>> = body.split('*').map(|part| part.as_bytes().into()).collect();
        let word = parts.iter().max_by_key(|part| part.len()).filter(|part| part.len() >= literal::SHORTEST);
        let words = vec![word.ok_or(reason::NO_WORD)?.to_vec()];
        Ok(Self { shape: Shape::Glob { at_label, parts }, words })
    }

    fn from_expression(text: &str) -> Result<Self, Reason> {
        let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).case_insensitive(true).build();
        let expression = parser.parse(text).map_err(|_| reason::BAD_REGEX)?;
        let words = literal::required(&expression).ok_or(reason::NO_WORD)?;
        let compiler = thompson::Config::new().utf8(false).nfa_size_limit(Some(LARGEST_MAKING));
        let states = thompson::Compiler::new().configure(compiler).build_from_hir(&expression);
        let config = dense::Config::new()
            .start_kind(StartKind::Unanchored)
            .match_kind(MatchKind::LeftmostFirst)
            .accelerate(false)
            .dfa_size_limit(Some(LARGEST_MAKING))
            .determinize_size_limit(Some(LARGEST_MAKING));
        let dense = states.ok().and_then(|states| dense::Builder::new().configure(config).build_from_nfa(&states).ok());
        let made = dense.and_then(|dense| dense.to_sparse().ok()).filter(|made| made.memory_usage() <= LARGEST_MADE);
        Ok(Self { shape: Shape::Regex(Box::new(made.ok_or(reason::LARGE_REGEX)?)), words })
    }

    /// Whether the pattern matches a name, given as text in lower case without a final dot.
    pub(super) fn matches(&self, text: &[u8]) -> bool {
        match &self.shape {
            Shape::Glob { at_label, parts } => glob_matches(*at_label, parts, text),
            Shape::Regex(states) => {
                // It fails only on octets that no state was made for, of which there are none.
                states.try_search_fwd(&Input::new(text).earliest(true)).is_ok_and(|end| end.is_some())
            }
        }
    }
}

/// Each part is taken at the first place where it fits, which leaves the most room for the others; the last must end
/// the name.
fn glob_matches(at_label: bool, parts: &[Box<[u8]>], text: &[u8]) -> bool {
    let [first, middle @ .., last] = parts else { return false };
    let Some(mut at) = first_place(at_label, first, text) else { return false };
    for part in middle {
        let Some(found) = text.get(at..).and_then(|rest| memchr::memmem::find(rest, part)) else { return false };
        at += found + part.len();
    }
    text.get(at..).is_some_and(|rest| rest.ends_with(last))
}

/// Where the first part ends at its first place.
fn first_place(at_label: bool, part: &[u8], text: &[u8]) -> Option<usize> {
    let labels = memchr::memchr_iter(b'.', text).map(|dot| dot + 1).filter(|_| at_label);
    let begin = std::iter::once(0).chain(labels).find(|&begin| text[begin..].starts_with(part));
    begin.map(|begin| begin + part.len())
}

/// All patterns of a table.
#[derive(Default)]
pub(super) struct Patterns {
    entries: Vec<Entry>,
    finder: Option<Finder>,
}

struct Entry {
    claim: Claim,
    text: Arc<str>,
    pattern: Pattern,
}

/// Finds the words of all patterns in one pass.
struct Finder {
    words: AhoCorasick,
    /// The pattern that each word is from.
    patterns: Vec<u16>,
}

impl Patterns {
    /// Makes the patterns of a file ready.
    ///
    /// # Errors
    /// Says why, when one of them is refused: then no ponor like this one wrote the file.
    pub(super) fn read(octets: &[u8]) -> Result<Self, Reason> {
        let mut entries = Vec::new();
        for (claim, text) in records(octets) {
            if entries.len() == MAX_PATTERNS {
                return Err(reason::MANY_PATTERNS);
            }
            entries.push(Entry { claim: Claim::from_bits(claim), text: text.into(), pattern: Pattern::new(text)? });
        }
        if entries.is_empty() {
            return Ok(Self::default());
        }
        let (mut words, mut patterns) = (Vec::new(), Vec::new());
        for (number, entry) in (0..).zip(&entries) {
            for word in &entry.pattern.words {
                words.push(word.as_slice());
                patterns.push(number);
            }
        }
        let words = AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).build(words);
        Ok(Self { finder: Some(Finder { words: words.map_err(|_| reason::LARGE_REGEX)?, patterns }), entries })
    }

    /// The claims of all patterns.
    pub(super) fn claims(&self) -> impl Iterator<Item = Claim> {
        self.entries.iter().map(|entry| entry.claim)
    }

    /// The text of a pattern as it stands in its list, without what it does.
    pub(super) fn text(&self, number: u16) -> Option<&Arc<str>> {
        self.entries.get(usize::from(number)).map(|entry| &entry.text)
    }

    /// Calls `visit` with the claim and the number of each pattern of the lists in `mask` that matches `name`.
    #[inline]
    pub(super) fn visit(&self, name: &Name, mask: &ProfileMask, visit: impl FnMut(Claim, u16)) {
        if let Some(finder) = &self.finder {
            self.visit_some(finder, name, mask, visit);
        }
    }

    fn visit_some(&self, finder: &Finder, name: &Name, mask: &ProfileMask, mut visit: impl FnMut(Claim, u16)) {
        let mut octets = [0; MAX_NAME];
        let text = text_of(name, &mut octets);
        let mut tried = [0_u64; MAX_PATTERNS / 64];
        for found in finder.words.find_overlapping_iter(text) {
            let Some(&number) = finder.patterns.get(found.pattern().as_usize()) else { continue };
            let (Some(entry), Some(word)) =
                (self.entries.get(usize::from(number)), tried.get_mut(usize::from(number) / 64))
            else {
                continue;
            };
            let bit = 1 << (number % 64);
            if *word & bit == 0 {
                *word |= bit;
                if mask.admits(entry.claim) && entry.pattern.matches(text) {
                    visit(entry.claim, number);
                }
            }
        }
    }

    /// The octets of memory that the patterns take, roughly.
    pub(super) fn size(&self) -> usize {
        let entry = |entry: &Entry| {
            let shape = match &entry.pattern.shape {
                Shape::Glob { parts, .. } => parts.iter().map(|part| part.len() + size_of::<Box<[u8]>>()).sum(),
                Shape::Regex(states) => states.memory_usage(),
            };
            size_of::<Entry>() + entry.text.len() + shape
        };
        let finder = self.finder.as_ref().map_or(0, |finder| finder.words.memory_usage());
        self.entries.iter().map(entry).sum::<usize>() + finder
    }
}

/// The text of a name in lower case without its final dot.
fn text_of<'a>(name: &Name, octets: &'a mut [u8; MAX_NAME]) -> &'a [u8] {
    let wire = name.wire();
    octets[..wire.len()].copy_from_slice(wire);
    octets[..wire.len()].make_ascii_lowercase();
    let (mut at, mut end) = (0, 0);
    while let Some(&length @ 1..) = wire.get(at) {
        octets[at] = b'.';
        at += usize::from(length) + 1;
        end = at;
    }
    octets.get(1..end).unwrap_or_default()
}

/// Writes a pattern of a table or a run: what is said of it, the length of its text, its text.
pub(super) fn write_record(said: u32, text: &str, mut write: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    write(&said.to_le_bytes())?;
    write(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes())?;
    write(text.as_bytes())
}

/// The patterns that [`write_record`] wrote, up to the first octets that it cannot have written.
pub(super) fn records(octets: &[u8]) -> impl Iterator<Item = (u32, &str)> {
    let mut rest = octets;
    std::iter::from_fn(move || {
        let (head, behind) = rest.split_first_chunk::<8>()?;
        let text = behind.get(..u32_at(head, 4) as usize)?;
        rest = &behind[text.len()..];
        Some((u32_at(head, 0), std::str::from_utf8(text).ok()?))
    })
}

impl PatternRule {
    /// A rule about the names that `text` matches: `/expression/`, or a name with `*` in it between `||` or `|` and `^`.
    ///
    /// # Errors
    /// Says why such a pattern is refused.
    pub fn new(text: &str, action: Action, important: bool) -> Result<Self, &'static str> {
        Pattern::new(text)?;
        Ok(Self { text: text.into(), action, important })
    }

    /// What it does.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action
    }

    /// Whether it beats rules without `$important`.
    #[must_use]
    pub fn is_important(&self) -> bool {
        self.important
    }

    /// Its text without what it does.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the pattern matches every name of a top-level domain, as far as some that are well known show.
    pub(super) fn covers_top_level_domain(&self) -> bool {
        const PROBES: [&[u8]; 8] = [
            b"7q-zx.com",
            b"7q-zx.net",
            b"7q-zx.org",
            b"7q-zx.de",
            b"7q-zx.co.uk",
            b"7q-zx.io",
            b"7q-zx.cn",
            b"7q-zx.app",
        ];
        Pattern::new(&self.text).is_ok_and(|pattern| PROBES.iter().any(|probe| pattern.matches(probe)))
    }

    /// Whether the pattern matches `name`. Makes it ready first, which takes a while.
    pub(super) fn covers(&self, name: &Name) -> bool {
        let mut octets = [0; MAX_NAME];
        Pattern::new(&self.text).is_ok_and(|pattern| pattern.matches(text_of(name, &mut octets)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, name: &str) -> bool {
        let mut octets = [0; MAX_NAME];
        let name: Name = name.parse().unwrap();
        Pattern::new(pattern).unwrap_or_else(|why| panic!("{pattern}: {why}")).matches(text_of(&name, &mut octets))
    }

    #[test]
    fn wildcards() {
        let check =
            |pattern: &str, name: &str, expected| assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        check("||ads*.example.com^", "ads.example.com", true);
        check("||ads*.example.com^", "ADS7.example.com", true);
        check("||ads*.example.com^", "x.ads-1.y.example.com", true);
        check("||ads*.example.com^", "bads.example.com", false);
        check("||ads*.example.com^", "ads.example.com.org", false);
        check("||ads*.example.com^", "ads.example", false);
        check("|ad-*.example^", "ad-x.example", true);
        check("|ad-*.example^", "x.ad-x.example", false);
        check("|*-tracker.example^", "a-tracker.example", true);
        check("|*-tracker.example^", "-tracker.example", true);
        check("|*-tracker.example^", "a-tracker.example.org", false);
        check("||track*metric*.net^", "track.metric.net", true);
        check("||track*metric*.net^", "trackmetric.a.net", true);
        check("||track*metric*.net^", "metric.track.net", false);
        check("||aaa*aaa^", "aaaaa", false);
        check("||aaa*aaa^", "aaaaaa", true);
        check("||google.*^", "ads.google.co.uk", true);
        check("||google.*^", "google", false);
    }

    #[test]
    fn expressions() {
        let check =
            |pattern: &str, name: &str, expected| assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        check("/^ads[0-9]+\\./", "ads12.example", true);
        check("/^ADS[0-9]+\\./", "aDs12.example", true);
        check("/^ads[0-9]+\\./", "x.ads12.example", false);
        check("/(banner|track)er?\\d/", "x.tracker7.example", true);
        check("/(banner|track)er?\\d/", "tracker.example", false);
        check("/\\bmetrics\\b/", "a.metrics.example", true);
        check("/\\bmetrics\\b/", "a.xmetrics.example", false);
        check("/example\\.org$/", "an-example.org", true);
        check("/(a+)+(b+)+c*track/", &["a".repeat(60), "a".repeat(60), "a".repeat(60)].join("."), false);
    }

    #[test]
    fn refusals() {
        let check = |pattern: &str, reason: Reason| assert_eq!(Pattern::new(pattern).err(), Some(reason), "{pattern}");
        check("||a*.b*^", reason::NO_WORD);
        check("/^[a-z]{10}\\.[cn]om?$/", reason::NO_WORD);
        check("/(ads|x)/", reason::NO_WORD);
        check("/^ads[0-9]+\\.b\u{fc}cher\\./", reason::FOREIGN_PATTERN);
        check("/(ads/", reason::BAD_REGEX);
        check("/(?=ads)/", reason::BAD_REGEX);
        check("/(ads)\\1/", reason::BAD_REGEX);
        check("/ads[ab]*a[ab]{20}/", reason::LARGE_REGEX);
        check("/ads(a{1000}){1000}/", reason::LARGE_REGEX);
        check(&format!("/{}/", "ads".repeat(500)), reason::LONG_PATTERN);
    }

    #[test]
    fn records_round_trip_and_damage_ends_them() {
        let mut octets = Vec::new();
        for (said, text) in [(1, "/ads/"), (7, "||x*y^")] {
            write_record(said, text, |part| {
                octets.extend_from_slice(part);
                Ok(())
            })
            .unwrap();
        }
        assert_eq!(records(&octets).collect::<Vec<_>>(), [(1, "/ads/"), (7, "||x*y^")]);
        for length in 0..octets.len() {
            assert!(records(&octets[..length]).count() < 2, "{length}");
        }
        assert_eq!(records(&[0xFF; 100]).count(), 0);
    }
}
