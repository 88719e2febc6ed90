//! When a list is fetched next: a value that is told what happened and when.

use std::time::Duration;

use crate::time::Moment;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Lists are not fetched more often than this, whatever is configured.
const SHORTEST_INTERVAL: Duration = MINUTE;
/// Nor less often than this.
const LONGEST_INTERVAL: Duration = DAY.saturating_mul(365);
/// The pause after a first failure; it doubles with each further one.
const FIRST_RETRY: Duration = Duration::from_secs(15);
/// The longest pause after failures.
const LONGEST_RETRY: Duration = HOUR.saturating_mul(4);
/// Lists without a copy start within this time, so that not all of them start in the same instant.
const START_WINDOW: Duration = Duration::from_secs(4);
/// Lists whose copy is overdue at start wait for up to this time: there is a copy to work with, and after a power cut
/// every router of a street starts at the same moment.
const OVERDUE_WINDOW: Duration = MINUTE.saturating_mul(10);

/// A random fraction, passed in so that a schedule can be tested: 0 is the earliest, 65,535 the latest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Jitter(pub(super) u16);

impl Jitter {
    /// Part of `whole`, from none of it to nearly all.
    fn of(self, whole: Duration) -> Duration {
        whole.mul_f64(f64::from(self.0) / 65_536.0)
    }

    /// `middle`, made shorter or longer by up to an eighth.
    fn around(self, middle: Duration) -> Duration {
        middle * 7 / 8 + self.of(middle / 4)
    }
}

/// When a list is fetched next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Schedule {
    every: Duration,
    next: Moment,
    failures: u32,
}

impl Schedule {
    /// The schedule of a list that is to be fetched every `every`, whose copy is `age` old (`None`: there is no copy).
    pub(super) fn at_start(every: Duration, age: Option<Duration>, now: Moment, jitter: Jitter) -> Self {
        let every = every.clamp(SHORTEST_INTERVAL, LONGEST_INTERVAL);
        let wait = match age {
            None => jitter.of(START_WINDOW),
            Some(age) if age >= every => jitter.of(OVERDUE_WINDOW.min(every)),
            Some(age) => jitter.around(every).saturating_sub(age),
        };
        Self { every, next: now.after(wait), failures: 0 }
    }

    /// When it is fetched next.
    pub(super) fn next(&self) -> Moment {
        self.next
    }

    /// Fetches every `every` from the next time on.
    pub(super) fn set_interval(&mut self, every: Duration) {
        self.every = every.clamp(SHORTEST_INTERVAL, LONGEST_INTERVAL);
    }

    /// Notes that a try ended well.
    pub(super) fn succeeded(&mut self, now: Moment, jitter: Jitter) {
        self.failures = 0;
        self.next = now.after(jitter.around(self.every));
    }

    /// Notes that a try failed.
    pub(super) fn failed(&mut self, now: Moment, jitter: Jitter) {
        let doubled = FIRST_RETRY.saturating_mul(1 << self.failures.min(16));
        self.failures = self.failures.saturating_add(1);
        self.next = now.after(jitter.around(doubled.min(LONGEST_RETRY).min(self.every)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EARLIEST: Jitter = Jitter(0);
    const MIDDLE: Jitter = Jitter(32_768);
    const LATEST: Jitter = Jitter(u16::MAX);

    fn seconds(moment: Moment) -> u64 {
        moment.since(Moment(0)).as_secs()
    }

    #[test]
    fn a_start_waits_according_to_the_age_of_the_copy() {
        let check = |every: Duration, age: Option<Duration>, jitter, expected| {
            let schedule = Schedule::at_start(every, age, Moment(0), jitter);
            assert_eq!(seconds(schedule.next()), expected, "{every:?} {age:?} {jitter:?}");
        };
        check(DAY, None, EARLIEST, 0);
        check(DAY, None, LATEST, 3);
        check(DAY, Some(Duration::ZERO), MIDDLE, 86_400);
        check(DAY, Some(Duration::ZERO), EARLIEST, 75_600);
        check(DAY, Some(HOUR), MIDDLE, 82_800);
        check(DAY, Some(DAY), EARLIEST, 0);
        check(DAY, Some(DAY * 30), LATEST, 599);
        check(MINUTE * 2, Some(DAY), LATEST, 119);
        check(Duration::ZERO, Some(Duration::ZERO), MIDDLE, 60);
        check(Duration::MAX, Some(Duration::ZERO), EARLIEST, 365 * 86_400 / 8 * 7);
    }

    #[test]
    fn failures_double_the_pause_up_to_a_limit() {
        let mut schedule = Schedule::at_start(DAY, None, Moment(0), EARLIEST);
        let mut now = Moment(0);
        for expected in [15, 30, 60, 120, 240, 480, 960, 1920, 3840, 7680, 14_400, 14_400] {
            schedule.failed(now, MIDDLE);
            assert_eq!(schedule.next().since(now).as_secs(), expected);
            now = schedule.next();
        }
        for _ in 0..1000 {
            schedule.failed(now, MIDDLE);
        }
        assert_eq!(schedule.next().since(now).as_secs(), 14_400);
    }

    #[test]
    fn failures_are_never_retried_later_than_the_interval() {
        let mut schedule = Schedule::at_start(MINUTE, None, Moment(0), EARLIEST);
        for _ in 0..10 {
            schedule.failed(Moment(0), MIDDLE);
        }
        assert_eq!(seconds(schedule.next()), 60);
    }

    #[test]
    fn a_success_ends_the_failures_and_waits_the_whole_interval() {
        let mut schedule = Schedule::at_start(DAY, None, Moment(0), EARLIEST);
        schedule.failed(Moment(0), MIDDLE);
        schedule.failed(Moment(0), MIDDLE);
        schedule.succeeded(Moment(0), MIDDLE);
        assert_eq!(seconds(schedule.next()), 86_400);
        schedule.failed(Moment(0), MIDDLE);
        assert_eq!(seconds(schedule.next()), 15);
    }
}
