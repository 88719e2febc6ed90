//! When something is over: by the clock that never jumps while ponor runs, by the clock on the wall over restarts.

use std::time::Duration;

use crate::{
    policy::{Exception, Pause, StandingGroup, StandingRecord, StandingRule, StandingSetting},
    time::{Moment, Now, UnixTime},
};

/// By how much the clock on the wall may be off before what it says of an end is corrected.
const TOLERANCE: Duration = Duration::from_secs(2);

/// Something that stands until it is taken back or over.
pub(super) trait Stands: Clone {
    /// Its number.
    fn id(&self) -> u64;
    /// Does something with its number, with when it was made and when it ends, if it does, and with those of what comes
    /// afterwards. Most things have no end.
    fn each_term(&mut self, _with: &mut dyn FnMut(u64, &mut UnixTime, &mut UnixTime)) {}
}

/// The end of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End {
    /// The moment.
    pub(super) at: Moment,
    /// Whether the clock on the wall was behind the time at which the thing was made, so that nobody knows how much of
    /// its time has passed; it is told once that clock is set.
    pub(super) is_doubtful: bool,
}

impl End {
    /// The end of something that was made and ends then, as far as the clocks tell when ponor starts.
    pub(super) fn at_start(made: UnixTime, until: UnixTime, now: Now) -> Self {
        let (whole, left) = (until.since(made), until.since(now.unix));
        Self { at: now.moment.after(left.min(whole)), is_doubtful: now.unix < made }
    }

    /// Brings the end and what the wall says of it together: a clock that was set says when a doubtful end is; any
    /// other end stays as far away as it is, and the wall follows.
    pub(super) fn settle(&mut self, made: &mut UnixTime, until: &mut UnixTime, now: Now) {
        if self.is_doubtful {
            if now.unix >= *made {
                self.at = self.at.min(now.moment.after(until.since(now.unix)));
                self.is_doubtful = false;
            }
            return;
        }
        let wall = now.unix.after(self.at.since(now.moment));
        if wall.since(*until).max(until.since(wall)) > TOLERANCE {
            let whole = until.since(*made);
            *until = wall;
            *made = UnixTime(wall.0.saturating_sub(u64::try_from(whole.as_millis()).unwrap_or(u64::MAX)));
        }
    }
}

impl Stands for Exception {
    fn id(&self) -> u64 {
        self.id
    }

    fn each_term(&mut self, with: &mut dyn FnMut(u64, &mut UnixTime, &mut UnixTime)) {
        if let Some(until) = &mut self.until {
            with(self.id, &mut self.made, until);
        }
        if let Some(afterwards) = &mut self.afterwards {
            afterwards.each_term(with);
        }
    }
}

impl Stands for Pause {
    fn id(&self) -> u64 {
        self.id
    }

    fn each_term(&mut self, with: &mut dyn FnMut(u64, &mut UnixTime, &mut UnixTime)) {
        if let Some(until) = &mut self.until {
            with(self.id, &mut self.made, until);
        }
    }
}

impl Stands for StandingRule {
    fn id(&self) -> u64 {
        self.id
    }
}

impl Stands for StandingGroup {
    fn id(&self) -> u64 {
        self.number
    }
}

impl Stands for StandingRecord {
    fn id(&self) -> u64 {
        self.id
    }
}

impl Stands for StandingSetting {
    fn id(&self) -> u64 {
        self.id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now(moment: u64, unix: u64) -> Now {
        Now { moment: Moment(moment * 1_000_000), unix: UnixTime(unix * 1000) }
    }

    /// Something of 100 seconds that was made at 1000.
    fn check(start: Now, later: Now, at: u64, until: u64) {
        let (mut made, mut ends) = (UnixTime(1_000_000), UnixTime(1_100_000));
        let mut end = End::at_start(made, ends, start);
        end.settle(&mut made, &mut ends, later);
        assert_eq!((end.at, ends), (Moment(at * 1_000_000), UnixTime(until * 1000)), "{start:?} {later:?}");
        assert_eq!(ends.since(made), Duration::from_secs(100));
    }

    #[test]
    fn a_restart_costs_the_time_that_passed_on_the_wall() {
        check(now(5, 1030), now(15, 1040), 75, 1100);
        check(now(5, 1099), now(6, 1100), 6, 1100);
        check(now(5, 5000), now(5, 5000), 5, 5000);
    }

    #[test]
    fn a_clock_that_jumps_while_ponor_runs_moves_the_end_on_the_wall() {
        check(now(5, 1030), now(15, 9040), 75, 9100);
        check(now(5, 1030), now(15, 40), 75, 100);
        check(now(5, 1030), now(15, 1041), 75, 1100);
    }

    #[test]
    fn a_clock_that_is_behind_at_the_start_is_believed_once_it_is_set() {
        check(now(5, 0), now(15, 10), 105, 1100);
        check(now(5, 0), now(15, 1040), 75, 1100);
        check(now(5, 0), now(15, 2000), 15, 1100);
    }
}
