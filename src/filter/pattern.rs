//! A text with stars: what names, devices and vendors are compared with.

/// A text in which each `*` stands for anything, nothing included. Case does not matter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern(Box<str>);

impl Pattern {
    /// The pattern that `text` writes.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.to_lowercase().into())
    }

    /// The pattern as text, in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it means `text`. Takes time in the product of both lengths at worst.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let Some((head, rest)) = self.0.split_once('*') else { return *self.0 == *text };
        let Some(mut text) = text.strip_prefix(head) else { return false };
        let mut parts = rest.split('*');
        let tail = parts.next_back().unwrap_or_default();
        // The earliest place is never worse: it leaves the most for the parts behind it.
        for part in parts {
            let Some((_, behind)) = text.split_once(part) else { return false };
            text = behind;
        }
        text.ends_with(tail)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn stars_stand_for_anything() {
        let check = |pattern: &str, text: &str, expected: bool| {
            assert_eq!(Pattern::new(pattern).matches(text), expected, "{pattern} {text}");
        };
        check("samsung", "Samsung", true);
        check("samsung", "samsung tv", false);
        check("*", "", true);
        check("*.roku.com", "logs.roku.com", true);
        check("*.roku.com", "roku.com", false);
        check("*roku*", "cooper.logs.roku.com", true);
        check("a*b*c", "a-b-b-c", true);
        check("a*b*c", "a-c-b", false);
        check("ab*ba", "aba", false);
        check("ab*ba", "abba", true);
        check("a**a", "aa", true);
        check("ÄRGER*", "Ärgernis", true);
        check("", "", true);
        check("", "x", false);
    }

    /// By trying every place.
    fn naive(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('*', rest)) => (0..=text.len()).any(|skipped| naive(rest, &text[skipped..])),
            Some((first, rest)) => text.split_first().is_some_and(|(head, tail)| head == first && naive(rest, tail)),
        }
    }

    proptest! {
        #[test]
        fn it_matches_what_trying_every_place_matches(pattern in "[ab*]{0,8}", text in "[ab]{0,10}") {
            let (chars, letters): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
            prop_assert_eq!(Pattern::new(&pattern).matches(&text), naive(&chars, &letters));
        }
    }
}
