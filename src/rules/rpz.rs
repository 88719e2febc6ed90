//! Response policy zones (draft-vixie-dnsop-dns-rpz): `x CNAME .`, `*.x CNAME .`, `x CNAME rpz-passthru.`.

use super::{
    line::{LineKind, LineOptions, RuleSink, make_rule, words},
    reason::{self, Reason},
    rule::{Action, Reach},
};

/// How many words may stand before the type: owner, lifetime and class.
const WORDS_BEFORE_TYPE: usize = 3;

/// Whether the line is a record, a directive or the rest of an SOA record, going by more than its position in a zone.
pub(super) fn is_record(line: &[u8]) -> bool {
    is_directive(line) || Record::read(line).is_some() || (line.contains(&b';') && is_soa_rest(without_comment(line)))
}

/// Whether a word is a record type that policy zones have.
pub(super) fn is_type(word: &[u8]) -> bool {
    kind_of(word).is_some()
}

/// Reads one record. What a zone needs to be a zone is no rule and no fault.
pub(super) fn read(line: &[u8], options: LineOptions, sink: &mut impl RuleSink) -> Result<LineKind, Reason> {
    let line = without_comment(line);
    if is_directive(line) || is_soa_rest(line) {
        return Ok(LineKind::Comment);
    }
    let record = Record::read(line).ok_or(reason::OTHER_DIALECT)?;
    let Some(action) = record.action()? else { return Ok(LineKind::Comment) };
    if record.has_other_trigger() {
        return Err(reason::RPZ_TRIGGER);
    }
    // With its final dot the owner ends in the name of the zone, which no line tells.
    if record.owner.ends_with(b".") {
        return Err(reason::RPZ_OWNER);
    }
    let (name, reach) = match record.owner {
        b"*" => return Err(reason::EVERYTHING),
        [b'*', b'.', name @ ..] => (name, Reach::Below),
        name => (name, Reach::Exact),
    };
    sink.rule(&make_rule(name, reach, action, options)?);
    Ok(LineKind::Rules)
}

/// The words of one record that matter here.
struct Record<'a> {
    owner: &'a [u8],
    kind: Kind,
    data: &'a [u8],
}

/// What the type of a record means in a policy zone.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// `CNAME`: the policy action.
    Cname,
    /// An address: data that is answered instead.
    Address,
    /// `SOA` and `NS`: every zone has them.
    Zone,
    /// Data of another type, which stops nothing.
    Other,
}

impl<'a> Record<'a> {
    fn read(line: &'a [u8]) -> Option<Self> {
        // A name server record of the zone itself may leave out its owner.
        let owner = words(line).next()?;
        let skip = usize::from(kind_of(owner).is_none());
        let (at, kind) = words(line)
            .enumerate()
            .skip(skip)
            .take(WORDS_BEFORE_TYPE)
            .find_map(|(at, word)| Some((at, kind_of(word)?)))?;
        let before_type = words(line).take(at).skip(skip);
        if !before_type.into_iter().all(|word| is_lifetime(word) || word.eq_ignore_ascii_case(b"IN")) {
            return None;
        }
        let data = words(line).nth(at + 1)?;
        Some(Self { owner, kind, data })
    }

    /// What the record does to its owner; nothing for records about the zone.
    fn action(&self) -> Result<Option<Action>, Reason> {
        match (self.kind, self.data) {
            (Kind::Zone, _) => Ok(None),
            (Kind::Other, _) => Err(reason::RPZ_TYPE),
            (Kind::Cname, data) if data.eq_ignore_ascii_case(b"rpz-passthru.") => Ok(Some(Action::Allow)),
            // How zones let names through before there was a word for it.
            (Kind::Cname, [data @ .., b'.']) if data.eq_ignore_ascii_case(self.owner) => Ok(Some(Action::Allow)),
            (Kind::Cname, data) if data.eq_ignore_ascii_case(b"rpz-tcp-only.") => Err(reason::RPZ_ACTION),
            // NXDOMAIN, NODATA, drop, or an answer of the zone's own: stopped, never led elsewhere.
            (Kind::Cname | Kind::Address, _) => Ok(Some(Action::Block)),
        }
    }

    /// Whether the owner speaks of addresses, name servers or clients instead of the name asked for.
    fn has_other_trigger(&self) -> bool {
        const TRIGGERS: [&[u8]; 4] = [b"rpz-ip", b"rpz-client-ip", b"rpz-nsip", b"rpz-nsdname"];
        self.owner.split(|&octet| octet == b'.').any(|label| TRIGGERS.contains(&&label.to_ascii_lowercase()[..]))
    }
}

fn kind_of(word: &[u8]) -> Option<Kind> {
    const KINDS: [(&[u8], Kind); 12] = [
        (b"CNAME", Kind::Cname),
        (b"A", Kind::Address),
        (b"AAAA", Kind::Address),
        (b"SOA", Kind::Zone),
        (b"NS", Kind::Zone),
        (b"TXT", Kind::Other),
        (b"MX", Kind::Other),
        (b"SRV", Kind::Other),
        (b"PTR", Kind::Other),
        (b"HTTPS", Kind::Other),
        (b"SVCB", Kind::Other),
        (b"DNAME", Kind::Other),
    ];
    KINDS.iter().find(|(text, _)| word.eq_ignore_ascii_case(text)).map(|&(_, kind)| kind)
}

fn is_directive(line: &[u8]) -> bool {
    [&b"$TTL"[..], b"$ORIGIN", b"$INCLUDE", b"$GENERATE"]
        .into_iter()
        .any(|directive| line.get(..directive.len()).is_some_and(|start| start.eq_ignore_ascii_case(directive)))
}

/// Whether the line is nothing but numbers, lifetimes and brackets, as the later lines of an SOA record are.
fn is_soa_rest(line: &[u8]) -> bool {
    words(line).all(|word| {
        let inner = word.strip_prefix(b"(").unwrap_or(word);
        let inner = inner.strip_suffix(b")").unwrap_or(inner);
        inner.is_empty() || is_lifetime(inner)
    })
}

/// Whether the word is a number, perhaps with a unit: `3600`, `1h`.
fn is_lifetime(word: &[u8]) -> bool {
    let digits = match word.split_last() {
        Some((b's' | b'm' | b'h' | b'd' | b'w' | b'S' | b'M' | b'H' | b'D' | b'W', digits)) => digits,
        _ => word,
    };
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

fn without_comment(line: &[u8]) -> &[u8] {
    line.split(|&octet| octet == b';').next().unwrap_or(line).trim_ascii()
}
