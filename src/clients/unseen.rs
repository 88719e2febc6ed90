//! What a name of a device may be: its length, and no characters that nobody sees, with which one name passes for another.

/// The longest name of a device, in characters.
pub const MOST_LETTERS: usize = 64;

/// The first character of a name that cannot be seen, or that turns around what stands beside it. Joiners may stand where
/// they shape what is seen: between parts of an emoji, or letters beyond ASCII.
#[must_use]
pub fn first_unseen(name: &str) -> Option<char> {
    let mut before = None;
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let shapes = |beside: Option<&char>| beside.is_some_and(|beside| !beside.is_ascii() && !is_unseen(*beside));
        let joins = matches!(letter, '\u{200c}' | '\u{200d}') && shapes(before.as_ref()) && shapes(letters.peek());
        if is_unseen(letter) && !joins {
            return Some(letter);
        }
        before = Some(letter);
    }
    None
}

/// Those of Unicode that are ignored when a text is shown (`Default_Ignorable_Code_Point`, without the selectors that emoji
/// end in), and those that control lines and directions.
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
                | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_found() {
        let check = |name: &str, expected: Option<char>| assert_eq!(first_unseen(name), expected, "{name:?}");
        check("Living-room TV", None);
        check("Küche – ‘1st’ ‹2›", None);
        check("\u{2764}\u{fe0f} tablet", None);
        check("\u{1f469}\u{200d}\u{1f4bb} laptop", None);
        check("\u{645}\u{6cc}\u{200c}\u{62e}", None);
        check("TV\u{200d}", Some('\u{200d}'));
        check("T\u{200c}V", Some('\u{200c}'));
        check("\u{1f4bb}\u{200d}\u{200d}\u{1f4bb}", Some('\u{200d}'));
        check("T\u{200b}V", Some('\u{200b}'));
        check("\u{202e}VT", Some('\u{202e}'));
        check("\u{2066}TV", Some('\u{2066}'));
        check("a\u{1b}[31m", Some('\u{1b}'));
        check("\u{3164}", Some('\u{3164}'));
        check("\u{feff}TV", Some('\u{feff}'));
    }
}
