//! What remembering costs: a hit as its reply, a miss, a new answer that pushes others out, and two threads at once. Before
//! that, the share of a recorded trace that is answered from memory. With `PONOR_CORPUS` naming a folder of real names
//! (`top-10000.txt`, `q-miss.txt`, `names-1m-hosts.txt`, plain or packed by `xz`) the trace is made of those.

use std::{collections::HashSet, fs, hint::black_box, path::PathBuf, process::Command, sync::LazyLock, thread};

use divan::{AllocProfiler, Bencher, counter::ItemsCount};
use ponor::{
    cache::{Cache, Limits, Lookup},
    dns::{
        Answer, Name, Query, Question, RecordType,
        reply::{self, Frame, Ttls},
    },
    time::Moment,
};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const MEBIBYTE: usize = 1 << 20;
/// Names that are asked for again and again, and names that are asked for once, in scans.
const POPULAR: usize = 300_000;
const ONCE: usize = 500_000;
const QUERIES: usize = 2_000_000;
/// A scan of so many names after each so many queries.
const SCAN: usize = 10_000;
const BETWEEN_SCANS: usize = 50_000;
/// How much less often the next name is asked for than the one before (Zipf's law).
const EXPONENT: f64 = 0.95;
const NOW: Moment = Moment(1);
/// Hits of one run, over so many names.
const HITS: usize = 100_000;
const HOT: usize = 1000;

#[expect(clippy::print_stdout, reason = "a bench reports to whoever runs it")]
fn main() {
    if std::env::args().any(|argument| argument == "--bench") {
        for size in [1, 4, 16] {
            let (hits, usage) = answered(size * MEBIBYTE);
            let each = usage.bytes / usage.entries.max(1);
            println!("{size:2} MiB: {hits:.1} % of the trace from memory, {} entries of {each} bytes", usage.entries);
        }
    }
    divan::main();
}

#[divan::bench]
fn hit(bencher: Bencher) {
    let (cache, queries) = &*WARM;
    bencher.counter(ItemsCount::new(HITS)).bench(|| ask(cache, queries));
}

#[divan::bench]
fn hit_by_two_threads(bencher: Bencher) {
    let (cache, queries) = &*WARM;
    bencher.counter(ItemsCount::new(2 * HITS)).bench(|| {
        thread::scope(|scope| {
            let other = scope.spawn(|| ask(cache, queries));
            ask(cache, queries) + other.join().expect("asking does not panic")
        })
    });
}

#[divan::bench]
fn miss(bencher: Bencher) {
    let (cache, _) = &*WARM;
    let queries: Vec<Query> =
        (0..HITS).map(|number| question(&format!("w{number}.absent.example"), false).to_query()).collect();
    bencher.counter(ItemsCount::new(HITS)).bench(|| ask(cache, &queries));
}

#[divan::bench]
fn insert_and_evict(bencher: Bencher) {
    let cache = cache(MEBIBYTE);
    let answers: Vec<(Question, Answer)> = (0..HITS)
        .map(|number| {
            let question = question(&format!("n{number}.example"), false);
            (question, answer(&question))
        })
        .collect();
    bencher.counter(ItemsCount::new(HITS)).bench(|| {
        for (question, answer) in &answers {
            cache.put(question, answer, NOW);
        }
    });
}

/// A warm cache and queries that it answers, popular ones often.
static WARM: LazyLock<(Cache, Vec<Query>)> = LazyLock::new(|| {
    let cache = cache(16 * MEBIBYTE);
    let (mut random, popularity) = (fastrand::Rng::with_seed(1), popularity(HOT));
    let queries: Vec<Query> = (0..HITS)
        .map(|_| question(&format!("www.name{}.example", draw(&mut random, &popularity)), false).to_query())
        .collect();
    for query in &queries {
        let question = Question::of(query);
        cache.put(&question, &answer(&question), NOW);
    }
    ask(&cache, &queries);
    (cache, queries)
});

/// Asks for each and writes the reply; returns how many were known.
fn ask(cache: &Cache, queries: &[Query]) -> usize {
    let mut out = Vec::with_capacity(4096);
    let mut known = 0;
    for query in queries {
        out.clear();
        if let Lookup::Fresh(hit) = cache.get(query.into(), NOW, &mut out) {
            let frame = Frame { limit: 1232, padded: false, ede: None };
            reply::from_block(&mut out, hit.start, query, hit.summary, Ttls::Aged(hit.age), frame);
            known += 1;
        }
        black_box(&out);
    }
    known
}

/// The share of the trace that a cache of `size` bytes answers, in percent, after a first quarter to fill it.
fn answered(size: usize) -> (f64, ponor::cache::Usage) {
    let (cache, (names, trace)) = (cache(size), &*TRACE);
    let (mut out, mut asked, mut known) = (Vec::new(), 0_u32, 0_u32);
    for (position, &(name, v6)) in trace.iter().enumerate() {
        out.clear();
        let question = Question::plain(&names[name], if v6 { RecordType::AAAA } else { RecordType::A });
        let hit = matches!(cache.get((&question).into(), NOW, &mut out), Lookup::Fresh(_));
        if !hit {
            cache.put(&question, &answer(&question), NOW);
        }
        if position > trace.len() / 4 {
            asked += 1;
            known += u32::from(hit);
        }
    }
    (100.0 * f64::from(known) / f64::from(asked), cache.usage())
}

fn cache(size: usize) -> Cache {
    Cache::new(Limits { size, min_ttl: 0, max_ttl: 86400, max_negative_ttl: 3600, stale: 86400 })
}

/// Names, and queries for them by number, with whether they are for AAAA.
type Trace = (Vec<Name>, Vec<(usize, bool)>);

/// Three of ten for AAAA; the same in each run.
static TRACE: LazyLock<Trace> = LazyLock::new(|| {
    let names = names();
    let popular = POPULAR.min(names.len() / 2);
    let popularity = popularity(popular);
    let (mut random, mut once) = (fastrand::Rng::with_seed(42), (popular..names.len()).cycle());
    let mut trace = Vec::new();
    while trace.len() < QUERIES {
        let drawn = (0..BETWEEN_SCANS).map(|_| (draw(&mut random, &popularity), random.u8(0..10) < 3));
        trace.extend(drawn);
        trace.extend(once.by_ref().take(SCAN).map(|name| (name, false)));
    }
    (names, trace)
});

fn popularity(names: usize) -> Vec<f64> {
    let share = |sum: &mut f64, rank: u32| {
        *sum += f64::from(rank).powf(-EXPONENT);
        Some(*sum)
    };
    (1..).scan(0.0, share).take(names).collect()
}

fn draw(random: &mut fastrand::Rng, popularity: &[f64]) -> usize {
    let drawn = random.f64() * popularity.last().copied().unwrap_or_default();
    popularity.partition_point(|sum| *sum < drawn)
}

/// Real names, popular ones first, or made up ones.
fn names() -> Vec<Name> {
    let mut seen = HashSet::new();
    let files = ["top-10000.txt", "q-miss.txt", "names-1m-hosts.txt"].map(corpus_file);
    let lines = files.iter().flatten().flat_map(|text| text.lines());
    let real = lines.filter_map(|line| line.rsplit(' ').next()?.to_ascii_lowercase().parse().ok());
    let names: Vec<Name> = real.filter(|name| seen.insert(*name)).take(POPULAR + ONCE).collect();
    if !names.is_empty() {
        return names;
    }
    let made_up = |number: usize| format!("h{:x}.d{:x}.example", number * 40_503, number / 3).parse().ok();
    (0..POPULAR + ONCE).filter_map(made_up).collect()
}

fn question(name: &str, v6: bool) -> Question {
    let name: Name = name.parse().unwrap_or(Name::ROOT);
    Question::plain(&name, if v6 { RecordType::AAAA } else { RecordType::A })
}

/// One address, for a day.
fn answer(question: &Question) -> Answer {
    let mut wire = Vec::new();
    let query = question.to_query();
    let mut writer = reply::ReplyWriter::new(&mut wire, &query, ponor::dns::Rcode::NOERROR, reply::Authority::None);
    let octets = if question.rtype == RecordType::AAAA { 16 } else { 4 };
    writer.answer(question.rtype, 86400, &[9; 16][..octets]);
    writer.finish(&query, ponor::dns::Rcode::NOERROR, Frame { limit: 1232, padded: false, ede: None });
    Answer::read(&wire).expect("what is written here is an answer")
}

fn corpus_file(name: &str) -> Option<String> {
    let path = PathBuf::from(std::env::var_os("PONOR_CORPUS")?).join(name);
    fs::read_to_string(&path).ok().or_else(|| {
        let output = Command::new("xz").arg("-dc").arg(path.with_extension("txt.xz")).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    })
}
