//! The time that figures are of, how finely it is told, and the time before.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{journal::Grain, stats::Range, time::UnixTime};

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// The longest time that is told by minutes, and how long ago that may be.
const BY_MINUTES: (u64, u64) = (2 * HOUR, DAY);
/// The longest time that is told by hours, and how long ago that may be: hours are kept for 35 days.
const BY_HOURS: (u64, u64) = (8 * DAY, 34 * DAY);

/// A time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Period {
    /// The range; `null` for a time that was given by its ends.
    #[schema(required)]
    pub range: Option<Range>,
    /// Where it begins, in milliseconds since 1970 UTC: at a whole minute, hour or day.
    #[schema(value_type = u64)]
    pub from: UnixTime,
    /// Where it ends.
    #[schema(value_type = u64)]
    pub to: UnixTime,
    /// How finely it is told.
    #[serde(skip)]
    pub(super) grain: Grain,
}

impl Period {
    /// The time of a range, or else between two ends; a day that ends now unless anything is given.
    ///
    /// # Errors
    /// What does not go together, a sentence.
    pub fn new(
        range: Option<Range>,
        from: Option<UnixTime>,
        to: Option<UnixTime>,
        now: UnixTime,
    ) -> Result<Self, String> {
        let (range, from, to) = match (range, from, to) {
            (None, Some(from), to) => (None, from, to.unwrap_or(now)),
            (range, None, None) => {
                let range = range.unwrap_or_default();
                (Some(range), range.start(now), now)
            }
            _ => return Err("expected either `range`, or `from` and perhaps `to`".to_owned()),
        };
        if from > to || to > now {
            return Err("`from` must not be behind `to`, nor `to` behind now".to_owned());
        }
        let (length, age) = (to.0 - from.0, now.0 - from.0);
        let within = |limits: (u64, u64)| length <= limits.0 && age <= limits.1;
        let grain = match () {
            () if within(BY_MINUTES) => Grain::Minute,
            () if within(BY_HOURS) => Grain::Hour,
            () => Grain::Day,
        };
        Ok(Self { range, from: UnixTime(from.0 / unit(grain) * unit(grain)), to, grain })
    }

    /// As much time before, whole minutes, hours or days of it.
    #[must_use]
    pub fn before(&self) -> Self {
        let unit = unit(self.grain);
        let length = (self.to.0 - self.from.0).div_ceil(unit).max(1) * unit;
        // What is older than hours are kept is told by days.
        let grain = if self.grain == Grain::Hour && length > BY_HOURS.0 { Grain::Day } else { self.grain };
        let from = UnixTime(self.from.0.saturating_sub(length));
        Self { range: None, from, to: UnixTime(self.from.0.saturating_sub(1)), grain }
    }

    /// The length of a bucket of a picture of it, in milliseconds.
    pub(super) fn bucket(&self) -> u64 {
        let length = self.to.0 - self.from.0;
        match self.grain {
            Grain::Minute => MINUTE,
            Grain::Hour if length <= 2 * DAY => HOUR,
            Grain::Hour => 3 * HOUR,
            Grain::Day if length <= 70 * DAY => DAY,
            Grain::Day => 7 * DAY,
        }
    }

    /// Whether a stretch that begins then is of it.
    pub(super) fn holds(&self, at: UnixTime) -> bool {
        self.from <= at && at <= self.to
    }

    /// Its length in days, an hour at least.
    #[expect(clippy::cast_precision_loss, reason = "a time of more than 2^53 milliseconds may be off a little")]
    pub(super) fn days(&self) -> f64 {
        (self.to.0 - self.from.0).max(HOUR) as f64 / DAY as f64
    }
}

fn unit(grain: Grain) -> u64 {
    match grain {
        Grain::Minute => MINUTE,
        Grain::Hour => HOUR,
        Grain::Day => DAY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23 20:10:30 UTC.
    const NOW: UnixTime = UnixTime(1_795_464_630_000);

    #[test]
    fn the_time_before_ends_where_the_time_begins() {
        let check = |range: Range, grain: Grain, length: u64| {
            let period = Period::new(Some(range), None, None, NOW).unwrap();
            let before = period.before();
            assert_eq!((period.grain, before.grain), (grain, grain), "{range:?}");
            assert_eq!((before.to.0 + 1, period.from.0 - before.from.0), (period.from.0, length), "{range:?}");
            assert!(period.bucket() * 60 >= length && period.holds(NOW) && !period.holds(before.to));
        };
        check(Range::Hour, Grain::Minute, 51 * MINUTE);
        check(Range::Day, Grain::Hour, DAY);
        check(Range::Week, Grain::Hour, 7 * DAY);
        check(Range::Month, Grain::Day, 30 * DAY);
        check(Range::Year, Grain::Day, 365 * DAY);
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        let check = |range, from: Option<u64>, to: Option<u64>, good: bool| {
            let period = Period::new(range, from.map(UnixTime), to.map(UnixTime), NOW);
            assert_eq!(period.is_ok(), good, "{range:?} {from:?} {to:?}");
        };
        check(None, None, None, true);
        check(None, Some(5), None, true);
        check(None, Some(5), Some(5), true);
        check(None, Some(6), Some(5), false);
        check(None, None, Some(5), false);
        check(Some(Range::Day), Some(5), None, false);
        check(None, Some(NOW.0 + 1), None, false);
    }
}
