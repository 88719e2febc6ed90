//! Words that a regular expression cannot do without.

use regex_syntax::hir::{Class, Hir, HirKind};

/// The shortest word, in octets; shorter ones occur in too many names.
pub(super) const SHORTEST: usize = 3;
/// Words that an expression may offer as alternatives.
const MOST: usize = 16;

/// Words in lower case of which one occurs in the lower-case text of every match; `None` when there are no such words.
/// Its depth is bounded by that of the expression, which its parser bounds.
pub(super) fn required(expression: &Hir) -> Option<Vec<Vec<u8>>> {
    match expression.kind() {
        HirKind::Literal(literal) => long_enough(literal.0.to_ascii_lowercase()),
        HirKind::Capture(group) => required(&group.sub),
        HirKind::Repetition(repeated) if repeated.min > 0 => required(&repeated.sub),
        HirKind::Alternation(ways) => {
            let mut words = Vec::new();
            for way in ways {
                words.extend(required(way)?);
            }
            (words.len() <= MOST).then_some(words)
        }
        HirKind::Concat(parts) => of_sequence(parts),
        _ => None,
    }
}

/// The best words of a sequence: those whose shortest is the longest.
fn of_sequence(parts: &[Hir]) -> Option<Vec<Vec<u8>>> {
    let (mut best, mut word) = (None, Vec::new());
    for part in parts {
        if let Some(letters) = letters(part) {
            word.extend(letters);
            continue;
        }
        best = better(best, long_enough(std::mem::take(&mut word)));
        best = better(best, required(part));
    }
    better(best, long_enough(word))
}

/// The octets that a part always is, in lower case.
fn letters(part: &Hir) -> Option<Vec<u8>> {
    match part.kind() {
        HirKind::Literal(literal) => Some(literal.0.to_ascii_lowercase()),
        // Case is told apart by classes of a capital and a small letter.
        HirKind::Class(Class::Bytes(class)) => {
            let mut octets = class.ranges().iter().flat_map(|range| range.start()..=range.end());
            let first = octets.next()?.to_ascii_lowercase();
            octets.all(|octet| octet.to_ascii_lowercase() == first).then(|| vec![first])
        }
        _ => None,
    }
}

fn long_enough(word: Vec<u8>) -> Option<Vec<Vec<u8>>> {
    (word.len() >= SHORTEST).then(|| vec![word])
}

fn better(one: Option<Vec<Vec<u8>>>, other: Option<Vec<Vec<u8>>>) -> Option<Vec<Vec<u8>>> {
    let shortest = |words: &Vec<Vec<u8>>| words.iter().map(Vec::len).min().unwrap_or_default();
    match (one, other) {
        (Some(one), Some(other)) if shortest(&other) > shortest(&one) => Some(other),
        (Some(one), _) => Some(one),
        (None, other) => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_expressions() {
        let check = |text: &str, expected: &[&str]| {
            let mut parser =
                regex_syntax::ParserBuilder::new().unicode(false).utf8(false).case_insensitive(true).build();
            let words = required(&parser.parse(text).unwrap()).unwrap_or_default();
            let words: Vec<_> = words.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect();
            assert_eq!(words, expected, "{text}");
        };
        check("ads", &["ads"]);
        check("ADs\\.", &["ads."]);
        check("^ad[0-9]+tracker-?x", &["tracker"]);
        check("(tracker|banner)s?", &["tracker", "banner"]);
        check("(tracker|b)s?", &[]);
        check("ads(metrics)?", &["ads"]);
        check("(metrics)+", &["metrics"]);
        check("(metrics)*", &[]);
        check("(metrics){2,3}", &["metrics"]);
        check("ads|", &[]);
        check("a.b.c.d", &[]);
        check("", &[]);
        check("abc[xX]def", &["abcxdef"]);
    }
}
