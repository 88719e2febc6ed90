//! What the journal costs: ten million queries of sixty devices over thirty days, written every five minutes; then days
//! of a small household. Prints a table.
//!
//! `PONOR_JOURNAL_KEEP` names a folder that the large journal is kept in, so that a later run reads what an earlier one
//! wrote; `PONOR_JOURNAL_ROWS` has it made of fewer rows.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr},
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use ponor::{
    catalog::Catalog,
    clients::{Called, Caller, DeviceId},
    config::{self, Privacy},
    devices::{DeviceList, DeviceStatus},
    dns::{Name, Rcode, RecordType},
    figures::{
        FirstSeen, Flow, Household as Known, Period, SeriesSpan, TopPage, Wanted, device_report, headline,
        vendor_figures,
    },
    filter::{Filter, Grouping},
    geo::GeoHandle,
    journal::{Journal, Writer},
    policy::{Cause, CauseSource, Verdict},
    rules::{ListNumber, Reach},
    stats::{EventBuffer, Naming, QueryEvent, Range, RowFilter, Stats, Transport},
    time::{Clock, Moment, Now, Offset, UnixTime},
};

/// 2026-11-01 00:00 UTC, in milliseconds.
const START: u64 = 1_793_491_200_000;
const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;
/// Flushes of thirty days.
const FLUSHES: u64 = 30 * 288;
/// What devices report to; a tenth of the names is below these.
const REPORTED: [&str; 9] = [
    "app-measurement.com",
    "samsungacr.com",
    "samsungads.com",
    "logs.roku.com",
    "lgsmartad.com",
    "bat.bing.com",
    "vortex-win.data.microsoft.com",
    "amazon-adsystem.com",
    "tvinteractive.tv",
];

static WALL: AtomicU64 = AtomicU64::new(START);

struct Calls;

impl Naming for Calls {
    fn source(&self, _source: CauseSource) -> Option<Arc<str>> {
        Some("vendors".into())
    }

    fn device(&self, address: IpAddr) -> Caller {
        Caller { name: Some(format!("device-{address}").into()), ..Caller::at(address) }
    }
}

/// Writes a journal and counts what it takes.
struct Household {
    journal: Journal,
    writer: Writer,
    stats: Stats,
    names: Vec<Name>,
    chance: fastrand::Rng,
    recording: Duration,
    writing: Duration,
}

#[expect(clippy::print_stdout, reason = "a bench reports to whoever runs it")]
fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be had");
    let folder = tempfile::tempdir().expect("a folder can be made");
    let folder = std::env::var_os("PONOR_JOURNAL_KEEP").map_or_else(|| folder.path().to_owned(), PathBuf::from);
    let rows: u64 = std::env::var("PONOR_JOURNAL_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(10_000_000);

    let (large, a_flush) = (folder.join("large"), rows / FLUSHES);
    let is_there = large.exists();
    let mut house = Household::new(&large, 20_000);
    if is_there {
        WALL.store(START + 30 * DAY, Ordering::Relaxed);
        // A writer looks first for what is there.
        runtime.block_on(house.write());
    } else {
        for _ in 0..FLUSHES {
            house.ask(60, a_flush, 300_000);
            runtime.block_on(house.write());
        }
        let total = a_flush * FLUSHES;
        println!(
            "{total} rows recorded at {:.0} rows/s, written at {:.0} rows/s",
            rate(total, house.recording),
            rate(total, house.writing)
        );
    }
    let (days, sums) = size(&large);
    let total = a_flush * FLUSHES;
    println!("octets a row: {:.1} in the files of days, {:.1} in roll-ups", per(days, total), per(sums, total));
    println!("resident memory {} KiB, at most {} KiB", status("VmRSS"), status("VmHWM"));
    house.read();
    println!("resident memory after reading {} KiB, at most {} KiB", status("VmRSS"), status("VmHWM"));

    for (minutes, name) in [(5_u64, "5m"), (30, "30m")] {
        let small = folder.join(name);
        let (mut house, flushes) = (Household::new(&small, 1500), 1440 / minutes);
        let mut octets = 0;
        for _ in 0..5 * flushes {
            house.ask(12, 10_000 / flushes, minutes * 60_000);
            let before = written();
            runtime.block_on(house.write());
            octets += written() - before;
            settle(&small);
        }
        drop(house);
        let _ = fs::remove_dir_all(&small);
        println!("10,000 queries a day, flush_every = {name}: {:.2} MB written a day", per(octets, 5_000_000));
    }
}

/// Has everything in a folder written to the device, as the kernel does within half a minute: what is changed again
/// after five minutes is written again.
fn settle(folder: &Path) {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| fs::File::open(file.path()).ok()?.sync_all().ok()).for_each(drop);
}

impl Household {
    fn new(path: &Path, names: u32) -> Self {
        let config = config::Journal {
            enabled: true,
            keep: Duration::from_hours(24 * 400),
            max_size: 1 << 40,
            flush_every: Duration::from_mins(5),
            privacy: Privacy::Full,
            except: Vec::new(),
        };
        #[expect(clippy::disallowed_methods, reason = "a bench measures")]
        let clock = Clock(|| {
            static BEGIN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
            let passed = BEGIN.get_or_init(Instant::now).elapsed();
            Now { unix: UnixTime(WALL.load(Ordering::Relaxed)), moment: Moment::default().after(passed) }
        });
        let journal = Journal::new(path.to_owned(), &config, GeoHandle::default(), clock);
        let writer = Writer::new(journal.clone(), &config, &config::Stats { keep: Duration::from_hours(24 * 365) });
        let stats = Stats::new(Catalog::built_in(), UnixTime(1));
        let name = |number: u32| match number % 10 {
            0 => format!("h{number}.{}", REPORTED[number as usize / 10 % REPORTED.len()]).parse(),
            _ => format!("h{number}.d{}.example.com", number / 7).parse(),
        };
        let names = (0..names).map(|number| name(number).expect("it is a name")).collect();
        let chance = fastrand::Rng::with_seed(1);
        Self { journal, writer, stats, names, chance, recording: Duration::ZERO, writing: Duration::ZERO }
    }

    /// Asks so often in so many milliseconds; each device has its own names, some far more often than others.
    #[expect(clippy::disallowed_methods, reason = "a bench measures")]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "places in a list of names")]
    fn ask(&mut self, devices: u32, queries: u64, time: u64) {
        let (start, mut packed) = (WALL.load(Ordering::Relaxed), EventBuffer::default());
        let cause = Cause { source: CauseSource::List(ListNumber(1)), reach: Reach::Subtree, labels: 2 };
        for number in 0..queries {
            let device = self.chance.u32(..devices);
            // About as in Zipf's law: the square of chance makes the first names frequent.
            let share = self.chance.f64().powi(4) * f64::from(u32::try_from(self.names.len()).unwrap_or(0));
            let name = &self.names[(share as usize + device as usize * 37) % self.names.len()];
            let stopped = (share as usize).is_multiple_of(3);
            let verdict = match self.chance.u32(..10) {
                _ if stopped => Verdict::Stopped,
                0..=2 => Verdict::Allowed,
                _ => Verdict::Cached,
            };
            let latency = if verdict == Verdict::Allowed { 20_000 } else { 40 };
            let end = packed.end();
            packed.push(&QueryEvent {
                at: UnixTime(start + number * time / queries),
                client: Ipv4Addr::from(0xC0A8_0102 + device).into(),
                transport: Transport::Udp,
                name,
                rtype: [RecordType::A, RecordType::AAAA, RecordType::HTTPS][number as usize % 3],
                verdict,
                cause: stopped.then_some(cause),
                via: None,
                rcode: Rcode::NOERROR,
                answered: (verdict == Verdict::Allowed).then(|| home_of(name)),
            });
            packed.set_latency(end, Duration::from_micros(latency + self.chance.u64(..latency)));
        }
        let begin = Instant::now();
        self.stats.record(packed.events(), &Calls, self.journal.add());
        self.recording += begin.elapsed();
        WALL.fetch_add(time, Ordering::Relaxed);
    }

    #[expect(clippy::disallowed_methods, reason = "a bench measures")]
    async fn write(&mut self) {
        let begin = Instant::now();
        self.writer.write().await;
        self.writing += begin.elapsed();
    }

    /// Reads the figures of a time in every way that the page does.
    #[expect(clippy::print_stdout, reason = "a bench reports to whoever runs it")]
    fn figures(&self, name: &str, period: Period, now: UnixTime) {
        let (journal, stats, filter, list) = (&self.journal, &self.stats, Filter::default(), known());
        let (household, firsts) = (Known::new(&list), FirstSeen::default());
        let print = |what: &str, time: f64, told: u64| println!("{what}, {name}: {time:.1} ms, {told}");
        let news = || headline(journal, stats, &firsts, &household, period, (now, Offset(0))).sentences.len() as u64;
        let (first, _) = took_once(news);
        print("headline, the first", first, 0);
        let (time, told) = took(news);
        print("headline", time, told);
        for group in [Grouping::Device, Grouping::Vendor, Grouping::Name, Grouping::Registered, Grouping::Network] {
            let wanted = Wanted { period, group, filter: &filter, compare: false, limit: 20 };
            let (time, told) = took(|| TopPage::read(journal, &household, &wanted).totals.queries);
            print(&format!("top by {group:?}"), time, told);
        }
        let (time, told) = took(|| Flow::read(journal, &household, period, &filter).totals.queries);
        print("flow", time, told);
        let (time, told) = took(|| SeriesSpan::read(journal, period, &household, &filter).totals.queries);
        print("series", time, told);
        let meant = ponor::filter::parse_for_sums("vendor:samsung stopped", now).expect("it is a filter");
        let (time, told) = took(|| SeriesSpan::read(journal, period, &household, &meant).totals.queries);
        print("series of a vendor", time, told);
        let device = &list.devices[7];
        let report = || device_report(journal, stats, &household, device.clone(), period, Offset(0)).totals.queries;
        let (time, told) = took(report);
        print("report of a device", time, told);
        let (time, told) = took(|| vendor_figures(journal, &household, "Samsung", period).totals.queries);
        print("report of a vendor", time, told);
    }

    #[expect(clippy::print_stdout, reason = "a bench reports to whoever runs it")]
    fn read(&self) {
        let now = WALL.load(Ordering::Relaxed);
        for (name, time) in [("24 h", DAY), ("7 days", 7 * DAY), ("a year", 365 * DAY)] {
            let queries =
                || self.journal.overview(UnixTime(now - time), UnixTime(now), Catalog::built_in()).totals.queries;
            let (took, queries) = took(queries);
            println!("overview of {name}: {took:.1} ms, {queries} queries");
        }
        for (name, range) in [("24 h", Range::Day), ("a year", Range::Year)] {
            let period = Period::new(Some(range), None, None, UnixTime(now)).expect("a range goes with nothing else");
            self.figures(name, period, UnixTime(now));
        }
        let all = RowFilter::default();
        let device = Some(DeviceId::at(Ipv4Addr::from(0xC0A8_0102_u32 + 59).into()));
        for (name, filter) in [
            ("no filter", all.clone()),
            ("a device", RowFilter { device, ..all.clone() }),
            ("failed ones, of which there are none", RowFilter { verdict: Some(Verdict::Failed), ..all.clone() }),
            ("a rare name", RowFilter { name: Some("h19999.".to_owned()), ..all.clone() }),
            ("a name that was never asked", RowFilter { name: Some("nobody".to_owned()), ..all.clone() }),
            ("a day three weeks ago", RowFilter { until: Some(UnixTime(START + 9 * DAY)), ..all.clone() }),
        ] {
            let (took, page) = took(|| self.journal.page(&filter, 100, &Filter::default(), &Called::default()));
            let partial = if page.scanned_to.is_some() { ", partial" } else { "" };
            println!("page with {name}: {took:.1} ms, {} rows{partial}", page.rows.len());
        }
        let (took, rows) = took(|| {
            let mut rows = 0_u64;
            self.journal.export(
                &RowFilter { until: Some(UnixTime(START + DAY)), ..all.clone() },
                &Filter::default(),
                &Called::default(),
                |_| {
                    rows += 1;
                    ControlFlow::Continue(())
                },
            );
            rows
        });
        println!("export of a day: {took:.0} ms, {rows} rows");
    }
}

/// The address of a name, always the same, of one of three hundred networks.
fn home_of(name: &Name) -> IpAddr {
    let number = name.wire().iter().fold(0_u32, |number, octet| (number * 31 + u32::from(*octet)) % 300);
    Ipv4Addr::from(0x0800_0000 + number * 0x0040_0000).into()
}

/// The devices that asked.
fn known() -> DeviceList {
    let device = |number: u32| {
        let address = Ipv4Addr::from(0xC0A8_0102 + number).into();
        DeviceStatus {
            id: DeviceId::at(address),
            name: None,
            named_by: None,
            addresses: vec![address],
            macs: Vec::new(),
            kind: None,
            kind_confidence: None,
            vendor: None,
            vendor_confidence: None,
            system: None,
            group: None,
            offline: None,
            fixed: Vec::new(),
            first_seen: UnixTime(START),
            last_seen: UnixTime(START),
            queries: 0,
            evidence: Vec::new(),
        }
    };
    DeviceList { devices: (0..60).map(device).collect(), warnings: Vec::new() }
}

/// The middle of five times, in milliseconds, and what came of it.
fn took<T>(work: impl Fn() -> T) -> (f64, T) {
    let mut times: Vec<(f64, T)> = (0..5).map(|_| took_once(&work)).collect();
    times.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    times.swap_remove(2)
}

/// How long it takes, in milliseconds, and what comes of it.
#[expect(clippy::disallowed_methods, reason = "a bench measures")]
fn took_once<T>(work: impl Fn() -> T) -> (f64, T) {
    let begin = Instant::now();
    let result = work();
    (begin.elapsed().as_secs_f64() * 1000.0, result)
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn per(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn rate(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// Octets of the files of days in a folder, and of the roll-ups.
fn size(path: &Path) -> (u64, u64) {
    let (mut days, mut sums) = (0, 0);
    for file in fs::read_dir(path).into_iter().flatten().flatten() {
        let octets = file.metadata().map_or(0, |metadata| metadata.len());
        *if file.file_name().to_string_lossy().starts_with("rollups") { &mut sums } else { &mut days } += octets;
    }
    (days, sums)
}

/// Octets that this process has had written to a device.
fn written() -> u64 {
    field("/proc/self/io", "write_bytes")
}

fn status(name: &str) -> u64 {
    field("/proc/self/status", name)
}

fn field(path: &str, name: &str) -> u64 {
    let text = fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0)
}
