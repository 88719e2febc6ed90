//! From text to a filter, with every fault that it has.

use std::{fmt, net::IpAddr, ops::Range};

use ipnet::IpNet;

use super::{
    DevicePattern, Filter, NetworkPattern, Pattern, Term, Test,
    token::{self, Token},
    word::{CLASSES, GROUPINGS, KEYS, Key, PURPOSES, REASONS, TRANSPORTS, VERDICTS, Words, choice, meaning, word},
};
use crate::{
    config::nearest,
    dns::Name,
    policy::Verdict,
    time::{LATEST, UnixTime, parse_duration, parse_instant},
};

/// The longest text that is read, in octets.
const LONGEST: usize = 2048;
/// The most terms of a filter.
const MOST: usize = 64;

/// What is wrong with the text of a filter, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where, in octets of the text.
    pub span: Range<usize>,
    /// Where it begins, in characters from 1.
    pub column: usize,
    /// What was expected.
    pub message: String,
    /// The word that was probably meant.
    pub suggestion: Option<&'static str>,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "column {}: {}", self.column, self.message)?;
        match self.suggestion {
            Some(suggestion) => write!(out, "; did you mean `{suggestion}`?"),
            None => Ok(()),
        }
    }
}

/// Reads a filter; `now` is what `since:2h` counts back from. Days and times are of UTC.
///
/// # Errors
/// All faults of the text, in order.
pub fn parse(text: &str, now: UnixTime) -> Result<Filter, Vec<Fault>> {
    Reader { text, now, for_sums: false, filter: Filter::default(), faults: Vec::new() }.read_all()
}

/// Reads a filter of sums, which hold no record types and no transports.
///
/// # Errors
/// All faults of the text, in order.
pub fn parse_for_sums(text: &str, now: UnixTime) -> Result<Filter, Vec<Fault>> {
    Reader { text, now, for_sums: true, filter: Filter::default(), faults: Vec::new() }.read_all()
}

struct Reader<'t> {
    text: &'t str,
    now: UnixTime,
    for_sums: bool,
    filter: Filter,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn read_all(mut self) -> Result<Filter, Vec<Fault>> {
        if self.text.len() > LONGEST {
            self.fault(0..0, format!("a filter has at most {LONGEST} octets"), None);
            return Err(self.faults);
        }
        let mut at = 0;
        while let Some((token, end)) = token::next(self.text, at) {
            at = end;
            match token {
                Ok(token) => self.read(&token),
                Err(uncut) => self.fault(uncut.span, uncut.reason.to_owned(), None),
            }
        }
        let too_many = self.filter.terms.len() > MOST;
        if too_many {
            self.fault(0..0, format!("a filter has at most {MOST} terms"), None);
        }
        if let (Some(since), Some(until)) = (self.filter.since, self.filter.until)
            && until <= since
        {
            self.fault(0..0, "`until` is not behind `since`: no query is both".to_owned(), None);
        }
        if self.faults.is_empty() { Ok(self.filter) } else { Err(self.faults) }
    }

    fn read(&mut self, token: &Token<'_>) {
        let Some(value) = &token.value else { return self.read_word(token) };
        let Some(key) = meaning(KEYS, token.word) else {
            let suggestion = nearest_word(token.word, KEYS);
            let expected = if suggestion.is_none() { format!("; expected {}", choice(KEYS)) } else { String::new() };
            let message = format!("unknown key `{}`{expected}", token.word);
            return self.fault(token.word_span.clone(), message, suggestion);
        };
        if value.is_empty() {
            let message = format!("`{}` has no value", word(KEYS, key));
            return self.fault(token.word_span.start..token.value_span.end, message, None);
        }
        match key {
            Key::Since | Key::Until | Key::Group if token.negated => {
                let message = format!("a minus cannot stand before `{}`", word(KEYS, key));
                self.fault(token.word_span.clone(), message, None);
            }
            Key::Type | Key::Transport if self.for_sums => {
                let message = format!("sums hold no `{0}`; leave it out, or ask for single queries", word(KEYS, key));
                self.fault(token.word_span.clone(), message, None);
            }
            Key::Registered | Key::Network if !self.for_sums => {
                let message = format!("single queries hold no `{}`; ask for figures", word(KEYS, key));
                self.fault(token.word_span.clone(), message, None);
            }
            Key::Since | Key::Until => self.read_time(token, value, key),
            Key::Group => self.read_group(token, value),
            _ => {
                if let Some(test) = self.test(token, value, key) {
                    self.filter.terms.push(Term { negated: token.negated, test });
                }
            }
        }
    }

    /// A word alone: how a query ended.
    fn read_word(&mut self, token: &Token<'_>) {
        if let Some(verdict) = meaning(VERDICTS, token.word) {
            return self.filter.terms.push(Term { negated: token.negated, test: Test::Verdict(verdict) });
        }
        let message = match meaning(KEYS, token.word) {
            Some(_) => format!("`{0}` has no value: write `{0}:` and what it should be", token.word),
            None => format!("`{0}` is no verdict; to look for a name, write `name:*{0}*`", token.word),
        };
        let suggestion = nearest_word(token.word, VERDICTS).or_else(|| nearest_word(token.word, KEYS));
        let suggestion = suggestion.filter(|known| !known.eq_ignore_ascii_case(token.word));
        self.fault(token.word_span.clone(), message, suggestion);
    }

    fn test(&mut self, token: &Token<'_>, value: &str, key: Key) -> Option<Test> {
        Some(match key {
            Key::Device => Test::Device(device(value)),
            Key::Vendor => Test::Vendor(Pattern::new(value)),
            Key::Service => Test::Service(Pattern::new(value)),
            Key::Purpose => Test::Purpose(self.one_of(token, value, PURPOSES)?),
            Key::Class => Test::Class(self.one_of(token, value, CLASSES)?),
            Key::Reason => Test::Reason(self.one_of(token, value, REASONS)?),
            Key::Name => Test::Name(name(value)),
            Key::Verdict => Test::Verdict(self.one_of::<Verdict>(token, value, VERDICTS)?),
            Key::List => Test::List(Pattern::new(value)),
            Key::Transport => Test::Transport(self.one_of(token, value, TRANSPORTS)?),
            Key::Country => Test::Country(self.country(token, value)?),
            Key::Registered => Test::Registered(self.country(token, value)?),
            Key::Network => Test::Network(self.network(token, value)?),
            Key::Type => match value.parse() {
                Ok(rtype) => Test::Type(rtype),
                Err(_) => return self.refuse(token, format!("`{value}` is no record type such as A, AAAA or HTTPS")),
            },
            Key::Since | Key::Until | Key::Group => return None,
        })
    }

    fn country(&mut self, token: &Token<'_>, value: &str) -> Option<[u8; 2]> {
        match <[u8; 2]>::try_from(value.to_ascii_uppercase().as_bytes()) {
            Ok(letters) if letters.iter().all(u8::is_ascii_uppercase) => Some(letters),
            _ => self.refuse(token, format!("`{value}` is no country; expected two letters such as CN (ISO 3166-1)")),
        }
    }

    /// A number with or without `AS` before it, or else what a network is called.
    fn network(&mut self, token: &Token<'_>, value: &str) -> Option<NetworkPattern> {
        let number = value.get(..2).filter(|start| start.eq_ignore_ascii_case("AS")).map_or(value, |_| &value[2..]);
        if number.is_empty() || !number.bytes().all(|octet| octet.is_ascii_digit()) {
            return Some(NetworkPattern::Called(Pattern::new(value)));
        }
        match number.parse() {
            Ok(number) => Some(NetworkPattern::Number(number)),
            Err(_) => self.refuse(token, format!("`{value}` is no number of a network such as AS45102")),
        }
    }

    fn one_of<T: Copy>(&mut self, token: &Token<'_>, value: &str, words: Words<T>) -> Option<T> {
        let found = meaning(words, value);
        if found.is_none() {
            let message = format!("`{value}` is no {}; expected {}", token.word.to_lowercase(), choice(words));
            self.fault(token.value_span.clone(), message, nearest_word(value, words));
        }
        found
    }

    fn read_time(&mut self, token: &Token<'_>, value: &str, key: Key) {
        let Some(time) = self.instant(value, key) else {
            let message = format!(
                "`{value}` is no time; expected how long ago, such as `2h`, a day such as `2026-11-20`, or a time of UTC \
                 such as `2026-11-20T18:30:00Z`"
            );
            return self.fault(token.value_span.clone(), message, None);
        };
        let place = if key == Key::Since { &mut self.filter.since } else { &mut self.filter.until };
        if place.replace(time).is_some() {
            self.fault(token.word_span.clone(), format!("`{}` stands there twice", word(KEYS, key)), None);
        }
    }

    /// A day stands for its start behind `since`, and for its end behind `until`.
    fn instant(&self, value: &str, key: Key) -> Option<UnixTime> {
        const DAY: u64 = 86_400_000;
        if let Ok(duration) = parse_duration(value) {
            let back = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
            return Some(UnixTime(self.now.0.min(LATEST.0).saturating_sub(back)));
        }
        let is_day = value.len() == "2026-11-20".len();
        let time = parse_instant(value)?;
        Some(if is_day && key == Key::Until { UnixTime((time.0 + DAY).min(LATEST.0)) } else { time })
    }

    fn read_group(&mut self, token: &Token<'_>, value: &str) {
        let Some(grouping) = self.one_of(token, value, GROUPINGS) else { return };
        if self.for_sums && grouping == super::Grouping::Type {
            return self.fault(token.value_span.clone(), "sums hold no `type`".to_owned(), None);
        }
        if self.filter.group.replace(grouping).is_some() {
            self.fault(token.word_span.clone(), "`group` stands there twice".to_owned(), None);
        }
    }

    fn refuse<T>(&mut self, token: &Token<'_>, message: String) -> Option<T> {
        self.fault(token.value_span.clone(), message, None);
        None
    }

    fn fault(&mut self, span: Range<usize>, message: String, suggestion: Option<&'static str>) {
        let column = self.text.get(..span.start).map_or(0, |before| before.chars().count()) + 1;
        self.faults.push(Fault { span, column, message, suggestion });
    }
}

fn nearest_word<T>(text: &str, words: Words<T>) -> Option<&'static str> {
    nearest(text, words.iter().map(|(word, _)| *word))
}

/// An address, a network, or what a device is called.
fn device(value: &str) -> DevicePattern {
    let network = value.parse::<IpAddr>().map(IpNet::from).or_else(|_| value.parse::<IpNet>().map(|net| net.trunc()));
    network.map_or_else(|_| DevicePattern::Called(Pattern::new(value)), DevicePattern::Network)
}

/// A name as rows have it: without the final dot, and as IDNA writes letters beyond ASCII.
fn name(value: &str) -> Pattern {
    let unrooted = Some(value.trim_end_matches('.')).filter(|rest| !rest.is_empty() && !rest.ends_with('\\'));
    let plain = unrooted.unwrap_or(value);
    let (star, rest) = plain.strip_prefix("*.").map_or(("", plain), |rest| ("*.", rest));
    if rest.is_ascii() {
        return Pattern::new(plain);
    }
    rest.parse::<Name>().map_or_else(|_| Pattern::new(plain), |name| Pattern::new(&format!("{star}{name}")))
}
