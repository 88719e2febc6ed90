//! The one place that reads the clocks.

use std::{
    sync::LazyLock,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use crate::time::{Clock, Moment, Now, UnixTime};

#[expect(clippy::disallowed_methods, reason = "this is the one lawful place")]
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The clocks of this machine.
#[must_use]
pub fn system() -> Clock {
    Clock(read)
}

#[expect(clippy::disallowed_methods, reason = "this is the one lawful place")]
fn read() -> Now {
    let passed = Instant::now().saturating_duration_since(*START);
    let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Now { moment: Moment::default().after(passed), unix: UnixTime::default().after(unix) }
}
