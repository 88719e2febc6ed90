//! How full the cache is, for programs that scrape figures.

use prometheus_client::{metrics::gauge::Gauge, registry::Registry};

use super::Usage;

impl Usage {
    /// Shows the figures in `registry`.
    pub fn register(self, registry: &mut Registry) {
        let mut gauge = |name: &str, help: &str, value: usize| {
            let gauge: Gauge = Gauge::default();
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
            registry.register(name, help, gauge);
        };
        gauge("ponor_cache_entries", "Answers and failures that are remembered", self.entries);
        gauge("ponor_cache_bytes", "Memory that they take", self.bytes);
    }
}
