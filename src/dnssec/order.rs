//! Names as DNSSEC orders and counts them (RFC 4034, sections 3.1.3 and 6.1).

use std::cmp::Ordering;

use crate::dns::Name;

/// The canonical order: by labels from the right, in lower case.
pub(super) fn compare(a: &Name, b: &Name) -> Ordering {
    let (a, b): (Vec<&[u8]>, Vec<&[u8]>) = (a.labels().collect(), b.labels().collect());
    let lower = |label: &[u8]| label.to_ascii_lowercase();
    let each = a.iter().rev().zip(b.iter().rev()).map(|(a, b)| lower(a).cmp(&lower(b)));
    each.into_iter().find(|order| order.is_ne()).unwrap_or_else(|| a.len().cmp(&b.len()))
}

/// The last `count` labels of `name`.
pub(super) fn trimmed(name: &Name, count: usize) -> Name {
    let skipped = name.label_count().saturating_sub(count);
    name.suffixes().nth(skipped).and_then(|wire| Name::from_wire(wire).ok()).unwrap_or(Name::ROOT)
}

/// The labels that a signature counts: without a `*` in front.
pub(super) fn signed_labels(name: &Name) -> usize {
    name.label_count() - usize::from(is_wildcard(name))
}

pub(super) fn is_wildcard(name: &Name) -> bool {
    name.wire().starts_with(b"\x01*")
}

/// Whether `name` lies below `ancestor`, and is not it.
pub(super) fn is_below(name: &Name, ancestor: &Name) -> bool {
    name != ancestor && name.is_within(ancestor)
}

/// The longest name that both lie within.
pub(super) fn common(a: &Name, b: &Name) -> Name {
    let shared = a.suffixes().filter_map(|wire| Name::from_wire(wire).ok()).find(|suffix| b.is_within(suffix));
    shared.unwrap_or(Name::ROOT)
}
