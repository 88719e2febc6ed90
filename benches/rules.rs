//! What reading, compiling and asking a million rules costs. With `PONOR_CORPUS` naming a folder of real names
//! (`names-1m-hosts.txt`, `q-hit.txt`, `q-miss.txt`, `q-deep.txt`, plain or packed by `xz`) those are used.

use std::{
    fmt::Write as _,
    fs,
    hint::black_box,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use divan::{AllocProfiler, Bencher, counter::ItemsCount};
use ponor::{
    dns::Name,
    rules::{LineOptions, ListNumber, ProfileMask, Table, TableBuilder, parse_list},
};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const NAMES: u32 = 1_000_000;
const QUERIES: u32 = 100_000;

#[expect(clippy::print_stdout, reason = "a bench reports to whoever runs it")]
fn main() {
    println!("{} rules in {} octets", TABLE.0.rules(), TABLE.0.size());
    divan::main();
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn parse(bencher: Bencher) {
    bencher.counter(ItemsCount::new(NAMES)).bench(|| {
        parse_list(HOSTS.as_bytes(), &LineOptions::default(), |rule| {
            black_box(rule);
        })
    });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn parse_and_compile(bencher: Bencher) {
    bencher.counter(ItemsCount::new(NAMES)).bench(compile);
}

#[divan::bench(args = ["q-miss.txt", "q-hit.txt", "q-deep.txt"])]
fn find(bencher: Bencher, kind: &str) {
    let names = queries(kind);
    let (table, mask) = &*TABLE;
    bencher
        .counter(ItemsCount::new(names.len()))
        .bench(|| names.iter().filter(|name| black_box(table.find(name, mask)).is_some()).count());
}

static HOSTS: LazyLock<String> =
    LazyLock::new(|| corpus_file("names-1m-hosts.txt").unwrap_or_else(|| made_up("0.0.0.0 ", "", NAMES)));

static TABLE: LazyLock<(Table, ProfileMask)> = LazyLock::new(|| {
    let table = compile();
    let mask = table.mask(|_| true);
    (table, mask)
});

fn compile() -> Table {
    let mut builder = TableBuilder::new();
    parse_list(HOSTS.as_bytes(), &LineOptions::default(), |rule| builder.add(ListNumber(1), rule))
        .expect("memory can be read");
    builder.build()
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
