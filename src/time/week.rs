//! Windows of the week by the clocks of a house, as people write them: `mon-thu,sun 20:30-06:30`.
//!
//! Leaves to `app` what the clocks of the house show, and when they are set forward or back: a window is open while they show
//! a minute that is in it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{Offset, UnixTime};

/// Minutes of a day, and of a week.
const DAY: u16 = 1440;
const WEEK: u16 = 7 * DAY;

/// The days as they are written, Monday first.
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// All of them.
pub const DAILY: &str = "daily";
const WHOLE: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// Bits of all days.
const ALL: u8 = 0x7F;

/// The longest text of a window that makes sense, in octets.
const LONGEST: usize = 128;

/// A minute of the week as the clocks of a house show it, counted from the beginning of Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WeekMinute(u16);

impl WeekMinute {
    /// The minute that clocks show at a time, which are so far ahead of UTC.
    #[must_use]
    pub fn at(time: UnixTime, offset: Offset) -> Self {
        let day = u16::try_from(offset.weekday(time)).unwrap_or_default();
        Self(day * DAY + offset.minute(time))
    }

    /// Which day it is of, 0 for Monday.
    #[must_use]
    pub fn weekday(self) -> usize {
        usize::from(self.0 / DAY)
    }

    /// How many minutes there are from it until `later` comes; a week where both are the same.
    #[must_use]
    pub fn until(self, later: Self) -> u16 {
        match (later.0 + WEEK - self.0) % WEEK {
            0 => WEEK,
            minutes => minutes,
        }
    }
}

/// The time of day, as `06:30`.
impl fmt::Display for WeekMinute {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_time(out, self.0 % DAY)
    }
}

/// A window that opens on some days of the week; one that goes past midnight belongs to the day on which it opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WeekWindow {
    /// A bit for each day on which it opens, the lowest for Monday.
    days: u8,
    /// The minute of the day at which it opens.
    from: u16,
    /// The minute of the day at which it closes, 1 to 1440; on the day after, where it is not later than the other.
    to: u16,
}

impl WeekWindow {
    /// How long it is open, in minutes.
    fn length(self) -> u16 {
        if self.to > self.from { self.to - self.from } else { self.to + DAY - self.from }
    }

    /// When it opens.
    fn openings(self) -> impl Iterator<Item = u16> {
        (0..7).filter(move |day| self.days >> day & 1 == 1).map(move |day| day * DAY + self.from)
    }

    fn is_open(self, at: WeekMinute) -> bool {
        self.openings().any(|opening| (at.0 + WEEK - opening) % WEEK < self.length())
    }
}

/// Windows of the week together; open while any of them is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WeekHours(pub Vec<WeekWindow>);

impl WeekHours {
    /// Whether there are no windows at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a window is open.
    #[must_use]
    pub fn are_open(&self, at: WeekMinute) -> bool {
        self.0.iter().any(|window| window.is_open(at))
    }

    /// The next minute after `at` from which on a window is open, if none is at `at`; or none, if one is. `None` where that
    /// never changes.
    #[must_use]
    pub fn next_change(&self, at: WeekMinute) -> Option<WeekMinute> {
        let is_open = self.are_open(at);
        let ends = self.0.iter().flat_map(|window| {
            window.openings().flat_map(move |opening| [opening, (opening + window.length()) % WEEK])
        });
        let changes = ends.map(WeekMinute).filter(|end| self.are_open(*end) != is_open);
        changes.min_by_key(|change| at.until(*change))
    }
}

/// Text that is no window of the week.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAWindow {
    /// It has not the form of one.
    #[error("expected days and times such as \"mon-fri 20:30-06:30\" or \"daily 22:00-24:00\"")]
    Form,
    /// No day.
    #[error("\"{0}\" is no day; expected mon, tue, wed, thu, fri, sat, sun or daily")]
    Day(String),
    /// No time of day.
    #[error("\"{0}\" is no time of day; expected one such as \"20:30\", up to \"24:00\"")]
    Time(String),
    /// It ends when it begins.
    #[error("it begins and ends at {0}; for whole days expected \"00:00-24:00\"")]
    Nothing(String),
}

impl FromStr for WeekWindow {
    type Err = NotAWindow;

    /// Reads days and times: `mon-thu,sun 20:30-06:30`. Case does not matter, and days may be written out.
    fn from_str(text: &str) -> Result<Self, NotAWindow> {
        if text.len() > LONGEST {
            return Err(NotAWindow::Form);
        }
        let text = text.trim().to_ascii_lowercase();
        let (days, times) = text.rsplit_once(char::is_whitespace).ok_or(NotAWindow::Form)?;
        let (begins, ends) = times.split_once('-').ok_or(NotAWindow::Form)?;
        let days = read_days(days.trim_end())?;
        let (from, to) = (read_time(begins)?, read_time(ends)?);
        // Midnight at which a day ends is 24:00, and that at which one begins is 00:00.
        let (from, to) = (from % DAY, if to == 0 { DAY } else { to });
        if from == to || begins == ends {
            return Err(NotAWindow::Nothing(begins.to_owned()));
        }
        Ok(Self { days, from, to })
    }
}

fn read_days(text: &str) -> Result<u8, NotAWindow> {
    let mut days = 0;
    for part in text.split(',').map(str::trim) {
        days |= match part.split_once('-') {
            None if part == DAILY => ALL,
            None => 1 << read_day(part)?,
            Some((first, last)) => {
                let (first, last) = (read_day(first.trim())?, read_day(last.trim())?);
                let count = (last + 7 - first) % 7 + 1;
                (first..first + count).fold(0, |days, day| days | 1 << (day % 7))
            }
        };
    }
    Ok(days)
}

fn read_day(word: &str) -> Result<usize, NotAWindow> {
    let place = WEEKDAYS.iter().zip(WHOLE).position(|(short, whole)| word == *short || word == whole);
    place.ok_or_else(|| NotAWindow::Day(word.to_owned()))
}

/// A time of day in minutes, 0 to 1440.
fn read_time(text: &str) -> Result<u16, NotAWindow> {
    let read = || {
        let (hours, minutes) = text.split_once(':')?;
        let is_number = |part: &str| part.len() <= 2 && part.bytes().all(|octet| octet.is_ascii_digit());
        if !is_number(hours) || !is_number(minutes) || minutes.len() != 2 {
            return None;
        }
        let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
        let time = hours * 60 + minutes;
        (minutes < 60 && time <= DAY).then_some(time)
    };
    read().ok_or_else(|| NotAWindow::Time(text.to_owned()))
}

/// As it is read, in one way: days in the order of the week, as ranges where several follow each other.
impl fmt::Display for WeekWindow {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.days == ALL {
            out.write_str(DAILY)?;
        } else {
            self.write_days(out)?;
        }
        out.write_str(" ")?;
        write_time(out, self.from)?;
        out.write_str("-")?;
        write_time(out, self.to)
    }
}

impl WeekWindow {
    fn write_days(self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_of = |day: usize| self.days >> day & 1 == 1;
        let mut comma = "";
        let mut day = 0;
        while day < WEEKDAYS.len() {
            let end = (day..WEEKDAYS.len()).find(|day| !is_of(*day)).unwrap_or(WEEKDAYS.len());
            if let [first, rest @ ..] = &WEEKDAYS[day..end] {
                write!(out, "{comma}{first}")?;
                if let [.., last] = rest {
                    write!(out, "-{last}")?;
                }
                comma = ",";
            }
            day = end + 1;
        }
        Ok(())
    }
}

fn write_time(out: &mut fmt::Formatter<'_>, minute: u16) -> fmt::Result {
    write!(out, "{:02}:{:02}", minute / 60, minute % 60)
}

impl From<WeekWindow> for String {
    fn from(window: WeekWindow) -> Self {
        window.to_string()
    }
}

impl TryFrom<String> for WeekWindow {
    type Error = NotAWindow;

    fn try_from(text: String) -> Result<Self, NotAWindow> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::parse_instant;

    fn hours(texts: &[&str]) -> WeekHours {
        WeekHours(texts.iter().map(|text| text.parse().unwrap()).collect())
    }

    /// `tue 06:30`.
    fn minute(text: &str) -> WeekMinute {
        let (day, time) = text.split_once(' ').unwrap();
        WeekMinute(u16::try_from(read_day(day).unwrap()).unwrap() * DAY + read_time(time).unwrap())
    }

    fn told(minute: WeekMinute) -> String {
        format!("{} {minute}", WEEKDAYS[minute.weekday()])
    }

    #[test]
    fn windows_are_read_and_written_in_one_way() {
        let check = |text: &str, expected: &str| {
            let window: WeekWindow = text.parse().unwrap();
            assert_eq!(window.to_string(), expected, "{text}");
            assert_eq!(expected.parse(), Ok(window), "{text}");
        };
        check("mon-thu,sun 20:30-06:30", "mon-thu,sun 20:30-06:30");
        check(" Sunday, Monday-Thursday  20:30-6:30 ", "mon-thu,sun 20:30-06:30");
        check("daily 22:00-24:00", "daily 22:00-24:00");
        check("daily 22:00-00:00", "daily 22:00-24:00");
        check("mon,tue,wed,thu,fri,sat,sun 00:00-24:00", "daily 00:00-24:00");
        check("fri-mon 24:00-01:00", "mon,fri-sun 00:00-01:00");
        check("sat,sun 13:00-14:30", "sat-sun 13:00-14:30");
        check("wed-wed 00:00-00:01", "wed 00:00-00:01");
        check("sat-fri 23:59-23:58", "daily 23:59-23:58");
    }

    #[test]
    fn what_is_no_window_says_what_was_expected() {
        let check = |text: &str, expected: &str| {
            let told = text.parse::<WeekWindow>().unwrap_err().to_string();
            assert!(told.starts_with(expected), "{text}: {told}");
        };
        for text in ["", "mon-fri", "20:30-06:30", "mon 20:30", "mon 20:30 06:30"] {
            check(text, "expected days and times such as");
        }
        check(&"mon,".repeat(100), "expected days and times such as");
        check("mno 20:30-06:30", "\"mno\" is no day; expected mon, tue");
        check("mon-frei 20:30-06:30", "\"frei\" is no day");
        check("mon, 20:30-06:30", "\"\" is no day");
        check("daily-mon 20:30-06:30", "\"daily\" is no day");
        for time in ["24:01", "25:00", "20:60", "20", "20:3", "020:30", "+1:30", "20.30", "8pm", ""] {
            check(&format!("mon {time}-06:30"), &format!("\"{time}\" is no time of day"));
        }
        for times in ["20:30-20:30", "00:00-00:00", "24:00-24:00"] {
            check(&format!("mon {times}"), "it begins and ends at");
        }
    }

    #[test]
    fn a_window_past_midnight_belongs_to_the_day_on_which_it_opens() {
        let check = |texts: &[&str], at: &str, is_open: bool, change: &str| {
            let (hours, at) = (hours(texts), minute(at));
            assert_eq!(hours.are_open(at), is_open, "{texts:?} {at}");
            assert_eq!(hours.next_change(at).map(told).as_deref(), Some(change).filter(|text| !text.is_empty()));
        };
        let nights = ["mon-thu,sun 20:30-06:30"];
        check(&nights, "mon 06:29", true, "mon 06:30");
        check(&nights, "mon 06:30", false, "mon 20:30");
        check(&nights, "mon 20:29", false, "mon 20:30");
        check(&nights, "mon 20:30", true, "tue 06:30");
        check(&nights, "fri 06:29", true, "fri 06:30");
        check(&nights, "fri 20:30", false, "sun 20:30");
        check(&nights, "sun 23:59", true, "mon 06:30");
        // Windows that touch are one.
        check(&["daily 20:00-24:00", "daily 00:00-06:00"], "wed 23:59", true, "thu 06:00");
        check(&["sun 20:00-24:00", "mon 00:00-06:00"], "sun 21:00", true, "mon 06:00");
        check(&["tue 08:00-13:00", "tue 12:00-14:00", "tue 09:00-10:00"], "tue 08:00", true, "tue 14:00");
        check(&["tue 08:00-13:00"], "tue 13:00", false, "tue 08:00");
        check(&["daily 00:00-24:00"], "tue 13:00", true, "");
        check(&[], "tue 13:00", false, "");
        // Six minutes short of a day, each day.
        check(&["sat 12:00-11:54", "sun 12:00-11:54"], "mon 11:53", true, "mon 11:54");
    }

    #[test]
    fn a_minute_of_the_week_is_what_the_clocks_of_the_house_show() {
        let check = |at: &str, offset: i32, expected: &str| {
            let minute = WeekMinute::at(parse_instant(at).unwrap(), Offset(offset * 60));
            assert_eq!(told(minute), expected);
        };
        check("2026-11-26T05:59:59Z", 0, "thu 05:59");
        check("2026-11-29T23:30:00Z", 60, "mon 00:30");
        check("2026-11-30T00:15:00Z", -30, "sun 23:45");
        check("2026-11-26T18:29:00Z", 330, "thu 23:59");
    }

    #[test]
    fn a_file_keeps_windows_as_text() {
        let hours = hours(&["mon-thu,sun 20:30-06:30", "sat 13:00-14:00"]);
        let text = serde_json::to_string(&hours).unwrap();
        assert_eq!(text, r#"["mon-thu,sun 20:30-06:30","sat 13:00-14:00"]"#);
        assert_eq!(serde_json::from_str::<WeekHours>(&text).unwrap(), hours);
        assert!(serde_json::from_str::<WeekHours>(r#"["mno 20:30-06:30"]"#).is_err());
    }

    prop_compose! {
        fn window()(days in 1_u8..128, from in 0..DAY, length in 1..DAY) -> WeekWindow {
            WeekWindow { days, from, to: match (from + length) % DAY { 0 => DAY, to => to } }
        }
    }

    proptest! {
        #[test]
        fn a_window_survives_its_text(window in window()) {
            prop_assert_eq!(window.to_string().parse(), Ok(window));
        }

        /// What was counted minute by minute.
        #[test]
        fn the_next_change_is_the_first_minute_that_differs(
            windows in prop::collection::vec(window(), 0..5),
            at in 0..WEEK,
        ) {
            let hours = WeekHours(windows.clone());
            let mut open = vec![false; usize::from(WEEK)];
            for window in windows {
                for day in (0..7).filter(|day| window.days >> day & 1 == 1) {
                    let opens = day * DAY + window.from;
                    let mut minute = opens;
                    while minute == opens || minute % DAY != window.to % DAY {
                        open[usize::from(minute % WEEK)] = true;
                        minute += 1;
                    }
                }
            }
            let is_open = |minute: u16| open[usize::from(minute % WEEK)];
            prop_assert_eq!(hours.are_open(WeekMinute(at)), is_open(at));
            let change = (at + 1..at + WEEK).find(|minute| is_open(*minute) != is_open(at));
            prop_assert_eq!(hours.next_change(WeekMinute(at)), change.map(|minute| WeekMinute(minute % WEEK)));
        }

        #[test]
        fn no_text_panics(text in "[a-z0-9:, -]{0,40}|.{0,20}") {
            let _ = text.parse::<WeekWindow>();
        }
    }
}
