//! What is known of a server: how fast it answers, whether it does, and when to try it again. Pure; time is passed in.

use std::time::Duration;

use crate::time::Moment;

/// The first guess of how long a try may take (as unbound's, 376 ms rounded).
const FIRST_LIMIT: Duration = Duration::from_millis(400);
/// A try is never given up sooner: a forwarder that must itself ask takes longer than its own round trip.
const SHORTEST_LIMIT: Duration = Duration::from_millis(250);
/// A try is never waited for longer before another one joins it.
const LONGEST_LIMIT: Duration = Duration::from_secs(2);
/// Failures in a row after which a server is down.
const DOWN_AFTER: u32 = 3;
/// How long a server that went down is left alone at first; doubled with each further failure.
const FIRST_BACKOFF: Duration = Duration::from_secs(1);
/// And at most.
const LONGEST_BACKOFF: Duration = Duration::from_secs(30);

/// What is known of one server.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Health {
    /// The smoothed round trip and its mean deviation (RFC 6298, section 2).
    round_trip: Option<(Duration, Duration)>,
    failures_in_a_row: u32,
    probe_at: Moment,
    queries: u64,
    failures: u64,
    last_error: Option<String>,
}

/// Whether a server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ServerState {
    /// It answered the last time.
    Up,
    /// It was never heard of yet.
    Unknown,
    /// It failed, but not often enough to be left alone.
    Failing,
    /// It failed three times in a row: asked only when no other is left, and probed now and then.
    Down,
}

/// What is known of one server, for people.
#[derive(Clone, Debug, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct ServerHealth {
    /// The server as the configuration writes it: `tls://dns.quad9.net`.
    pub server: String,
    /// Whether it is asked only for the addresses of the others, and of the hosts that lists come from.
    pub is_bootstrap: bool,
    /// How it is spoken to: `udp`, `tcp`, `tls`, `https`, `quic` or `h3`.
    pub protocol: &'static str,
    /// Whether it answers.
    pub state: ServerState,
    /// The smoothed time from question to answer in milliseconds; absent before the first answer.
    #[schema(required)]
    pub smoothed_rtt_ms: Option<f64>,
    /// How often it was asked.
    pub queries: u64,
    /// How often it did not give an answer in time, or a worse one than another server.
    pub failures: u64,
    /// What went wrong the last time something did.
    #[schema(required)]
    pub last_error: Option<String>,
}

impl Health {
    /// Notes that the server is asked.
    pub(super) fn asked(&mut self) {
        self.queries += 1;
    }

    /// Notes an answer after `round_trip`.
    pub(super) fn answered(&mut self, round_trip: Duration) {
        self.failures_in_a_row = 0;
        self.round_trip = Some(match self.round_trip {
            None => (round_trip, round_trip / 2),
            Some((smoothed, deviation)) => {
                ((smoothed * 7 + round_trip) / 8, (deviation * 3 + smoothed.abs_diff(round_trip)) / 4)
            }
        });
    }

    /// Notes a failure.
    pub(super) fn failed(&mut self, now: Moment, error: String) {
        self.failures += 1;
        self.failures_in_a_row = self.failures_in_a_row.saturating_add(1);
        self.last_error = Some(error);
        if self.failures_in_a_row >= DOWN_AFTER {
            self.leave_alone(now);
        }
    }

    /// Whether a server that is down is due for a probe; if so, the next one is due only after the backoff.
    pub(super) fn take_probe(&mut self, now: Moment) -> bool {
        let due = self.state() == ServerState::Down && now >= self.probe_at;
        if due {
            self.leave_alone(now);
        }
        due
    }

    fn leave_alone(&mut self, now: Moment) {
        let doublings = self.failures_in_a_row.saturating_sub(DOWN_AFTER).min(5);
        self.probe_at = now.after((FIRST_BACKOFF * (1 << doublings)).min(LONGEST_BACKOFF));
    }

    /// Whether it answers.
    pub(super) fn state(&self) -> ServerState {
        match (self.failures_in_a_row, self.round_trip) {
            (DOWN_AFTER.., _) => ServerState::Down,
            (1.., _) => ServerState::Failing,
            (0, Some(_)) => ServerState::Up,
            (0, None) => ServerState::Unknown,
        }
    }

    /// The place in the order of asking: servers that are not down before those that are, then the faster before the slower.
    /// One that was never heard of is measured first.
    pub(super) fn rank(&self) -> (bool, Duration) {
        let smoothed = self.round_trip.map_or(Duration::ZERO, |(smoothed, _)| smoothed);
        (self.state() == ServerState::Down, smoothed + LONGEST_LIMIT * self.failures_in_a_row)
    }

    /// How long to wait for an answer before another try joins (RFC 6298, section 2.3), at least `floor`.
    pub(super) fn try_limit(&self, floor: Duration) -> Duration {
        let limit = self.round_trip.map_or(FIRST_LIMIT, |(smoothed, deviation)| smoothed + deviation * 4);
        limit.clamp(SHORTEST_LIMIT, LONGEST_LIMIT).max(floor)
    }

    /// All of it, for people.
    pub(super) fn report(&self, server: String, protocol: &'static str, is_bootstrap: bool) -> ServerHealth {
        ServerHealth {
            server,
            is_bootstrap,
            protocol,
            state: self.state(),
            smoothed_rtt_ms: self.round_trip.map(|(smoothed, _)| smoothed.as_secs_f64() * 1000.0),
            queries: self.queries,
            failures: self.failures,
            last_error: self.last_error.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ServerState as S, *};

    const MS: Duration = Duration::from_millis(1);
    const START: Moment = Moment(1_000_000);

    #[test]
    fn the_limit_of_a_try_follows_the_round_trip() {
        let check = |round_trips: &[u32], floor: Duration, expected: Duration| {
            let mut health = Health::default();
            for &ms in round_trips {
                health.answered(MS * ms);
            }
            assert_eq!(health.try_limit(floor), expected, "{round_trips:?}");
        };
        check(&[], MS, FIRST_LIMIT);
        check(&[10], MS, SHORTEST_LIMIT);
        check(&[200], MS, MS * 600);
        check(&[200, 200], MS, MS * 500);
        check(&[5000], MS, LONGEST_LIMIT);
        check(&[10], MS * 700, MS * 700);
    }

    #[test]
    fn three_failures_in_a_row_are_down_and_one_answer_is_up() {
        let mut health = Health::default();
        let mut states = vec![health.state()];
        for _ in 0..3 {
            health.failed(START, "silent".into());
            states.push(health.state());
        }
        health.answered(MS);
        states.push(health.state());
        assert_eq!(states, [S::Unknown, S::Failing, S::Failing, S::Down, S::Up]);
    }

    #[test]
    fn probes_come_seldom_and_more_seldom() {
        let mut health = Health::default();
        assert!(!health.take_probe(START), "a server that is not down needs none");
        let mut now = START;
        let mut waits = Vec::new();
        for failure in 0..10 {
            health.failed(now, "silent".into());
            if failure < 2 {
                continue;
            }
            let wait = (0..60).find(|&s| health.take_probe(now.after(Duration::from_secs(s)))).unwrap();
            waits.push(wait);
            now = now.after(Duration::from_secs(wait));
            assert!(!health.take_probe(now), "one probe at a time");
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30, 30]);
    }

    #[test]
    fn the_order_of_asking() {
        let with = |round_trip: Option<u32>, failures: u32| {
            let mut health = Health::default();
            if let Some(ms) = round_trip {
                health.answered(MS * ms);
            }
            for _ in 0..failures {
                health.failed(START, "silent".into());
            }
            health
        };
        let order = [
            with(None, 0),
            with(Some(5), 0),
            with(Some(50), 0),
            with(Some(5), 1),
            with(Some(5), 2),
            with(Some(1), 3),
            with(Some(1), 9),
        ];
        assert!(order.is_sorted_by_key(Health::rank));
    }
}
