//! Days of the calendar, UTC.

use std::{fmt, str::FromStr};

use super::{UnixTime, format_instant, parse_instant};

/// Milliseconds of a day.
const DAY: u64 = 86_400_000;
/// The length of a date, which begins what is written of a point in time.
const DATE: usize = "2026-11-23".len();

/// A day of the calendar, UTC, counted from 1970-01-01; written `2026-11-23`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub u64);

/// Text that is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a day such as \"2026-11-23\"")]
pub struct NotADay;

impl Day {
    /// The day that holds a time.
    #[must_use]
    pub fn of(time: UnixTime) -> Self {
        Self(time.0 / DAY)
    }

    /// When it begins.
    #[must_use]
    pub fn start(self) -> UnixTime {
        UnixTime(self.0.saturating_mul(DAY))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&format_instant(self.start())[..DATE])
    }
}

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let found = parse_instant(text).map(Self::of).ok_or(NotADay)?;
        // Whatever is written otherwise comes back as something else.
        if found.to_string() == text { Ok(found) } else { Err(NotADay) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_and_read() {
        let check = |text: &str, days: u64| {
            assert_eq!(Day(days).to_string(), text);
            assert_eq!(text.parse(), Ok(Day(days)));
        };
        check("1970-01-01", 0);
        check("1970-12-31", 364);
        check("2000-02-29", 11_016);
        check("2000-03-01", 11_017);
        check("2024-12-31", 20_088);
        check("2026-11-23", 20_780);
        check("2100-02-28", 47_540);
        check("2100-03-01", 47_541);
        for days in 0..60_000 {
            assert_eq!(Day(days).to_string().parse(), Ok(Day(days)));
        }
        for text in ["", "2026", "2026-13-01", "2026-02-29", "2026-11-31", "2026-1-1", "2026-11-23x", "1969-12-31"] {
            assert_eq!(text.parse::<Day>(), Err(NotADay), "{text}");
        }
    }

    #[test]
    fn a_day_begins_at_midnight() {
        assert_eq!(Day::of(UnixTime(1_795_464_000_000)).to_string(), "2026-11-23");
        assert_eq!(Day(1).start(), UnixTime(86_400_000));
        assert_eq!((Day::of(UnixTime(86_399_999)), Day::of(UnixTime(86_400_000))), (Day(0), Day(1)));
    }
}
