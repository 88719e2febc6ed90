//! The counters that everyone shares.

use std::{
    collections::{HashMap, VecDeque},
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{
    Attribution, Bucket, Overview, QueryEvent, Range, Row, StoppedName, TopDevice, TopList, TopName, TopPurpose,
    TopVendor, Totals,
    ring::Ring,
    window::{Tops, Window},
};
use crate::{catalog::Catalog, policy::Verdict, time::UnixTime};

/// Rows that are remembered.
const ROWS: usize = 1000;
/// Lines of a table.
const TOP: usize = 20;
const MINUTE: u64 = 60;
const MINUTES: usize = 1440;

/// How a range is cut: `windows` of `width` seconds, shown in buckets of `bucket` seconds.
struct Cut {
    width: u64,
    windows: usize,
    bucket: u64,
}

const HOUR: Cut = Cut { width: 600, windows: 6, bucket: 60 };
const DAY: Cut = Cut { width: 3600, windows: 24, bucket: 900 };

/// What happened; clones share it. The lock is held for as long as it takes to count a query or to read the figures of a
/// range; whoever answers queries never takes it.
#[derive(Clone)]
pub struct Stats {
    catalog: &'static Catalog,
    first_id: u64,
    counters: Arc<Mutex<Counters>>,
}

struct Counters {
    next_id: u64,
    totals: Totals,
    minutes: Ring<Totals>,
    hour: Ring<Window>,
    day: Ring<Window>,
    rows: VecDeque<Arc<Row>>,
    /// What devices are called; only those that are called anything, so no more than the operator named.
    device_names: HashMap<IpAddr, Arc<str>>,
}

/// Which rows are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowFilter {
    /// Only rows older than the one with this id.
    pub before: Option<u64>,
    /// Only queries of this device.
    pub device: Option<IpAddr>,
    /// Only queries that ended so.
    pub verdict: Option<Verdict>,
    /// Only names that contain this text, given in lower case.
    pub name: Option<String>,
}

impl RowFilter {
    fn admits(&self, row: &Row) -> bool {
        self.before.is_none_or(|before| row.id < before)
            && self.device.is_none_or(|device| row.device == device)
            && self.verdict.is_none_or(|verdict| row.verdict == verdict)
            && self.name.as_ref().is_none_or(|name| row.name.to_ascii_lowercase().contains(name.as_str()))
    }
}

impl Stats {
    /// Nothing has happened yet. Ids of rows begin at `started` in milliseconds, so that they grow across restarts as long
    /// as a run sees fewer than a thousand queries a second on average.
    #[must_use]
    pub fn new(catalog: &'static Catalog, started: UnixTime) -> Self {
        let first_id = started.0.max(1);
        let counters = Counters {
            next_id: first_id,
            totals: Totals::default(),
            minutes: Ring::new(MINUTES),
            hour: Ring::new(HOUR.windows),
            day: Ring::new(DAY.windows),
            rows: VecDeque::with_capacity(ROWS),
            device_names: HashMap::new(),
        };
        Self { catalog, first_id, counters: Arc::new(Mutex::new(counters)) }
    }

    /// Counts a query; `source` is the id of the list or group that its cause names, `device` what the device is called.
    /// Returns its row.
    #[expect(clippy::must_use_candidate, reason = "the row is for those who watch; counting is done either way")]
    pub fn record(&self, event: &QueryEvent, source: Option<Arc<str>>, device: Option<Arc<str>>) -> Arc<Row> {
        let mut counters = self.counters();
        let row = Arc::new(Row::new(counters.next_id, event, source, device.as_deref(), self.catalog));
        counters.record(event, &row);
        match device {
            Some(device) => counters.device_names.insert(event.client, device),
            None => counters.device_names.remove(&event.client),
        };
        row
    }

    /// Queries since the start.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.counters().totals
    }

    /// The figures of a range that ends at `now`.
    #[must_use]
    pub fn overview(&self, range: Range, now: UnixTime) -> Overview {
        let counters = self.counters();
        let (cut, ring) = match range {
            Range::Hour => (HOUR, &counters.hour),
            Range::Day => (DAY, &counters.day),
        };
        let newest = now.seconds() / cut.width;
        let oldest = (newest + 1).saturating_sub(ring.len());
        let from = oldest * cut.width;
        let tops = Tops((oldest..=newest).filter_map(|number| ring.get(number)).collect());
        let series = counters.series(from, now.seconds(), cut.bucket);
        let totals: Totals = series.iter().map(|bucket| bucket.totals).sum();
        self.tables(
            &tops,
            &counters.device_names,
            Overview {
                range,
                from: UnixTime(from * 1000),
                to: now,
                totals,
                stopped_share: share(totals.stopped, totals.queries),
                bucket_seconds: cut.bucket,
                series,
                ..Overview::default()
            },
        )
    }

    /// Rows that are remembered, newest first, at most `limit`; and the `before` of the page behind them, when there is one.
    #[must_use]
    pub fn page(&self, filter: &RowFilter, limit: usize) -> (Vec<Arc<Row>>, Option<u64>) {
        let counters = self.counters();
        let mut found = counters.rows.iter().rev().filter(|row| filter.admits(row));
        let rows: Vec<Arc<Row>> = found.by_ref().take(limit).cloned().collect();
        let next = found.next().and(rows.last()).map(|row| row.id);
        (rows, next)
    }

    /// The rows behind the one with this id that are still remembered, oldest first.
    #[must_use]
    pub fn rows_after(&self, id: u64) -> Vec<Arc<Row>> {
        let counters = self.counters();
        let start = counters.rows.partition_point(|row| row.id <= id);
        counters.rows.range(start..).cloned().collect()
    }

    /// The id of the first row of this run, whether it is there yet or not.
    #[must_use]
    pub fn first_id(&self) -> u64 {
        self.first_id
    }

    fn tables(&self, tops: &Tops<'_>, device_names: &HashMap<IpAddr, Arc<str>>, frame: Overview) -> Overview {
        let stopped_names = tops.stopped_names(TOP).into_iter().map(|(name, stopped, last)| StoppedName {
            name,
            stopped,
            list: last.list,
            attribution: last.attribution,
        });
        let names = tops.names(TOP).into_iter().map(|(name, asked)| {
            let attribution = self.attribution(&name);
            TopName { name, queries: asked.queries, stopped: asked.stopped, attribution }
        });
        let devices = tops.devices(TOP).into_iter().map(|(device, asked)| TopDevice {
            device,
            device_name: device_names.get(&device).map_or_else(|| device.to_string(), ToString::to_string),
            queries: asked.queries,
            stopped: asked.stopped,
        });
        let vendors = tops.vendors(TOP).into_iter().map(|((vendor, country), asked)| TopVendor {
            vendor,
            country,
            queries: asked.queries,
            stopped: asked.stopped,
        });
        let purposes = tops.purposes(TOP).into_iter().map(|(purpose, asked)| TopPurpose {
            purpose,
            queries: asked.queries,
            stopped: asked.stopped,
        });
        let lists = tops.lists(TOP).into_iter().map(|(list, asked)| TopList { list, stopped: asked.stopped });
        Overview {
            stopped_names: stopped_names.collect(),
            names: names.collect(),
            devices: devices.collect(),
            vendors: vendors.collect(),
            purposes: purposes.collect(),
            lists: lists.collect(),
            ..frame
        }
    }

    fn attribution(&self, name: &str) -> Option<Attribution> {
        self.catalog.find(&name.parse().ok()?).map(Attribution::from)
    }

    fn counters(&self) -> MutexGuard<'_, Counters> {
        // Counters that a panic left half counted are still the best there are.
        self.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counters {
    fn record(&mut self, event: &QueryEvent, row: &Arc<Row>) {
        self.next_id += 1;
        self.totals.add(row.verdict);
        let seconds = row.at.seconds();
        self.minutes.at(seconds / MINUTE).add(row.verdict);
        let name: Arc<str> = event.name.to_lowercase().to_string().into();
        self.hour.at(seconds / HOUR.width).record(row, &name);
        self.day.at(seconds / DAY.width).record(row, &name);
        if self.rows.len() == ROWS {
            self.rows.pop_front();
        }
        self.rows.push_back(Arc::clone(row));
    }

    /// The minutes from `from` to `to`, both in seconds, in buckets without gaps.
    fn series(&self, from: u64, to: u64, bucket: u64) -> Vec<Bucket> {
        let starts = (from..=to).step_by(usize::try_from(bucket).unwrap_or(usize::MAX));
        let total = |start: u64| {
            let minutes = start / MINUTE..(start + bucket) / MINUTE;
            minutes.filter_map(|minute| self.minutes.get(minute)).copied().sum()
        };
        starts.map(|start| Bucket { at: UnixTime(start * 1000), totals: total(start) }).collect()
    }
}

/// `part` of `whole`, 0 to 1; 0 of nothing.
#[expect(clippy::cast_precision_loss, reason = "a share of more than 2^53 queries may be off in its last digit")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        dns::{Rcode, RecordType},
        policy::Cause,
        stats::Transport,
    };

    /// 2026-11-23 20:00 UTC.
    const EVENING: u64 = 1_795_464_000;

    fn stats() -> Stats {
        Stats::new(Catalog::built_in(), UnixTime(5000))
    }

    fn event(seconds: u64, client: &str, name: &str, verdict: Verdict) -> QueryEvent {
        QueryEvent {
            at: UnixTime(seconds * 1000),
            client: client.parse().unwrap(),
            transport: Transport::Udp,
            name: name.parse().unwrap(),
            rtype: RecordType::A,
            verdict,
            cause: None::<Cause>,
            rcode: Rcode::NOERROR,
            latency: Duration::from_micros(70),
        }
    }

    #[test]
    fn a_range_holds_its_whole_windows_and_nothing_else() {
        let check = |age: u64, hour: u64, day: u64| {
            let stats = stats();
            stats.record(&event(EVENING + 300 - age, "10.0.0.1", "example.org", Verdict::Allowed), None, None);
            let now = UnixTime((EVENING + 300) * 1000);
            for (range, expected) in [(Range::Hour, hour), (Range::Day, day)] {
                let overview = stats.overview(range, now);
                let in_tables: u64 = overview.names.iter().map(|name| name.queries).sum();
                assert_eq!((overview.totals.queries, in_tables), (expected, expected), "{age} s ago, {range:?}");
                assert_eq!(overview.series.iter().map(|bucket| bucket.totals.queries).sum::<u64>(), expected);
            }
            assert_eq!(stats.totals().queries, 1);
        };
        check(0, 1, 1);
        check(3300, 1, 1);
        check(3301, 0, 1);
        check(23 * 3600 + 300, 0, 1);
        check(23 * 3600 + 301, 0, 0);
        check(40 * 86_400, 0, 0);
    }

    #[test]
    fn a_clock_that_jumps_shows_what_belongs_to_its_time() {
        let stats = stats();
        for seconds in [10, EVENING, EVENING + 90_000, EVENING] {
            stats.record(&event(seconds, "10.0.0.1", "example.org", Verdict::Cached), None, None);
        }
        let queries = |seconds: u64| stats.overview(Range::Day, UnixTime(seconds * 1000)).totals.queries;
        assert_eq!((queries(10), queries(EVENING), queries(EVENING + 90_000)), (1, 2, 1));
    }

    #[test]
    fn tables_say_who_asked_for_what() {
        let stats = stats();
        let vendors: Arc<str> = "vendors".into();
        let stopped = Cause {
            source: crate::policy::CauseSource::OwnRules,
            reach: serde_json::from_str("\"subtree\"").unwrap(),
            labels: 2,
            via: None,
        };
        for name in ["a.example.org", "A.example.org", "b.example.org"] {
            let event = QueryEvent { cause: Some(stopped), ..event(EVENING, "10.0.0.2", name, Verdict::Stopped) };
            stats.record(&event, Some(Arc::clone(&vendors)), None);
        }
        stats.record(&event(EVENING, "10.0.0.1", "c.example.org", Verdict::Local), None, None);
        let overview = stats.overview(Range::Hour, UnixTime((EVENING + 1) * 1000));
        assert_eq!((overview.totals.stopped, overview.totals.local), (3, 1));
        assert!((overview.stopped_share - 0.75).abs() < 1e-9);
        let names: Vec<_> = overview.stopped_names.iter().map(|line| (&*line.name, line.stopped)).collect();
        assert_eq!(names, [("a.example.org", 2), ("b.example.org", 1)]);
        let devices: Vec<_> = overview.devices.iter().map(|line| (line.queries, line.stopped)).collect();
        assert_eq!(devices, [(3, 3), (1, 0)]);
        assert!(overview.lists.is_empty(), "own rules are no list");
    }

    #[test]
    fn pages_follow_each_other_without_gap_or_overlap() {
        let stats = stats();
        for number in 0..1030 {
            let name = if number % 10 == 0 { "Tenth.example.org" } else { "other.example.org" };
            stats.record(&event(EVENING, "10.0.0.1", name, Verdict::Allowed), None, None);
        }
        let mut filter = RowFilter { name: Some("tenth.".to_owned()), ..RowFilter::default() };
        let mut ids = Vec::new();
        loop {
            let (rows, next) = stats.page(&filter, 33);
            ids.extend(rows.iter().map(|row| row.id));
            filter.before = next;
            if next.is_none() {
                break;
            }
        }
        let expected: Vec<u64> =
            (0..1030).rev().filter(|number| number % 10 == 0 && *number >= 30).map(|n| 5000 + n).collect();
        assert_eq!(ids, expected);
        let other = RowFilter { device: Some("10.0.0.9".parse().unwrap()), ..RowFilter::default() };
        assert_eq!(stats.page(&other, 10), (vec![], None));
        assert_eq!(stats.rows_after(6027).iter().map(|row| row.id).collect::<Vec<_>>(), [6028, 6029]);
        assert_eq!(stats.rows_after(0).len(), 1000);
    }
}
