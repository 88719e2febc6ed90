//! One line of a list: which dialect it is in, and its rules.

use serde::{Deserialize, Serialize};

use crate::dns::Name;

use super::{
    adguard, dnsmasq, hosts,
    name::{is_address, read_name, read_ordinary_name},
    reason::{self, Reason},
    rpz,
    rule::{Action, ListFormat, ListKind, OwnRule, PatternRule, Reach, Rule},
    unbound,
};

/// How the lines of a list are to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineOptions {
    /// What its plain names mean. In an allow list every rule allows.
    pub kind: ListKind,
    /// Its dialect, or [`ListFormat::Auto`] to tell for each line.
    pub format: ListFormat,
    /// Whether a bare name, and a name of a hosts line, covers everything below it too.
    pub subdomains: bool,
    /// Whether names of a single label are meant: `com` in any other list would stop half the world.
    pub tlds: bool,
}

/// What a line was that is no reject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// It gave a rule or several.
    Rules,
    /// It is empty, a comment, a header, or says nothing about names that could be stopped.
    Comment,
}

/// Takes the rules of lines. A closure takes those with names; patterns pass it by.
pub trait RuleSink {
    /// Takes a rule with a name.
    fn rule(&mut self, rule: &Rule);

    /// Takes a pattern.
    fn pattern(&mut self, _rule: &PatternRule) {}

    /// Whether one more pattern is to be looked at; asked before each, for that costs more than other lines.
    fn wants_pattern(&mut self) -> bool {
        true
    }
}

impl<F: FnMut(&Rule)> RuleSink for F {
    fn rule(&mut self, rule: &Rule) {
        self(rule);
    }
}

/// Reads one line, without its line feed, and hands each of its rules to `sink`.
///
/// Any bytes are survived. Memory does not depend on the line; whoever reads lines bounds their length.
///
/// # Errors
/// Says why the line, or the last bad one of its several names, gave no rule; its good names have been handed out.
pub fn parse_line(line: &[u8], options: &LineOptions, sink: &mut impl RuleSink) -> Result<LineKind, &'static str> {
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line).trim_ascii();
    if is_comment(line, options.format) {
        return Ok(LineKind::Comment);
    }
    match read_common(line, *options, sink) {
        Some(()) => Ok(LineKind::Rules),
        None => parse_thoroughly(line, *options, sink),
    }
}

fn parse_thoroughly(line: &[u8], options: LineOptions, sink: &mut impl RuleSink) -> Result<LineKind, Reason> {
    match options.format {
        ListFormat::Auto => parse_in_its_dialect(line, options, sink),
        ListFormat::Hosts => hosts::read_hosts(line, options, sink),
        ListFormat::Domains => hosts::read_plain(line, options, sink),
        ListFormat::Adguard => adguard::read(line, options, sink),
        ListFormat::Dnsmasq => dnsmasq::read(line, options, sink),
        ListFormat::Unbound => unbound::read(line, options, sink),
        ListFormat::Rpz => rpz::read(line, options, sink),
    }
}

/// Reads one rule as the operator types it: `||x^` the name and everything below, `@@||x^` let it through, `|x^` or a
/// bare name that name alone, each with `$important` if it is to beat the others. Top-level domains are allowed here.
///
/// # Errors
/// Says why the text is not such a rule.
pub fn parse_rule(text: &str) -> Result<Rule, &'static str> {
    match parse_own_rule(text)? {
        OwnRule::Name(rule) => Ok(rule),
        OwnRule::Pattern(_) => Err(reason::WILDCARD),
    }
}

/// Reads one rule as [`parse_rule`] does, or a pattern.
///
/// # Errors
/// Says why the text is not a rule.
pub fn parse_own_rule(text: &str) -> Result<OwnRule, &'static str> {
    let options = LineOptions { format: ListFormat::Adguard, tlds: true, ..LineOptions::default() };
    let mut found = Last(Err(reason::COMMENT));
    parse_line(text.as_bytes(), &options, &mut found)?;
    found.0
}

/// Keeps the last rule.
struct Last(Result<OwnRule, Reason>);

impl RuleSink for Last {
    fn rule(&mut self, rule: &Rule) {
        self.0 = Ok(OwnRule::Name(*rule));
    }

    fn pattern(&mut self, rule: &PatternRule) {
        self.0 = Ok(OwnRule::Pattern(rule.clone()));
    }
}

/// Reads the lines that lists are mostly made of, in one pass: `0.0.0.0 name`, `name`, `||name^`, and hands out the rule.
/// Everything else, and whatever about them needs a second look, is left to the dialects.
#[inline]
fn read_common(line: &[u8], options: LineOptions, sink: &mut impl RuleSink) -> Option<()> {
    let is = |format: ListFormat| options.format == ListFormat::Auto || options.format == format;
    let bare = if options.subdomains { Reach::Subtree } else { Reach::Exact };
    let hosts = line.strip_prefix(b"0.0.0.0 ").or_else(|| line.strip_prefix(b"127.0.0.1 "));
    let subtree = line.strip_prefix(b"||").and_then(|line| line.strip_suffix(b"^"));
    let (name, reach) = match (hosts, subtree) {
        (Some(name), _) if is(ListFormat::Hosts) => (name, bare),
        (_, Some(name)) if is(ListFormat::Adguard) => (name, Reach::Subtree),
        (None, None) if is(ListFormat::Domains) => (line, bare),
        _ => return None,
    };
    let name = read_ordinary_name(name)?;
    let is_system_name = hosts.is_some() && name.wire() == b"\x09localhost\x0blocaldomain\0";
    if is_single_label(&name) || is_system_name {
        return None;
    }
    let action = if options.kind == ListKind::Allow { Action::Allow } else { Action::Block };
    sink.rule(&Rule { name, reach, action, important: false });
    Some(())
}

/// Whether a line without the space around it is empty, a comment or a header.
fn is_comment(line: &[u8], format: ListFormat) -> bool {
    match line {
        [] | [b'#' | b'!' | b';', ..] => true,
        [b'[', .., b']'] => matches!(format, ListFormat::Auto | ListFormat::Adguard),
        _ => false,
    }
}

fn parse_in_its_dialect(line: &[u8], options: LineOptions, sink: &mut impl RuleSink) -> Result<LineKind, Reason> {
    let first = first_word(line);
    if first.len() < line.len() && is_address(first) {
        match words(line).nth(1) {
            Some(kind) if rpz::is_type(kind) => rpz::read(line, options, sink),
            _ => hosts::read_hosts(line, options, sink),
        }
    } else if line.starts_with(b"<") {
        Err(reason::MARKUP)
    } else if dnsmasq::is_option(line) {
        dnsmasq::read(line, options, sink)
    } else if unbound::is_option(line) {
        unbound::read(line, options, sink)
    } else if first.len() == line.len() && !has_sign(line) {
        hosts::read_plain(line, options, sink)
    } else if rpz::is_record(line) {
        rpz::read(line, options, sink)
    } else if has_sign(line) {
        adguard::read(line, options, sink)
    } else {
        hosts::read_plain(line, options, sink)
    }
}

/// Whether the line has a sign that only AdGuard's rules have.
fn has_sign(line: &[u8]) -> bool {
    line.starts_with(b"@@")
        || line.starts_with(b"/")
        || line.iter().any(|octet| matches!(octet, b'|' | b'^' | b'$'))
        || adguard::is_cosmetic(line)
}

/// Makes a rule of a name as a list writes it, and of what the dialect says about it.
pub(super) fn make_rule(name: &[u8], reach: Reach, action: Action, options: LineOptions) -> Result<Rule, Reason> {
    let name = read_name(name)?;
    if !options.tlds && is_single_label(&name) {
        return Err(reason::SINGLE_LABEL);
    }
    let action = match options.kind {
        ListKind::Block => action,
        ListKind::Allow => Action::Allow,
    };
    Ok(Rule { name, reach, action, important: false })
}

fn is_single_label(name: &Name) -> bool {
    name.suffixes().nth(1).is_some_and(|parent| parent == [0])
}

/// The words of a line: what stands between spaces and tabs.
pub(super) fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty())
}

/// The first word of a line; empty when it has none.
pub(super) fn first_word(line: &[u8]) -> &[u8] {
    words(line).next().unwrap_or_default()
}

/// The line without a comment that begins with `#` behind a space.
pub(super) fn without_comment(line: &[u8]) -> &[u8] {
    let end = line.windows(2).position(|two| two[0].is_ascii_whitespace() && two[1] == b'#');
    line[..end.unwrap_or(line.len())].trim_ascii_end()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The rules of a line as text: `x` the name alone, `x+` with everything below, `*.x` only that; `@` allows,
    /// `!` is important.
    fn rules_of(line: &[u8], options: LineOptions) -> (String, Result<LineKind, Reason>) {
        let mut rules = Shown::default();
        let outcome = parse_line(line, &options, &mut rules);
        (rules.0.join(" "), outcome)
    }

    /// Patterns as `~` and their text.
    #[derive(Default)]
    struct Shown(Vec<String>);

    impl RuleSink for Shown {
        fn rule(&mut self, rule: &Rule) {
            self.0.push(shown(rule));
        }

        fn pattern(&mut self, rule: &PatternRule) {
            let allow = if rule.action == Action::Allow { "@" } else { "" };
            let important = if rule.important { "!" } else { "" };
            self.0.push(format!("{allow}~{}{important}", rule.text));
        }
    }

    fn shown(rule: &Rule) -> String {
        let allow = if rule.action == Action::Allow { "@" } else { "" };
        let important = if rule.important { "!" } else { "" };
        match rule.reach {
            Reach::Exact => format!("{allow}{}{important}", rule.name),
            Reach::Subtree => format!("{allow}{}+{important}", rule.name),
            Reach::Below => format!("{allow}*.{}{important}", rule.name),
            Reach::Pattern => unreachable!("no rule with a name"),
        }
    }

    /// Checks a line that is told by itself and that its own format reads in the same way.
    fn check_in(format: ListFormat, line: &str, rules: &str, outcome: Result<LineKind, Reason>) {
        for format in [ListFormat::Auto, format] {
            let options = LineOptions { format, ..LineOptions::default() };
            assert_eq!(rules_of(line.as_bytes(), options), (rules.into(), outcome), "{line} as {format:?}");
        }
    }

    const RULES: Result<LineKind, Reason> = Ok(LineKind::Rules);
    const NOTHING: Result<LineKind, Reason> = Ok(LineKind::Comment);

    #[test]
    fn comments_of_every_kind() {
        let check = |line| check_in(ListFormat::Adguard, line, "", NOTHING);
        check("");
        check(" \t\r");
        check("# comment");
        check("! comment");
        check("; comment");
        check("\u{feff}! comment");
        check("[Adblock Plus 3.13]");
        check("#### ads.example ####");
    }

    #[test]
    fn hosts_lines() {
        let check = |line, rules, outcome| check_in(ListFormat::Hosts, line, rules, outcome);
        check("0.0.0.0 ads.example", "ads.example", RULES);
        check("\u{feff}0.0.0.0\tADS.Example.\r", "ads.example", RULES);
        check("127.0.0.1 a.example b.example # both", "a.example b.example", RULES);
        check("0.0.0.0 a.example#comment", "a.example", RULES);
        check(":: a.example", "a.example", RULES);
        check("203.0.113.7 bank.example", "bank.example", RULES);
        check("127.0.0.1 localhost", "", NOTHING);
        check("::1 ip6-localhost ip6-loopback", "", NOTHING);
        check("fe80::1%lo0 localhost", "", NOTHING);
        check("255.255.255.255 broadcasthost", "", NOTHING);
        check("0.0.0.0 0.0.0.0", "", NOTHING);
        check("127.0.0.1 localhost a.example", "a.example", RULES);
        check("0.0.0.0 a.example 192.0.2.1 b.example", "a.example b.example", Err(reason::ADDRESS));
        check("0.0.0.0 com", "", Err(reason::SINGLE_LABEL));
        check("0.0.0.0 a.example/x", "", Err(reason::PATH));
        check("0.0.0.0 # nothing", "", Err(reason::NO_NAME));
    }

    #[test]
    fn plain_names() {
        let check = |line, rules, outcome| check_in(ListFormat::Domains, line, rules, outcome);
        check("ads.example", "ads.example", RULES);
        check("ads.example  # comment", "ads.example", RULES);
        check("*.ads.example", "ads.example+", RULES);
        check("_sip.ads_2.example.", "_sip.ads_2.example", RULES);
        check("bücher.example", "xn--bcher-kva.example", RULES);
        check("com", "", Err(reason::SINGLE_LABEL));
        check("*.com", "", Err(reason::SINGLE_LABEL));
        check("192.0.2.1", "", Err(reason::ADDRESS));
        check("2001:db8::1", "", Err(reason::ADDRESS));
        check("192.0.2.0/24", "", Err(reason::NETWORK));
        check("192.0.2.1:80", "", Err(reason::PORT));
        check("ads.example:8080", "", Err(reason::PORT));
        check("ads.example/path", "", Err(reason::PATH));
        check("https://ads.example/", "", Err(reason::URL));
        check("ad*.example.org", "~|ad*.example.org^", RULES);
        check("*-tracker.example", "~|*-tracker.example^", RULES);
        check("*.ads*.example", "~|*.ads*.example^", RULES);
        check("ad*.org/x", "", Err(reason::PATH));
        check("please visit us", "", Err(reason::SEVERAL_WORDS));
        check("<html lang=en>", "", Err(reason::MARKUP));
        check("<<<<<<< HEAD", "", Err(reason::MARKUP));
        check("a\0b.example", "", Err(reason::BAD_CHARACTER));
    }

    #[test]
    fn adguard_rules() {
        let check = |line, rules, outcome| check_in(ListFormat::Adguard, line, rules, outcome);
        check("||ads.example^", "ads.example+", RULES);
        check("||ADS.example.^", "ads.example+", RULES);
        check("||ads.example^|", "ads.example+", RULES);
        check("@@||ads.example^", "@ads.example+", RULES);
        check("@@||ads.example^|", "@ads.example+", RULES);
        check("|ads.example^", "ads.example", RULES);
        check("|ads.example|", "ads.example", RULES);
        check("@@|ads.example^", "@ads.example", RULES);
        check("||*.ads.example^", "*.ads.example", RULES);
        check("*.ads.example^", "*.ads.example", RULES);
        check(".ads.example^", "*.ads.example", RULES);
        check("*.ads.example", "ads.example+", RULES);
        check("@@ads.example", "@ads.example", RULES);
        check("||ads.example^$important", "ads.example+!", RULES);
        check("@@||ads.example^$important", "@ads.example+!", RULES);
        check("||ads.example^ # why", "ads.example+", RULES);
        check("||ads.example^$important,client=tv", "", Err("the modifier `$client` is not supported"));
        check("||ads.example^$dnstype=~CNAME", "", Err("the modifier `$dnstype` is not supported"));
        check("||ads.example^$third-party", "", Err(reason::PAGE_MODIFIER));
        check("||ads.example^$~image", "", Err(reason::PAGE_MODIFIER));
        check("||ads.example^$frobnicate", "", Err(reason::UNKNOWN_MODIFIER));
        check("||ads.example^$", "", Err(reason::UNKNOWN_MODIFIER));
        check("(^|\\.)ads\\.example$", "", Err(reason::BARE_REGEX));
        check("^ad[sx]?[0-9]*[_.-]", "", Err(reason::BARE_REGEX));
        check("@@^ok\\.example$", "", Err(reason::BARE_REGEX));
        check("||ads.example/a(b)^", "", Err(reason::PATH));
        check("||ads.example^$client='Frank\\'s'", "", Err("the modifier `$client` is not supported"));
        check("||com^", "", Err(reason::SINGLE_LABEL));
        check("||*.top^", "", Err(reason::SINGLE_LABEL));
        check("||ads.example", "ads.example+", RULES);
        check("||ads.", "", Err(reason::OPEN_END));
        check("||ads.example.", "", Err(reason::OPEN_END));
        check("||ads-", "", Err(reason::SINGLE_LABEL));
        check("||adserver.", "", Err(reason::OPEN_END));
        check("|ads.example", "", Err(reason::OPEN_END));
        check("ads.example^", "", Err(reason::OPEN_START));
        check("||ads.example/path^", "", Err(reason::PATH));
        check("||ads.example^path", "", Err(reason::PATH));
        check("|https://ads.example^", "", Err(reason::URL));
        check("://ads.example^", "", Err(reason::URL));
        check("||ads.example:8080^", "", Err(reason::PORT));
        check("||192.0.2.1^", "", Err(reason::ADDRESS));
        check("//ads.example^", "", Err(reason::PATH));
        check("/ads/banner", "", Err(reason::PATH));
        check("/", "", Err(reason::PATH));
        check("example.org##.ad", "", Err(reason::COSMETIC));
        check("example.org#@#.ad", "", Err(reason::COSMETIC));
        check("example.org#?#div:has(.ad)", "", Err(reason::COSMETIC));
        check("example.org#%#//scriptlet('x')", "", Err(reason::COSMETIC));
        check("example.org$$script[tag-content=\"x\"]", "", Err(reason::COSMETIC));
        check("||^", "", Err(reason::EMPTY_NAME));
        check("@@", "", Err(reason::EMPTY_NAME));
    }

    #[test]
    fn adguard_patterns() {
        let check = |line, rules, outcome| check_in(ListFormat::Adguard, line, rules, outcome);
        check("*ads.example^", "~|*ads.example^", RULES);
        check("||ADS*.example^", "~||ads*.example^", RULES);
        check("@@||ads*.example.com^$important", "@~||ads*.example.com^!", RULES);
        check("|ad-*.example^", "~|ad-*.example^", RULES);
        check("||ads*.example", "~||ads*.example^", RULES);
        check("|ads*.example", "", Err(reason::OPEN_END));
        check("ads*.example^", "", Err(reason::OPEN_START));
        check("||ads*.example/path^", "", Err(reason::PATH));
        check("||ads*.", "", Err(reason::OPEN_END));
        check("||a*.b^", "", Err(reason::NO_WORD));
        check("||*com^", "", Err(reason::TOP_LEVEL_PATTERN));
        check("||com*^", "", Err(reason::TOP_LEVEL_PATTERN));
        check("/^ads[0-9]+\\./", "~/^ads[0-9]+\\./", RULES);
        check("@@/ads/$important", "@~/ads/!", RULES);
        check("/ads$/", "~/ads$/", RULES);
        check("/ads$/$client=tv", "", Err("the modifier `$client` is not supported"));
        check("/\\.com$/", "", Err(reason::TOP_LEVEL_PATTERN));
        check("/(ads/", "", Err(reason::BAD_REGEX));
    }

    #[test]
    fn dnsmasq_options() {
        let check = |line, rules, outcome| check_in(ListFormat::Dnsmasq, line, rules, outcome);
        check("address=/ads.example/0.0.0.0", "ads.example+", RULES);
        check("address=/ads.example/", "ads.example+", RULES);
        check("address=/ads.example/#", "ads.example+", RULES);
        check("address=/ads.example/203.0.113.7", "ads.example+", RULES);
        check("address=/a.example/b.example/::", "a.example+ b.example+", RULES);
        check("address=/.ads.example/0.0.0.0 # why", "ads.example+", RULES);
        check("local=/ads.example/", "ads.example+", RULES);
        check("server=/ads.example/", "ads.example+", RULES);
        check("server=/*.ads.example/", "*.ads.example", RULES);
        check("address=/a.example/com/b.example/::", "a.example+ b.example+", Err(reason::SINGLE_LABEL));
        check("server=/ads.example/192.0.2.1", "", Err(reason::FORWARDING));
        check("server=192.0.2.1", "", Err(reason::NO_STOP));
        check("address=/#/0.0.0.0", "", Err(reason::EVERYTHING));
        check("address=/ads.example", "", Err(reason::BROKEN));
        check("address=//0.0.0.0", "", Err(reason::EMPTY_NAME));
        check("conf-file=/etc/ads.example", "", Err(reason::NO_STOP));
    }

    #[test]
    fn unbound_options() {
        let check = |line, rules, outcome| check_in(ListFormat::Unbound, line, rules, outcome);
        check("server:", "", NOTHING);
        check("local-zone: \"ads.example.\" always_null", "ads.example+", RULES);
        check("local-zone: \"ads.example\" always_nxdomain", "ads.example+", RULES);
        check("  local-zone: 'ads.example' refuse # why", "ads.example+", RULES);
        check("local-zone: ads.example static", "ads.example+", RULES);
        check("local-zone:\"ads.example\" redirect", "ads.example+", RULES);
        check("local-data: \"ads.example A 0.0.0.0\"", "ads.example", RULES);
        check("local-data: \"ads.example. 60 IN AAAA ::\"", "ads.example", RULES);
        check("local-data: 'ads.example TXT text'", "", NOTHING);
        check("local-data-ptr: \"192.0.2.1 ads.example\"", "", NOTHING);
        check("local-zone: \"ads.example\" transparent", "", Err(reason::ZONE_TYPE));
        check("local-zone: \"ads.example\"", "", Err(reason::BROKEN));
        check("local-zone: \"ads.example always_null", "", Err(reason::BROKEN));
        check("local-zone: \"com\" always_null", "", Err(reason::SINGLE_LABEL));
        check("local-zone: \".\" always_null", "", Err(reason::EMPTY_NAME));
    }

    #[test]
    fn policy_zones() {
        let check = |line, rules, outcome| check_in(ListFormat::Rpz, line, rules, outcome);
        check("ads.example CNAME .", "ads.example", RULES);
        check("*.ads.example CNAME .", "*.ads.example", RULES);
        check("ads.example 300 IN CNAME *. ; why", "ads.example", RULES);
        check("ads.example IN 1h CNAME rpz-drop.", "ads.example", RULES);
        check("ads.example CNAME garden.example.", "ads.example", RULES);
        check("ads.example A 203.0.113.7", "ads.example", RULES);
        check("ads.example CNAME rpz-passthru.", "@ads.example", RULES);
        check("*.ads.example cname RPZ-PASSTHRU.", "@*.ads.example", RULES);
        check("ads.example CNAME ADS.example.", "@ads.example", RULES);
        check("*.ads.example 300 IN CNAME *.ads.example.", "@*.ads.example", RULES);
        check("ads.example CNAME www.ads.example.", "ads.example", RULES);
        check("$TTL 3600", "", NOTHING);
        check("$ORIGIN rpz.example.", "", NOTHING);
        check("@ IN SOA localhost. root.localhost. (", "", NOTHING);
        check("@ 300 SOA localhost. root.localhost. 1 2 3 4 5", "", NOTHING);
        check("  2026010100 ; serial", "", NOTHING);
        check("  1h 30m ) ; the rest", "", NOTHING);
        check("  IN NS localhost.", "", NOTHING);
        check("NS localhost.", "", NOTHING);
        check("32.1.2.0.192.rpz-ip CNAME .", "", Err(reason::RPZ_TRIGGER));
        check("ns.example.rpz-nsdname CNAME .", "", Err(reason::RPZ_TRIGGER));
        check("ads.example.rpz.local. CNAME .", "", Err(reason::RPZ_OWNER));
        check("rpz.local. 300 IN SOA localhost. root.localhost. 1 2 3 4 5", "", NOTHING);
        check("ads.example CNAME rpz-tcp-only.", "", Err(reason::RPZ_ACTION));
        check("ads.example TXT text", "", Err(reason::RPZ_TYPE));
        check("* CNAME .", "", Err(reason::EVERYTHING));
        check("ads.* CNAME .", "", Err(reason::WILDCARD));
        check("192.0.2.1 CNAME .", "", Err(reason::ADDRESS));
        check("ads.example/path CNAME .", "", Err(reason::PATH));
        check("com CNAME .", "", Err(reason::SINGLE_LABEL));
    }

    #[test]
    fn formats_refuse_other_dialects() {
        let check = |format, line: &str, outcome| {
            let options = LineOptions { format, ..LineOptions::default() };
            assert_eq!(rules_of(line.as_bytes(), options), (String::new(), outcome), "{line} as {format:?}");
        };
        check(ListFormat::Hosts, "ads.example", Err(reason::NO_ADDRESS));
        check(ListFormat::Domains, "||ads.example^", Err(reason::BAD_CHARACTER));
        check(ListFormat::Domains, "0.0.0.0 ads.example", Err(reason::SEVERAL_WORDS));
        check(ListFormat::Dnsmasq, "ads.example", Err(reason::OTHER_DIALECT));
        check(ListFormat::Unbound, "ads.example", Err(reason::OTHER_DIALECT));
        check(ListFormat::Rpz, "ads.example", Err(reason::OTHER_DIALECT));
    }

    #[test]
    fn options_change_what_names_mean() {
        let check = |options: LineOptions, line: &str, rules: &str| {
            assert_eq!(rules_of(line.as_bytes(), options), (rules.into(), RULES), "{line}");
        };
        let plain = LineOptions::default();
        let allow = LineOptions { kind: ListKind::Allow, ..plain };
        let subdomains = LineOptions { subdomains: true, ..plain };
        let tlds = LineOptions { tlds: true, ..plain };
        check(allow, "0.0.0.0 a.example", "@a.example");
        check(allow, "||a.example^", "@a.example+");
        check(allow, "@@||a.example^", "@a.example+");
        check(subdomains, "a.example", "a.example+");
        check(subdomains, "0.0.0.0 a.example", "a.example+");
        check(subdomains, "|a.example^", "a.example");
        check(subdomains, "a.example CNAME .", "a.example");
        check(tlds, "||zip^", "zip+");
        check(tlds, "mov", "mov");
    }

    #[test]
    fn own_rules() {
        let check = |text: &str, expected: Result<&str, Reason>| {
            assert_eq!(parse_rule(text).map(|rule| shown(&rule)), expected.map(String::from), "{text}");
        };
        check("||a.example^", Ok("a.example+"));
        check(" @@||a.example^$important ", Ok("@a.example+!"));
        check("|a.example^", Ok("a.example"));
        check("a.example", Ok("a.example"));
        check("||zip^", Ok("zip+"));
        check("# a.example", Err(reason::COMMENT));
        check("", Err(reason::COMMENT));
        check("a.example/path", Err(reason::PATH));
        check("0.0.0.0 a.example", Err(reason::HOSTS_LINE));
        check("::1\ta.example", Err(reason::HOSTS_LINE));
        check("a.example b.example", Err(reason::BAD_CHARACTER));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(line: Vec<u8>, format in 0_usize..7) {
            let format = FORMATS[format];
            parse_and_check(&line, LineOptions { format, ..LineOptions::default() })?;
        }

        #[test]
        fn no_text_of_signs_panics(line in "(0\\.0\\.0\\.0 |127.0.0.1 |\\|\\|)?[a-c0-9.*|@^$#/:=,;<>\" \t]{0,24}(\\.example\\^?|localhost.localdomain|A|CNAME|server|local-zone|in)?[a-c. \"/:=]{0,9}") {
            for format in FORMATS {
                parse_and_check(line.as_bytes(), LineOptions { format, ..LineOptions::default() })?;
            }
        }
    }

    const FORMATS: [ListFormat; 7] = [
        ListFormat::Auto,
        ListFormat::Hosts,
        ListFormat::Domains,
        ListFormat::Adguard,
        ListFormat::Dnsmasq,
        ListFormat::Unbound,
        ListFormat::Rpz,
    ];

    /// What holds for any line: rules come with an outcome that says so, are in lower case and cover no whole
    /// top-level domain.
    #[derive(Debug, Default, PartialEq)]
    struct All {
        rules: Vec<Rule>,
        patterns: Vec<PatternRule>,
    }

    impl RuleSink for All {
        fn rule(&mut self, rule: &Rule) {
            self.rules.push(*rule);
        }

        fn pattern(&mut self, rule: &PatternRule) {
            self.patterns.push(rule.clone());
        }
    }

    fn parse_and_check(line: &[u8], options: LineOptions) -> Result<(), TestCaseError> {
        let mut all = All::default();
        let outcome = parse_line(line, &options, &mut all);
        match outcome {
            Ok(LineKind::Rules) => prop_assert!(!all.rules.is_empty() || !all.patterns.is_empty()),
            Ok(LineKind::Comment) => prop_assert!(all.rules.is_empty() && all.patterns.is_empty()),
            Err(reason) => prop_assert!(!reason.is_empty()),
        }
        let trimmed = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line).trim_ascii();
        if !is_comment(trimmed, options.format) {
            let mut thoroughly = All::default();
            prop_assert_eq!(parse_thoroughly(trimmed, options, &mut thoroughly), outcome);
            prop_assert_eq!(&thoroughly, &all, "the short way is a short way");
        }
        for rule in all.rules {
            prop_assert!(rule.name.label_count() > 1);
            prop_assert!(!rule.name.wire().iter().any(u8::is_ascii_uppercase));
        }
        Ok(())
    }
}
