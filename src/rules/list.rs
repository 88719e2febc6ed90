//! A whole list: its lines one by one, bounded, with what was good and what was wrong.

use std::{
    collections::BTreeMap,
    io::{self, BufRead},
};

use serde::Serialize;

use crate::dns::Name;

use super::{
    foreign::Foreign,
    line::{LineKind, LineOptions, RuleSink, parse_line},
    pattern::MAX_PATTERNS,
    reason::{self, Reason},
    rule::{OwnRule, PatternRule, Reject, Rule},
};

/// The longest line that is read, in octets; a longer one is a reject. Real lists stay below 8 KiB.
pub const MAX_LINE: usize = 65_536;
/// Rejects that are kept with their text, beside the first for each reason; all are counted.
const MAX_REJECTS: usize = 100;
/// Patterns of a list that are looked at, good and bad; each takes as long as thousands of other lines.
const MAX_LOOKED_AT: usize = 4096;
/// Lines that are found for a name; a list may repeat itself a million times.
const MAX_MATCHES: usize = 100;
/// Octets of a line that are shown to people.
const MAX_SHOWN: usize = 200;

/// What a list was made of. Every line is counted once: `lines == rule_lines + comments + rejected`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ListSummary {
    /// Lines in all.
    pub lines: u64,
    /// Rules; a line may give several.
    pub rules: u64,
    /// Lines that gave rules and nothing but rules.
    pub rule_lines: u64,
    /// Empty lines, comments and headers.
    pub comments: u64,
    /// Lines that gave no rule, or not all of theirs, although they are no comments.
    pub rejected: u64,
    /// The first rejected lines, and the first for each reason.
    pub rejects: Vec<Reject>,
    /// How many lines were rejected for each reason.
    pub reasons: BTreeMap<&'static str, u64>,
    /// What it is, by how it begins, when it is no list.
    pub foreign: Option<Foreign>,
}

/// A line of a list that covers a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineMatch {
    /// Its number, from 1.
    pub line: u64,
    /// Its text, cut to a readable length.
    pub text: String,
    /// Its rule that covers the name.
    pub rule: OwnRule,
}

/// Reads a list and hands each rule to `sink`. A list never fails to parse: see [`ListSummary`].
///
/// # Errors
/// When reading fails.
pub fn parse_list(reader: impl BufRead, options: &LineOptions, sink: &mut impl RuleSink) -> io::Result<ListSummary> {
    let mut summary = ListSummary::default();
    let mut counting = Counting { sink, rules: 0, patterns: 0, looked_at: 0 };
    for_each_line(reader, |number, line| {
        if summary.comments + 1 == number && !line.trim_ascii().is_empty() {
            summary.foreign = summary.foreign.or_else(|| Foreign::recognise(line));
        }
        let outcome = parse_bounded(line, *options, &mut counting);
        summary.count(number, line, outcome);
    })?;
    summary.rules = counting.rules;
    Ok(summary)
}

/// Counts rules on their way, and ends the looking at patterns when a list has too many.
struct Counting<'a, S> {
    sink: &'a mut S,
    rules: u64,
    patterns: usize,
    looked_at: usize,
}

impl<S: RuleSink> RuleSink for Counting<'_, S> {
    #[inline]
    fn rule(&mut self, rule: &Rule) {
        self.rules += 1;
        self.sink.rule(rule);
    }

    fn pattern(&mut self, rule: &PatternRule) {
        self.rules += 1;
        self.patterns += 1;
        self.sink.pattern(rule);
    }

    fn wants_pattern(&mut self) -> bool {
        self.looked_at += 1;
        self.patterns < MAX_PATTERNS && self.looked_at <= MAX_LOOKED_AT && self.sink.wants_pattern()
    }
}

/// Finds the lines of a list that cover `name`, the first hundred of them.
///
/// # Errors
/// When reading fails.
pub fn find_lines(reader: impl BufRead, options: &LineOptions, name: &Name) -> io::Result<Vec<LineMatch>> {
    let mut found = Vec::new();
    let tail = tail(name, *options);
    let mut covering = Covering { name, found: None, looked_at: 0 };
    for_each_line(reader, |number, line| {
        if found.len() == MAX_MATCHES {
            return;
        }
        // Nearly all lines end here, ten times as fast as being parsed. What IDNA makes of the others, nobody can see.
        if line.is_ascii() && !may_be_pattern(line) && !contains(line, &tail) {
            return;
        }
        covering.found = None;
        // Rejected lines were reported when the list was read; here only the rules matter.
        let _ = parse_bounded(line, *options, &mut covering);
        found.extend(covering.found.take().map(|rule| LineMatch { line: number, text: shown(line), rule }));
    })?;
    Ok(found)
}

/// Keeps the first rule that covers a name.
struct Covering<'a> {
    name: &'a Name,
    found: Option<OwnRule>,
    /// Patterns that were looked at, as many as when the list was read.
    looked_at: usize,
}

impl RuleSink for Covering<'_> {
    fn rule(&mut self, rule: &Rule) {
        if self.found.is_none() && rule.covers(self.name) {
            self.found = Some(OwnRule::Name(*rule));
        }
    }

    fn pattern(&mut self, rule: &PatternRule) {
        if self.found.is_none() && rule.covers(self.name) {
            self.found = Some(OwnRule::Pattern(rule.clone()));
        }
    }

    fn wants_pattern(&mut self) -> bool {
        self.looked_at += 1;
        self.looked_at <= MAX_LOOKED_AT
    }
}

/// Whether the line may hold a pattern, whose text need not be in the names that it matches.
fn may_be_pattern(line: &[u8]) -> bool {
    let start = line.trim_ascii_start();
    start.starts_with(b"/") || start.starts_with(b"@@/") || memchr::memchr(b'*', line).is_some()
}

fn contains(line: &[u8], tail: &[u8]) -> bool {
    line.windows(tail.len().max(1)).any(|part| part.eq_ignore_ascii_case(tail))
}

/// What the text of every rule that covers `name` ends with: its last two labels, or one where that makes a rule.
fn tail(name: &Name, options: LineOptions) -> Vec<u8> {
    let labels: Vec<&[u8]> = name.labels().collect();
    let count = if options.tlds { 1 } else { 2 };
    labels[labels.len().saturating_sub(count)..].join(&b'.')
}

impl ListSummary {
    fn count(&mut self, number: u64, line: &[u8], outcome: Result<LineKind, Reason>) {
        self.lines = number;
        match outcome {
            Ok(LineKind::Rules) => self.rule_lines += 1,
            Ok(LineKind::Comment) => self.comments += 1,
            Err(reason) => {
                self.rejected += 1;
                let of_this_reason = self.reasons.entry(reason).or_default();
                *of_this_reason += 1;
                if self.rejects.len() < MAX_REJECTS || *of_this_reason == 1 {
                    self.rejects.push(Reject { line: number, text: shown(line), reason: reason.into() });
                }
            }
        }
    }
}

fn parse_bounded(line: &[u8], options: LineOptions, sink: &mut impl RuleSink) -> Result<LineKind, Reason> {
    if line.len() > MAX_LINE {
        return Err(reason::LONG_LINE);
    }
    parse_line(line, &options, sink)
}

/// Calls `on_line` with each line and its number from 1; a line feed, a carriage return or both end one. Of a line that is
/// too long only the first [`MAX_LINE`] octets and one more are kept.
fn for_each_line(mut reader: impl BufRead, mut on_line: impl FnMut(u64, &[u8])) -> io::Result<()> {
    let (mut number, mut begun, mut returned) = (0, Vec::new(), false);
    loop {
        let buffer = match reader.fill_buf() {
            Ok(buffer) => buffer,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let Some(first) = buffer.first() else { break };
        if std::mem::take(&mut returned) && *first == b'\n' {
            reader.consume(1);
            continue;
        }
        let end = memchr::memchr2(b'\n', b'\r', buffer);
        let part = &buffer[..end.unwrap_or(buffer.len())];
        let consumed = part.len() + usize::from(end.is_some());
        returned = end.is_some_and(|end| buffer[end] == b'\r');
        if end.is_some() && begun.is_empty() {
            number += 1;
            on_line(number, part);
        } else {
            begun.extend_from_slice(&part[..part.len().min(MAX_LINE + 1 - begun.len())]);
            if end.is_some() {
                number += 1;
                on_line(number, &begun);
                begun.clear();
            }
        }
        reader.consume(consumed);
    }
    if !begun.is_empty() {
        on_line(number + 1, &begun);
    }
    Ok(())
}

/// The line as people are shown it.
fn shown(line: &[u8]) -> String {
    let cut = &line[..line.len().min(MAX_SHOWN)];
    String::from_utf8_lossy(cut).trim().replace(char::is_control, "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Read};

    use super::*;
    use crate::rules::Reach;

    fn parse(text: &[u8]) -> ListSummary {
        parse_list(text, &LineOptions::default(), &mut |_: &Rule| {}).unwrap()
    }

    #[test]
    fn every_line_is_counted_once() {
        let check = |text: &str, [lines, rules, rule_lines, comments, rejected]: [u64; 5]| {
            let summary = parse(text.as_bytes());
            let counts = [summary.lines, summary.rules, summary.rule_lines, summary.comments, summary.rejected];
            assert_eq!(counts, [lines, rules, rule_lines, comments, rejected], "{text:?}");
            assert_eq!(summary.reasons.values().sum::<u64>(), rejected, "{text:?}");
        };
        check("", [0, 0, 0, 0, 0]);
        check("\n", [1, 0, 0, 1, 0]);
        check("a.example", [1, 1, 1, 0, 0]);
        check("a.example\r\nb.example\r\n", [2, 2, 2, 0, 0]);
        check("# x\ra.example\r\rb.example\r", [4, 2, 2, 2, 0]);
        check("a.example\n\rb.example", [3, 2, 2, 1, 0]);
        check("# x\n0.0.0.0 a.example b.example\nnonsense\n", [3, 2, 1, 1, 1]);
        check("0.0.0.0 a.example nonsense\n", [1, 1, 0, 0, 1]);
    }

    #[test]
    fn rejects_have_line_text_and_reason() {
        let summary = parse(b"a.example\n\x00192.0.2.1\nhttps://b.example/\n");
        let reject = |line, text: &str, reason: Reason| Reject { line, text: text.into(), reason: reason.into() };
        assert_eq!(
            summary.rejects,
            [reject(2, "\u{fffd}192.0.2.1", reason::BAD_CHARACTER), reject(3, "https://b.example/", reason::URL)]
        );
        let summary = parse(&[&b"nonsense\n".repeat(1000)[..], b"a..b\na..c\n"].concat());
        assert_eq!(summary.rejects.len(), MAX_REJECTS + 1);
        assert_eq!(summary.rejects.last(), Some(&reject(1001, "a..b", reason::EMPTY_LABEL)));
    }

    #[test]
    fn lines_do_not_depend_on_the_reader() {
        let text = b"a.example\nb.example\n\nnonsense\r\nc.example\rd.example\r\n\r\ne.example";
        for capacity in 1..text.len() {
            assert_eq!(
                parse_list(BufReader::with_capacity(capacity, &text[..]), &LineOptions::default(), &mut |_: &Rule| {})
                    .unwrap(),
                parse(text)
            );
        }
    }

    #[test]
    fn long_lines_are_bounded() {
        let check = |length: u64, rejected: u64| {
            let line = std::io::repeat(b' ').take(length).chain(&b"\na.example\n"[..]);
            let summary = parse_list(BufReader::new(line), &LineOptions::default(), &mut |_: &Rule| {}).unwrap();
            assert_eq!((summary.lines, summary.rules, summary.rejected), (2, 1, rejected), "{length}");
        };
        check(MAX_LINE as u64, 0);
        check(MAX_LINE as u64 + 1, 1);
        check(10_000_000, 1);
    }

    #[test]
    fn what_is_no_list_is_told_by_its_first_line_that_says_something() {
        let check = |text: &[u8], expected| assert_eq!(parse(text).foreign, expected, "{}", text.escape_ascii());
        check(b"<!DOCTYPE html>\n<title>404</title>", Some(Foreign::WebPage));
        check(b"\xEF\xBB\xBF\n \n<HTML lang=en>", Some(Foreign::WebPage));
        check(b"\x1F\x8B\x08\0\n", Some(Foreign::Compressed));
        check(b"a.example\n<html>\n", None);
        check(b"# a list\na.example\n", None);
        check(b"", None);
    }

    #[test]
    fn lines_that_cover_a_name() {
        let text =
            b"# list\nads.example\n*.ads.example\n||example.org^\n@@||ads.example^\n0.0.0.0 x.example ADS.example\n\
            /^ads\\d/\n@@||trac*.example.net^\n";
        let check = |name: &str, expected: &[(u64, &str, Reach)]| {
            let found = find_lines(&text[..], &LineOptions::default(), &name.parse().unwrap()).unwrap();
            let reach = |rule: &OwnRule| match rule {
                OwnRule::Name(rule) => rule.reach,
                OwnRule::Pattern(_) => Reach::Pattern,
            };
            let found: Vec<_> = found.iter().map(|at| (at.line, &at.text[..], reach(&at.rule))).collect();
            assert_eq!(found, expected, "{name}");
        };
        let wildcard = (3, "*.ads.example", Reach::Subtree);
        let allow = (5, "@@||ads.example^", Reach::Subtree);
        let hosts = (6, "0.0.0.0 x.example ADS.example", Reach::Exact);
        check("Ads.example", &[(2, "ads.example", Reach::Exact), wildcard, allow, hosts]);
        check("a.ads.example", &[wildcard, allow]);
        check("www.example.org", &[(4, "||example.org^", Reach::Subtree)]);
        check("ads7.example", &[(7, "/^ads\\d/", Reach::Pattern)]);
        check("a.tracker.example.net", &[(8, "@@||trac*.example.net^", Reach::Pattern)]);
        check("example", &[]);
        check(".", &[]);
    }

    #[test]
    fn lines_of_other_writing_cover_a_name_too() {
        let check = |text: &str, tlds, name: &str, expected: usize| {
            let options = LineOptions { tlds, ..LineOptions::default() };
            let found = find_lines(text.as_bytes(), &options, &name.parse().unwrap()).unwrap();
            assert_eq!(found.len(), expected, "{text}");
        };
        check("bücher.example", false, "xn--bcher-kva.example", 1);
        check("ａｄｓ。example", false, "ads.example", 1);
        check("||zip^", true, "a.b.zip", 1);
        check("||zip^", false, "a.b.zip", 0);
        check("zip", true, "zip", 1);
    }

    #[test]
    fn a_list_that_repeats_itself_is_shown_in_part() {
        let text = b"x.example\n".repeat(1000);
        let found = find_lines(&text[..], &LineOptions::default(), &"x.example".parse().unwrap()).unwrap();
        assert_eq!(found.len(), MAX_MATCHES);
    }
}
