//! Queries counted for programs that scrape figures (Prometheus): numbers that only grow, with labels of few values.
//!
//! No label holds a name or a device: their number has no bound, and who may read figures need not know who asked what.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, NoLabelSet},
    metrics::{MetricType, counter::Counter, family::Family},
    registry::Registry,
};

use super::{Packed, Transport};
use crate::{dns::RecordType, policy::Verdict};

/// The types that are told apart; all others are `other`, because anyone can ask for 65,536 of them.
const TYPES: [RecordType; 16] = [
    RecordType::A,
    RecordType::AAAA,
    RecordType::HTTPS,
    RecordType::PTR,
    RecordType::TXT,
    RecordType::SRV,
    RecordType::MX,
    RecordType::NS,
    RecordType::SOA,
    RecordType::CNAME,
    RecordType::SVCB,
    RecordType::DS,
    RecordType::DNAME,
    RecordType::RRSIG,
    RecordType::HINFO,
    RecordType::ANY,
];

/// Upper bounds of the buckets of durations, in seconds: answers from memory take microseconds, those from upstream up to
/// the usual timeout.
const SECONDS: [f64; 12] = [0.000_05, 0.000_25, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 4.0];

/// Transports and verdicts in the order of their numbers.
const PROTOS: [(Transport, &str); 6] = [
    (Transport::Udp, "udp"),
    (Transport::Tcp, "tcp"),
    (Transport::Dot, "dot"),
    (Transport::Doh, "doh"),
    (Transport::Doh3, "doh3"),
    (Transport::Doq, "doq"),
];
const VERDICTS: [(Verdict, &str); 5] = [
    (Verdict::Stopped, "stopped"),
    (Verdict::Allowed, "allowed"),
    (Verdict::Cached, "cached"),
    (Verdict::Local, "local"),
    (Verdict::Failed, "failed"),
];

/// What was asked and how it ended, since the start; clones share it.
#[derive(Clone, Debug, Default)]
pub struct QueryMetrics(Arc<Mutex<Counts>>);

/// The numbers, by the places of their labels; the last type is all others.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    queries: [[[u64; TYPES.len() + 1]; VERDICTS.len()]; PROTOS.len()],
    durations: [Durations; VERDICTS.len()],
}

/// How many queries took how long.
#[derive(Clone, Copy, Debug, Default)]
struct Durations {
    /// Those up to each bound and above the one before; the last has no bound.
    buckets: [u64; SECONDS.len() + 1],
    micros: u64,
}

impl QueryMetrics {
    /// The numbers, to be counted up; nobody else counts meanwhile.
    pub fn counts(&self) -> MutexGuard<'_, Counts> {
        // A panic leaves numbers, and every number is as good as any.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows the figures in `registry`.
    pub fn register(&self, registry: &mut Registry) {
        let counts = self.counts().clone();
        let queries = Family::<[(&str, String); 3], Counter>::default();
        for (verdict, proto, rtype, count) in counts.series().filter(|(.., count)| *count > 0) {
            let rtype = TYPES.get(rtype).map_or_else(|| "other".to_owned(), ToString::to_string);
            let labels = [("proto", proto.to_owned()), ("type", rtype), ("verdict", VERDICTS[verdict].1.to_owned())];
            queries.get_or_create(&labels).inc_by(count);
        }
        registry.register("ponor_queries", "Queries that were answered", queries);
        let mut counter = |name: &str, help: &str, verdicts: &[Verdict]| {
            let counter: Counter = Counter::default();
            let ended_so = counts.series().filter(|(verdict, ..)| verdicts.contains(&VERDICTS[*verdict].0));
            counter.inc_by(ended_so.map(|(.., count)| count).sum());
            registry.register(name, help, counter);
        };
        let missed = "Queries for which an upstream was asked, or a failure was remembered";
        counter("ponor_cache_hits", "Queries that were answered from the cache", &[Verdict::Cached]);
        counter("ponor_cache_misses", missed, &[Verdict::Allowed, Verdict::Failed]);
        registry.register_collector(Box::new(counts));
    }
}

impl Counts {
    /// Counts a query.
    pub fn count(&mut self, event: &Packed<'_>) {
        let verdict = event.verdict() as usize;
        let rtype = event.rtype();
        let rtype = TYPES.iter().position(|known| *known == rtype).unwrap_or(TYPES.len());
        self.queries[event.transport() as usize][verdict][rtype] += 1;
        let micros = event.latency_us();
        let durations = &mut self.durations[verdict];
        let bucket = SECONDS.iter().position(|bound| f64::from(micros) <= bound * 1e6).unwrap_or(SECONDS.len());
        durations.buckets[bucket] += 1;
        durations.micros += u64::from(micros);
    }

    /// The place of the verdict, the transport, the place of the type, and how many queries had them.
    fn series(&self) -> impl Iterator<Item = (usize, &'static str, usize, u64)> {
        self.queries.iter().zip(PROTOS).flat_map(|(verdicts, (_, proto))| {
            let numbered = verdicts.iter().enumerate();
            numbered.flat_map(move |(verdict, types)| {
                types.iter().enumerate().map(move |(rtype, &count)| (verdict, proto, rtype, count))
            })
        })
    }
}

impl Collector for Counts {
    #[expect(clippy::cast_precision_loss, reason = "a sum of microseconds is exact for some 285 years")]
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let help = "Time from the arrival of a query to its reply";
        let mut told = encoder.encode_descriptor("ponor_query_duration_seconds", help, None, MetricType::Histogram)?;
        for (durations, (_, verdict)) in self.durations.iter().zip(VERDICTS) {
            let bounds = SECONDS.into_iter().chain([f64::INFINITY]);
            let buckets: Vec<(f64, u64)> = bounds.zip(durations.buckets).collect();
            let count = durations.buckets.iter().sum();
            let sum = durations.micros as f64 / 1e6;
            told.encode_family(&[("verdict", verdict)])?.encode_histogram::<NoLabelSet>(sum, count, &buckets, None)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use prometheus_client::encoding::prometheus_text::encode;

    use super::*;
    use crate::{
        dns::Name,
        stats::{EventBuffer, QueryEvent, event_at},
    };

    fn told(events: impl IntoIterator<Item = (Transport, u16, Verdict)>) -> String {
        let metrics = QueryMetrics::default();
        for (transport, rtype, verdict) in events {
            let event = QueryEvent { transport, rtype: RecordType(rtype), verdict, ..event_at(0, &Name::ROOT) };
            let mut packed = EventBuffer::of(&event);
            packed.set_latency(0, Duration::from_millis(2));
            packed.events().for_each(|event| metrics.counts().count(&event));
        }
        let mut registry = Registry::default();
        metrics.register(&mut registry);
        let mut text = String::new();
        encode(&mut text, &registry).unwrap();
        text
    }

    #[test]
    fn labels_stand_in_the_order_of_numbers() {
        assert!(PROTOS.iter().enumerate().all(|(place, (transport, _))| *transport as usize == place));
        assert!(VERDICTS.iter().enumerate().all(|(place, (verdict, _))| *verdict as usize == place));
    }

    #[test]
    fn queries_are_counted_by_what_they_have_in_common() {
        use Transport::{Doh3, Udp};
        let text = told([(Udp, 1, Verdict::Cached), (Udp, 1, Verdict::Cached), (Doh3, 65, Verdict::Stopped)]);
        let check = |line: &str| assert!(text.lines().any(|told| told == line), "{line} is not in\n{text}");
        check(r#"ponor_queries_total{proto="udp",type="A",verdict="cached"} 2"#);
        check(r#"ponor_queries_total{proto="doh3",type="HTTPS",verdict="stopped"} 1"#);
        check(r#"ponor_query_duration_seconds_bucket{verdict="cached",le="0.001"} 0"#);
        check(r#"ponor_query_duration_seconds_bucket{verdict="cached",le="0.005"} 2"#);
        check(r#"ponor_query_duration_seconds_count{verdict="stopped"} 1"#);
        check("ponor_cache_hits_total 2");
        check("ponor_cache_misses_total 0");
    }

    #[test]
    fn asking_for_every_type_makes_no_more_series_than_there_are_known_types() {
        let all = (0..=u16::MAX).map(|rtype| (Transport::Udp, rtype, Verdict::Local));
        let series = told(all).lines().filter(|line| line.starts_with("ponor_queries_total{")).count();
        assert_eq!(series, TYPES.len() + 1);
    }
}
