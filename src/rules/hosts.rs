//! The two oldest dialects: `0.0.0.0 name [name ...]` of hosts files, and bare names, one a line, perhaps `*.name`.

use super::{
    adguard,
    line::{LineKind, LineOptions, RuleSink, first_word, make_rule, words},
    name::is_address,
    reason::{self, Reason},
    rule::{Action, Reach},
};

/// Names that every system's own hosts file defines; a list that carries them along means nothing by it.
const SYSTEM_NAMES: [&[u8]; 14] = [
    b"localhost",
    b"localhost.localdomain",
    b"local",
    b"localdomain",
    b"broadcasthost",
    b"loopback",
    b"ip6-localhost",
    b"ip6-loopback",
    b"ip6-localnet",
    b"ip6-mcastprefix",
    b"ip6-allnodes",
    b"ip6-allrouters",
    b"ip6-allhosts",
    b"0.0.0.0",
];

/// Reads a line that begins with an address. Whatever the address is, the names behind it are stopped: a list from
/// elsewhere may stop names, never lead them to another server.
pub(super) fn read_hosts(line: &[u8], options: LineOptions, sink: &mut impl RuleSink) -> Result<LineKind, Reason> {
    let line = line.split(|&octet| octet == b'#').next().unwrap_or(line);
    if !is_address(first_word(line)) {
        return Err(reason::NO_ADDRESS);
    }
    let (mut result, mut names) = (Ok(LineKind::Comment), 0_usize);
    for name in words(line).skip(1) {
        names += 1;
        if SYSTEM_NAMES.iter().any(|system| name.eq_ignore_ascii_case(system)) {
            continue;
        }
        match make_rule(name, bare_reach(options), Action::Block, options) {
            Ok(rule) => {
                sink.rule(&rule);
                result = result.map(|_| LineKind::Rules);
            }
            Err(reason) => result = Err(reason),
        }
    }
    if names == 0 { Err(reason::NO_NAME) } else { result }
}

/// Reads a line of one bare name, or of `*.name`, which in this dialect means the name and everything below it, as the lists
/// that are written so mean it (`docs/lists.md`). With other wildcards it is a pattern for whole names.
pub(super) fn read_plain(line: &[u8], options: LineOptions, sink: &mut impl RuleSink) -> Result<LineKind, Reason> {
    let mut words = words(line);
    let word = words.next().unwrap_or_default();
    if words.next().is_some_and(|next| !next.starts_with(b"#")) {
        return Err(if word.starts_with(b"<") { reason::MARKUP } else { reason::SEVERAL_WORDS });
    }
    let (name, reach) = match word.strip_prefix(b"*.") {
        Some(name) => (name, Reach::Subtree),
        None => (word, bare_reach(options)),
    };
    match make_rule(name, reach, Action::Block, options) {
        Ok(rule) => sink.rule(&rule),
        Err(reason::WILDCARD) => return adguard::read(word, options, sink),
        Err(reason) => return Err(reason),
    }
    Ok(LineKind::Rules)
}

/// What a name without any sign around it covers.
fn bare_reach(options: LineOptions) -> Reach {
    if options.subdomains { Reach::Subtree } else { Reach::Exact }
}
