//! AdGuard's rules, as far as they speak of names: `||x^`, `|x^`, `@@||x^`, `$important`, and the patterns `/expression/`
//! and `||x*y^`.
//!
//! A rule that says more than ponor can do is dropped whole: without its modifier or its path it would stop what its
//! author spared. A pattern that could mean more or less means less: without a sign at an end, its name ends there.

use super::{
    line::{LineKind, LineOptions, RuleSink, first_word, make_rule, without_comment},
    name::{is_address, is_ordinary, read_name},
    reason::{self, Reason},
    rule::{Action, ListKind, PatternRule, Reach, Rule},
};

/// Reads one rule.
pub(super) fn read(line: &[u8], options: LineOptions, sink: &mut impl RuleSink) -> Result<LineKind, Reason> {
    let line = without_comment(line);
    let (action, rule) = match line.strip_prefix(b"@@") {
        Some(rule) => (Action::Allow, rule),
        None => (Action::Block, line),
    };
    if is_cosmetic(rule) {
        return Err(reason::COSMETIC);
    }
    if let Some((expression, modifiers)) = split_regex(rule) {
        return read_form(expression, action, read_modifiers(modifiers)?, options, sink);
    }
    let first = first_word(rule);
    if first.len() < rule.len() && is_address(first) {
        return Err(reason::HOSTS_LINE);
    }
    let (pattern, modifiers) = split_modifiers(rule);
    if is_bare_regex(pattern) {
        return Err(reason::BARE_REGEX);
    }
    let important = read_modifiers(modifiers)?;
    match read_pattern(pattern, options).and_then(|(name, reach)| make_rule(name, reach, action, options)) {
        Ok(rule) => {
            sink.rule(&Rule { important, ..rule });
            Ok(LineKind::Rules)
        }
        Err(reason::WILDCARD) => read_form(&with_signs(pattern)?, action, important, options, sink),
        Err(reason) => Err(reason),
    }
}

/// Reads a pattern about all names of a form.
fn read_form(
    text: &[u8],
    action: Action,
    important: bool,
    options: LineOptions,
    sink: &mut impl RuleSink,
) -> Result<LineKind, Reason> {
    if !sink.wants_pattern() {
        return Err(reason::MANY_PATTERNS);
    }
    let action = if options.kind == ListKind::Allow { Action::Allow } else { action };
    let rule = PatternRule::new(std::str::from_utf8(text).map_err(|_| reason::NOT_UTF8)?, action, important)?;
    if !options.tlds && rule.covers_top_level_domain() {
        return Err(reason::TOP_LEVEL_PATTERN);
    }
    sink.pattern(&rule);
    Ok(LineKind::Rules)
}

/// A name with wildcards between the signs that say what it means.
fn with_signs(pattern: &[u8]) -> Result<Vec<u8>, Reason> {
    let (start, body) = match pattern {
        [b'|', b'|', body @ ..] => (Some(&b"||"[..]), body),
        [b'|', body @ ..] => (Some(&b"|"[..]), body),
        body => (None, body),
    };
    let (body, closed) = strip_end(body);
    if let Some(&odd) = body.iter().find(|&&octet| octet != b'*' && !is_ordinary(octet)) {
        return Err(if matches!(odd, b'/' | b'^' | b':') { reason::PATH } else { reason::BAD_CHARACTER });
    }
    let start = match start {
        Some(b"|") if !closed => return Err(reason::OPEN_END),
        Some(start) => start,
        None if closed && !body.starts_with(b"*") => return Err(reason::OPEN_START),
        None => b"|",
    };
    if body.ends_with(b".") {
        return Err(reason::OPEN_END);
    }
    Ok([start, body, b"^"].concat().to_ascii_lowercase())
}

/// Whether the line speaks of elements of web pages: `example.org##.ad`, `#@#`, `#?#`, `#$#`, `#%#` and `$$`.
pub(super) fn is_cosmetic(line: &[u8]) -> bool {
    line.windows(2).any(|two| two == b"##" || two == b"$$")
        || line.windows(3).any(|three| matches!(three, [b'#', b'@' | b'?' | b'$' | b'%', b'#' | b'?' | b'$' | b'@']))
}

/// An expression between slashes, and what stands behind the `$` that may follow.
fn split_regex(rule: &[u8]) -> Option<(&[u8], Option<&[u8]>)> {
    let end = rule.iter().rposition(|&octet| octet == b'/').filter(|&end| end > 1 && rule.starts_with(b"/"))?;
    match rule.get(end + 1..)? {
        [] => Some((rule, None)),
        [b'$', modifiers @ ..] => Some((&rule[..=end], Some(modifiers))),
        _ => None,
    }
}

/// Whether this is an expression as Pi-hole has it. Other patterns have no such signs but in paths.
fn is_bare_regex(pattern: &[u8]) -> bool {
    let has = |signs: &[u8]| pattern.iter().any(|octet| signs.contains(octet));
    has(b"\\([") && !has(b"/")
}

/// The pattern, and what stands behind its `$`.
fn split_modifiers(rule: &[u8]) -> (&[u8], Option<&[u8]>) {
    match rule.iter().position(|&octet| octet == b'$') {
        Some(at) => (&rule[..at], Some(&rule[at + 1..])),
        None => (rule, None),
    }
}

/// Whether the rule is important.
///
/// # Errors
/// On any other modifier.
fn read_modifiers(modifiers: Option<&[u8]>) -> Result<bool, Reason> {
    let Some(modifiers) = modifiers else { return Ok(false) };
    for modifier in modifiers.split(|&octet| octet == b',') {
        if modifier != b"important" {
            return Err(why_not(modifier));
        }
    }
    Ok(true)
}

fn why_not(modifier: &[u8]) -> Reason {
    let name = modifier.strip_prefix(b"~").unwrap_or(modifier);
    match name.split(|&octet| octet == b'=').next().unwrap_or(name) {
        b"badfilter" => "the modifier `$badfilter` is not supported",
        b"client" => "the modifier `$client` is not supported",
        b"ctag" => "the modifier `$ctag` is not supported",
        b"denyallow" => "the modifier `$denyallow` is not supported",
        b"dnsrewrite" => "the modifier `$dnsrewrite` is not supported",
        b"dnstype" => "the modifier `$dnstype` is not supported",
        b"1p" | b"3p" | b"all" | b"app" | b"content" | b"csp" | b"css" | b"doc" | b"document" | b"domain"
        | b"elemhide" | b"extension" | b"first-party" | b"font" | b"frame" | b"from" | b"genericblock"
        | b"generichide" | b"ghide" | b"image" | b"inline-script" | b"ipaddress" | b"jsinject" | b"match-case"
        | b"media" | b"method" | b"network" | b"object" | b"other" | b"ping" | b"popunder" | b"popup" | b"redirect"
        | b"redirect-rule" | b"removeparam" | b"replace" | b"script" | b"specifichide" | b"stylesheet"
        | b"subdocument" | b"third-party" | b"to" | b"urlblock" | b"webrtc" | b"websocket" | b"xhr"
        | b"xmlhttprequest" => reason::PAGE_MODIFIER,
        _ => reason::UNKNOWN_MODIFIER,
    }
}

/// The name of a pattern and what it covers.
///
/// # Errors
/// When the pattern says more, or less, than a name.
fn read_pattern(pattern: &[u8], options: LineOptions) -> Result<(&[u8], Reach), Reason> {
    let (body, start) = if let Some(body) = pattern.strip_prefix(b"||") {
        (body, Some(Reach::Subtree))
    } else if let Some(body) = pattern.strip_prefix(b"|") {
        (body, Some(Reach::Exact))
    } else {
        (pattern, None)
    };
    let (body, closed) = strip_end(body);
    let (name, reach) = match (start, body) {
        (Some(Reach::Subtree), [b'*', b'.', name @ ..]) => (name, Reach::Below),
        (Some(reach), name) => (name, reach),
        (None, [b'*', b'.', name @ ..] | [b'.', name @ ..]) if closed => (name, Reach::Below),
        (None, [b'*', b'.', name @ ..]) => return Ok((name, Reach::Subtree)),
        (None, name) if closed => return Err(read_name(name).err().unwrap_or(reason::OPEN_START)),
        (None, name) => return Ok((name, if options.subdomains { Reach::Subtree } else { Reach::Exact })),
    };
    // A name without an end stands for all that begin so. Of those, the ones that were surely meant are covered.
    let is_whole_name = start == Some(Reach::Subtree) && !name.ends_with(b".") && read_name(name).is_ok();
    if closed || is_whole_name {
        return Ok((name, reach));
    }
    // A path or a wildcard explains more than the missing end does.
    match read_name(name) {
        Err(
            why @ (reason::PATH | reason::URL | reason::PORT | reason::WILDCARD | reason::ADDRESS | reason::NETWORK),
        ) => Err(why),
        _ if name.contains(&b'^') || name.contains(&b'/') => Err(reason::PATH),
        _ => Err(reason::OPEN_END),
    }
}

/// The pattern without the sign that says that the name ends there, and whether it had one.
fn strip_end(pattern: &[u8]) -> (&[u8], bool) {
    for end in [&b"^|"[..], b"^", b"|"] {
        if let Some(body) = pattern.strip_suffix(end) {
            return (body, true);
        }
    }
    (pattern, false)
}
