//! The one place that reads the clocks, and that knows the time of this house.

use std::{sync::LazyLock, time::Duration};

use nix::time::{ClockId, clock_gettime};
use tz::TimeZone;

use crate::time::{Clock, Moment, Now, Offset, UnixTime, WeekMinute, format_instant};

/// The clock that never jumps, and goes on while the machine sleeps: what was remembered before a laptop was closed is old when it
/// is opened again.
const STEADY: ClockId = ClockId::CLOCK_BOOTTIME;

static START: LazyLock<u64> = LazyLock::new(|| microseconds(STEADY));

/// The clocks of this machine.
#[must_use]
pub fn system() -> Clock {
    Clock(read)
}

/// Each query reads them: plain arithmetic on what the kernel gives, where the types of the standard library would check
/// and convert.
fn read() -> Now {
    let passed = microseconds(STEADY).saturating_sub(*START);
    Now { moment: Moment(passed), unix: UnixTime(microseconds(ClockId::CLOCK_REALTIME) / 1000) }
}

/// What a clock shows; 0 before 1970.
#[inline]
fn microseconds(clock: ClockId) -> u64 {
    let Ok(time) = clock_gettime(clock) else { return 0 };
    let seconds = u64::try_from(time.tv_sec()).unwrap_or_default();
    seconds.saturating_mul(1_000_000) + u64::try_from(time.tv_nsec()).unwrap_or_default() / 1000
}

/// The time of this house: `TZ`, or else what the system says; UTC where neither can be read.
#[derive(Debug)]
pub struct LocalTime(TimeZone);

const DAY: i64 = 86_400;
const MINUTE: i64 = 60;

impl LocalTime {
    /// Reads it anew: it may have been changed.
    #[must_use]
    pub fn read() -> Self {
        let told = std::env::var("TZ").ok().filter(|zone| !zone.is_empty());
        // OpenWrt keeps the zone where its C library looks.
        let told = told.or_else(|| std::fs::read_to_string("/etc/TZ").ok()).map(|zone| zone.trim().to_owned());
        let zone = told.and_then(|zone| TimeZone::from_posix_tz(&zone).ok()).or_else(|| TimeZone::local().ok());
        Self(zone.unwrap_or_else(TimeZone::utc))
    }

    /// By how much the clocks here differ from UTC.
    #[must_use]
    pub fn ahead_of_utc(&self, now: UnixTime) -> Offset {
        Offset(i32::try_from(self.offset(seconds(now))).unwrap_or_default())
    }

    /// How long it is from `now` until the next midnight here.
    #[must_use]
    pub fn until_midnight(&self, now: UnixTime) -> Duration {
        let midnight = (self.here(seconds(now)).div_euclid(DAY) + 1) * DAY;
        self.shown_next(midnight, now).since(now).max(Duration::from_secs(1))
    }

    /// The minute of the week that the clocks here show.
    #[must_use]
    pub fn minute(&self, now: UnixTime) -> WeekMinute {
        WeekMinute::at(now, self.ahead_of_utc(now))
    }

    /// When the clocks here show the beginning of a minute of the week the next time after `now`.
    #[must_use]
    pub fn when(&self, minute: WeekMinute, now: UnixTime) -> UnixTime {
        let begins = self.here(seconds(now)).div_euclid(MINUTE) * MINUTE;
        self.shown_next(begins + i64::from(self.minute(now).until(minute)) * MINUTE, now)
    }

    /// When the clocks here show what they do when `here` seconds are counted as [`Self::here`] counts them, some time
    /// after `now`.
    fn shown_next(&self, here: i64, now: UnixTime) -> UnixTime {
        // The offset may be another one by then, and then the second guess is right.
        let first = here - self.offset(seconds(now));
        let second = here - self.offset(first);
        // Where the clocks skip the time itself, the second lies in the hour before, and what begins then begins with the first.
        let at = if self.here(second) < here { first } else { second };
        UnixTime(u64::try_from(at).unwrap_or_default().saturating_mul(1000))
    }

    /// `at` as somebody reads it at `now`: `14:05` of the same day, or `2026-11-27 14:05`.
    #[must_use]
    pub fn text(&self, at: UnixTime, now: UnixTime) -> String {
        let day = |time| self.here(seconds(time)).div_euclid(DAY);
        let text = self.to_the_second(at);
        let whole = text.get(..16).unwrap_or_default();
        if day(at) == day(now) { whole.get(11..).unwrap_or_default() } else { whole }.to_owned()
    }

    /// `at` with its day and its second, such as `2026-11-27 14:05:09`: for lines that may be read much later.
    #[must_use]
    pub fn to_the_second(&self, at: UnixTime) -> String {
        let here = UnixTime(u64::try_from(self.here(seconds(at))).unwrap_or_default().saturating_mul(1000));
        format_instant(here).get(..19).unwrap_or_default().replace('T', " ")
    }

    /// Seconds since 1970, counted as the clocks here show them.
    fn here(&self, seconds: i64) -> i64 {
        seconds + self.offset(seconds)
    }

    fn offset(&self, seconds: i64) -> i64 {
        self.0.find_local_time_type(seconds).map_or(0, |kind| kind.ut_offset().into())
    }
}

fn seconds(time: UnixTime) -> i64 {
    i64::try_from(time.seconds()).unwrap_or(i64::MAX / 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{WeekHours, parse_instant};

    /// In the zone of Berlin.
    fn check(now: &str, at: &str, text: &str, hours: u64) {
        let here = LocalTime(TimeZone::from_posix_tz("CET-1CEST,M3.5.0,M10.5.0/3").unwrap());
        let (now, at) = (parse_instant(now).unwrap(), parse_instant(at).unwrap());
        assert_eq!(here.text(at, now), text, "{now:?}");
        assert_eq!(here.until_midnight(now), Duration::from_hours(hours), "{now:?}");
        let summer = (parse_instant("2026-03-29T01:00:00Z").unwrap()..parse_instant("2026-10-25T01:00:00Z").unwrap())
            .contains(&now);
        assert_eq!(here.ahead_of_utc(now), Offset(if summer { 7200 } else { 3600 }), "{now:?}");
    }

    #[test]
    fn midnight_and_the_time_are_those_of_the_house() {
        check("2026-11-26T12:00:00Z", "2026-11-26T13:05:00Z", "14:05", 11);
        check("2026-11-26T12:00:00Z", "2026-11-26T23:05:00Z", "2026-11-27 00:05", 11);
        check("2026-11-26T23:00:00Z", "2026-11-26T22:59:00Z", "2026-11-26 23:59", 24);
        check("2026-07-01T12:00:00Z", "2026-07-01T13:05:00Z", "15:05", 10);
        // The days on which the clocks are changed have 23 and 25 hours.
        check("2026-03-28T23:00:00Z", "2026-03-29T01:00:00Z", "03:00", 23);
        check("2026-10-24T22:00:00Z", "2026-10-25T01:00:00Z", "02:00", 25);
    }

    #[test]
    fn a_minute_of_the_week_comes_when_the_clocks_here_show_it() {
        let here = LocalTime(TimeZone::from_posix_tz("CET-1CEST,M3.5.0,M10.5.0/3").unwrap());
        let night: WeekHours = serde_json::from_str(r#"["daily 20:30-06:30", "sun 02:15-02:45"]"#).unwrap();
        let small = WeekHours(vec!["sun 02:15-02:45".parse().unwrap()]);
        let check = |hours: &WeekHours, now: &str, is_open: bool, change: &str| {
            let now = parse_instant(now).unwrap();
            let minute = here.minute(now);
            assert_eq!(hours.are_open(minute), is_open, "{now:?}");
            assert_eq!(format_instant(here.when(hours.next_change(minute).unwrap(), now)), change, "{now:?}");
        };
        check(&night, "2026-11-26T12:00:30Z", false, "2026-11-26T19:30:00.000Z");
        check(&night, "2026-11-26T19:29:59Z", false, "2026-11-26T19:30:00.000Z");
        check(&night, "2026-11-26T19:30:00Z", true, "2026-11-27T05:30:00.000Z");
        check(&night, "2026-11-27T05:30:00Z", false, "2026-11-27T19:30:00.000Z");
        // The night before summer time is an hour shorter, and that after it an hour longer.
        check(&night, "2026-03-28T19:30:00Z", true, "2026-03-29T04:30:00.000Z");
        check(&night, "2026-03-29T04:30:00Z", false, "2026-03-29T18:30:00.000Z");
        check(&night, "2026-10-24T18:30:00Z", true, "2026-10-25T05:30:00.000Z");
        check(&night, "2026-10-25T05:30:00Z", false, "2026-10-25T19:30:00.000Z");
        // Hours that the clocks skip do not come, and those that they show twice come twice.
        check(&small, "2026-03-29T00:59:59Z", false, "2026-03-29T01:15:00.000Z");
        check(&small, "2026-03-29T01:15:00Z", false, "2026-04-05T00:15:00.000Z");
        check(&small, "2026-10-25T00:15:00Z", true, "2026-10-25T00:45:00.000Z");
        check(&small, "2026-10-25T01:10:00Z", false, "2026-10-25T01:15:00.000Z");
        check(&small, "2026-10-25T01:15:00Z", true, "2026-10-25T01:45:00.000Z");
    }

    #[test]
    fn a_line_for_later_has_day_and_second_of_the_house() {
        let here = LocalTime(TimeZone::from_posix_tz("CET-1CEST,M3.5.0,M10.5.0/3").unwrap());
        let check = |at: &str, text: &str| assert_eq!(here.to_the_second(parse_instant(at).unwrap()), text);
        check("2026-11-26T13:05:09Z", "2026-11-26 14:05:09");
        check("2026-07-01T22:00:59Z", "2026-07-02 00:00:59");
    }

    #[test]
    fn a_day_without_a_midnight_begins_when_the_clocks_are_set_forward() {
        let check = |zone: &str, now: &str, minutes: u64| {
            let here = LocalTime(TimeZone::from_posix_tz(zone).unwrap());
            assert_eq!(here.until_midnight(parse_instant(now).unwrap()), Duration::from_mins(minutes), "{zone} {now}");
        };
        // In Cairo the last Friday of April begins at 01:00, and the last Thursday of October ends at 23:00 for the first time.
        let cairo = "EET-2EEST,M4.5.5/0,M10.5.4/24";
        check(cairo, "2026-04-23T12:00:00Z", 10 * 60);
        check(cairo, "2026-04-23T21:30:00Z", 30);
        check(cairo, "2026-04-23T22:00:00Z", 23 * 60);
        check(cairo, "2026-10-29T12:00:00Z", 10 * 60);
        check(cairo, "2026-10-29T20:30:00Z", 90);
        check("<-01>1<+00>,M3.5.0/0,M10.5.0/1", "2026-03-28T12:00:00Z", 13 * 60);
    }
}
