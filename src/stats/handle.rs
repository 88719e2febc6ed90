//! The counters that everyone shares.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{
    Bucket, KnownEvent, Naming, Overview, Packed, Past, Range, RecentRange, Row, RowFilter, Totals,
    dictionary::IdSet,
    known::Known,
    latest::Latest,
    open::Open,
    rhythm::{Rhythm, Rhythms},
    ring::Ring,
    spelled::{Spelled, Spellings},
    tables,
    window::{Tops, Window},
};
use crate::{
    catalog::Catalog,
    clients::{Called, DeviceId},
    time::{Offset, UnixTime},
};

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

/// Queries whose names are looked for together.
const AHEAD: usize = 16;

/// Pairs of a device and a name whose rhythm is known from before a run at most.
const RECALLED: usize = 2048;

/// What happened; clones share it. The lock is held for as long as it takes to count what waited, or to read the figures
/// of a range; whoever answers queries never takes it.
#[derive(Clone)]
pub struct Stats {
    catalog: &'static Catalog,
    counters: Arc<Mutex<Counters>>,
}

/// Hears of each query that is counted.
pub trait Listener {
    /// Is told the names that come next, in time to look for them together.
    fn expect(&mut self, _names: &Spellings) {}

    /// Hears of a query, and of the id of its row.
    fn hear(&mut self, id: u64, known: &KnownEvent<'_>);
}

/// Nobody.
impl Listener for () {
    fn hear(&mut self, _id: u64, _known: &KnownEvent<'_>) {}
}

struct Counters {
    first_id: u64,
    next_id: u64,
    totals: Totals,
    minutes: Ring<Totals>,
    hour: Ring<Window>,
    day: Ring<Window>,
    latest: Latest,
    rhythms: Rhythms,
    known: Known,
    /// What is in no window yet, and the number of its stretch, which are those of [`HOUR`].
    open: (u64, Open),
    since: Option<UnixTime>,
}

impl Stats {
    /// Nothing has happened yet. Ids of rows begin at `started` in milliseconds, so that they grow across restarts as long
    /// as a run sees fewer than a thousand queries a second on average.
    #[must_use]
    pub fn new(catalog: &'static Catalog, started: UnixTime) -> Self {
        let first_id = started.0.max(1);
        let counters = Counters {
            first_id,
            next_id: first_id,
            totals: Totals::default(),
            minutes: Ring::new(MINUTES),
            hour: Ring::new(HOUR.windows),
            day: Ring::new(DAY.windows),
            latest: Latest::default(),
            rhythms: Rhythms::default(),
            known: Known::new(catalog),
            open: Default::default(),
            since: None,
        };
        Self { catalog, counters: Arc::new(Mutex::new(counters)) }
    }

    /// Has ids from now on be `id` or greater: those before it were given in other runs.
    pub fn skip_to(&self, id: u64) {
        let mut counters = self.counters();
        if counters.first_id == counters.next_id {
            counters.first_id = id.max(counters.first_id);
        }
        counters.next_id = id.max(counters.next_id);
    }

    /// Counts queries; `naming` says what their lists and devices are called, and is asked once for each until
    /// [`Self::outdate_names`].
    pub fn record<'e>(
        &self,
        events: impl IntoIterator<Item = Packed<'e>>,
        naming: &impl Naming,
        mut listener: impl Listener,
    ) {
        let mut events = events.into_iter();
        let (mut together, mut names) = (Vec::with_capacity(AHEAD), Spellings::default());
        let mut counters = self.counters();
        loop {
            together.clear();
            together.extend(events.by_ref().take(AHEAD));
            if together.is_empty() {
                return;
            }
            names.set(together.iter().map(Packed::name_wire));
            counters.known.foresee(&mut names);
            counters.open.1.touch(&names);
            counters.latest.touch(together.len());
            listener.expect(&names);
            for (event, name) in together.iter().zip(names.iter()) {
                counters.record(*event, name, naming, &mut listener);
            }
        }
    }

    /// Puts the rhythm of what was asked before this run before that of this run.
    pub fn recall(&self, past: Past, naming: &impl Naming) {
        let busiest = past.busiest(RECALLED);
        let mut counters = self.counters();
        for ((address, name), beat) in busiest {
            let Counters { known, rhythms, .. } = &mut *counters;
            let (device, name) = known.pair(address, &name, naming);
            rhythms.recall(device, name, beat);
        }
    }

    /// Lists and devices may be called something else from now on.
    pub fn outdate_names(&self) {
        self.counters().known.outdate();
    }

    /// Forgets a device, named by what it is known by or by its address: its queries among the latest, and its counts. How often names were asked stays.
    pub fn forget_device(&self, device: DeviceId) {
        let mut counters = self.counters();
        counters.latest.forget_device(device);
        if let Some(device) = counters.known.find_device(device) {
            let Counters { hour, day, open, rhythms, .. } = &mut *counters;
            rhythms.forget_device(device);
            open.1.forget_device(device);
            hour.iter_mut().chain(day.iter_mut()).for_each(|window| window.forget_device(device));
        }
    }

    /// The time of the earliest query that was counted.
    #[must_use]
    pub fn since(&self) -> Option<UnixTime> {
        self.counters().since
    }

    /// Queries since the start.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.counters().totals
    }

    /// The figures of a range that ends at `now`.
    #[must_use]
    pub fn overview(&self, range: RecentRange, now: UnixTime) -> Overview {
        let counters = self.counters();
        let (cut, ring, range) = match range {
            RecentRange::Hour => (HOUR, &counters.hour, Range::Hour),
            RecentRange::Day => (DAY, &counters.day, Range::Day),
        };
        let newest = now.seconds() / cut.width;
        let oldest = (newest + 1).saturating_sub(ring.len());
        let from = oldest * cut.width;
        let windows = (oldest..=newest).filter_map(|number| ring.get(number)).collect();
        let (stretch, open) = &counters.open;
        let is_in_range = (oldest..=newest).contains(&(stretch * HOUR.width / cut.width));
        let tops = Tops { windows, open: is_in_range.then_some(open) };
        let series = counters.series(from, now.seconds(), cut.bucket);
        let totals: Totals = series.iter().map(|bucket| bucket.totals).sum();
        let frame = Overview {
            range: Some(range),
            from: UnixTime(from * 1000),
            to: now,
            totals,
            stopped_share: totals.stopped_share(),
            bucket_seconds: cut.bucket,
            series,
            ..Overview::default()
        };
        tables::fill(frame, &tops, &counters.known)
    }

    /// How regularly devices that `is_wanted` ask for names, in no order; nights are those of a house with this `offset`.
    #[must_use]
    pub fn rhythms(&self, offset: Offset, is_wanted: impl Fn(DeviceId) -> bool) -> Vec<Rhythm> {
        let counters = self.counters();
        let known = &counters.known;
        let device = |id| known.device(id).map(|(_, caller)| caller.id).filter(|id| is_wanted(*id));
        counters.rhythms.tell(device, |id| known.name_text(id), offset).collect()
    }

    /// Rows that are remembered and that `also` holds of, newest first, at most `limit`; the `before` of the page behind
    /// them, when there is one; and the id of the oldest row that is remembered at this moment, that of the row to come when
    /// none is: rows before it are not here. Devices have the names that `called` knows, or else those of then.
    #[must_use]
    pub fn page(
        &self,
        filter: &RowFilter,
        limit: usize,
        called: &Called,
        also: impl Fn(&Row) -> bool,
    ) -> (Vec<Arc<Row>>, Option<u64>, u64) {
        let counters = self.counters();
        let (rows, next) = counters.latest.page(filter, limit, self.catalog, called, also);
        (rows, next, counters.latest.oldest_id().unwrap_or(counters.next_id))
    }

    /// The rows behind the one with this id that are still remembered, oldest first; of more than `limit` the newest. Devices
    /// have their names as in [`Self::page`].
    #[must_use]
    pub fn rows_after(&self, id: u64, limit: usize, called: &Called) -> Vec<Arc<Row>> {
        self.counters().latest.after(id, limit, self.catalog, called)
    }

    /// The id of the first row of this run, whether it is there yet or not.
    #[must_use]
    pub fn first_id(&self) -> u64 {
        self.counters().first_id
    }

    /// The id of the row to come.
    #[must_use]
    pub fn next_id(&self) -> u64 {
        self.counters().next_id
    }

    fn counters(&self) -> MutexGuard<'_, Counters> {
        // Counters that a panic left half counted are still the best there are.
        self.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counters {
    fn record(&mut self, event: Packed<'_>, name: Spelled<'_>, naming: &impl Naming, listener: &mut impl Listener) {
        if self.known.is_full() {
            self.forget_unused();
        }
        let (verdict, at) = (event.verdict(), event.at());
        let seconds = at.seconds();
        if self.open.0 != seconds / HOUR.width {
            self.close();
            self.open.0 = seconds / HOUR.width;
        }
        let mut known = self.known.event(event, name, naming);
        self.since = Some(self.since.map_or(at, |since| since.min(at)));
        self.totals.add(verdict, 1);
        self.minutes.at(seconds / MINUTE).add(verdict, 1);
        self.open.1.add(&known);
        known.is_new = self.rhythms.record(&known);
        self.latest.remember(self.next_id, &known);
        listener.hear(self.next_id, &known);
        self.next_id += 1;
    }

    /// Adds to the windows what is in none.
    fn close(&mut self) {
        let (stretch, open) = &mut self.open;
        if !open.is_empty() {
            self.hour.at(*stretch).add(open);
            self.day.at(*stretch * HOUR.width / DAY.width).add(open);
            open.clear();
        }
    }

    /// Forgets the names and devices that no window counts among its most frequent, and that have no rhythm.
    fn forget_unused(&mut self) {
        self.close();
        let (mut names, mut devices) = (IdSet::default(), IdSet::default());
        for window in self.hour.iter_mut().chain(self.day.iter_mut()) {
            window.cut(&mut names, &mut devices);
        }
        self.rhythms.uses(&mut names, &mut devices);
        self.known.retain(&names, &devices);
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

#[cfg(test)]
impl Stats {
    /// Counts queries whose lists and devices are called nothing.
    pub(crate) fn record_events<'e>(&self, events: impl IntoIterator<Item = super::QueryEvent<'e>>) {
        struct Nameless;
        impl Naming for Nameless {
            fn source(&self, _: crate::policy::CauseSource) -> Option<Arc<str>> {
                None
            }

            fn device(&self, address: std::net::IpAddr) -> crate::clients::Caller {
                crate::clients::Caller::at(address)
            }
        }
        for event in events {
            self.record(super::EventBuffer::of(&event).events(), &Nameless, ());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        cell::{Cell, RefCell},
        net::IpAddr,
    };

    use super::*;
    use crate::{
        clients::Caller,
        dns::Name,
        policy::{Cause, CauseSource, Verdict},
        rules::{ListNumber, Reach},
        stats::{EventBuffer, QueryEvent, event_at},
    };

    /// 2026-11-23 20:00 UTC.
    const EVENING: u64 = 1_795_464_000;

    fn stats() -> Stats {
        Stats::new(Catalog::built_in(), UnixTime(5000))
    }

    fn event<'a>(seconds: u64, client: &str, name: &'a Name, verdict: Verdict) -> QueryEvent<'a> {
        QueryEvent { client: client.parse().unwrap(), verdict, ..event_at(seconds * 1000, name) }
    }

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    /// Calls the list 1 and the device 10.0.0.1 something.
    struct Calls(RefCell<&'static str>, Cell<usize>);

    impl Naming for Calls {
        fn source(&self, source: CauseSource) -> Option<Arc<str>> {
            self.1.update(|asked| asked + 1);
            (source == CauseSource::List(ListNumber(1))).then(|| format!("{}-list", self.0.borrow()).into())
        }

        fn device(&self, address: IpAddr) -> Caller {
            self.1.update(|asked| asked + 1);
            let name = (address.to_string() == "10.0.0.1").then(|| format!("{}-phone", self.0.borrow()).into());
            Caller { name, ..Caller::at(address) }
        }
    }

    #[test]
    fn ids_go_on_behind_those_that_were_given_before() {
        let check = |counted: u32, given: u64, expected: (u64, u64)| {
            let stats = stats();
            let name = name("ads.example.org");
            stats.record_events((0..counted).map(|_| event(EVENING, "10.0.0.1", &name, Verdict::Allowed)));
            stats.skip_to(given);
            assert_eq!((stats.first_id(), stats.next_id()), expected, "{counted} {given}");
        };
        check(0, 0, (5000, 5000));
        check(0, 4999, (5000, 5000));
        check(0, 7001, (7001, 7001));
        check(2, 7001, (5000, 7001));
        check(2, 5001, (5000, 5002));
    }

    #[test]
    fn a_range_holds_its_whole_windows_and_nothing_else() {
        let check = |age: u64, hour: u64, day: u64| {
            let (stats, name) = (stats(), name("example.org"));
            stats.record_events([event(EVENING + 300 - age, "10.0.0.1", &name, Verdict::Allowed)]);
            let now = UnixTime((EVENING + 300) * 1000);
            for (range, expected) in [(RecentRange::Hour, hour), (RecentRange::Day, day)] {
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
        let (stats, name) = (stats(), name("example.org"));
        let times = [10, EVENING, EVENING + 90_000, EVENING];
        stats.record_events(times.map(|seconds| event(seconds, "10.0.0.1", &name, Verdict::Cached)));
        let queries = |seconds: u64| stats.overview(RecentRange::Day, UnixTime(seconds * 1000)).totals.queries;
        assert_eq!((queries(10), queries(EVENING), queries(EVENING + 90_000)), (1, 2, 1));
    }

    #[test]
    fn tables_say_who_asked_for_what() {
        let (stats, naming) = (stats(), Calls(RefCell::new("a"), Cell::new(0)));
        let record = |event: QueryEvent<'_>| {
            stats.record(EventBuffer::of(&event).events(), &naming, ());
        };
        let own = Cause { reach: Reach::Subtree, labels: 2, ..Cause::without_rule(CauseSource::OwnRules) };
        let (list, target) =
            (Cause { source: CauseSource::List(ListNumber(1)), ..own }, name("data.mistat.xiaomi.com"));
        let asked =
            [("a.example.org", own, None), ("A.example.org", list, Some(&target)), ("b.example.org", own, None)];
        for (text, cause, via) in asked {
            let name = name(text);
            record(QueryEvent { cause: Some(cause), via, ..event(EVENING, "10.0.0.2", &name, Verdict::Stopped) });
        }
        record(event(EVENING, "10.0.0.1", &name("c.example.org"), Verdict::Local));
        let overview = stats.overview(RecentRange::Hour, UnixTime((EVENING + 1) * 1000));
        assert_eq!((overview.totals.stopped, overview.totals.local), (3, 1));
        assert!((overview.stopped_share - 0.75).abs() < 1e-9);
        let names = overview.stopped_names.iter().map(|line| (&*line.name, line.stopped, line.list.as_deref()));
        assert_eq!(names.collect::<Vec<_>>(), [("a.example.org", 2, Some("a-list")), ("b.example.org", 1, None)]);
        let whose = overview.stopped_names[0].attribution.as_ref().unwrap();
        assert_eq!((&*whose.vendor, whose.purpose), (&*overview.vendors[0].vendor, overview.purposes[0].purpose));
        assert_eq!((&*whose.vendor, overview.vendors[0].queries, overview.vendors[0].stopped), ("Xiaomi", 1, 1));
        let names = overview.names.iter().map(|line| (&*line.name, line.queries, line.attribution.is_some()));
        let expected = [("a.example.org", 2, false), ("b.example.org", 1, false), ("c.example.org", 1, false)];
        assert_eq!(names.collect::<Vec<_>>(), expected);
        let devices = overview.devices.iter().map(|line| (&*line.device_name, line.queries, line.stopped));
        assert_eq!(devices.collect::<Vec<_>>(), [("10.0.0.2", 3, 3), ("a-phone", 1, 0)]);
        let lists = overview.lists.iter().map(|line| (&*line.list, line.stopped));
        assert_eq!(lists.collect::<Vec<_>>(), [("a-list", 1)], "own rules are no list");
    }

    #[test]
    fn what_things_are_called_is_asked_once_until_it_may_have_changed() {
        let (stats, naming, name) = (stats(), Calls(RefCell::new("old"), Cell::new(0)), name("example.org"));
        let cause = Cause::without_rule(CauseSource::List(ListNumber(1)));
        let event = QueryEvent { cause: Some(cause), ..event(EVENING, "10.0.0.1", &name, Verdict::Stopped) };
        let packed = EventBuffer::of(&event);
        let check = |expected: &str, asked: usize| {
            stats.record(packed.events(), &naming, ());
            let (rows, ..) = stats.page(&RowFilter::default(), 1, &Called::default(), |_| true);
            assert_eq!(rows[0].device_name, format!("{expected}-phone"));
            assert_eq!(rows[0].cause.as_ref().unwrap().id.as_deref(), Some(&*format!("{expected}-list")));
            assert_eq!(naming.1.get(), asked);
        };
        check("old", 2);
        check("old", 2);
        *naming.0.borrow_mut() = "new";
        check("old", 2);
        stats.outdate_names();
        check("new", 4);
        check("new", 4);
        let oldest = &stats.rows_after(0, usize::MAX, &Called::default())[0];
        assert_eq!(oldest.device_name, "old-phone", "a device that nobody knows any more is called what it was");
        let told = |name: Option<&str>| {
            let called = Called::from_iter([(oldest.device_id, name.map(Into::into))]);
            let (rows, ..) =
                stats.page(&RowFilter::default(), usize::MAX, &called, |row| row.device_name != "new-phone");
            (rows.len(), rows[0].device_name.clone(), stats.rows_after(0, 1, &called)[0].device_name.clone())
        };
        assert_eq!(told(Some("telly")), (5, "telly".to_owned(), "telly".to_owned()));
        assert_eq!(told(None), (5, "10.0.0.1".to_owned(), "10.0.0.1".to_owned()));
        let devices = stats.overview(RecentRange::Hour, UnixTime(EVENING * 1000)).devices;
        assert_eq!((devices.len(), &*devices[0].device_name), (1, "new-phone"));
    }

    #[test]
    fn who_asks_for_ever_new_names_takes_no_more_memory_and_hides_nothing() {
        let (stats, usual) = (stats(), name("usual.example.org"));
        for number in 0..100_000_u64 {
            let random = name(&format!("r{number}.example.net"));
            let client = format!("10.{}.{}.{}", number >> 16, number >> 8 & 255, number & 255);
            let time = EVENING + number / 4;
            stats.record_events([event(time, &client, &random, Verdict::Allowed)]);
            if number % 4 == 0 {
                stats.record_events([event(time, "192.168.1.1", &usual, Verdict::Stopped)]);
            }
        }
        assert!(!stats.counters().known.is_full());
        let overview = stats.overview(RecentRange::Day, UnixTime((EVENING + 24_999) * 1000));
        assert_eq!((&*overview.names[0].name, overview.names[0].queries), ("usual.example.org", 25_000));
        assert_eq!((&*overview.devices[0].device_name, overview.devices[0].stopped), ("192.168.1.1", 25_000));
        assert_eq!((overview.names.len(), overview.devices.len()), (20, 20));
    }

    #[test]
    fn pages_follow_each_other_without_gap_or_overlap() {
        let (stats, tenth, other) = (stats(), name("Tenth.example.org"), name("other.example.org"));
        for number in 0..1030 {
            let name = if number % 10 == 0 { &tenth } else { &other };
            stats.record_events([event(EVENING, "10.0.0.1", name, Verdict::Allowed)]);
        }
        let mut filter = RowFilter { name: Some("tenth.".to_owned()), ..RowFilter::default() };
        let mut ids = Vec::new();
        loop {
            let (rows, next, oldest) = stats.page(&filter, 33, &Called::default(), |_| true);
            ids.extend(rows.iter().map(|row| row.id));
            assert_eq!(oldest, 5030);
            filter.before = next;
            if next.is_none() {
                break;
            }
        }
        let expected: Vec<u64> =
            (0..1030).rev().filter(|number| number % 10 == 0 && *number >= 30).map(|n| 5000 + n).collect();
        assert_eq!(ids, expected);
        let other = RowFilter { device: Some("10.0.0.9".parse().unwrap()), ..RowFilter::default() };
        assert_eq!(stats.page(&other, 10, &Called::default(), |_| true), (vec![], None, 5030));
        let ids =
            |id, limit| stats.rows_after(id, limit, &Called::default()).iter().map(|row| row.id).collect::<Vec<_>>();
        assert_eq!(ids(6026, usize::MAX), [6027, 6028, 6029]);
        assert_eq!(ids(6026, 2), [6028, 6029]);
        assert_eq!(ids(0, usize::MAX).len(), 1000);
    }

    #[test]
    fn a_page_tells_the_oldest_row_of_its_own_moment() {
        let (stats, name) = (stats(), name("example.org"));
        let record = || stats.record_events((0..100).map(|_| event(EVENING, "10.0.0.1", &name, Verdict::Allowed)));
        record();
        std::thread::scope(|scope| {
            let recording = scope.spawn(|| (0..100).for_each(|_| record()));
            while !recording.is_finished() {
                let (rows, _, oldest) = stats.page(&RowFilter::default(), usize::MAX, &Called::default(), |_| true);
                assert_eq!(rows.last().map(|row| row.id), Some(oldest));
            }
        });
    }
}
