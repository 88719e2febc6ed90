//! When a device of the household asks next.

use std::time::Duration;

use super::household::{Habit, When};

/// The hour of the day at which the demonstration begins: in the evening, when everybody is up.
const FIRST_HOUR: u64 = 20;
const HOUR: u64 = 3600;
/// The shortest time between two askings for one name.
const SHORTEST: Duration = Duration::from_secs(2);

/// The hour of the household's day, `offset` seconds from the start of the demonstration; negative before it.
pub(super) fn hour(offset: i64) -> u64 {
    let hours = offset.div_euclid(i64::try_from(HOUR).unwrap_or(1));
    (i64::try_from(FIRST_HOUR).unwrap_or(0) + hours).rem_euclid(24).unsigned_abs()
}

/// The time until the next asking. Clockwork varies by a thirtieth, people by chance.
pub(super) fn gap(habit: &Habit, hour: u64, chance: &mut fastrand::Rng) -> Duration {
    let usual = f64::from(habit.every);
    let seconds = match habit.when {
        When::Always => usual * (0.97 + 0.06 * chance.f64()),
        When::Waking if (7..23).contains(&hour) => by_chance(usual, chance),
        When::Evening if (18..23).contains(&hour) => by_chance(usual, chance),
        When::Waking | When::Evening => by_chance(usual * 30.0, chance),
    };
    Duration::from_secs_f64(seconds).max(SHORTEST)
}

/// A gap of an exponential distribution with this mean, as between things that happen independently of each other.
fn by_chance(mean: f64, chance: &mut fastrand::Rng) -> f64 {
    -mean * (1.0 - chance.f64()).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_begins_in_the_evening() {
        let check = |offset: i64, expected: u64| assert_eq!(hour(offset), expected, "{offset}");
        check(0, 20);
        check(3599, 20);
        check(4 * 3600, 0);
        check(-1, 19);
        check(-21 * 3600, 23);
        check(-24 * 3600, 20);
    }

    #[test]
    fn clockwork_is_steady_and_people_sleep() {
        let mut chance = fastrand::Rng::with_seed(1);
        let mut mean = |when: When, hour: u64| {
            let habit = Habit { name: "a.b", types: &[], every: 100, when };
            (0..2000).map(|_| gap(&habit, hour, &mut chance).as_secs_f64()).sum::<f64>() / 2000.0
        };
        assert!((97.0..103.0).contains(&mean(When::Always, 3)));
        assert!((85.0..115.0).contains(&mean(When::Waking, 12)));
        assert!(mean(When::Waking, 3) > 2000.0);
        assert!(mean(When::Evening, 12) > 2000.0);
    }
}
