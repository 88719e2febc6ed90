//! Points in time as text (RFC 3339), of UTC.

use std::time::{Duration, UNIX_EPOCH};

use super::UnixTime;

/// The last millisecond that can be written: of the year 9999.
pub const LATEST: UnixTime = UnixTime(253_402_300_799_999);

/// Reads a point in time: `2026-11-20` for the start of that day, or `2026-11-20T18:30:00Z`, where the `Z` may be left out
/// and fractions of a second are cut to milliseconds. Other zones are not read.
#[must_use]
pub fn parse_instant(text: &str) -> Option<UnixTime> {
    let is_day = text.len() == "2026-11-20".len();
    let whole = if is_day { format!("{text}T00:00:00Z") } else { text.to_owned() };
    let time = humantime::parse_rfc3339_weak(&whole).ok()?.duration_since(UNIX_EPOCH).ok()?;
    u64::try_from(time.as_millis()).ok().map(UnixTime).filter(|time| *time <= LATEST)
}

/// Writes a point in time so that [`parse_instant`] reads it again: `2026-11-20T18:30:00.000Z`. Later ones than
/// [`LATEST`] are written as it.
#[must_use]
pub fn format_instant(time: UnixTime) -> String {
    humantime::format_rfc3339_millis(UNIX_EPOCH + Duration::from_millis(time.min(LATEST).0)).to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn points_in_time_are_read() {
        let check =
            |text: &str, expected: Option<u64>| assert_eq!(parse_instant(text).map(|time| time.0), expected, "{text}");
        check("1970-01-01", Some(0));
        check("2026-11-20", Some(1_795_132_800_000));
        check("2026-11-20T18:30:00Z", Some(1_795_199_400_000));
        check("2026-11-20T18:30:00", Some(1_795_199_400_000));
        check("2026-11-20T18:30:00.1239Z", Some(1_795_199_400_123));
        check("9999-12-31T23:59:59.999Z", Some(LATEST.0));
        check("1969-12-31", None);
        check("2026-02-30", None);
        check("2026-11-20T18:30:00+01:00", None);
        check("20.11.2026", None);
        check("10000-01-01T00:00:00Z", None);
        check("", None);
        check("äöü-11-20", None);
    }

    proptest! {
        #[test]
        fn a_point_in_time_survives_its_text(time in 0..=LATEST.0) {
            prop_assert_eq!(parse_instant(&format_instant(UnixTime(time))), Some(UnixTime(time)));
        }

        #[test]
        fn no_text_panics(text in "[0-9T:.Z+-]{0,30}|.{0,12}") {
            let _ = parse_instant(&text);
        }
    }
}
