//! unbound's configuration: `local-zone: "x" always_null` and its kin, and `local-data:` that stands alone.

use super::{
    line::{LineKind, LineOptions, RuleSink, make_rule, words},
    name::is_address,
    reason::{self, Reason},
    rule::{Action, Reach},
};

/// Zone types under which unbound does not ask elsewhere for names that it has no data for.
const STOPPING: [&[u8]; 10] = [
    b"always_deny",
    b"always_nodata",
    b"always_null",
    b"always_nxdomain",
    b"always_refuse",
    b"deny",
    b"inform_deny",
    b"redirect",
    b"refuse",
    b"static",
];

/// Whether the line begins with a keyword of unbound's that lists use.
pub(super) fn is_option(line: &[u8]) -> bool {
    let is = |keyword: &[u8]| {
        line.get(..keyword.len()).is_some_and(|start| start.eq_ignore_ascii_case(keyword))
            && line.get(keyword.len()) == Some(&b':')
    };
    [&b"server"[..], b"local-zone", b"local-data", b"local-data-ptr"].into_iter().any(is)
}

/// Reads one option. A zone is stopped with everything below it; data beside a zone adds nothing to that, and alone
/// it stops the name that it is for.
pub(super) fn read(line: &[u8], options: LineOptions, sink: &mut impl RuleSink) -> Result<LineKind, Reason> {
    let at = line.iter().position(|&octet| octet == b':').ok_or(reason::OTHER_DIALECT)?;
    let value = line[at + 1..].trim_ascii();
    let (text, rest) = unquote(value)?;
    let (name, reach) = match &line[..at].to_ascii_lowercase()[..] {
        b"local-zone" => {
            let kind = words(rest).next().ok_or(reason::BROKEN)?;
            if !STOPPING.iter().any(|stopping| kind.eq_ignore_ascii_case(stopping)) {
                return Err(reason::ZONE_TYPE);
            }
            (text, Reach::Subtree)
        }
        b"local-data" if words(text).last().is_some_and(is_address) => {
            (words(text).next().unwrap_or_default(), Reach::Exact)
        }
        b"server" | b"local-data" | b"local-data-ptr" => return Ok(LineKind::Comment),
        _ => return Err(reason::NO_STOP),
    };
    sink.rule(&make_rule(name, reach, Action::Block, options)?);
    Ok(LineKind::Rules)
}

/// The text in quotes, or the first word, and what stands behind it.
fn unquote(value: &[u8]) -> Result<(&[u8], &[u8]), Reason> {
    let Some(&quote @ (b'"' | b'\'')) = value.first() else {
        let end = value.iter().position(u8::is_ascii_whitespace).unwrap_or(value.len());
        return Ok(value.split_at(end));
    };
    let text = &value[1..];
    let end = text.iter().position(|&octet| octet == quote).ok_or(reason::BROKEN)?;
    Ok((&text[..end], &text[end + 1..]))
}
