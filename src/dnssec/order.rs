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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_rfc_4034() {
        // Section 6.1.
        let names = [
            "example",
            "a.example",
            "yljkjljk.a.example",
            "Z.a.example",
            "zABC.a.EXAMPLE",
            "z.example",
            r"\001.z.example",
            "*.z.example",
            r"\200.z.example",
        ];
        let names: Vec<Name> = names.iter().map(|name| name.parse().unwrap()).collect();
        for (a, first) in names.iter().enumerate() {
            for (b, second) in names.iter().enumerate() {
                assert_eq!(compare(first, second), a.cmp(&b), "{first} {second}");
            }
        }
    }

    #[test]
    fn names_are_cut_and_compared() {
        let name = |text: &str| text.parse::<Name>().unwrap();
        assert_eq!(trimmed(&name("a.b.c"), 2), name("b.c"));
        assert_eq!((trimmed(&name("a.b"), 0), trimmed(&name("a.b"), 5)), (Name::ROOT, name("a.b")));
        assert_eq!(common(&name("x.b.C"), &name("y.B.c")), name("b.c"));
        assert_eq!(common(&name("a.b"), &name("a.c")), Name::ROOT);
        assert_eq!(
            (signed_labels(&name("*.b.c")), signed_labels(&name("a.b.c")), signed_labels(&Name::ROOT)),
            (2, 3, 0)
        );
        assert!(
            is_below(&name("a.b"), &name("B"))
                && !is_below(&name("b"), &name("b"))
                && !is_below(&name("ab"), &name("b"))
        );
    }
}
