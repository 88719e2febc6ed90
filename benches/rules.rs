//! What reading, compiling and asking a million rules costs. With `PONOR_CORPUS` naming a folder of real names
//! (`names-1m-hosts.txt`, `q-hit.txt`, `q-miss.txt`, `q-deep.txt`, plain or packed by `xz`) those are used.
//! `PONOR_LIST` names another list to take in their place.

use std::{
    fmt::Write as _,
    fs,
    hint::black_box,
    io::Cursor,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use bytes::Bytes;
use divan::{AllocProfiler, Bencher, counter::ItemsCount};
use ponor::{
    dns::Name,
    rules::{
        Action, HashKey, LineOptions, ListNumber, PatternRule, ProfileMask, Rule, Run, RunWriter, Table, TableBuilder,
        merge, parse_list,
    },
};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const NAMES: u32 = 1_000_000;
const QUERIES: u32 = 100_000;
const PATTERNS: u32 = 500;
/// Names of which all that a lookup reads fits into the caches of the processor.
const WARM: usize = 1_000;

#[expect(clippy::print_stdout, reason = "a bench reports to whoever runs it")]
fn main() {
    let (rules, size) = (TABLE.0.rules(), TABLE.0.size() as u64);
    println!("{rules} rules in {size} octets: {}.{:02} a rule", size / rules, size * 100 / rules % 100);
    divan::main();
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn parse(bencher: Bencher) {
    bencher.counter(rules()).bench(|| {
        parse_list(HOSTS.as_bytes(), &LineOptions::default(), &mut |rule: &Rule| {
            black_box(rule);
        })
    });
}

/// Reads a list, sorts its rules and writes them as a run.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn parse_to_run(bencher: Bencher) {
    bencher.counter(rules()).bench(run);
}

/// Makes a table of a run.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn merge_run(bencher: Bencher) {
    let run = Run::open(run(), &key()).expect("memory can be read").expect("a run just made is whole");
    bencher.counter(rules()).bench(|| merge(&[(ListNumber(1), &run)], &key(), &[], Cursor::new(Vec::new())));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn parse_and_compile(bencher: Bencher) {
    bencher.counter(rules()).bench(compile);
}

/// Takes a table out of its octets, as at a start; every octet is read once.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn load(bencher: Bencher) {
    let octets = Bytes::from(compile());
    bencher.bench(|| Table::open(&octets, key()));
}

#[divan::bench(args = ["q-miss.txt", "q-hit.txt", "q-deep.txt"])]
fn find(bencher: Bencher, kind: &str) {
    ask(bencher, &queries(kind), &TABLE);
}

/// The same for few names, asked again and again.
#[divan::bench(args = ["q-miss.txt", "q-hit.txt", "q-deep.txt"])]
fn find_warm(bencher: Bencher, kind: &str) {
    let names = queries(kind);
    ask(bencher, names.get(..WARM).unwrap_or(&names), &TABLE);
}

#[divan::bench(args = ["q-miss.txt", "q-hit.txt", "q-deep.txt"])]
fn find_with_patterns(bencher: Bencher, kind: &str) {
    ask(bencher, &queries(kind), &WITH_PATTERNS);
}

fn ask(bencher: Bencher, names: &[Name], (table, mask): &(Table, ProfileMask)) {
    bencher
        .counter(ItemsCount::new(names.len()))
        .bench(|| names.iter().filter(|name| black_box(table.find(name, mask)).is_some()).count());
}

static HOSTS: LazyLock<String> = LazyLock::new(|| {
    let named = std::env::var_os("PONOR_LIST").and_then(|path| fs::read_to_string(path).ok());
    named.or_else(|| corpus_file("names-1m-hosts.txt")).unwrap_or_else(|| made_up("0.0.0.0 ", "", NAMES))
});

static TABLE: LazyLock<(Table, ProfileMask)> = LazyLock::new(|| {
    let table = Table::in_memory(compile(), key()).expect("a table just made is whole");
    let mask = table.mask(|_| true);
    (table, mask)
});

/// The same rules with as many patterns as a table holds, nearly.
static WITH_PATTERNS: LazyLock<(Table, ProfileMask)> = LazyLock::new(|| {
    let mut builder = TableBuilder::with_key(key());
    parse_list(HOSTS.as_bytes(), &LineOptions::default(), &mut |rule: &Rule| builder.add(ListNumber(1), rule))
        .expect("memory can be read");
    for number in 0..PATTERNS {
        let word = number.wrapping_mul(2_654_435_761);
        let text = if number % 2 == 0 {
            format!("||ad{word:x}-*.example.com^")
        } else {
            format!("/^(ads?|track)[0-9]*\\.{word:x}\\.[a-z]+$/")
        };
        let pattern = PatternRule::new(&text, Action::Block, false).expect("a good pattern");
        builder.add_pattern(ListNumber(2), &pattern);
    }
    let table = builder.build();
    let mask = table.mask(|_| true);
    (table, mask)
});

fn rules() -> ItemsCount {
    ItemsCount::new(TABLE.0.rules())
}

fn key() -> HashKey {
    HashKey::new([1, 2])
}

fn run() -> Vec<u8> {
    let mut writer = RunWriter::new(key(), Cursor::new(Vec::new())).expect("memory can be written");
    parse_list(HOSTS.as_bytes(), &LineOptions::default(), &mut writer).expect("memory can be read");
    writer.finish(&[]).expect("memory can be written").into_inner()
}

fn compile() -> Vec<u8> {
    let run = Run::open(run(), &key()).expect("memory can be read").expect("a run just made is whole");
    let merged = merge(&[(ListNumber(1), &run)], &key(), &[], Cursor::new(Vec::new()));
    merged.expect("memory can be written").out.into_inner()
}

/// Names to ask for: on no list, on a list, or long alias targets on no list.
fn queries(kind: &str) -> Vec<Name> {
    let text = corpus_file(kind).unwrap_or_else(|| match kind {
        "q-hit.txt" => made_up("", "", QUERIES),
        "q-deep.txt" => made_up("e1.a.dual.", ".edge.cdn.example", QUERIES),
        _ => made_up("www.", ".org", QUERIES),
    });
    text.lines().filter_map(|line| line.parse().ok()).collect()
}

/// Lines of names such as `a7f3.b51.example`, the same in each run.
fn made_up(before: &str, behind: &str, count: u32) -> String {
    const TOP_LEVEL_DOMAINS: [&str; 5] = ["com", "net", "example", "co.uk", "io"];
    let mut text = String::new();
    for (number, top) in (0..count).zip(TOP_LEVEL_DOMAINS.iter().cycle()) {
        let (host, domain) = (number.wrapping_mul(2_654_435_761), number / 3);
        let _ = writeln!(text, "{before}h{host:x}.d{domain:x}.{top}{behind}");
    }
    text
}

fn corpus_file(name: &str) -> Option<String> {
    let path = PathBuf::from(std::env::var_os("PONOR_CORPUS")?).join(name);
    fs::read_to_string(&path).ok().or_else(|| unpack(&path.with_extension("txt.xz")))
}

fn unpack(path: &Path) -> Option<String> {
    let output = Command::new("xz").arg("-dc").arg(path).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
