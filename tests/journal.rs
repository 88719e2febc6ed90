//! The journal on real files: what is read is what was recorded, whatever happens to the process, the files, the disk and
//! the clock.

#![allow(clippy::unwrap_used, reason = "a test says by its panic what is wrong")]

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Write},
    net::{IpAddr, Ipv4Addr},
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use ponor::{
    catalog::Catalog,
    clients::{Called, Caller, DeviceId},
    config::{self, Privacy},
    dns::{Name, Rcode, RecordType},
    filter::Filter,
    geo::GeoHandle,
    journal::{Grain, Journal, Sum, Writer},
    policy::{Cause, CauseSource, Verdict},
    rules::{ListNumber, Reach},
    stats::{EventBuffer, Naming, Overview, QueryEvent, Row, RowFilter, Stats, Transport},
    time::{Clock, Moment, Now, Offset, UnixTime},
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// 2026-11-23 20:00 UTC, in milliseconds.
const EVENING: u64 = 1_795_464_000_000;
const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// The clocks of one test.
struct Hands {
    clock: Clock,
    wall: &'static AtomicU64,
    monotonic: &'static AtomicU64,
}

impl Hands {
    fn wall(&self) -> u64 {
        self.wall.load(Ordering::SeqCst)
    }

    /// Lets time pass, in milliseconds.
    fn pass(&self, time: u64) {
        self.wall.fetch_add(time, Ordering::SeqCst);
        self.monotonic.fetch_add(time, Ordering::SeqCst);
    }

    /// Sets the wall clock.
    fn set(&self, wall: u64) {
        self.wall.store(wall, Ordering::SeqCst);
    }
}

/// Clocks that stand still at [`EVENING`]; each place where this is written has its own.
macro_rules! hands {
    () => {{
        static WALL: AtomicU64 = AtomicU64::new(EVENING);
        static MONOTONIC: AtomicU64 = AtomicU64::new(0);
        Hands {
            clock: Clock(|| Now {
                unix: UnixTime(WALL.load(Ordering::SeqCst)),
                moment: Moment(MONOTONIC.load(Ordering::SeqCst) * 1000),
            }),
            wall: &WALL,
            monotonic: &MONOTONIC,
        }
    }};
}

/// A journal in a folder, with the statistics that give queries their ids.
struct House {
    path: PathBuf,
    config: config::Journal,
    hands: Hands,
    journal: Journal,
    stats: Stats,
}

/// Calls the list 1 `ads`, and the device that ends in 7 a television.
struct Calls;

impl Naming for Calls {
    fn source(&self, source: CauseSource) -> Option<Arc<str>> {
        (source == CauseSource::List(ListNumber(1))).then(|| "ads".into())
    }

    fn device(&self, address: IpAddr) -> Caller {
        let name = { address.to_string().ends_with(".7").then(|| "television".into()) };
        Caller { name, ..Caller::at(address) }
    }
}

fn configuration() -> config::Journal {
    config::Journal {
        enabled: true,
        keep: Duration::from_hours(30 * 24),
        max_size: 256 << 20,
        flush_every: Duration::from_mins(5),
        privacy: Privacy::Full,
        except: Vec::new(),
    }
}

impl House {
    fn new(path: &Path, config: config::Journal, hands: Hands) -> Self {
        let journal = Journal::new(path.to_owned(), &config, GeoHandle::default(), hands.clock);
        let stats = Stats::new(Catalog::built_in(), UnixTime(journal.next_id()));
        Self { path: path.to_owned(), config, hands, journal, stats }
    }

    /// As after an end and a new start.
    fn restarted(self) -> Self {
        Self::new(&self.path, self.config, self.hands)
    }

    fn record(&self, host: u8, name: &str, verdict: Verdict) {
        let name: Name = name.parse().unwrap();
        let via: Option<Name> = (host == 9).then(|| "data.mistat.xiaomi.com".parse().unwrap());
        let cause = Cause { source: CauseSource::List(ListNumber(1)), reach: Reach::Subtree, labels: 2 };
        let is_stopped = verdict == Verdict::Stopped;
        let mut packed = EventBuffer::of(&QueryEvent {
            at: UnixTime(self.hands.wall()),
            client: Ipv4Addr::new(192, 168, 1, host).into(),
            transport: Transport::Dot,
            name: &name,
            rtype: RecordType::HTTPS,
            verdict,
            cause: is_stopped.then_some(cause),
            via: via.as_ref().filter(|_| is_stopped),
            rcode: if verdict == Verdict::Failed { Rcode::SERVFAIL } else { Rcode::NOERROR },
            answered: None,
        });
        packed.set_latency(0, Duration::from_micros(1234));
        self.stats.record(packed.events(), &Calls, self.journal.add());
    }

    /// Has what waits written, and what else is due.
    async fn write(&self) {
        self.writer().write().await;
    }

    fn writer(&self) -> Writer {
        let stats = config::Stats { keep: Duration::from_hours(365 * 24) };
        Writer::new(self.journal.clone(), &self.config, &stats)
    }

    fn overview(&self, from: u64, to: u64) -> Overview {
        self.journal.overview(UnixTime(from), UnixTime(to), Catalog::built_in())
    }

    /// All rows, in pages.
    fn rows(&self, filter: &RowFilter, limit: usize) -> Vec<Arc<Row>> {
        let (mut filter, mut rows) = (filter.clone(), Vec::new());
        loop {
            let page = self.journal.page(&filter, limit, &Filter::default(), &Called::default());
            assert!(page.rows.len() <= limit && page.scanned_to.is_none());
            rows.extend(page.rows);
            match page.next {
                Some(next) => filter.before = Some(next),
                None => return rows,
            }
        }
    }

    fn ids(&self) -> Vec<u64> {
        self.rows(&RowFilter::default(), 1000).iter().rev().map(|row| row.id).collect()
    }

    /// What all files of the folder take.
    fn octets(&self) -> u64 {
        fs::read_dir(&self.path).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum()
    }

    fn day_files(&self) -> Vec<String> {
        let files = fs::read_dir(&self.path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut days: Vec<String> = files
            .filter(|name| name.starts_with("20") && Path::new(name).extension().is_some_and(|ending| ending == "db"))
            .collect();
        days.sort();
        days
    }
}

fn house(hands: Hands) -> (House, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (House::new(&folder.path().join("journal"), configuration(), hands), folder)
}

#[tokio::test]
async fn a_query_is_read_as_it_was_recorded_from_memory_and_from_disk() {
    let (house, _folder) = house(hands!());
    house.record(7, "Www.Example.ORG", Verdict::Cached);
    house.record(9, "cname.example.net", Verdict::Stopped);
    house.record(8, "failed.example.org", Verdict::Failed);
    let check = |house: &House| {
        let kept = house.rows(&RowFilter::default(), 2);
        let (memory, ..) = house.stats.page(&RowFilter::default(), 10, &Called::default(), |_| true);
        assert_eq!(kept.len(), 3);
        for (kept, memory) in kept.iter().zip(&memory) {
            let lower = Row { name: memory.name.to_ascii_lowercase().into(), ..(**memory).clone() };
            assert_eq!(**kept, lower);
        }
        assert_eq!(kept[1].attribution.as_ref().map(|whose| &*whose.vendor), Some("Xiaomi"));
        assert_eq!(kept[1].cause.as_ref().unwrap().rule.as_deref(), Some("xiaomi.com"));
        let mut exported = Vec::new();
        house.journal.export(&RowFilter::default(), &Filter::default(), &Called::default(), |row| {
            exported.push(row.clone());
            ControlFlow::Continue(())
        });
        assert!(exported.iter().eq(kept.iter().rev().map(|row| &**row)));
    };
    check(&house);
    assert_eq!(house.journal.health().waiting, 3);
    house.write().await;
    assert_eq!(house.journal.health().waiting, 0);
    check(&house);
    house.record(8, "later.example.org", Verdict::Cached);
    assert_eq!(house.rows(&RowFilter::default(), 3).len(), 4, "disk and memory together");
    house.write().await;
    let house = house.restarted();
    house.write().await;
    assert_eq!(house.ids(), [1, 2, 3, 4]);
    house.record(1, "new.example.org", Verdict::Local);
    assert_eq!(house.ids(), [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn filters_find_the_same_in_memory_and_on_disk() {
    let (house, _folder) = house(hands!());
    let mut expected: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for number in 1..=10_000_u64 {
        let (host, tenth) = (u8::try_from(number % 5).unwrap(), number % 10 == 0);
        let verdict = if number % 3 == 0 { Verdict::Stopped } else { Verdict::Allowed };
        house.record(host, if tenth { "tenth.example.org" } else { "other.example.org" }, verdict);
        let marks = [("tenth", tenth), ("device", host == 2), ("stopped", number % 3 == 0)];
        for (mark, _) in marks.into_iter().filter(|(_, marked)| *marked) {
            expected.entry(mark).or_default().push(number);
        }
        house.hands.pass(MINUTE);
        let is_late = house.hands.wall() >= EVENING + 3 * DAY;
        if is_late {
            expected.entry("late").or_default().push(number + 1);
        }
        if number % 1500 == 0 && number < 9000 {
            house.write().await;
        }
    }
    expected.get_mut("late").unwrap().pop();
    let check = |mark: &str, filter: RowFilter| {
        let ids: Vec<u64> = house.rows(&filter, 333).iter().rev().map(|row| row.id).collect();
        assert_eq!(ids, expected[mark], "{mark}");
    };
    let all = RowFilter::default();
    check("tenth", RowFilter { name: Some("nth.exam".to_owned()), ..all.clone() });
    check("device", RowFilter { device: Some(DeviceId::at([192, 168, 1, 2].into())), ..all.clone() });
    check("stopped", RowFilter { verdict: Some(Verdict::Stopped), ..all.clone() });
    check("late", RowFilter { from: Some(UnixTime(EVENING + 3 * DAY)), ..all.clone() });
    assert_eq!(house.rows(&RowFilter { name: Some("nothing".to_owned()), ..all.clone() }, 10), []);
    assert_eq!(house.rows(&RowFilter { until: Some(UnixTime(EVENING)), ..all }, 10), []);
    assert!(house.day_files().len() >= 6);
}

#[tokio::test]
async fn a_device_is_told_and_found_by_the_name_that_it_has_now() {
    let (house, _folder) = house(hands!());
    house.record(7, "www.example.org", Verdict::Cached);
    house.record(8, "www.example.net", Verdict::Cached);
    let id = |host: u8| DeviceId::at(Ipv4Addr::new(192, 168, 1, host).into());
    let called = Called::from_iter([(id(7), Some("telly".into()))]);
    let check = |house: &House, called: &Called, filter: &str, expected: &[&str]| {
        let meant = ponor::filter::parse(filter, UnixTime(0)).unwrap();
        let page = house.journal.page(&RowFilter::default(), 10, &meant, called);
        let names: Vec<_> = page.rows.iter().map(|row| &*row.device_name).collect();
        assert_eq!(names, expected, "{filter}");
        let mut exported = Vec::new();
        house.journal.export(&RowFilter::default(), &meant, called, |row| {
            exported.insert(0, row.device_name.clone());
            ControlFlow::Continue(())
        });
        assert_eq!(exported, expected, "{filter}");
    };
    for _ in ["in memory", "on disk"] {
        check(&house, &called, "", &["192.168.1.8", "telly"]);
        check(&house, &called, "device:telly", &["telly"]);
        check(&house, &called, "device:television", &[]);
        check(&house, &Called::from_iter([(id(7), None)]), "", &["192.168.1.8", "192.168.1.7"]);
        check(&house, &Called::default(), "device:television", &["television"]);
        house.write().await;
    }
}

#[tokio::test]
async fn sums_are_those_of_the_queries_whatever_the_clock_does() {
    let hands = hands!();
    let (mut house, _folder) = house(hands);
    let mut truth: BTreeMap<u64, u64> = BTreeMap::new();
    let mut chance = fastrand::Rng::with_seed(7);
    for round in 0..400 {
        for _ in 0..chance.u32(0..20) {
            let verdict = if chance.bool() { Verdict::Stopped } else { Verdict::Cached };
            house.record(chance.u8(1..9), &format!("n{}.example.org", chance.u8(0..30)), verdict);
            *truth.entry(house.hands.wall() / HOUR).or_default() += 1;
            house.hands.pass(chance.u64(0..4 * MINUTE));
        }
        house.write().await;
        match round % 40 {
            7 => house.hands.set(house.hands.wall() - HOUR),
            15 => house.hands.set(house.hands.wall() - 2 * DAY),
            20 => house = house.restarted(),
            23 => house.hands.set(house.hands.wall() + 3 * DAY),
            _ => house.hands.pass(chance.u64(0..2 * HOUR)),
        }
    }
    let (first, last) = (*truth.keys().next().unwrap(), *truth.keys().next_back().unwrap());
    house.hands.set(last * HOUR + HOUR);
    let check = |from: u64, to: u64| {
        let overview = house.overview(from * HOUR, to * HOUR);
        let expected: u64 = truth.range(from..=to).map(|(_, queries)| queries).sum();
        assert_eq!(overview.totals.queries, expected, "{from} to {to}");
        assert_eq!(overview.series.iter().map(|bucket| bucket.totals.queries).sum::<u64>(), expected);
        assert_eq!(overview.devices.iter().map(|device| device.queries).sum::<u64>(), expected);
        let stopped: u64 = overview.lists.iter().map(|list| list.stopped).sum();
        assert_eq!(stopped, overview.totals.stopped);
        assert!(overview.names.iter().all(|name| name.queries > 0));
        for (grain, from) in [(Grain::Hour, from), (Grain::Day, from / 24 * 24)] {
            let mut found = 0;
            house.journal.figures(UnixTime(from * HOUR), UnixTime(to * HOUR), grain, |sheet| {
                let named = |sum: &Sum| sheet.device(sum.device).is_some() && sheet.name(sum.name).is_some();
                found += sheet.sums(|_| true).filter(named).map(|sum| sum.queries).sum::<u64>();
            });
            let expected: u64 = truth.range(from..=to).map(|(_, queries)| queries).sum();
            assert_eq!(found, expected, "{grain:?} {from} to {to}");
        }
    };
    check(first, last);
    for _ in 0..50 {
        let from = chance.u64(first.max(last - 700)..=last);
        check(from, chance.u64(from..=last));
    }
    assert_eq!(house.ids().len() as u64, truth.values().sum::<u64>());
    assert_eq!(house.journal.health().unreadable, 0);
}

#[tokio::test]
async fn old_days_go_by_age_and_the_oldest_when_there_are_too_many() {
    let (mut house, _folder) = house(hands!());
    house.config.keep = Duration::from_hours(3 * 24);
    for _ in 0..6 {
        house.record(1, "example.org", Verdict::Allowed);
        house.hands.pass(DAY);
        house.write().await;
    }
    assert_eq!(house.day_files().len(), 6, "no writer saw its clock go steadily for an hour");
    let mut writer = house.writer();
    writer.write().await;
    house.hands.pass(HOUR);
    writer.write().await;
    drop(writer);
    assert_eq!(house.day_files(), ["2026-11-26.db", "2026-11-27.db", "2026-11-28.db"]);
    assert_eq!(house.ids(), [4, 5, 6]);
    house.config.max_size = 10_000;
    house.write().await;
    assert_eq!(house.day_files(), ["2026-11-28.db"]);
    assert_eq!(house.journal.health().oldest_day.as_deref(), Some("2026-11-28"));
}

#[tokio::test]
async fn a_day_takes_no_more_than_its_share_of_the_space() {
    let (mut house, _folder) = house(hands!());
    house.config.max_size = 400_000;
    for number in 0..20_000_u32 {
        house.record(1, &format!("r{number}.example.org"), Verdict::Allowed);
        if number % 1000 == 999 {
            house.write().await;
        }
    }
    let health = house.journal.health();
    assert!(health.octets < 300_000 && health.lost > 10_000, "{health:?}");
    house.hands.pass(DAY);
    house.record(1, "example.org", Verdict::Allowed);
    assert_eq!(house.journal.health().waiting, 1);
}

/// Records a day of so many names that are asked once each, and of one that is asked once an hour. Returns how many
/// queries there were.
async fn flood(house: &House, writer: &mut Writer, names: u32) -> u64 {
    let mut chance = fastrand::Rng::with_seed(house.hands.wall());
    for _ in 0..24 {
        house.record(7, "hourly.example.org", Verdict::Cached);
        for _ in 0..names / 24 {
            house.record(8, &format!("{:016x}.example.net", chance.u64(..)), Verdict::Allowed);
        }
        house.hands.pass(HOUR);
        writer.write().await;
        let octets = house.octets();
        assert!(octets <= house.config.max_size, "{octets} octets after {} days", house.day_files().len());
    }
    u64::from(names / 24 * 24 + 24)
}

#[tokio::test]
async fn sums_of_many_names_stay_within_the_space() {
    let (mut house, _folder) = house(hands!());
    house.config.max_size = 4_000_000;
    house.hands.set(EVENING / DAY * DAY);
    let first = house.hands.wall();
    let (mut writer, mut truth) = (house.writer(), Vec::new());
    for day in 0..8 {
        // The last day is a quiet one.
        truth.push(flood(&house, &mut writer, if day < 7 { 12_000 } else { 240 }).await);
    }
    assert_eq!(house.journal.health().lost, 0);
    assert_eq!(house.day_files().len(), 5, "the sums leave room for days of queries");
    let day = |day: u64| (first + day * DAY, first + day * DAY + 23 * HOUR);
    let (mut found, mut hourly) = (Vec::new(), Vec::new());
    for (from, to) in (0..8).map(day) {
        let overview = house.overview(from, to);
        assert_eq!(overview.devices.iter().map(|device| device.queries).sum::<u64>(), overview.totals.queries);
        found.push(overview.totals.queries);
        let named = |grain| {
            let mut queries = 0;
            house.journal.figures(UnixTime(from), UnixTime(to), grain, |sheet| {
                let is_hourly = |sum: &Sum| sheet.name(sum.name).is_some_and(|name| name.starts_with(b"\x06hourly"));
                queries += sheet.sums(|_| true).filter(is_hourly).map(|sum| sum.queries).sum::<u64>();
            });
            queries
        };
        assert_eq!(named(Grain::Hour), named(Grain::Day));
        hourly.push(named(Grain::Day));
    }
    let forgotten = found.iter().take_while(|queries| **queries == 0).count();
    assert!((1..=5).contains(&forgotten), "the oldest are forgotten, and no more than need be: {found:?}");
    assert_eq!(found[forgotten..], truth[forgotten..]);
    assert!(hourly[..forgotten].iter().all(|queries| *queries == 0), "{hourly:?}");
    assert!(hourly[forgotten..].iter().all(|queries| *queries == 24), "{hourly:?}");
    let all = house.overview(first, first + 8 * DAY);
    assert_eq!(all.totals.queries, truth[forgotten..].iter().sum::<u64>());
    assert_eq!(house.journal.health().unreadable, 0);
}

#[tokio::test]
async fn hours_and_days_tell_the_same_of_what_is_left_whatever_the_clock_does() {
    let (mut house, _folder) = house(hands!());
    house.config.max_size = 300_000;
    let mut truth: BTreeMap<u64, u64> = BTreeMap::new();
    let (mut chance, mut writer) = (fastrand::Rng::with_seed(7), house.writer());
    for round in 0..200 {
        for _ in 0..100 {
            house.record(8, &format!("{:016x}.example.net", chance.u64(..)), Verdict::Allowed);
            *truth.entry(house.hands.wall() / DAY).or_default() += 1;
            house.hands.pass(chance.u64(0..2 * MINUTE));
        }
        writer.write().await;
        match round % 20 {
            7 => house.hands.set(house.hands.wall() - HOUR),
            12 => house.hands.set(house.hands.wall() - 2 * DAY),
            16 => house.hands.set(house.hands.wall() + 3 * DAY),
            _ => house.hands.pass(chance.u64(0..2 * HOUR)),
        }
    }
    house.hands.pass(DAY);
    writer.write().await;
    let mut found = Vec::new();
    for (day, queries) in &truth {
        let (from, to) = (UnixTime(day * DAY), UnixTime(day * DAY + 23 * HOUR));
        let sum = |grain| {
            let mut sum = 0;
            house.journal.ends(from, to, grain, |_, totals| sum += totals.queries);
            sum
        };
        assert_eq!(sum(Grain::Hour), sum(Grain::Day), "{day}");
        assert!(sum(Grain::Day) <= *queries);
        found.push((sum(Grain::Day), *queries));
    }
    let (first, last) = (found[0], found[found.len() - 1]);
    assert!(first.0 == 0 && last.0 == last.1, "{found:?}");
}

#[tokio::test]
async fn a_clock_that_was_ahead_when_sums_were_forgotten_leaves_hours_hours() {
    let (mut house, _folder) = house(hands!());
    house.config.max_size = 4_000_000;
    let today = EVENING / DAY * DAY;
    house.hands.set(today + 1000 * DAY);
    let mut writer = house.writer();
    let queries = flood(&house, &mut writer, 12_000).await;
    house.hands.set(today);
    let hours = |from: u64| {
        let mut hours = BTreeMap::<u64, u64>::new();
        let to = UnixTime(from + 23 * HOUR);
        house.journal.ends(UnixTime(from), to, Grain::Hour, |at, totals| {
            *hours.entry(at.0).or_default() += totals.queries;
        });
        hours.values().filter(|queries| **queries > 0).count()
    };
    flood(&house, &mut writer, 12_000).await;
    flood(&house, &mut writer, 12_000).await;
    assert_eq!(hours(today + DAY), 24);
    let mut ahead = 0;
    let (from, to) = (UnixTime(today + 1000 * DAY), UnixTime(today + 1001 * DAY - HOUR));
    house.journal.ends(from, to, Grain::Day, |_, totals| ahead += totals.queries);
    assert_eq!((ahead, hours(from.0)), (queries, 0), "the day that was ahead is kept, but not its hours");
}

/// Three days of many names, in a folder without a bound, and how many queries each has.
async fn three_days(hands: Hands) -> (House, tempfile::TempDir, u64) {
    let (house, folder) = house(hands);
    house.hands.set(EVENING / DAY * DAY);
    let mut writer = house.writer();
    let mut queries = 0;
    for _ in 0..3 {
        queries = flood(&house, &mut writer, 6000).await;
    }
    (house, folder, queries)
}

#[tokio::test]
async fn sums_that_are_too_much_go_from_files_of_either_form() {
    for (form, is_given_back) in [(2, true), (0, false)] {
        let (mut house, _folder, queries) = three_days(hands!()).await;
        let path = house.path.join("rollups.db");
        let database = || rusqlite::Connection::open(&path).unwrap();
        let pragma = |name| database().pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(pragma("auto_vacuum"), 2);
        database().execute_batch(&format!("PRAGMA auto_vacuum = {form}; VACUUM")).unwrap();
        let before = fs::metadata(&path).unwrap().len();
        house.config.max_size = 1_600_000;
        let house = house.restarted();
        house.hands.pass(HOUR);
        house.write().await;
        assert_eq!(house.journal.health().fault, None);
        let after = fs::metadata(&path).unwrap().len();
        assert_eq!(pragma("auto_vacuum"), form);
        let used = (pragma("page_count") - pragma("freelist_count")) * pragma("page_size");
        let used = u64::try_from(used).unwrap();
        assert!(before > 1_000_000 && used <= 800_000, "{before} {used}");
        assert_eq!(after, if is_given_back { used } else { before });
        let (from, to) = (house.hands.wall() - DAY - HOUR, house.hands.wall() - 2 * HOUR);
        assert_eq!(house.overview(from, to).totals.queries, queries);
    }
}

#[tokio::test]
async fn damaged_sums_that_are_too_much_are_set_aside() {
    let (mut house, _folder, queries) = three_days(hands!()).await;
    let path = house.path.join("rollups.db");
    let mut octets = fs::read(&path).unwrap();
    // The page that tells where the oldest pages are used, which nobody needs but who forgets them.
    octets[2048..4096].fill(0xFF);
    fs::write(&path, octets).unwrap();
    for (max_size, damaged) in [(256 << 20, &[][..]), (2_000_000, &["rollups.db.damaged".to_owned()])] {
        house.config.max_size = max_size;
        house = house.restarted();
        house.hands.pass(HOUR);
        house.record(8, "later.example.org", Verdict::Allowed);
        house.write().await;
        let health = house.journal.health();
        assert_eq!((health.fault, &*health.damaged), (None, damaged));
    }
    house.hands.pass(HOUR);
    house.write().await;
    assert_eq!(house.overview(house.hands.wall() - 4 * HOUR, house.hands.wall()).totals.queries, queries / 24 + 2);
}

#[tokio::test]
async fn sums_of_an_hour_that_were_written_in_part_go_on_where_they_ended() {
    const NAMES: u64 = 70_000;
    let (mut house, _folder) = house(hands!());
    let mut writer = house.writer();
    for number in 0..NAMES {
        house.record(8, &format!("n{number}.of-a-name-that-is-somewhat-long.example.net"), Verdict::Allowed);
        if number % 10_000 == 0 {
            writer.write().await;
        }
    }
    house.hands.pass(HOUR);
    writer.write().await;
    drop(writer);
    assert_eq!(house.journal.health().lost, 0);
    let path = house.path.join("rollups.db");
    let database = || rusqlite::Connection::open(&path).unwrap();
    let parts = || database().query_row("SELECT count(*) FROM hours", [], |row| row.get::<_, i64>(0)).unwrap();
    let written = parts();
    assert!(written >= 3, "{written}");
    let (from, to) = (house.hands.wall() - HOUR, house.hands.wall());
    for kept in 0..=written {
        // As when the process was killed before the others.
        database().execute("DELETE FROM hours WHERE part > ?", [kept]).unwrap();
        house = house.restarted();
        house.write().await;
        assert_eq!((house.overview(from, to).totals.queries, parts()), (NAMES, written), "{kept}");
        let mut queries = 0;
        house.journal.figures(UnixTime(from), UnixTime(to), Grain::Hour, |sheet| {
            let is_named = |sum: &Sum| sheet.name(sum.name).is_some_and(|name| name.ends_with(b"\x03net\0"));
            queries += sheet.sums(|_| true).filter(is_named).map(|sum| sum.queries).sum::<u64>();
        });
        assert_eq!(queries, NAMES, "{kept}");
    }
}

#[tokio::test]
async fn what_is_private_is_not_written() {
    for (privacy, name, device) in [(Privacy::NoNames, "", "television"), (Privacy::NoDevices, "private.example", "")] {
        let folder = tempfile::tempdir().unwrap();
        let config = config::Journal { privacy, except: vec!["192.168.1.66".parse().unwrap()], ..configuration() };
        let house = House::new(folder.path(), config, hands!());
        house.record(7, "private.example", Verdict::Stopped);
        house.record(66, "private.example", Verdict::Stopped);
        house.write().await;
        let rows = house.rows(&RowFilter::default(), 10);
        assert_eq!(rows.len(), 1, "one device is left out");
        assert_eq!((&*rows[0].name, &*rows[0].device_name), (name, device));
        let mut octets = fs::read(folder.path().join("2026-11-23.db")).unwrap();
        octets.extend(fs::read(folder.path().join("2026-11-23.db-wal")).unwrap_or_default());
        let holds = |text: &[u8]| octets.windows(text.len()).any(|part| part == text);
        assert_eq!(holds(b"private"), !name.is_empty());
        assert_eq!(holds(b"television"), !device.is_empty());
        assert_eq!(holds(&[4, 192, 168, 1, 7]), !device.is_empty());
        let overview = house.overview(EVENING, EVENING);
        assert_eq!((overview.totals.queries, overview.names.len()), (1, usize::from(!name.is_empty())));
    }
}

#[tokio::test]
async fn a_damaged_file_costs_no_more_than_itself() {
    for (what, damage) in [
        ("head", &(|octets: &mut Vec<u8>| octets[..100].fill(0xAA)) as &dyn Fn(&mut Vec<u8>)),
        ("truncated", &|octets| octets.truncate(5000)),
        ("empty", &Vec::clear),
        ("tables", &|octets| octets[4096..8192].fill(0xFF)),
        ("middle", &|octets| {
            let half = octets.len() / 2;
            octets[half] ^= 0x10;
        }),
    ] {
        let (house, _folder) = house(hands!());
        house.hands.set(EVENING);
        for number in 0..3000_u64 {
            house.record(1, &format!("n{number}.example.org"), Verdict::Allowed);
            if number % 500 == 499 {
                house.write().await;
            }
            if number == 1499 {
                house.hands.pass(DAY);
            }
        }
        let damaged = house.path.join("2026-11-23.db");
        let mut octets = fs::read(&damaged).unwrap();
        damage(&mut octets);
        fs::write(&damaged, octets).unwrap();
        let house = house.restarted();
        house.write().await;
        house.record(1, "later.example.org", Verdict::Allowed);
        house.write().await;
        assert_eq!(house.journal.health().fault, None, "{what}");
        let ids = house.ids();
        assert!(ids.ends_with(&(1501..=3001).collect::<Vec<_>>()), "{what}: {}", ids.len());
        let nameless = house.rows(&RowFilter::default(), 1000).iter().any(|row| row.name.is_empty());
        assert!(ids.len() < 3001 || nameless, "{what}: the damage shows");
        let health = house.journal.health();
        assert!(
            what == "empty" || health.unreadable > 0 || health.damaged == ["2026-11-23.db.damaged"],
            "{what} {health:?}"
        );
    }
}

#[tokio::test]
async fn the_file_of_today_that_is_damaged_is_begun_anew() {
    let (house, _folder) = house(hands!());
    house.record(1, "before.example.org", Verdict::Allowed);
    house.write().await;
    fs::write(
        house.path.join("2026-11-23.db"),
        "this is no database, but it is long enough to look like one".repeat(99),
    )
    .unwrap();
    house.record(1, "before.example.org", Verdict::Allowed);
    house.write().await;
    house.record(1, "before.example.org", Verdict::Allowed);
    house.write().await;
    let house = house.restarted();
    house.write().await;
    let rows = house.rows(&RowFilter::default(), 10);
    assert_eq!(
        rows.iter().map(|row| (row.id, &*row.name)).collect::<Vec<_>>(),
        [(3, "before.example.org"), (2, "before.example.org")]
    );
    assert_eq!(house.journal.health().damaged, ["2026-11-23.db.damaged"]);
}

#[tokio::test]
async fn a_day_that_cannot_be_opened_keeps_back_no_other() {
    let (house, folder) = house(hands!());
    house.record(1, "before.example.org", Verdict::Allowed);
    house.write().await;
    let elsewhere = folder.path().join("elsewhere");
    fs::create_dir_all(elsewhere.join("kept")).unwrap();
    std::os::unix::fs::symlink(&elsewhere, house.path.join("2026-01-02.db")).unwrap();
    fs::create_dir_all(house.path.join("2026-01-01.db/kept")).unwrap();
    // That of the next day is in the way.
    fs::create_dir_all(house.path.join("2026-11-24.db/kept")).unwrap();
    let house = house.restarted();
    house.write().await;
    house.hands.pass(DAY);
    let mut writer = house.writer();
    for id in 2..5 {
        house.record(1, "after.example.org", Verdict::Allowed);
        writer.write().await;
        let health = house.journal.health();
        assert_eq!((health.fault, health.waiting), (None, 0));
        assert_eq!(health.damaged, ["2026-01-01.db", "2026-11-24.db.damaged"]);
        assert_eq!(house.ids(), (1..=id).collect::<Vec<_>>());
    }
    assert!(house.journal.health().unreadable > 0, "the one that leads elsewhere is told");
    let last = house.restarted();
    last.write().await;
    assert_eq!(last.ids(), [1, 2, 3, 4]);
    assert!(last.path.join("2026-01-01.db/kept").is_dir() && elsewhere.join("kept").is_dir());
}

/// Writes queries to the folder in `PONOR_JOURNAL`, and tells the last id after each time that everything was on disk,
/// until it is killed.
#[tokio::test]
#[ignore = "it is the other process of the next test"]
async fn writes_until_it_is_killed() {
    let Some(folder) = std::env::var_os("PONOR_JOURNAL") else { return };
    let house = House::new(Path::new(&folder), configuration(), hands!());
    for round in 0.. {
        for number in 0..=(round % 7) * 40 {
            house.record(1, &format!("n{}.example.org", number % 90), Verdict::Allowed);
        }
        house.hands.pass(20 * MINUTE);
        house.write().await;
        println!("written {}", house.stats.next_id() - 1);
        std::io::stdout().flush().unwrap();
    }
}

#[tokio::test]
async fn a_killed_process_loses_nothing_but_what_was_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let (path, mut chance, mut kept) = (folder.path().join("journal"), fastrand::Rng::with_seed(3), 0);
    for round in 0..100 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "writes_until_it_is_killed", "--ignored", "--nocapture"])
            .env("PONOR_JOURNAL", &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut written =
            || lines.by_ref().find_map(|line| line.unwrap().strip_prefix("written ")?.parse::<u64>().ok());
        for _ in 0..chance.u32(0..4) {
            kept = written().unwrap();
        }
        std::thread::sleep(Duration::from_micros(chance.u64(0..3000)));
        child.kill().unwrap();
        child.wait().unwrap();
        while let Some(last) = written() {
            kept = last;
        }
        let house = House::new(&path, configuration(), hands!());
        house.write().await;
        let ids = house.ids();
        let last = ids.last().copied().unwrap_or(0);
        assert!(last >= kept, "round {round}: {last} of {kept}");
        assert_eq!(ids, (1..=last).collect::<Vec<_>>(), "round {round}");
        let health = house.journal.health();
        assert_eq!((health.unreadable, health.damaged), (0, Vec::new()), "round {round}");
        let sums = house.overview(EVENING - DAY, EVENING + 30 * DAY).totals.queries;
        assert_eq!(sums, last, "round {round}");
    }
    assert!(kept > 100, "{kept}");
}

#[test]
fn a_full_disk_is_told_and_recording_resumes() {
    let alone = || {
        let mut command = Command::new("unshare");
        command.arg("-rm");
        command
    };
    let able = alone().args(["mount", "-t", "tmpfs", "tmpfs", "/mnt"]).output();
    if !able.as_ref().is_ok_and(|output| output.status.success()) {
        println!("skipped: no file system may be mounted here, not even in a namespace of one's own: {able:?}");
        return;
    }
    let output = alone()
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "fills_a_small_disk", "--ignored", "--nocapture"])
        .env("PONOR_JOURNAL", "alone")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
#[ignore = "it is the other process of the test before"]
async fn fills_a_small_disk() {
    if std::env::var_os("PONOR_JOURNAL").is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=256k", "tmpfs"]).arg(folder.path()).status();
    assert!(mount.unwrap().success());
    let _mounted = Mounted(folder.path());
    let house = House::new(folder.path(), configuration(), hands!());
    let mut writer = house.writer();
    let mut number = 0;
    while house.journal.health().fault.is_none() {
        for _ in 0..500 {
            number += 1;
            house.record(1, &format!("long-and-different-{number}.example.org"), Verdict::Allowed);
        }
        assert!(number < 100_000, "it is full at last");
        writer.write().await;
    }
    let health = house.journal.health();
    assert!(health.fault.as_ref().unwrap().contains("full"), "{health:?}");
    assert_eq!(health.fault_since, Some(UnixTime(EVENING)));
    assert_eq!(house.ids(), (1..=number).collect::<Vec<_>>(), "what waits is still there");
    for _ in 0..70_000 {
        number += 1;
        house.record(1, "example.org", Verdict::Allowed);
    }
    let health = house.journal.health();
    assert!(health.waiting <= 70_000 && health.lost > 0, "memory is bounded: {health:?}");
    Command::new("mount").args(["-o", "remount,size=8m"]).arg(folder.path()).status().unwrap();
    writer.write().await;
    let health = house.journal.health();
    assert_eq!((health.fault, health.fault_since, health.waiting), (None, None, 0));
    assert_eq!(house.ids().last(), Some(&number));
    assert_eq!(house.ids().len() as u64, number - health.lost);
}

/// A file system that is unmounted with this value.
struct Mounted<'p>(&'p Path);

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[tokio::test]
async fn an_erased_device_leaves_nothing_behind() {
    let (house, _folder) = house(hands!());
    for number in 0..2000_u32 {
        let (host, name) = if number % 4 == 0 { (7, "secret") } else { (8, "open") };
        house.record(host, &format!("{name}{}.example.org", number % 50), Verdict::Stopped);
        house.hands.pass(2 * MINUTE);
        if number % 300 == 299 {
            house.write().await;
        }
    }
    let closing = CancellationToken::new();
    let writer = house.writer().run(closing.clone());
    let erase = async {
        house.journal.erase(DeviceId::at([192, 168, 1, 7].into())).await.unwrap();
        closing.cancel();
    };
    tokio::join!(writer, erase);
    assert_eq!(house.ids(), (1..=2000).filter(|id| id % 4 != 1).collect::<Vec<_>>());
    let overview = house.overview(EVENING, house.hands.wall());
    assert_eq!((overview.totals.queries, overview.devices.len()), (1500, 1));
    for file in fs::read_dir(&house.path).unwrap().map(|file| file.unwrap().path()) {
        let octets = fs::read(&file).unwrap();
        for text in [&b"secret"[..], b"television", &[4, 192, 168, 1, 7]] {
            assert!(!octets.windows(text.len()).any(|part| part == text), "{text:?} in {}", file.display());
        }
    }
    house.record(7, "secret.example.org", Verdict::Stopped);
    house.write().await;
    assert_eq!(house.ids().len(), 1501);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_recorded_while_a_device_is_erased_stays_what_it_is() {
    let (house, _folder) = house(hands!());
    let (closing, mut writer) = (CancellationToken::new(), JoinSet::new());
    writer.spawn(house.writer().run(closing.clone()));
    for _ in 0..5 {
        house.record(7, "secret.example.org", Verdict::Stopped);
        let (journal, mut erasing) = (house.journal.clone(), JoinSet::new());
        erasing.spawn(async move { journal.erase(DeviceId::at([192, 168, 1, 7].into())).await });
        let erased = loop {
            if let Some(erased) = erasing.try_join_next() {
                break erased;
            }
            // The name says which id its query gets.
            house.record(8, &format!("open{}.example.org", house.stats.next_id()), Verdict::Stopped);
        };
        erased.unwrap().unwrap();
    }
    closing.cancel();
    writer.join_all().await;
    for row in house.rows(&RowFilter::default(), 1000) {
        let expected = ("192.168.1.8", format!("open{}.example.org", row.id));
        assert_eq!((row.device.to_string().as_str(), row.name.to_string()), (expected.0, expected.1));
    }
}

#[tokio::test]
async fn a_rhythm_goes_on_after_a_restart() {
    let (house, _folder) = house(hands!());
    // Every ten minutes through half a day, before that once, too long ago.
    house.record(7, "Ping.Example.org", Verdict::Allowed);
    house.hands.pass(30 * HOUR);
    for _ in 0..72 {
        house.record(7, "ping.example.org", Verdict::Allowed);
        house.hands.pass(10 * MINUTE);
    }
    house.write().await;
    let began = house.hands.wall();
    let house = house.restarted();
    house.write().await;
    house.record(7, "ping.example.org", Verdict::Allowed);
    house.stats.recall(house.journal.past(house.stats.next_id() - 1), &Calls);
    let rhythms = house.stats.rhythms(Offset(0), |_| true);
    let told = &rhythms[0];
    assert_eq!((rhythms.len(), told.asked, told.regular), (1, 73, true), "{told:?}");
    assert_eq!((told.first_seen.0, told.last_seen.0), (began - 12 * HOUR, began));
    assert!((told.gap.unwrap().median - 600.0).abs() < 1.0);
}
