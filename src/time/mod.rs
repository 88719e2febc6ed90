//! Time and sizes as values: moments that are passed in, and durations, windows of the week and sizes as people write them.
//!
//! Leaves the reading of clocks to `app`, which makes the one [`Clock`] that everything else is given.

mod day;
mod instant;
mod offset;
mod text;
mod week;

use std::time::Duration;

pub use day::{Day, NotADay};
pub use instant::{LATEST, format_instant, parse_instant};
pub use offset::Offset;
pub use text::{NotADuration, NotASize, format_duration, format_size, parse_duration, parse_size};
pub use week::{DAILY, NotAWindow, WEEKDAYS, WeekHours, WeekMinute, WeekWindow};

/// A point on the monotonic clock, in microseconds since the process started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub u64);

impl Moment {
    /// The time that passed since `earlier`; zero when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }

    /// The moment `duration` from here.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)))
    }
}

/// Wall-clock time, in milliseconds since 1970-01-01 UTC. May jump; never used to measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct UnixTime(pub u64);

impl UnixTime {
    /// Whole seconds since 1970-01-01 UTC.
    #[must_use]
    pub fn seconds(self) -> u64 {
        self.0 / 1000
    }

    /// The time `duration` later.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
    }

    /// The time that passed since `earlier`; zero when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

/// Both clocks, read together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// For measuring.
    pub moment: Moment,
    /// For telling people.
    pub unix: UnixTime,
}

/// A way to read the clocks, so that tests can bring their own.
#[derive(Clone, Copy, Debug)]
pub struct Clock(pub fn() -> Now);

impl Clock {
    /// Reads both clocks.
    #[must_use]
    pub fn now(&self) -> Now {
        (self.0)()
    }
}
