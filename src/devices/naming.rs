//! What a device may be called.

use std::sync::Arc;

use crate::clients::{MOST_LETTERS, first_unseen};

/// Endings that every host of a home has alike, so that they tell nothing: of special-use (RFC 6762, RFC 8375), set
/// aside for private use (`internal`), or usual on routers.
const HOME: [&str; 6] = ["home.arpa", "local", "lan", "home", "internal", "fritz.box"];

/// The first label of a host of the home; any other name whole, because its ending tells whose it is.
pub(super) fn short(name: &str) -> &str {
    match name.split_once('.') {
        Some((host, ending)) if HOME.iter().any(|home| ending.eq_ignore_ascii_case(home)) => host,
        _ => name,
    }
}

/// What a device says that it is called, if that can be shown.
pub(super) fn claimed(name: &str) -> Option<Arc<str>> {
    let name = short(name.trim().trim_end_matches('.'));
    let fits = !name.is_empty() && name.chars().count() <= MOST_LETTERS && first_unseen(name).is_none();
    fits.then(|| name.into())
}

/// What somebody wants a device to be called.
///
/// # Errors
/// Why it cannot be.
pub(super) fn given(name: &str) -> Result<String, String> {
    let name = name.trim();
    let expected = format!("expected a name of 1 to {MOST_LETTERS} characters that can be shown");
    if let Some(unseen) = first_unseen(name) {
        return Err(format!("{expected}, without U+{:04X}, which nobody sees", u32::from(unseen)));
    }
    if name.is_empty() || name.chars().count() > MOST_LETTERS {
        return Err(expected);
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_of_the_home_is_left_out() {
        let check = |name: &str, expected: &str| assert_eq!(short(name), expected, "{name}");
        check("phone.home.arpa", "phone");
        check("phone.LAN", "phone");
        check("nas.fritz.box", "nas");
        check("localhost", "localhost");
        check("tv.attic.home.arpa", "tv.attic.home.arpa");
        check("www.example.org", "www.example.org");
    }

    #[test]
    fn claims_are_shown_only_when_they_can_be() {
        let check = |name: &str, expected: Option<&str>| assert_eq!(claimed(name).as_deref(), expected, "{name:?}");
        check("phone.home.arpa.", Some("phone"));
        check(" Küche ", Some("Küche"));
        check("", None);
        check(".", None);
        check("a\u{1b}[31m", None);
        check("a\u{202e}b", None);
        check(&"x".repeat(65), None);
    }

    #[test]
    fn a_name_that_somebody_gives_can_be_seen_whole() {
        assert_eq!(given(" Living-room TV "), Ok("Living-room TV".to_owned()));
        let expected = "expected a name of 1 to 64 characters that can be shown, without U+202E, which nobody sees";
        assert_eq!(given("a\u{202e}b"), Err(expected.to_owned()));
        assert!(given("T\u{200b}V").is_err() && given("TV\u{feff}").is_err());
        assert!(given(" ").is_err() && given("a\nb").is_err() && given(&"x".repeat(65)).is_err());
    }
}
