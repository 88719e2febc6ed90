//! dnsmasq's options: `address=/x/...`, `local=/x/` and `server=/x/`, each with one name or several.

use super::{
    line::{LineKind, LineOptions, RuleSink, make_rule, without_comment},
    reason::{self, Reason},
    rule::{Action, Reach},
};

/// The options that can stop names.
const STOPPING: [&[u8]; 3] = [b"address", b"local", b"server"];

/// Whether the line is `option=` with an option that dnsmasq has for names or that its files begin with.
pub(super) fn is_option(line: &[u8]) -> bool {
    const OTHERS: [&[u8]; 9] = [
        b"alias",
        b"bogus-nxdomain",
        b"cname",
        b"conf-dir",
        b"conf-file",
        b"host-record",
        b"ipset",
        b"nftset",
        b"rebind-domain-ok",
    ];
    split_option(line).is_some_and(|(option, _)| STOPPING.contains(&option) || OTHERS.contains(&option))
}

/// Reads one option. The names between slashes are stopped with everything below them.
pub(super) fn read(line: &[u8], options: LineOptions, sink: &mut impl RuleSink) -> Result<LineKind, Reason> {
    let (option, value) = split_option(without_comment(line)).ok_or(reason::OTHER_DIALECT)?;
    if !STOPPING.contains(&option) {
        return Err(reason::NO_STOP);
    }
    let mut parts = value.strip_prefix(b"/").ok_or(reason::NO_STOP)?.split(|&octet| octet == b'/');
    let target = parts.next_back().unwrap_or_default();
    if option != b"address" && !target.is_empty() {
        return Err(reason::FORWARDING);
    }
    let mut result = Err(reason::BROKEN);
    for name in parts {
        let (name, reach) = match name {
            b"#" => return Err(reason::EVERYTHING),
            [b'*', b'.', name @ ..] => (name, Reach::Below),
            [b'.', name @ ..] | name => (name, Reach::Subtree),
        };
        match make_rule(name, reach, Action::Block, options) {
            Ok(rule) => {
                sink.rule(&rule);
                result = if matches!(result, Err(reason::BROKEN)) { Ok(LineKind::Rules) } else { result };
            }
            Err(reason) => result = Err(reason),
        }
    }
    result
}

fn split_option(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = line.iter().position(|&octet| octet == b'=')?;
    Some((line[..at].trim_ascii(), line[at + 1..].trim_ascii()))
}
