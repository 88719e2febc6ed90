//! The one place that reads the clocks.

use std::sync::LazyLock;

use nix::time::{ClockId, clock_gettime};

use crate::time::{Clock, Moment, Now, UnixTime};

static START: LazyLock<u64> = LazyLock::new(|| microseconds(ClockId::CLOCK_MONOTONIC));

/// The clocks of this machine.
#[must_use]
pub fn system() -> Clock {
    Clock(read)
}

/// Each query reads them: plain arithmetic on what the kernel gives, where the types of the standard library would check
/// and convert.
fn read() -> Now {
    let passed = microseconds(ClockId::CLOCK_MONOTONIC).saturating_sub(*START);
    Now { moment: Moment(passed), unix: UnixTime(microseconds(ClockId::CLOCK_REALTIME) / 1000) }
}

/// What a clock shows; 0 before 1970.
fn microseconds(clock: ClockId) -> u64 {
    let Ok(time) = clock_gettime(clock) else { return 0 };
    let seconds = u64::try_from(time.tv_sec()).unwrap_or_default();
    seconds.saturating_mul(1_000_000) + u64::try_from(time.tv_nsec()).unwrap_or_default() / 1000
}
