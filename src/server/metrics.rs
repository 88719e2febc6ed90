//! What was turned away or lost, for programs that scrape figures.

use prometheus_client::{
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

use super::Figures;

impl Figures {
    /// Shows the figures in `registry`.
    pub fn register(&self, registry: &mut Registry) {
        let turned_away = Family::<[(&'static str, &'static str); 1], Counter>::default();
        for (reason, count) in [
            ("not_allowed", self.not_allowed),
            ("rate_limited", self.rate_limited),
            ("refused", self.refused),
            ("ignored", self.ignored),
            ("overloaded", self.overloaded),
            ("crowded_out", self.crowded_out),
            ("too_slow", self.too_slow),
            ("failed_handshake", self.failed_handshakes),
        ] {
            turned_away.get_or_create(&[("reason", reason)]).inc_by(count);
        }
        registry.register("ponor_turned_away", "Queries and connections that were not served", turned_away);
        let mut counter = |name: &str, help: &str, value: u64| {
            let counter: Counter = Counter::default();
            counter.inc_by(value);
            registry.register(name, help, counter);
        };
        counter("ponor_replies_unsent", "Replies over UDP that the network did not take", self.unsent);
        counter("ponor_kernel_drops", "Datagrams that came faster than they were taken", self.kernel_drops);
    }
}
