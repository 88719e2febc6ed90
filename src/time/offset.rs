//! By how much the clocks of a house differ from UTC.

use std::fmt;

use super::UnixTime;

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
/// The first hours of a day are its night.
const NIGHT: usize = 6;

/// By how many seconds the clocks of a house are ahead of UTC. It changes twice a year in many countries: what is told of
/// times before the last change by the offset of today is an hour off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offset(pub i32);

impl Offset {
    /// The hour of the day, 0 to 23, that the clocks show.
    #[must_use]
    pub fn hour(self, at: UnixTime) -> usize {
        usize::try_from(self.hours(at) % 24).unwrap_or_default()
    }

    /// The minute of the day, 0 to 1439, that the clocks show.
    pub(super) fn minute(self, at: UnixTime) -> u16 {
        u16::try_from(self.shown(at) / MINUTE % (24 * 60)).unwrap_or_default()
    }

    /// The day of the week that the calendar shows, 0 for Monday.
    #[must_use]
    pub fn weekday(self, at: UnixTime) -> usize {
        // 1970 began on a Thursday.
        usize::try_from((self.hours(at) / 24 + 3) % 7).unwrap_or_default()
    }

    /// Whether it is at night, from 00 to 06.
    #[must_use]
    pub fn is_at_night(self, at: UnixTime) -> bool {
        self.hour(at) < NIGHT
    }

    fn hours(self, at: UnixTime) -> u64 {
        self.shown(at) / HOUR
    }

    /// Milliseconds since 1970, counted as the clocks show them.
    fn shown(self, at: UnixTime) -> u64 {
        at.0.saturating_add_signed(i64::from(self.0) * 1000)
    }
}

/// `UTC`, or `UTC+05:30`.
impl fmt::Display for Offset {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = self.0.unsigned_abs() / 60;
        match self.0 {
            0 => out.write_str("UTC"),
            ahead => write!(out, "UTC{}{:02}:{:02}", if ahead < 0 { '-' } else { '+' }, minutes / 60, minutes % 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_instant;

    #[test]
    fn hours_days_and_nights_are_those_of_the_house() {
        let check = |offset: i32, at: &str, weekday: usize, hour: usize, is_at_night: bool, text: &str| {
            let (offset, at) = (Offset(offset * 60), parse_instant(at).unwrap());
            let found = (offset.weekday(at), offset.hour(at), offset.is_at_night(at));
            assert_eq!((found, &*offset.to_string()), ((weekday, hour, is_at_night), text));
        };
        // A Thursday.
        check(0, "2026-11-26T05:59:59Z", 3, 5, true, "UTC");
        check(60, "2026-11-26T05:00:00Z", 3, 6, false, "UTC+01:00");
        check(60, "2026-11-26T23:00:00Z", 4, 0, true, "UTC+01:00");
        check(330, "2026-11-26T18:30:00Z", 4, 0, true, "UTC+05:30");
        check(-480, "2026-11-26T07:59:00Z", 2, 23, false, "UTC-08:00");
        check(-60, "1970-01-01T00:00:00Z", 3, 0, true, "UTC-01:00");
    }
}
