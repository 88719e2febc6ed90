//! The hours in which a group is offline, as people write them.

use super::{
    fault::did_you_mean,
    reader::Reader,
    values::{list, text},
    written::Written,
};
use crate::time::{DAILY, NotAWindow, WEEKDAYS, WeekHours, WeekWindow};

/// Windows that are read from others than the operator.
const MOST: usize = 32;

/// Windows of the week in the file of the operator.
pub(super) fn offline(reader: &mut Reader, path: &str, written: &Written) -> Option<WeekHours> {
    let window = |text: &str| {
        text.parse::<WeekWindow>().map_err(|why| if why == NotAWindow::Form { String::new() } else { told(&why) })
    };
    list(text("days and times such as \"mon-fri 20:30-06:30\"", window))(reader, path, written).map(WeekHours)
}

/// Reads windows of the week, as [`WeekWindow`] does each.
///
/// # Errors
/// What is wrong with the first that is none, and which day was probably meant; or that there are too many.
pub fn parse_offline<'t>(texts: impl IntoIterator<Item = &'t str>) -> Result<WeekHours, String> {
    let windows = texts.into_iter().take(MOST + 1).map(|text| text.parse().map_err(|why| told(&why)));
    let windows: Vec<WeekWindow> = windows.collect::<Result<_, String>>()?;
    if windows.len() > MOST {
        return Err(format!("a group has at most {MOST} windows in which it is offline"));
    }
    Ok(WeekHours(windows))
}

/// What is wrong with a window, and which day was probably meant; without signs that a terminal takes for orders.
fn told(why: &NotAWindow) -> String {
    let meant = match why {
        NotAWindow::Day(word) => did_you_mean(word, WEEKDAYS.into_iter().chain([DAILY])),
        NotAWindow::Form | NotAWindow::Time(_) | NotAWindow::Nothing(_) => String::new(),
    };
    why.to_string().replace(char::is_control, "") + &meant
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_of_others_are_few_and_what_was_meant_is_told() {
        let told = |texts: &[&str]| match parse_offline(texts.iter().copied()) {
            Ok(WeekHours(windows)) => windows.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
            Err(why) => why,
        };
        assert_eq!(told(&["mon-thu 20:30-6:30", "daily 13:00-14:00"]), "mon-thu 20:30-06:30; daily 13:00-14:00");
        assert!(told(&["moon 20:30-06:30"]).ends_with("sun or daily; did you mean `mon`?"), "{}", told(&["moon 1-2"]));
        assert!(told(&["dayly 20:30-06:30"]).ends_with("did you mean `daily`?"));
        assert!(told(&["\u{1b}[31m 1-2"]).starts_with("\"[31m\" is no day"));
        assert_eq!(told(&["mon 00:00-01:00"; 32]).matches("mon").count(), 32);
        assert_eq!(told(&["mon 00:00-01:00"; 33]), "a group has at most 32 windows in which it is offline");
    }
}
