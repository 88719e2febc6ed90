//! How the servers do, for programs that scrape figures.

use prometheus_client::{
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

use super::{ServerHealth, ServerState, Validation};

type Label = [(&'static str, String); 1];

/// Shows the figures of `servers` in `registry`.
pub fn register(servers: &[ServerHealth], registry: &mut Registry) {
    let queries = Family::<Label, Counter>::default();
    let failures = Family::<Label, Counter>::default();
    let up = Family::<Label, Gauge>::default();
    let round_trip = Family::<Label, Gauge<f64, std::sync::atomic::AtomicU64>>::default();
    for server in servers {
        let label = [("server", server.server.clone())];
        queries.get_or_create(&label).inc_by(server.queries);
        failures.get_or_create(&label).inc_by(server.failures);
        up.get_or_create(&label).set(i64::from(server.state != ServerState::Down));
        if let Some(milliseconds) = server.smoothed_rtt_ms {
            round_trip.get_or_create(&label).set(milliseconds / 1000.0);
        }
    }
    registry.register("ponor_upstream_queries", "Queries that the server was asked", queries);
    registry.register(
        "ponor_upstream_failures",
        "Queries that it did not answer in time, or worse than another",
        failures,
    );
    registry.register("ponor_upstream_up", "Whether it answers: 0 after three failures in a row", up);
    registry.register("ponor_upstream_round_trip_seconds", "Smoothed time from question to answer", round_trip);
}

impl Validation {
    /// Shows what judging answers has come to in `registry`.
    pub fn register(&self, registry: &mut Registry) {
        let answers = Family::<Label, Counter>::default();
        let verdicts = [
            ("secure", self.secure),
            ("insecure", self.insecure),
            ("bogus", self.bogus),
            ("unfinished", self.unfinished),
        ];
        for (verdict, count) in verdicts {
            answers.get_or_create(&[("verdict", verdict.to_owned())]).inc_by(count);
        }
        let help = "Answers judged by their signatures: proven, unsigned by right, held back, or without an end";
        registry.register("ponor_dnssec_answers", help, answers);
    }
}
