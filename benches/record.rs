//! What recording a query costs: the lane that answered it, and the worker that counts it.

use std::{hint::black_box, net::Ipv4Addr, sync::Arc, time::Duration};

use divan::{AllocProfiler, Bencher, counter::ItemsCount};
use ponor::{
    catalog::Catalog,
    clients::Caller,
    dns::{Name, Rcode, RecordType},
    journal::{CAPACITY, Recorder},
    policy::{Cause, CauseSource, Verdict},
    rules::{ListNumber, Reach},
    stats::{EventBuffer, Naming, QueryEvent, Stats, Transport},
    time::UnixTime,
};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

/// Queries of a full batch of a lane.
const BATCH: u32 = 32;
/// Batches that fit into a queue.
const BATCHES: u32 = 100;
/// Queries that the worker counts at once when many come.
const QUERIES: u32 = 4000;
/// 2026-11-23 20:00 UTC, in milliseconds.
const EVENING: u64 = 1_795_464_000_000;

fn main() {
    divan::main();
}

/// What a lane does for a batch: each query into a buffer, and all that is in the buffer into the queue.
#[divan::bench(sample_size = 1, sample_count = 200)]
fn record_batches(bencher: Bencher) {
    let names = names(1000);
    let mut events = EventBuffer::default();
    bencher
        .counter(ItemsCount::new(BATCH * BATCHES))
        // A queue that nobody empties, and whose memory was never touched.
        .with_inputs(|| Recorder::new(CAPACITY))
        .bench_local_refs(|recorder| {
            for number in 0..BATCHES {
                let start = usize::try_from(number).unwrap_or(0) * 7;
                let batch = names[start..].iter().zip(0..BATCH);
                batch.for_each(|(name, number)| events.push(&event(name, number, None)));
                events.set_latency(0, Duration::from_micros(30));
                recorder.record(&events);
                events.clear();
            }
            assert_eq!(black_box(recorder.dropped()), 0);
        });
}

/// What the worker does for each query, when so many different names are asked.
#[divan::bench(args = [200, 5000, 4_000_000])]
fn count(bencher: Bencher, different: u32) {
    let names = names(different.min(500_000));
    let stats = Stats::new(Catalog::built_in(), UnixTime(EVENING));
    let mut next = names.iter().cycle();
    let cause = Cause { source: CauseSource::List(ListNumber(1)), reach: Reach::Subtree, labels: 2 };
    bencher
        .counter(ItemsCount::new(QUERIES))
        .with_inputs(|| {
            let mut events = EventBuffer::default();
            for (name, number) in next.by_ref().zip(0..QUERIES) {
                events.push(&event(name, number, Some(cause)));
            }
            events
        })
        .bench_local_refs(|events| stats.record(events.events(), &Names, ()));
}

struct Names;

impl Naming for Names {
    fn source(&self, _source: CauseSource) -> Option<Arc<str>> {
        Some("ads".into())
    }

    fn device(&self, address: std::net::IpAddr) -> Caller {
        Caller { name: Some("phone".into()), ..Caller::at(address) }
    }
}

/// A query of one of sixty devices, of which three in ten are stopped.
fn event(name: &Name, number: u32, cause: Option<Cause>) -> QueryEvent<'_> {
    let cause = cause.filter(|_| number % 10 < 3);
    QueryEvent {
        at: UnixTime(EVENING + u64::from(number) / 250),
        client: Ipv4Addr::from(0xC0A8_0102 + number % 60).into(),
        transport: Transport::Udp,
        name,
        rtype: RecordType::A,
        verdict: if cause.is_some() { Verdict::Stopped } else { Verdict::Cached },
        cause,
        via: None,
        rcode: Rcode::NOERROR,
        answered: None,
    }
}

/// Names, one in ten of which the catalogue knows.
fn names(count: u32) -> Vec<Name> {
    let name = |number: u32| {
        let spread = number.wrapping_mul(2_654_435_761);
        let name = match number % 10 {
            0 => format!("h{spread:x}.data.mistat.xiaomi.com"),
            _ => format!("h{spread:x}.d{}.example.com", number / 3),
        };
        name.parse().expect("it is a name")
    };
    (0..count).map(name).collect()
}
