//! Durations and sizes as people write them: `4s`, `1h30m`, `30d`; `16MiB`, `500kB`.

use std::time::Duration;

use bytesize::ByteSize;

/// Longest run of digits in a duration. Keeps every sum far from the limits of [`Duration`], whose arithmetic panics there.
const MAX_DIGITS: usize = 9;

/// Longest text of a duration that makes sense.
const MAX_LENGTH: usize = 40;

/// Text that is no duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a duration such as \"4s\", \"1h30m\" or \"30d\"")]
pub struct NotADuration;

/// Text that is no size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a size such as \"16MiB\" or \"500kB\"")]
pub struct NotASize;

/// Reads a duration: whole or decimal numbers with their units, the largest unit being `y` (365.25 days), the smallest
/// `ns`. `m` is minutes, `M` months of 30.44 days. `0` needs no unit.
///
/// # Errors
/// When a number has no unit or more than nine digits, or the text is anything else.
pub fn parse_duration(text: &str) -> Result<Duration, NotADuration> {
    let digits = text.split(|character: char| !character.is_ascii_digit()).map(str::len).max().unwrap_or(0);
    if text.len() > MAX_LENGTH || digits > MAX_DIGITS {
        return Err(NotADuration);
    }
    humantime::parse_duration(text).map_err(|_| NotADuration)
}

/// Writes a duration so that [`parse_duration`] reads it again, largest unit first: `1d12h`, `4s`, `1s500ms`, `0s`.
#[must_use]
pub fn format_duration(duration: Duration) -> String {
    const UNITS: [(u128, &str); 7] = [
        (86_400_000_000_000, "d"),
        (3_600_000_000_000, "h"),
        (60_000_000_000, "m"),
        (1_000_000_000, "s"),
        (1_000_000, "ms"),
        (1_000, "us"),
        (1, "ns"),
    ];
    let (mut rest, mut text) = (duration.as_nanos(), String::new());
    for (length, unit) in UNITS {
        if rest >= length {
            text.push_str(&(rest / length).to_string());
            text.push_str(unit);
            rest %= length;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

/// Reads a size in bytes: a whole or decimal number with `B`, `kB`, `MB`, ... (powers of 1000) or `KiB`, `MiB`, ...
/// (powers of 1024); the final `B` may be left out, and without a unit the number counts bytes.
///
/// # Errors
/// When the text is anything else, or more bytes than a `u64` counts.
pub fn parse_size(text: &str) -> Result<u64, NotASize> {
    match text.parse::<ByteSize>() {
        // The crate saturates; nobody means this size.
        Ok(ByteSize(u64::MAX)) | Err(_) => Err(NotASize),
        Ok(ByteSize(bytes)) => Ok(bytes),
    }
}

/// Writes a size so that [`parse_size`] reads it again without loss: in the largest binary unit that divides it.
#[must_use]
pub fn format_size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let (mut number, mut unit) = (bytes, "B");
    for larger in UNITS {
        if number == 0 || number % 1024 != 0 {
            break;
        }
        (number, unit) = (number / 1024, larger);
    }
    format!("{number}{unit}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn durations_are_read() {
        let check = |text: &str, seconds: f64| {
            assert_eq!(parse_duration(text), Ok(Duration::from_secs_f64(seconds)), "{text}");
        };
        check("4s", 4.0);
        check("0s", 0.0);
        check("0", 0.0);
        check("1d", 86_400.0);
        check("30d", 2_592_000.0);
        check("1h30m", 5_400.0);
        check("1h 30m", 5_400.0);
        check("1.5h", 5_400.0);
        check("250ms", 0.25);
        check("1y", 31_557_600.0);
    }

    #[test]
    fn nonsense_is_no_duration() {
        let check = |text: &str| assert_eq!(parse_duration(text), Err(NotADuration), "{text}");
        for text in ["", " ", "4", "-4s", "s", "4 apples", "4s-", "1e9s", "+4s", "4S", "1000000000s", "四s", "4s4"] {
            check(text);
        }
        // Sums to exactly one second more than fits, which the crate would panic on.
        check("584554049253y31557600s1000ms");
    }

    #[test]
    fn durations_are_written_shortly() {
        let check = |millis: u64, text: &str| assert_eq!(format_duration(Duration::from_millis(millis)), text);
        check(0, "0s");
        check(4_000, "4s");
        check(1_500, "1s500ms");
        check(5_400_000, "1h30m");
        check(2_592_000_000, "30d");
        check(31_557_600_000, "365d6h");
    }

    #[test]
    fn sizes_are_read() {
        let check = |text: &str, bytes: u64| assert_eq!(parse_size(text), Ok(bytes), "{text}");
        check("16MiB", 16 << 20);
        check("16 MiB", 16 << 20);
        check("16mib", 16 << 20);
        check("16Mi", 16 << 20);
        check("1.5GiB", 3 << 29);
        check("500kB", 500_000);
        check("0", 0);
        check("4096", 4096);
    }

    #[test]
    fn nonsense_is_no_size() {
        let check = |text: &str| assert_eq!(parse_size(text), Err(NotASize), "{text}");
        for text in ["", "MiB", "-1MiB", "+1MiB", "1e3", "16 elephants", "16Mib/s", "99999999TiB", "1.2.3kB", "∞"] {
            check(text);
        }
    }

    #[test]
    fn sizes_are_written_in_the_largest_exact_unit() {
        let check = |bytes: u64, text: &str| assert_eq!(format_size(bytes), text);
        check(0, "0B");
        check(1000, "1000B");
        check(1536, "1536B");
        check(2048, "2KiB");
        check(16 << 20, "16MiB");
        check(1 << 60, "1EiB");
    }

    proptest! {
        #[test]
        fn a_duration_survives_its_text(seconds in 0_u64..80_000_000_000, nanos in 0_u32..1_000_000_000) {
            let duration = Duration::new(seconds, nanos);
            prop_assert_eq!(parse_duration(&format_duration(duration)), Ok(duration));
        }

        #[test]
        fn a_size_survives_its_text(bytes in 0..u64::MAX) {
            prop_assert_eq!(parse_size(&format_size(bytes)), Ok(bytes));
        }

        #[test]
        fn no_text_panics(text in "[0-9smhdyM. -]{0,40}|.{0,20}") {
            let _ = parse_duration(&text);
            let _ = parse_size(&text);
        }
    }
}
