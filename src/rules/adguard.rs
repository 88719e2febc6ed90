//! AdGuard's rules, as far as they speak of names: `||x^`, `|x^`, `@@||x^`, `$important`.
//!
//! A rule that says more than ponor can do is dropped whole: without its modifier, its path or its wildcard it would
//! stop what its author spared.

use super::{
    line::{LineKind, LineOptions, make_rule, without_comment},
    name::read_name,
    reason::{self, Reason},
    rule::{Action, Reach, Rule},
};

/// Reads one rule.
pub(super) fn read(line: &[u8], options: LineOptions, on_rule: &mut impl FnMut(&Rule)) -> Result<LineKind, Reason> {
    let line = without_comment(line);
    let (action, rule) = match line.strip_prefix(b"@@") {
        Some(rule) => (Action::Allow, rule),
        None => (Action::Block, line),
    };
    if is_cosmetic(rule) {
        return Err(reason::COSMETIC);
    }
    if is_regex(rule) {
        return Err(reason::REGEX);
    }
    let (pattern, modifiers) = split_modifiers(rule);
    let important = read_modifiers(modifiers)?;
    let (name, reach) = read_pattern(pattern, options)?;
    let rule = make_rule(name, reach, action, options)?;
    on_rule(&Rule { important, ..rule });
    Ok(LineKind::Rules)
}

/// Whether the line speaks of elements of web pages: `example.org##.ad`, `#@#`, `#?#`, `#$#`, `#%#` and `$$`.
pub(super) fn is_cosmetic(line: &[u8]) -> bool {
    line.windows(2).any(|two| two == b"##" || two == b"$$")
        || line.windows(3).any(|three| matches!(three, [b'#', b'@' | b'?' | b'$' | b'%', b'#' | b'?' | b'$' | b'@']))
}

/// Whether the rule is an expression between slashes, perhaps with modifiers behind it.
fn is_regex(rule: &[u8]) -> bool {
    let end = rule.iter().rposition(|&octet| octet == b'/');
    rule.starts_with(b"/") && end.is_some_and(|end| end > 1 && matches!(rule.get(end + 1), None | Some(b'$')))
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
